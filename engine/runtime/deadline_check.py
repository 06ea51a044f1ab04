"""The deadlines of a case and their timers, held against its log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.runtime.log_kinds import LogKind
from engine.store import MISSED, DeadlineRow, LogEntry, Snapshot
from engine.store.instants import instant_text

Outcome = tuple[str | None, bool]
"""When a deadline was met, and whether it was breached."""
OPEN: Outcome = (None, False)


@dataclass(frozen=True, slots=True)
class LoggedDeadline:
    """`outcomes` are those that the log allows: setting a deadline anew may keep what had become of it, or not."""

    data: dict[str, Any]
    at: str
    outcomes: frozenset[Outcome]
    changes: tuple[str, ...]

    @property
    def was_missed(self) -> bool:
        return self.data["duty"] and any(met and breached for met, breached in self.outcomes)


def check_deadlines(snapshot: Snapshot, case_id: str, entries: Sequence[LogEntry]) -> Iterator[str]:
    """A sentence for each row that the log does not give as it stands."""
    logged = _logged_deadlines(entries)
    rows = {row.name: row for row in snapshot.deadlines.of_case(case_id)}
    for name, wanted in logged.items():
        row = rows.pop(name, None)
        if row is None:
            if MISSED not in name:  # whether it was missed is not certain where its name was set anew before
                yield f'the deadline "{name}" is missing.'
        elif not _is_as_logged(row, wanted):
            yield f'the deadline "{name}" is not the one that the log gives.'
        elif MISSED not in name:  # the changes of a missed one stay under its name, with the one that took it
            if row.changes != wanted.changes:
                yield f'the changes of the deadline "{name}" are not those that the log gives.'
            yield from _timer(snapshot, row)
    for name in rows:
        yield f'the log gives no deadline "{name}".'


def _logged_deadlines(entries: Sequence[LogEntry]) -> dict[str, LoggedDeadline]:
    found: dict[str, LoggedDeadline] = {}
    for entry in entries:
        if entry.kind == LogKind.DEADLINE_SET:
            _set(found, _data(entry), instant_text(entry.at))
        elif entry.kind == LogKind.DEADLINE_MET:
            data = _data(entry)
            met = {(data["on"], breached) for _, breached in found[data["name"]].outcomes}
            found[data["name"]] = replace(found[data["name"]], outcomes=frozenset(met))
        elif entry.kind == LogKind.DEADLINE_BREACHED:
            name = _data(entry)["name"]
            found[name] = replace(found[name], outcomes=frozenset((met, True) for met, _ in found[name].outcomes))
    return found


def _set(found: dict[str, LoggedDeadline], data: dict[str, Any], at: str) -> None:
    name, before = data["name"], found.get(data["name"])
    if before is None:
        found[name] = LoggedDeadline(data, at, frozenset({OPEN}), tuple(data["changes"]))
        return
    if before.was_missed and before.data["started_on"] != data["started_on"]:
        found[f"{name}{MISSED}{before.data['due_date']}"] = before
    outcomes = frozenset({OPEN, (None, True)}) | before.outcomes
    found[name] = LoggedDeadline(data, at, outcomes, (*before.changes, *data["changes"]))


def _is_as_logged(row: DeadlineRow, wanted: LoggedDeadline) -> bool:
    data = wanted.data
    met = None if row.met_on is None else row.met_on.isoformat()
    logged = (
        data["limit"],
        data["clauses"],
        data["duty"],
        data["started_on"],
        data["amount"],
        data["unit"],
        data["due_date"],
        data["due"],
        data["calendar"],
        data["arithmetic"],
        data["parameter"],
        wanted.at,
    )
    return (met, row.breached) in wanted.outcomes and logged == (
        row.limit_id,
        [row.clause] if row.clause else [],
        row.duty,
        row.started_on.isoformat(),
        row.amount,
        row.unit,
        row.due_date.isoformat(),
        row.due.isoformat(),
        row.calendar,
        list(row.steps),
        row.parameter_hash,
        instant_text(row.set_at),
    )


def _timer(snapshot: Snapshot, row: DeadlineRow) -> Iterator[str]:
    """A duty that is open has a timer at its due instant, and nothing else has."""
    awaited = [timer.due for timer in snapshot.timers.of_case(row.case_id) if timer.deadline == row.name]
    wanted = [row.due] if row.duty and row.met_on is None and not row.breached else []
    if awaited != wanted and not (wanted and not awaited and row.due <= snapshot.now):
        yield f'the timer of the deadline "{row.name}" is not the one that the log gives.'


def _data(entry: LogEntry) -> dict[str, Any]:
    return entry.data or {}
