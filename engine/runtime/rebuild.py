"""The state of an instance, rebuilt from the audit log alone: its commands, in order, played into a fresh execution.

Each entry that is a command of an instance has its line in `COMMANDS`. Time is that of the entry; decisions answer what
the log says they answered. What the rebuild gives must equal the stored snapshot to the byte, and what the instance
waits for the rows of its jobs, timers and subscriptions.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.bpmn import Execution, InstanceStatus, ProcessDefinition
from engine.dmn import DecisionAudit, DecisionResult
from engine.errors import EngineError, ErrorCode, Location, Problem, Severity, failure
from engine.feel import Value, from_wire
from engine.runtime.awaited import Awaited
from engine.runtime.log_kinds import LogKind
from engine.runtime.packages import Packages
from engine.store import CHANGED, InstanceRow, LogEntry, Snapshot

_PAGE = 1000
HISTORY = (
    LogKind.INSTANCE_STARTED,
    LogKind.INSTANCE_MIGRATED,
    LogKind.DECISION_EVALUATED,
    LogKind.PROCESS_CALLED,
    LogKind.INSTANCE_SUSPENDED,
    LogKind.CASE_LINKED,
    LogKind.INCIDENT_RAISED,
    LogKind.TASK_CLAIMED,
    LogKind.TASK_UNCLAIMED,
)
COLUMNS = ("process_id", "hash", "case_id", "start_key", "status", "started_at", "ended_at", "suspended_at")
"""What of an instance's row the log gives beside its state."""


class Erased(Exception):
    """A payload that the rebuild needs was erased."""


class PastServices:
    """The `ExecutionServices` of a rebuild: the answers are those that the log holds."""

    def __init__(self, snapshot: Snapshot, packages: Packages, package_id: str, at: datetime) -> None:
        self._snapshot = snapshot
        self._packages = packages
        self._package_id = package_id
        self.at = at
        self.decisions: deque[Mapping[str, Any]] = deque()
        self.calls: deque[Mapping[str, Any]] = deque()

    @property
    def time_zone(self) -> ZoneInfo:
        return self._packages.latest(self._snapshot, self._package_id).time_zone

    def now(self) -> datetime:
        return self.at

    def decide(self, decision_id: str, inputs: Mapping[str, Value]) -> DecisionResult:
        if not self.decisions or self.decisions[0]["decision_id"] != decision_id:
            raise failure(ErrorCode.STORE_CHAIN, f'the log holds no evaluation of "{decision_id}" at this point.')
        found = self.decisions.popleft()
        warnings = tuple(
            Problem(ErrorCode(warning["code"]), warning["message"], severity=Severity(warning["severity"]))
            for warning in found["warnings"]
        )
        audit = DecisionAudit(decision_id, "", "", "", {}, ())
        return DecisionResult(from_wire(found["value"]), audit, warnings)

    def process(self, process_id: str, definition_hash: str | None) -> ProcessDefinition:
        if definition_hash is None:
            if not self.calls or self.calls[0]["process_id"] != process_id:
                raise failure(ErrorCode.RUN_UNKNOWN_PROCESS, f'the log holds no call of "{process_id}" at this point.')
            definition_hash = self.calls.popleft()["diagram"]
        return self._packages.definition(self._snapshot, process_id, definition_hash)


@dataclass(slots=True)
class Rebuilt:
    """An instance as its log gives it."""

    row: InstanceRow
    awaited: Awaited


def rebuild(snapshot: Snapshot, packages: Packages, row: InstanceRow) -> Rebuilt:
    """The instance of *row* as the log gives it; its package and start key, which it does not give, are those of *row*.

    Errors: `Erased`; EngineError when the log cannot be played.
    """
    entries = _entries(snapshot, row.id)
    services = PastServices(snapshot, packages, row.package_id, row.started_at)
    services.decisions.extend(
        data for entry, data in entries if entry.kind == LogKind.DECISION_EVALUATED and data["asked_by"] == "element"
    )
    services.calls.extend(
        data for entry, data in entries if entry.kind == LogKind.PROCESS_CALLED and not data["pinned"]
    )
    awaited = Awaited()
    row = row._replace(ended_at=None, suspended_at=None)
    execution: Execution | None = None
    for entry, data in entries:
        services.at = entry.at
        awaited.answered(entry.kind, data)
        row = row._replace(case_id=entry.case_id)
        if entry.kind == LogKind.INSTANCE_STARTED:
            row = row._replace(
                process_id=data["process_id"],
                hash=data["diagram"],
                start_key=data.get("start_key", row.start_key),
                started_at=entry.at,
            )
            definition = packages.definition(snapshot, data["process_id"], data["diagram"])
            execution = Execution.start(
                definition,
                _values(data),
                services,
                instance_id=row.id,
                start_event_id=data["start_event_id"],
            )
        elif entry.kind == LogKind.INSTANCE_MIGRATED and execution is not None:
            execution.migrate(packages.definition(snapshot, data["process_id"], data["to"]), data["mapping"])
            if data["process_id"] == row.process_id:
                row = row._replace(hash=data["to"])
        elif entry.kind == LogKind.INSTANCE_SUSPENDED:
            row = row._replace(suspended_at=entry.at)
        elif entry.kind in COMMANDS:
            if execution is None:
                raise failure(ErrorCode.STORE_CHAIN, f"the log of {row.id} does not begin with its start.")
            COMMANDS[LogKind(entry.kind)](execution, data)
            if entry.kind == LogKind.INSTANCE_RESUMED:
                row = row._replace(suspended_at=None)
        if execution is not None:
            awaited.follow(execution.take_effects())
            if execution.status is not InstanceStatus.ACTIVE and row.ended_at is None:
                row = row._replace(ended_at=entry.at, suspended_at=None)
    if execution is None:
        raise failure(ErrorCode.STORE_CHAIN, f"the log holds no start of {row.id}.")
    return Rebuilt(row._replace(state=execution.dump(), status=str(execution.status)), awaited)


