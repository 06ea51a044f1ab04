"""What falls due: timers of elements, of start events and of deadlines, and messages that expire. One transaction each.

A timer whose firing is refused does not hold up the others: it becomes an incident of its instance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from engine.errors import EngineError, ErrorCode, Problem
from engine.runtime.command import Command
from engine.runtime.deadlines import expire_deadline
from engine.runtime.incidents import raise_incident
from engine.runtime.kept_messages import expire_message
from engine.runtime.log_kinds import LogKind
from engine.runtime.packages import active_process
from engine.store import Snapshot, TimerRow

STORE_TROUBLE = frozenset({ErrorCode.STORE_BUSY, ErrorCode.STORE_IO, ErrorCode.STORE_SCHEMA})


class TimerRefused(Exception):
    """A timer could not be fired; its own transaction was undone."""

    def __init__(self, timer: TimerRow, error: EngineError) -> None:
        self.timer = timer
        self.error = error
        super().__init__(str(error))


def has_due(snapshot: Snapshot, until: datetime | None) -> bool:
    """Whether a timer or the end of a message's time is due at *until*, or now when None or later than now."""
    limit = _limit(snapshot, until)
    first = [snapshot.timers.next_due(), snapshot.messages.next_expiry()]
    return any(instant is not None and instant <= limit for instant in first)


def fire_first_due(command: Command, until: datetime | None = None) -> bool:
    """Fire the earliest due timer, or expire the earliest expired message; False when nothing is due.

    Errors: TimerRefused when the timer's instance does not take it.
    """
    limit = _limit(command.tx, until)
    timer = command.tx.timers.first_due(limit)
    if timer is None:
        message = command.tx.messages.first_expired(limit)
        if message is not None:
            expire_message(command, message)
        return message is not None
    command.tx.timers.remove(timer.id)
    try:
        FIRE[timer.kind](command, timer)
        command.settle()
    except EngineError as error:
        if error.code in STORE_TROUBLE:
            raise
        raise TimerRefused(timer, error) from error
    return True


def _limit(snapshot: Snapshot, until: datetime | None) -> datetime:
    return snapshot.now if until is None else min(until, snapshot.now)


def stop_timer(command: Command, refused: TimerRefused) -> None:
    """The timer is gone, and an incident says why its firing failed."""
    timer = refused.timer
    command.tx.timers.remove(timer.id)
    live = None
    row = None if timer.instance_id is None else command.tx.instances.get(timer.instance_id)
    if row is not None and row.status == "active":
        live = command.load(row.id)
    raise_incident(
        command,
        refused.error.problem,
        live=live,
        case_id=timer.case_id,
        element_id=timer.element_id,
        element_instance_id=timer.element_instance_id,
    )


def next_due(snapshot: Snapshot, job_types: Sequence[str]) -> datetime | None:
    """The instant of the next timer, job, delivery or expiry; None when nothing is pending."""
    instants = [
        snapshot.timers.next_due(),
        snapshot.jobs.next_available(job_types),
        snapshot.deliveries.next_available(),
        snapshot.messages.next_expiry(),
    ]
    return min((instant for instant in instants if instant is not None), default=None)


def _fire_element(command: Command, timer: TimerRow) -> None:
    if timer.instance_id is None or timer.element_instance_id is None or timer.timer_id is None:
        raise _damaged(timer)
    live = command.load(timer.instance_id)
    command.record(
        LogKind.TIMER_FIRED,
        {
            "timer_id": timer.timer_id,
            "due": timer.due.isoformat(),
            "element_instance_id": timer.element_instance_id,
        },
        live=live,
        element_id=timer.element_id,
    )
    element_instance_id, timer_id = timer.element_instance_id, timer.timer_id
    command.act(live, lambda execution: execution.fire_timer(element_instance_id, timer_id))


def _fire_deadline(command: Command, timer: TimerRow) -> None:
    if timer.case_id is None or timer.deadline is None:
        raise _damaged(timer)
    expire_deadline(command, timer.case_id, timer.deadline)


def _fire_start(command: Command, timer: TimerRow) -> None:
    if timer.process_id is None:
        raise _damaged(timer)
    live = command.begin(timer.process_id, {}, start_event_id=timer.element_id)
    version = active_process(command.tx, timer.process_id)
    definition = command.parts.packages.definition(command.tx, timer.process_id, version.hash)
    zone = command.package(live.package_id).time_zone
    for start in definition.timer_starts:
        if start.element_id == timer.element_id:
            due = definition.timer_due(start, command.now, zone, after=timer.due, fired=timer.fired + 1)
            if due is not None:
                command.tx.timers.schedule_start(
                    process_id=timer.process_id, element_id=start.element_id, due=due, fired=timer.fired + 1
                )


FIRE: dict[str, Callable[[Command, TimerRow], None]] = {
    "element": _fire_element,
    "deadline": _fire_deadline,
    "start": _fire_start,
}


def _damaged(timer: TimerRow) -> EngineError:
    return EngineError(Problem(ErrorCode.STORE_SCHEMA, f"timer {timer.id} of kind {timer.kind} is incomplete."))
