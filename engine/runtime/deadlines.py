"""Deadlines of cases: set, changed, met, met late, breached.

A duty has an engine timer at its due instant. When that fires first, the breach is recorded and the manifest's
`on_breach` message goes out in the same transaction; it never blocks the procedure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.errors import ErrorCode, did_you_mean, failure
from engine.feel import Value
from engine.handlers.contract import Deadline, DeadlineMet
from engine.runtime.log_kinds import LogKind
from engine.runtime.messages import publish_or_buffer
from engine.runtime.values import feel_date
from engine.store import MISSED, DeadlineRow

if TYPE_CHECKING:
    from engine.runtime.command import Command, LiveInstance


BREACH_VARIABLES = (
    "case_key",
    "case_id",
    "case_type",
    "deadline",
    "limit_id",
    "clause",
    "started_on",
    "due_date",
    "breached_on",
)
"""What the message about a breach carries."""


def set_deadline(
    command: Command,
    case_id: str,
    deadline: Deadline,
    *,
    live: LiveInstance | None = None,
    element_id: str | None = None,
) -> None:
    """Set or replace the deadline of this name; what it was before stays among its changes.

    A duty that was missed and done late stays on record by itself when its name goes on to the next of its kind.
    """
    before = command.tx.deadlines.get(case_id, deadline.name)
    if before is not None and _was_missed(before) and before.started_on != deadline.started_on:
        command.tx.deadlines.put(replace(before, name=f"{before.name}{MISSED}{before.due_date.isoformat()}"))
    command.tx.deadlines.put(_row(case_id, deadline, command))
    known = () if before is None else before.changes
    changes = [change for change in deadline.changes if change not in known]
    if before is not None and not changes and _moved(before, deadline):
        changes = [
            f"{before.due_date.isoformat()} (limit {before.limit_id}, from {before.started_on.isoformat()})"
            f" replaced by {deadline.due_date.isoformat()} (limit {deadline.limit_id}, from"
            f" {deadline.started_on.isoformat()})"
        ]
    for change in changes:
        command.tx.deadlines.add_change(case_id, deadline.name, change, command.now)
    if deadline.duty and deadline.met_on is None and not deadline.breached:
        command.tx.timers.schedule_deadline(case_id=case_id, deadline=deadline.name, due=deadline.due)
    else:
        command.tx.timers.cancel_deadline(case_id, deadline.name)
    command.record(
        LogKind.DEADLINE_SET,
        {
            "name": deadline.name,
            "limit": deadline.limit_id,
            "clauses": [deadline.clause] if deadline.clause else [],
            "duty": deadline.duty,
            "started_on": deadline.started_on.isoformat(),
            "amount": deadline.amount,
            "unit": deadline.unit,
            "due_date": deadline.due_date.isoformat(),
            "due": deadline.due.isoformat(),
            "calendar": deadline.calendar,
            "arithmetic": list(deadline.steps),
            "parameter": deadline.parameter_hash,
            "changes": changes,
        },
        live=live,
        case_id=case_id,
        element_id=element_id,
    )


def meet_deadline(
    command: Command,
    case_id: str,
    package_id: str,
    record: DeadlineMet,
    *,
    live: LiveInstance | None = None,
    element_id: str | None = None,
) -> None:
    """The deadline was met, in time or late. Errors: CAL_UNKNOWN_DEADLINE with the nearest name."""
    row = command.tx.deadlines.get(case_id, record.name)
    if row is None:
        known = [deadline.name for deadline in command.tx.deadlines.of_case(case_id)]
        raise failure(
            ErrorCode.CAL_UNKNOWN_DEADLINE,
            f'the case has no deadline "{record.name}".{did_you_mean(record.name, known)}',
            hint=f"deadlines of the case: {', '.join(known) or 'none'}",
        )
    late = record.late or record.on > row.due_date
    if late and row.duty and not row.breached:
        record_breach(command, row, package_id)
    command.tx.deadlines.set_met(case_id, record.name, record.on)
    command.tx.timers.cancel_deadline(case_id, record.name)
    command.record(
        LogKind.DEADLINE_MET,
        {
            "name": record.name,
            "on": record.on.isoformat(),
            "late": late,
            "due_date": row.due_date.isoformat(),
            "reason": record.reason,
            "clauses": [row.clause] if row.clause else [],
        },
        live=live,
        case_id=case_id,
        element_id=element_id,
    )


def expire_deadline(command: Command, case_id: str, name: str) -> None:
    """The due instant has passed: an unmet duty is breached."""
    row = command.tx.deadlines.get(case_id, name)
    case = command.tx.cases.get(case_id)
    if row is not None and case is not None and row.met_on is None and not row.breached:
        record_breach(command, row, case.package_id)


def record_breach(command: Command, row: DeadlineRow, package_id: str) -> None:
    """Record the breach and publish the message that the manifest names for it."""
    command.tx.deadlines.set_breached(row.case_id, row.name)
    command.record(
        LogKind.DEADLINE_BREACHED,
        {
            "name": row.name,
            "limit": row.limit_id,
            "due_date": row.due_date.isoformat(),
            "clauses": [row.clause] if row.clause else [],
        },
        case_id=row.case_id,
    )
    message = command.package(package_id).require_law().on_breach
    case = command.tx.cases.get(row.case_id)
    if message is None or case is None:
        return
    variables: dict[str, Value] = {
        "case_key": case.key,
        "case_id": case.id,
        "case_type": case.type,
        "deadline": row.name,
        "limit_id": row.limit_id,
        "clause": row.clause,
        "started_on": feel_date(row.started_on),
        "due_date": feel_date(row.due_date),
        "breached_on": feel_date(command.now.astimezone(command.package(package_id).time_zone).date()),
    }
    key = variables.get(message.key, case.key)
    command.agenda.append(
        lambda: publish_or_buffer(command, message.message, str(key), variables, case_id=case.id, may_repeat=True)
    )


def _was_missed(row: DeadlineRow) -> bool:
    return row.duty and row.breached and row.met_on is not None


def _moved(before: DeadlineRow, after: Deadline) -> bool:
    return (before.due_date, before.limit_id, before.started_on) != (after.due_date, after.limit_id, after.started_on)


def _row(case_id: str, deadline: Deadline, command: Command) -> DeadlineRow:
    return DeadlineRow(
        case_id=case_id,
        name=deadline.name,
        limit_id=deadline.limit_id,
        clause=deadline.clause,
        duty=deadline.duty,
        started_on=deadline.started_on,
        amount=deadline.amount,
        unit=deadline.unit,
        due_date=deadline.due_date,
        due=deadline.due,
        opens=deadline.opens,
        calendar=deadline.calendar,
        steps=deadline.steps,
        parameter_hash=deadline.parameter_hash,
        met_on=deadline.met_on,
        breached=deadline.breached,
        set_at=command.now,
    )
