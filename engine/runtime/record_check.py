"""The record of a case, held against its log: state, facts, ledger, associations, deadlines, notices.

The log says what each row was when it was written, and the log is chained: a row that is another one now was changed by
other means than the engine. A case with an erased payload is not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.errors import ErrorCode, Location, Problem
from engine.feel import to_wire
from engine.runtime.deadline_check import check_deadlines
from engine.runtime.log_kinds import LogKind
from engine.runtime.notice_check import check_notices
from engine.runtime.records import NEW_CASE
from engine.runtime.values import stored
from engine.store import CHANGED, AssociationRow, CaseRow, FactRow, LedgerRow, LogEntry, Snapshot
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
        LogKind.NOTICE_SENT,
        LogKind.NOTICE_REPORTED,
        LogKind.ASSOCIATION_GRANTED,
        LogKind.ASSOCIATION_REVOKED,
    }
)


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
    granted = _logged_associations(entries)
    rows = snapshot.associations.of_case(case.id, limit=len(granted) + 1)
    yield from _lines("association", granted, [_stored_association(row) for row in rows])
    yield from check_deadlines(snapshot, case.id, entries)
    yield from check_notices(snapshot, case.id, entries)


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


def _logged_associations(entries: Sequence[LogEntry]) -> list[tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        data, at = _data(entry), instant_text(entry.at)
        if entry.kind == LogKind.ASSOCIATION_GRANTED:
            row = (data["association_id"], data["holder"], data["role"], data["basis"], at)
            found[data["association_id"]] = (*row, "", "")
        elif entry.kind == LogKind.ASSOCIATION_REVOKED:
            found[data["association_id"]] = (*found[data["association_id"]][:5], at, data["reason"])
    return list(found.values())


def _stored_association(row: AssociationRow) -> tuple[str, ...]:
    revoked_at = "" if row.revoked_at is None else instant_text(row.revoked_at)
    return (row.id, row.holder, row.role, row.basis, instant_text(row.granted_at), revoked_at, row.reason)


def _data(entry: LogEntry) -> dict[str, Any]:
    return entry.data or {}


def _problem(case: CaseRow, what: str) -> Problem:
    return Problem(
        ErrorCode.STORE_CHAIN,
        f"case {case.id}: {what}",
        Location(part=f"case {case.id}"),
        hint=CHANGED,
    )
