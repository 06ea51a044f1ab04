"""How the values of a case came about, read back from the audit log for handlers that look into the past."""

from __future__ import annotations

from datetime import date

from engine.feel import from_wire
from engine.handlers.steps import (
    DeadlineTaken,
    DecisionTaken,
    NoticeTaken,
    RevisionTaken,
    Step,
    VariablesTook,
    WayTaken,
)
from engine.runtime.log_kinds import LogKind
from engine.store import LogEntry, Snapshot

_STEPS = 1_000_000


def steps_of_case(view: Snapshot, case_id: str) -> tuple[Step, ...]:
    """What scopes took, elements decided, set and sent, and by which way they were left, oldest first."""
    entries = view.history.of_case(case_id, limit=_STEPS)
    return tuple(step for entry in entries if (step := _step(entry)) is not None)


def _step(entry: LogEntry) -> Step | None:
    data = entry.data
    if data is None:
        return None
    if entry.kind == LogKind.VARIABLES_CHANGED:
        variables = {name: from_wire(value) for name, value in data["variables"].items()}
        return VariablesTook(entry.element_id or "", variables, entry.instance_id or "")
    if entry.kind == LogKind.VALUES_REVISED:
        revised = tuple(
            (tuple(each["path"]), from_wire(each["was"]), from_wire(each["now"])) for each in data["revisions"]
        )
        return RevisionTaken(revised, entry.instance_id or "")
    if entry.kind == LogKind.DEADLINE_SET:
        started_on, due_date = date.fromisoformat(data["started_on"]), date.fromisoformat(data["due_date"])
        return DeadlineTaken(entry.element_id, str(data["name"]), started_on, due_date, entry.instance_id or "")
    if entry.kind == LogKind.NOTICE_ISSUED:
        return NoticeTaken(entry.at, str(data["type"]), entry.instance_id or "")
    if entry.kind == LogKind.FLOW_TAKEN:
        return WayTaken(entry.element_id or "", str(data["flow_id"]), entry.instance_id or "")
    if entry.kind == LogKind.DECISION_EVALUATED and data.get("asked_by") == "element":
        audit = data["audit"]
        exact = data.get("exact_inputs", {})
        inputs = {name: from_wire(exact.get(name, value)) for name, value in audit["inputs"].items()}
        value = from_wire(data["value"])
        return DecisionTaken(
            entry.at, entry.element_id, str(data["decision_id"]), inputs, value, audit, entry.instance_id or ""
        )
    return None
