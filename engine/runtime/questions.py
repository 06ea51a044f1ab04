"""Rows as views: what the facade answers to questions. Every function reads one snapshot."""

from __future__ import annotations

from engine.bpmn import Execution, InstanceStatus
from engine.errors import ErrorCode, failure
from engine.feel import from_wire
from engine.runtime.case_view import deadline_of, fact_of, ledger_line_of
from engine.runtime.command import LiveInstance
from engine.runtime.packages import Packages
from engine.runtime.services import InstanceServices
from engine.runtime.views import (
    AssociationView,
    CaseRecord,
    DeadlineRecord,
    DecisionRecord,
    DeliveryReportView,
    DeliveryView,
    IncidentView,
    InstanceView,
    JobView,
    LedgerRecord,
    NoticeView,
    UserTaskView,
)
from engine.store import (
    SUSPENDED,
    AssociationRow,
    CaseRow,
    DeadlineRow,
    DeliveryRow,
    IncidentRow,
    InstanceRow,
    JobRow,
    LogEntry,
    NoticeRow,
    Snapshot,
)


def instance_view(snapshot: Snapshot, packages: Packages, row: InstanceRow) -> InstanceView:
    """An instance with its variables and the elements that hold a token."""
    definition = packages.definition(snapshot, row.process_id, row.hash)
    services = InstanceServices(snapshot, packages, row.package_id)
    # The state of an erased instance is empty; it has ended, and nothing stands in it.
    execution = Execution.load(definition, row.state, services, instance_id=row.id) if row.state else None
    return InstanceView(
        id=row.id,
        process_id=row.process_id,
        process_name=definition.name or row.process_id,
        package_id=row.package_id,
        diagram_hash=row.hash,
        status=row.status if row.suspended_at is None else SUSPENDED,
        case_id=row.case_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        variables={} if execution is None else execution.variables,
        active_elements=() if execution is None else tuple(execution.active_elements()),
        open_incidents=snapshot.incidents.count_open(row.id),
        suspended_at=row.suspended_at,
    )


def association_view(row: AssociationRow) -> AssociationView:
    return AssociationView(
        row.id, row.case_id, row.holder, row.role, row.basis, row.granted_at, row.revoked_at, row.reason
    )


def begun_view(live: LiveInstance) -> InstanceView:
    """An instance that a command has just begun and in which nothing has stopped, without reading it again."""
    status = live.execution.status
    return InstanceView(
        id=live.id,
        process_id=live.process_id,
        process_name=live.definition.name or live.process_id,
        package_id=live.package_id,
        diagram_hash=live.definition.diagram_hash,
        status=status,
        case_id=live.case_id,
        started_at=live.started_at,
        ended_at=None if status == InstanceStatus.ACTIVE else live.started_at,
        variables=live.execution.variables,
        active_elements=tuple(live.execution.active_elements()),
        open_incidents=0,
    )


def user_task_view(snapshot: Snapshot, row: JobRow) -> UserTaskView:
    instance = snapshot.instances.heading(row.instance_id)
    case = None if instance is None or instance.case_id is None else snapshot.cases.get(instance.case_id)
    return UserTaskView(
        id=row.id,
        element_id=row.element_id,
        name=row.element_name,
        process_id="" if instance is None else instance.process_id,
        instance_id=row.instance_id,
        case_id=None if case is None else case.id,
        case_key=None if case is None else case.key,
        state=row.state,
        created_at=row.created_at,
        ended_at=row.ended_at,
        due=row.due,
        form_id=row.form_id,
        assignee=row.assignee,
        candidate_groups=row.candidate_groups,
        candidate_users=row.candidate_users,
        variables=row.variables,
        clauses=row.clauses,
    )


def job_view(row: JobRow) -> JobView:
    return JobView(
        id=row.id,
        type=row.type,
        element_id=row.element_id,
        instance_id=row.instance_id,
        state=row.state,
        attempts=row.attempts,
        retries=row.retries,
        available_at=row.available_at,
        lease_owner=row.lease_owner,
        headers=row.headers,
        variables=row.variables,
    )


def incident_view(row: IncidentRow) -> IncidentView:
    return IncidentView(
        id=row.id,
        code=row.code,
        message=row.message,
        problem=row.problem,
        state=row.state,
        instance_id=row.instance_id,
        case_id=row.case_id,
        element_id=row.element_id,
        job_id=row.job_id,
        delivery_id=row.delivery_id,
        created_at=row.created_at,
        resolved_at=row.resolved_at,
    )


def require_case(snapshot: Snapshot, case_id: str) -> CaseRow:
    row = snapshot.cases.get(case_id)
    if row is None:
        raise failure(ErrorCode.CASE_NOT_FOUND, f'no case "{case_id}" is stored.')
    return row


def case_record(snapshot: Snapshot, row: CaseRow) -> CaseRecord:
    return CaseRecord(
        id=row.id,
        type=row.type,
        key=row.key,
        state=row.state,
        package_id=row.package_id,
        opened_at=row.opened_at,
        facts={name: fact_of(fact) for name, fact in snapshot.cases.facts(row.id).items()},
        history=tuple(fact_of(fact) for fact in snapshot.cases.fact_history(row.id)),
        deadlines={deadline.name: deadline_of(deadline) for deadline in snapshot.deadlines.of_case(row.id)},
        instance_ids=tuple(snapshot.cases.linked_instances(row.id)),
    )


def deadline_record(snapshot: Snapshot, row: DeadlineRow) -> DeadlineRecord:
    case = require_case(snapshot, row.case_id)
    return DeadlineRecord(case.id, case.type, case.key, deadline_of(row))


def notice_view(snapshot: Snapshot, row: NoticeRow) -> NoticeView:
    return NoticeView(
        id=row.id,
        type=row.type,
        case_id=row.case_id,
        instance_id=row.instance_id,
        dated=row.dated,
        issued_at=row.issued_at,
        subject=row.subject,
        texts=row.texts,
        sha256=row.sha256,
        required=row.required,
        source_hash=row.source_hash,
        deliveries=tuple(_delivery_view(snapshot, delivery) for delivery in snapshot.deliveries.of_notice(row.id)),
    )


def _delivery_view(snapshot: Snapshot, row: DeliveryRow) -> DeliveryView:
    return DeliveryView(
        id=row.id,
        channel=row.channel,
        address=row.address,
        state=row.state,
        attempts=row.attempts,
        key=row.key,
        sent_at=row.sent_at,
        facts=row.facts,
        reports=tuple(
            DeliveryReportView(
                report.id, report.outcome, report.at, report.reason, report.reported_by, report.recorded_at
            )
            for report in snapshot.deliveries.reports(row.id)
        ),
    )


def ledger_records(snapshot: Snapshot, case_id: str) -> list[LedgerRecord]:
    return [LedgerRecord(row.recorded_at, ledger_line_of(row)) for row in snapshot.cases.ledger(case_id)]


def decision_record(entry: LogEntry) -> DecisionRecord:
    data = entry.data or {}
    return DecisionRecord(
        at=entry.at,
        decision_id=str(data.get("decision_id", "")),
        case_id=entry.case_id,
        instance_id=entry.instance_id,
        element_id=entry.element_id,
        value=from_wire(data["value"]) if "value" in data else None,
        clauses=tuple(data.get("clauses", ())),
        audit=data.get("audit"),
    )
