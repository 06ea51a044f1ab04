"""What an operator does to an instance as a whole: suspend, resume, move a token. Each carries a reason into the log.

A suspended instance takes no timers, messages, signals, jobs and user tasks: its rows are held, and so are signals
that are thrown meanwhile. The answer of a worker
that was running is refused, and the job runs again under its idempotency key once the instance is resumed. Limits of
the law belong to the case and run on. On resume, timers are due as they were, or credited with the time that they lay
still.
"""

from __future__ import annotations

from datetime import timedelta

from engine.errors import ErrorCode, failure
from engine.runtime.command import Command, LiveInstance
from engine.runtime.jobs import queue_inline_job
from engine.runtime.kept_messages import look_in_buffer
from engine.runtime.log_kinds import LogKind
from engine.runtime.signals import deliver_held_signals

_NOTHING = timedelta(0)  # a clock that jumped back credits nothing


def suspend_instance(command: Command, instance_id: str, reason: str) -> None:
    """Errors: RUN_NOT_FOUND; RUN_STATE when it has ended or is suspended."""
    live = command.load(instance_id)
    command.record(LogKind.INSTANCE_SUSPENDED, {"reason": reason}, live=live)
    live.suspended = True
    command.tx.instances.set_suspended(live.id, command.now)
    command.tx.jobs.hold(live.id, command.now)
    command.tx.timers.hold(live.id, command.now)
    command.tx.subscriptions.hold(live.id, command.now)


def resume_instance(command: Command, instance_id: str, reason: str, *, credit_timers: bool) -> None:
    """Errors: RUN_NOT_FOUND; RUN_STATE when it has ended or is not suspended."""
    live = command.load(instance_id, suspended_too=True)
    if not live.suspended:
        raise failure(
            ErrorCode.RUN_STATE, f'the process instance "{instance_id}" of {live.process_id} is not suspended.'
        )
    held = command.tx.timers.held(live.id) if credit_timers else []
    due = {timer.timer_id: timer.due + max(command.now - timer.held_at, _NOTHING) for timer in held}
    command.record(
        LogKind.INSTANCE_RESUMED,
        {"reason": reason, "timers": {timer_id: instant.isoformat() for timer_id, instant in due.items()}},
        live=live,
    )
    live.suspended = False
    command.tx.instances.set_suspended(live.id, None)
    command.tx.jobs.release(live.id)
    command.tx.timers.release(live.id)
    command.tx.subscriptions.release(live.id)
    if due:
        command.act(live, lambda execution: execution.postpone_timers(due))
    _go_on(command, live)


def _go_on(command: Command, live: LiveInstance) -> None:
    """Run the inline jobs that came up meanwhile, and take the signals and messages that did."""
    for job in command.tx.jobs.held_inline(live.id):
        command.tx.jobs.remove(job.id)
        queue_inline_job(command, live, job)
    deliver_held_signals(command, live)
    for row in command.tx.subscriptions.of_instance(live.id):
        if row.kind == "message":
            look_in_buffer(command, live, row.name, row.key, row.element_instance_id)


def move_token(command: Command, instance_id: str, element_instance_id: str, element_id: str, reason: str) -> None:
    """Cancel an element instance and put its token on another element. Errors: RUN_NOT_FOUND, RUN_STATE, RUN_MOVE."""
    live = command.load(instance_id, suspended_too=True)
    places = {instance: element for element, instance in live.execution.active_elements()}
    command.record(
        LogKind.TOKEN_MOVED,
        {
            "reason": reason,
            "element_instance_id": element_instance_id,
            "from": places.get(element_instance_id),
            "to": element_id,
        },
        live=live,
        element_id=element_id,
    )
    command.act(live, lambda execution: execution.move_token(element_instance_id, element_id))
