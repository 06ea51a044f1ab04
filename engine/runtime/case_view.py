"""Case records between the store's rows and the contract's values."""

from __future__ import annotations

from engine.errors import ErrorCode, failure
from engine.handlers.contract import CaseView, Deadline, Fact, LedgerLine
from engine.store import MISSED, DeadlineRow, FactRow, LedgerRow, Snapshot

_NOTICES = 10_000


def build_case_view(snapshot: Snapshot, case_id: str) -> CaseView:
    """The case as it stands inside the present transaction. Errors: CASE_NOT_FOUND."""
    return snapshot.until_written(("case view", case_id), lambda: _read(snapshot, case_id))


def _read(snapshot: Snapshot, case_id: str) -> CaseView:
    row = snapshot.cases.get(case_id)
    if row is None:
        raise failure(ErrorCode.CASE_NOT_FOUND, f'no case "{case_id}" is stored.')
    return CaseView(
        id=row.id,
        type=row.type,
        key=row.key,
        state=row.state,
        facts={name: fact_of(fact) for name, fact in snapshot.cases.facts(case_id).items()},
        deadlines={
            deadline.name: deadline_of(deadline)
            for deadline in snapshot.deadlines.of_case(case_id)
            if MISSED not in deadline.name
        },
        ledger=tuple(ledger_line_of(line) for line in snapshot.cases.ledger(case_id)),
        notices=tuple(
            {
                "notice_id": notice.id,
                "notice_type": notice.type,
                "dated": notice.dated,
                "subject": notice.subject,
                "issued_at": notice.issued_at,
            }
            for notice in snapshot.notices.of_case(case_id, limit=_NOTICES)
        ),
    )


def fact_of(row: FactRow) -> Fact:
    return Fact(row.name, row.value, row.recorded_at, row.source, row.reason, row.valid_from)


def ledger_line_of(row: LedgerRow) -> LedgerLine:
    return LedgerLine(row.entry, row.amount, row.currency, row.on_date, row.details)


def deadline_of(row: DeadlineRow) -> Deadline:
    return Deadline(
        name=row.name,
        limit_id=row.limit_id,
        clause=row.clause,
        duty=row.duty,
        started_on=row.started_on,
        amount=row.amount,
        unit=row.unit,
        due_date=row.due_date,
        due=row.due,
        opens=row.opens,
        calendar=row.calendar,
        steps=row.steps,
        met_on=row.met_on,
        breached=row.breached,
        changes=row.changes,
        parameter_hash=row.parameter_hash,
    )
