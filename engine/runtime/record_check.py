"""The record of a case, held against its log: state, facts, ledger, deadlines with their timers, notices.

The log says what each row was when it was written, and the log is chained: a row that is another one now was changed by
other means than the engine. A case with an erased payload is not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.errors import ErrorCode, Location, Problem
from engine.feel import to_wire
from engine.runtime.log_kinds import LogKind
from engine.runtime.records import NEW_CASE
from engine.runtime.values import stored
from engine.store import MISSED, CaseRow, DeadlineRow, FactRow, LedgerRow, LogEntry, NoticeRow, Snapshot
from engine.store.instants import instant_text

_PAGE = 1000
KINDS = frozenset(
    {
        LogKind.CASE_OPENED,
        LogKind.CASE_STATE,
        LogKind.FACT_RECORDED,
        LogKind.LEDGER_POSTED,
        LogKind.DEADLINE_SET,
        LogKind.DEADLINE_MET,
        LogKind.DEADLINE_BREACHED,
        LogKind.NOTICE_ISSUED,
        LogKind.INCIDENT_RAISED,
    }
)
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


def all_cases(snapshot: Snapshot) -> Iterator[CaseRow]:
    after: str | None = None
    while cases := snapshot.cases.find(after=after, limit=_PAGE):
        yield from cases
        after = cases[-1].id


def check_record(snapshot: Snapshot, case: CaseRow) -> Iterator[Problem]:
    """Every row of the case record that the log does not give as it stands."""
    entries = _entries(snapshot, case.id)
    if all(entry.data is not None for entry in entries):
        for what in _differences(snapshot, case, entries):
            yield _problem(case, what)


def _entries(snapshot: Snapshot, case_id: str) -> list[LogEntry]:
    found: list[LogEntry] = []
    after = 0
    while page := snapshot.history.of_case(case_id, after=after, limit=_PAGE):
        found += (entry for entry in page if entry.kind in KINDS and entry.case_id == case_id)
        after = page[-1].seq
    return found


def _differences(snapshot: Snapshot, case: CaseRow, entries: Sequence[LogEntry]) -> Iterator[str]:
    by_kind: dict[str, list[LogEntry]] = {}
    for entry in entries:
        by_kind.setdefault(entry.kind, []).append(entry)
    yield from _case(case, by_kind)
    facts = [_logged_fact(entry) for entry in by_kind.get(LogKind.FACT_RECORDED, ())]
    yield from _lines("fact", facts, [_stored_fact(row) for row in snapshot.cases.fact_history(case.id)])
    ledger = [_logged_line(entry) for entry in by_kind.get(LogKind.LEDGER_POSTED, ())]
    yield from _lines("line of the ledger", ledger, [_stored_line(row) for row in snapshot.cases.ledger(case.id)])
    yield from _deadlines(snapshot, case, entries)
    notices = [_logged_notice(entry) for entry in by_kind.get(LogKind.NOTICE_ISSUED, ())]
    rows = snapshot.notices.of_case(case.id, limit=len(notices) + 1)
    yield from _lines("notice", sorted(notices), sorted(_stored_notice(row) for row in rows))


def _case(case: CaseRow, by_kind: dict[str, list[LogEntry]]) -> Iterator[str]:
    opened = by_kind.get(LogKind.CASE_OPENED, [])
    if not opened:
        yield "the log does not say that it was opened."
        return
    data = _data(opened[0])
    states = [NEW_CASE, *(_data(entry)["state"] for entry in by_kind.get(LogKind.CASE_STATE, ()))]
    logged = {"type": data["type"], "key": data["key"], "state": states[-1], "opened_at": opened[0].at}
    for name, value in logged.items():
        if getattr(case, name) != value:
            yield f'its {name} is "{getattr(case, name)}", but the log gives "{value}".'


def _lines(what: str, logged: Sequence[tuple[str, ...]], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Rows that are only added, in their order; each begins with its name."""
    for number, (wanted, row) in enumerate(zip(logged, rows, strict=False), 1):
        if wanted != row:
            yield f'the {what} "{row[0]}" (number {number}) is not the one that the log gives.'
    if len(logged) != len(rows):
        yield f"it has {len(rows)} of a {what}, but the log gives {len(logged)}."


def _logged_fact(entry: LogEntry) -> tuple[str, ...]:
    data = _data(entry)
    said = (data["source"], data["reason"], str(data["valid_from"]))
    return (data["name"], repr(data["value"]), *said, instant_text(entry.at))


def _stored_fact(row: FactRow) -> tuple[str, ...]:
    said = (row.source, row.reason, str(row.valid_from))
    return (row.name, repr(to_wire(row.value)), *said, instant_text(row.recorded_at))


def _logged_line(entry: LogEntry) -> tuple[str, ...]:
    data = _data(entry)
    return (data["entry"], data["amount"], data["currency"], data["on"], repr(data["details"]), instant_text(entry.at))


def _stored_line(row: LedgerRow) -> tuple[str, ...]:
    on, details = row.on_date.isoformat(), repr(stored(row.details))
    return (row.entry, str(row.amount), row.currency, on, details, instant_text(row.recorded_at))


def _logged_notice(entry: LogEntry) -> tuple[str, ...]:
    data = _data(entry)
    hashes = repr(sorted(data["sha256"].items()))
    return (data["notice_id"], data["type"], data["dated"], data["subject"], data["source"], hashes)


def _stored_notice(row: NoticeRow) -> tuple[str, ...]:
    hashes = repr(sorted(row.sha256.items()))
    return (row.id, row.type, row.dated.isoformat(), row.subject, row.source_hash, hashes)


# ---- deadlines ------------------------------------------------------------------------------------------------------


def _deadlines(snapshot: Snapshot, case: CaseRow, entries: Sequence[LogEntry]) -> Iterator[str]:
    logged = _logged_deadlines(entries)
    rows = {row.name: row for row in snapshot.deadlines.of_case(case.id)}
    for name, wanted in logged.items():
        row = rows.pop(name, None)
        if row is None:
            if MISSED not in name:  # whether it was missed is not certain where its name was set anew before
                yield f'the deadline "{name}" is missing.'
        elif not _is_as_logged(row, wanted):
            yield f'the deadline "{name}" is not the one that the log gives.'
        elif MISSED not in name:
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


def _problem(case: CaseRow, what: str) -> Problem:
    return Problem(
        ErrorCode.STORE_CHAIN,
        f"case {case.id}: {what}",
        Location(part=f"case {case.id}"),
        hint="somebody changed the store by other means than the engine; compare it with a backup",
    )
