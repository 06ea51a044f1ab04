"""What handlers report becomes rows of the case record. Each kind of record has one writer, in the table `WRITERS`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from engine.errors import EngineError, ErrorCode, did_you_mean, failure
from engine.feel import to_wire
from engine.handlers.contract import (
    AssociationGranted,
    AssociationRevoked,
    CaseOpened,
    DeadlineMet,
    DeadlineSet,
    FactRecorded,
    LedgerPosted,
    MessagePublished,
    NoticeIssued,
    SearchKeysSet,
    StateChanged,
    ValuesRevised,
)
from engine.runtime.associations import grant_association, revoke_association, set_search_keys
from engine.runtime.command import Command, LiveInstance
from engine.runtime.deadlines import meet_deadline, set_deadline
from engine.runtime.log_kinds import LogKind
from engine.runtime.messages import publish_or_buffer
from engine.runtime.revising import revise_instances
from engine.runtime.values import checked_text, checked_variables, stored
from engine.store import CaseRow, DeliveryRow, FactRow, JobRow, LedgerRow, NoticeRow, sha256_of

NEW_CASE = "open"


def apply_records(command: Command, live: LiveInstance, records: Iterable[object], job: JobRow) -> None:
    """Write the records of one job, in their order. Errors: JOB_RESULT for what is no record, and those of writers."""
    for record in records:
        command.before_writing()
        writer = WRITERS.get(type(record))
        if writer is None:
            raise failure(
                ErrorCode.JOB_RESULT,
                f"the handler {job.type}: expected a record, but got {type(record).__name__}.",
                hint=f"records are {', '.join(kind.__name__ for kind in WRITERS)}",
            )
        try:
            writer(command, live, job, record)
        except EngineError:
            raise
        except Exception as error:  # a record is foreign data: whatever is wrong in it must end in an incident
            raise failure(
                ErrorCode.JOB_RESULT,
                f"the handler {job.type} returned a {type(record).__name__} that cannot be written:"
                f" {type(error).__name__}: {error}",
                hint="correct the handler, then resolve the incident",
                element_id=job.element_id,
            ) from error


def open_case(command: Command, package_id: str, case_type: str, key: str, case_id: str | None = None) -> CaseRow:
    """Open a case record that does not exist yet. Errors: CASE_NOT_FOUND when the law knows no such type."""
    types = command.package(package_id).require_law().case_types
    if case_type not in types:
        raise failure(
            ErrorCode.CASE_NOT_FOUND,
            f'the law knows no case type "{case_type}".{did_you_mean(case_type, types)}',
            hint=f"case types: {', '.join(types)}",
        )
    row = CaseRow(case_id or command.tx.new_id("case"), package_id, case_type, key, NEW_CASE, command.now)
    command.tx.cases.add(row)
    command.record(
        LogKind.CASE_OPENED, {"type": case_type, "key": key, "clauses": list(types[case_type].clauses)}, case_id=row.id
    )
    return row


def link_case(command: Command, live: LiveInstance, case_id: str) -> None:
    """The instance belongs to the case from now on, with all that this command has recorded of it."""
    if live.case_id == case_id:
        return
    if live.case_id is not None:
        raise failure(
            ErrorCode.JOB_RESULT,
            f'the process instance "{live.id}" belongs to case "{live.case_id}" and cannot join "{case_id}".',
        )
    live.case_id = case_id
    command.tx.instances.set_case(live.id, case_id)
    command.tx.cases.link(case_id, live.id, command.now)
    command.tx.log.give_case(live.id, case_id)
    command.record(LogKind.CASE_LINKED, {}, live=live)


def record_fact(command: Command, case_id: str, row: FactRow, clauses: Sequence[str], **log: Any) -> None:
    """A new fact; the one before it stays in the history."""
    command.tx.cases.add_fact(case_id, row)
    command.record(
        LogKind.FACT_RECORDED,
        {
            "name": row.name,
            "value": to_wire(row.value),
            "source": row.source,
            "reason": row.reason,
            "valid_from": None if row.valid_from is None else row.valid_from.isoformat(),
            "clauses": list(clauses),
        },
        case_id=case_id,
        **log,
    )


def post_ledger(command: Command, case_id: str, row: LedgerRow, clauses: Sequence[str], **log: Any) -> None:
    """A line of the payments ledger. Errors: JOB_RESULT unless the amount has two places and the law's currency."""
    if not row.amount.is_finite() or row.amount.as_tuple().exponent != -2:
        raise failure(
            ErrorCode.JOB_RESULT,
            f"expected an amount with two places in the ledger, but got {row.amount}.",
            part=row.entry,
        )
    command.tx.cases.post(case_id, row)
    command.record(
        LogKind.LEDGER_POSTED,
        {
            "entry": row.entry,
            "amount": str(row.amount),
            "currency": row.currency,
            "on": row.on_date.isoformat(),
            "details": stored(row.details),
            "clauses": list(clauses),
        },
        case_id=case_id,
        **log,
    )


def _case_of(live: LiveInstance, what: str) -> str:
    if live.case_id is None:
        raise failure(
            ErrorCode.CASE_NOT_FOUND,
            f'{what} belongs to a case, but the process instance "{live.id}" has none.',
            hint="open or join the case first",
        )
    return live.case_id


