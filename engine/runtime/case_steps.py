"""How the values of a case came about, read back from the audit log for handlers that look into the past."""

from __future__ import annotations

from engine.feel import from_wire
from engine.handlers.contract import DecisionTaken, VariablesTook
from engine.runtime.log_kinds import LogKind
from engine.store import LogEntry, Snapshot

_STEPS = 1_000_000


def steps_of_case(view: Snapshot, case_id: str) -> tuple[VariablesTook | DecisionTaken, ...]:
    """The variables that scopes took and the decisions that elements asked for, oldest first."""
    entries = view.history.of_case(case_id, limit=_STEPS)
    return tuple(step for entry in entries if (step := _step(entry)) is not None)


def _step(entry: LogEntry) -> VariablesTook | DecisionTaken | None:
    data = entry.data
    if data is None:
        return None
    if entry.kind == LogKind.VARIABLES_CHANGED:
        variables = {name: from_wire(value) for name, value in data["variables"].items()}
        return VariablesTook(entry.element_id or "", variables)
    if entry.kind == LogKind.DECISION_EVALUATED and data.get("asked_by") == "element":
        audit = data["audit"]
        exact = data.get("exact_inputs", {})
        inputs = {name: from_wire(exact.get(name, value)) for name, value in audit["inputs"].items()}
        value = from_wire(data["value"])
        return DecisionTaken(entry.at, entry.element_id, str(data["decision_id"]), inputs, value, audit)
    return None