def check_rebuild(snapshot: Snapshot, packages: Packages, row: InstanceRow) -> tuple[bool, tuple[Problem, ...]]:
    """Rebuild and compare: (whether that was possible, what differs)."""
    try:
        rebuilt = rebuild(snapshot, packages, row)
    except Erased:
        return False, ()
    except EngineError as error:
        return True, (_differs(row, f"the log cannot be played: {error.problem.message}"),)
    return True, tuple(_differs(row, what) for what in _differences(snapshot, row, rebuilt))


def _differences(snapshot: Snapshot, row: InstanceRow, rebuilt: Rebuilt) -> Iterator[str]:
    if row.state != rebuilt.row.state:
        yield "the stored state is not the one that the log gives."
    for name in COLUMNS:
        stored, given = getattr(row, name), getattr(rebuilt.row, name)
        if stored != given:
            yield f"its {name} is {stored}, but the log gives {given}."
    yield from rebuilt.awaited.differences(snapshot, row.id, held=rebuilt.row.suspended_at is not None)


def _differs(row: InstanceRow, what: str) -> Problem:
    return Problem(
        ErrorCode.STORE_CHAIN,
        f"process instance {row.id} of {row.process_id}: {what}",
        Location(part=f"instance {row.id}"),
        hint=CHANGED,
    )


def _entries(snapshot: Snapshot, instance_id: str) -> list[tuple[LogEntry, dict[str, Any]]]:
    wanted = {*COMMANDS, *HISTORY}
    found: list[tuple[LogEntry, dict[str, Any]]] = []
    after = 0
    while page := snapshot.history.of_instance(instance_id, after=after, limit=_PAGE):
        for entry in page:
            if entry.kind in wanted:
                if entry.data is None:
                    raise Erased
                found.append((entry, entry.data))
        after = page[-1].seq
    return found


def _values(data: Mapping[str, Any]) -> dict[str, Value]:
    return {name: from_wire(value) for name, value in data.get("variables", {}).items()}


def _job_completed(execution: Execution, data: Mapping[str, Any]) -> None:
    execution.complete_job(data["element_instance_id"], _values(data))


def _job_error(execution: Execution, data: Mapping[str, Any]) -> None:
    execution.throw_error(data["element_instance_id"], data["code"], data["message"], _values(data))


def _task_completed(execution: Execution, data: Mapping[str, Any]) -> None:
    execution.complete_user_task(data["element_instance_id"], _values(data))


def _message(execution: Execution, data: Mapping[str, Any]) -> None:
    execution.deliver_message(data["element_instance_id"], data["name"], _values(data))


def _timer(execution: Execution, data: Mapping[str, Any]) -> None:
    execution.fire_timer(data["element_instance_id"], data["timer_id"])


def _signal(execution: Execution, data: Mapping[str, Any]) -> None:
    execution.deliver_signal(data["name"], _values(data))


def _repaired(execution: Execution, data: Mapping[str, Any]) -> None:
    element_instance_id = data["element_instance_id"]
    if element_instance_id is None:
        return
    values = _values(data)
    if values:
        execution.set_variables(element_instance_id, values)
    if data["runs_again"] == "element":
        execution.retry(element_instance_id)


def _cancelled(execution: Execution, data: Mapping[str, Any]) -> None:
    execution.cancel()


def _resumed(execution: Execution, data: Mapping[str, Any]) -> None:
    execution.postpone_timers({timer_id: datetime.fromisoformat(due) for timer_id, due in data["timers"].items()})


def _revised(execution: Execution, data: Mapping[str, Any]) -> None:
    execution.revise([(each["path"], from_wire(each["was"]), from_wire(each["now"])) for each in data["revisions"]])


def _moved(execution: Execution, data: Mapping[str, Any]) -> None:
    execution.move_token(data["element_instance_id"], data["to"])


COMMANDS: dict[LogKind, Callable[[Execution, Mapping[str, Any]], None]] = {
    LogKind.JOB_COMPLETED: _job_completed,
    LogKind.JOB_ERROR: _job_error,
    LogKind.TASK_COMPLETED: _task_completed,
    LogKind.MESSAGE_CORRELATED: _message,
    LogKind.TIMER_FIRED: _timer,
    LogKind.SIGNAL_DELIVERED: _signal,
    LogKind.INCIDENT_RESOLVED: _repaired,
    LogKind.INSTANCE_CANCELLED: _cancelled,
    LogKind.INSTANCE_RESUMED: _resumed,
    LogKind.TOKEN_MOVED: _moved,
    LogKind.VALUES_REVISED: _revised,
}