def _write_case_opened(command: Command, live: LiveInstance, job: JobRow, record: CaseOpened) -> None:
    row = command.tx.cases.with_key(live.package_id, record.case_type, record.case_key)
    if row is None:
        row = open_case(command, live.package_id, record.case_type, record.case_key, record.case_id)
    link_case(command, live, row.id)


def _write_state(command: Command, live: LiveInstance, job: JobRow, record: StateChanged) -> None:
    case_id = _case_of(live, f'the state "{record.state}"')
    before = command.tx.cases.get(case_id)
    command.tx.cases.set_state(case_id, record.state)
    command.record(
        LogKind.CASE_STATE,
        {
            "state": record.state,
            "before": None if before is None else before.state,
            "clauses": list(job.clauses),
        },
        live=live,
        element_id=job.element_id,
    )


def _write_fact(command: Command, live: LiveInstance, job: JobRow, record: FactRecorded) -> None:
    fact = record.fact
    row = FactRow(fact.name, fact.value, fact.recorded_at, fact.source, fact.reason, fact.valid_from)
    record_fact(
        command, _case_of(live, f'the fact "{fact.name}"'), row, job.clauses, live=live, element_id=job.element_id
    )


def _write_deadline_set(command: Command, live: LiveInstance, job: JobRow, record: DeadlineSet) -> None:
    case_id = _case_of(live, f'the deadline "{record.deadline.name}"')
    set_deadline(command, case_id, record.deadline, live=live, element_id=job.element_id)


def _write_deadline_met(command: Command, live: LiveInstance, job: JobRow, record: DeadlineMet) -> None:
    case_id = _case_of(live, f'the deadline "{record.name}"')
    meet_deadline(command, case_id, live.package_id, record, live=live, element_id=job.element_id)


def _write_notice(command: Command, live: LiveInstance, job: JobRow, record: NoticeIssued) -> None:
    row = NoticeRow(
        id=record.notice_id,
        case_id=live.case_id,
        instance_id=live.id,
        type=record.notice_type,
        dated=record.dated,
        subject=record.subject,
        required=record.required,
        source_hash=record.source_hash,
        issued_at=command.now,
        texts=record.texts,
        sha256={
            **{media_type: sha256_of(text) for media_type, text in record.texts.items()},
            **{media_type: sha256_of(data) for media_type, data in record.files.items()},
        },
        files=record.files,
    )
    command.tx.notices.add(row)
    command.record(
        LogKind.NOTICE_ISSUED,
        {
            "notice_id": row.id,
            "type": row.type,
            "dated": row.dated.isoformat(),
            "subject": row.subject,
            "sha256": row.sha256,
            "source": row.source_hash,
            "channels": [delivery.channel for delivery in record.deliveries],
            "clauses": list(dict.fromkeys([*job.clauses, *_required_clauses(record)])),
        },
        live=live,
        element_id=job.element_id,
    )
    for number, delivery in enumerate(record.deliveries, 1):
        command.tx.deliveries.add(
            DeliveryRow(
                id=command.tx.new_id("delivery"),
                notice_id=row.id,
                channel=delivery.channel,
                address=delivery.address,
                key=f"{row.id}.{number}",
                state="queued",
                attempts=0,
                retries=command.settings.delivery_retries,
                available_at=command.now,
            )
        )


def _required_clauses(record: NoticeIssued) -> list[str]:
    return [str(clause) for entry in record.required for clause in entry.get("clauses", ())]


def _write_ledger(command: Command, live: LiveInstance, job: JobRow, record: LedgerPosted) -> None:
    line = record.line
    row = LedgerRow(line.entry, line.amount, line.currency, line.on, line.details, command.now)
    case_id = _case_of(live, f'the ledger line "{line.entry}"')
    post_ledger(command, case_id, row, job.clauses, live=live, element_id=job.element_id)


def _write_message(command: Command, live: LiveInstance, job: JobRow, record: MessagePublished) -> None:
    whose = f'the message "{record.name}" of {job.type}'
    name = checked_text(record.name, code=ErrorCode.JOB_RESULT, whose=whose)
    key = checked_text(record.key, code=ErrorCode.JOB_RESULT, whose=whose)
    allowed = command.settings.result_bytes
    variables = checked_variables(record.variables, code=ErrorCode.JOB_RESULT, whose=whose, bytes_allowed=allowed)
    case_id = live.case_id if record.same_case else None
    command.agenda.append(partial(publish_or_buffer, command, name, key, variables, case_id=case_id, kept=record.kept))


def _write_revised(command: Command, live: LiveInstance, job: JobRow, record: ValuesRevised) -> None:
    case_id = _case_of(live, "a value that was wrong")
    command.agenda.append(partial(revise_instances, command, case_id, record, but=live.id))


WRITERS: dict[type, Callable[[Command, LiveInstance, JobRow, Any], None]] = {
    CaseOpened: _write_case_opened,
    StateChanged: _write_state,
    FactRecorded: _write_fact,
    DeadlineSet: _write_deadline_set,
    DeadlineMet: _write_deadline_met,
    NoticeIssued: _write_notice,
    LedgerPosted: _write_ledger,
    MessagePublished: _write_message,
    ValuesRevised: _write_revised,
    SearchKeysSet: set_search_keys,
    AssociationGranted: grant_association,
    AssociationRevoked: revoke_association,
}
