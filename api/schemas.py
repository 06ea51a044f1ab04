"""What goes in and what comes out, as strict models: nothing is converted silently, unknown names are refused.

Values: JSON null, booleans, strings, numbers (exact decimals), lists and objects are FEEL values of the same kind; the
typed ones are written `{"date": "2011-03-08"}`, `{"time": ...}`, `{"dateTime": ...}`, `{"duration": "P30D"}`. Facts of
an event are plain: the vocabulary says what type each has. Answers show dates and instants as ISO 8601 text.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, max_length=200)]
Values = dict[str, Any]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Out(BaseModel):
    model_config = ConfigDict(extra="forbid")


# ---- requests ---------------------------------------------------------------------------------------------------


class DeploymentIn(In):
    manifest: Annotated[Name, Field(description="the path of the package's manifest among the files")]
    files: Annotated[dict[str, str], Field(description="path -> text of every file of the package")]


class StartIn(In):
    process_id: Name
    variables: Values = {}


class MessageIn(In):
    name: Name
    key: Annotated[str, Field(max_length=500)]
    variables: Values = {}
    message_id: Annotated[Name | None, Field(description="the same id again has no effect")] = None
    time_to_live_seconds: Annotated[
        int | None, Field(ge=0, le=400 * 24 * 3600, description="how long it waits for somebody to catch it")
    ] = None


class DeliveryReportIn(In):
    id: Annotated[Name, Field(description="the same id again has no effect")]
    outcome: Literal["delivered", "bounced", "returned"]
    at: Annotated[AwareDatetime, Field(strict=False, description="when it happened")]
    reason: Annotated[str, Field(max_length=1000, description="what the carrier or the mail room says")] = ""


class EventIn(In):
    package: Name
    event: Annotated[Name, Field(description="an event of the package's vocabulary, in the law's words")]
    facts: Values = {}
    event_id: Annotated[Name | None, Field(description="the same id again has no effect")] = None


class CompletionIn(In):
    variables: Values = {}


class ReasonIn(In):
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class ResumptionIn(In):
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    credit_timers: Annotated[bool, Field(description="timers are due later by the time of the suspension")] = False


class MoveIn(In):
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    element_instance_id: Name
    element_id: Annotated[Name, Field(description="where the token goes: an element of the same scope")]


class MigrationIn(In):
    version: Annotated[int | None, Field(ge=1, description="the version to go to; the newest when left out")] = None
    mapping: Annotated[dict[str, str], Field(description="new element ids by old ones, where they differ")] = {}
    instance_ids: Annotated[list[Name] | None, Field(description="all active instances when left out")] = None


class MigrationOrderIn(MigrationIn):
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class ResolutionIn(In):
    reason: Annotated[str, Field(max_length=2000)] = ""
    variables: Values = {}


class ProspectIn(In):
    kind: Annotated[str, Field(pattern="^(prospect|application)$", description="what is about to be created")]
    first_name: Name
    last_name: Name
    sex: Annotated[str, Field(pattern="^(female|male)$")]
    date_of_birth: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    social_security_number: Annotated[str | None, Field(max_length=20, description="never stored as it is")] = None
    case_number: Name | None = None
    application_number: Name | None = None


class AdvanceIn(In):
    to: Annotated[str, Field(description="an instant in ISO 8601 with an offset, at or after the present one")]


# ---- answers ----------------------------------------------------------------------------------------------------


class HealthOut(Out):
    status: str
    now: datetime
    clock: str
    packages: list[str]


class DeploymentOut(Out):
    id: str
    package_id: str
    version: int
    hash: str
    at: datetime
    new: bool
    processes: dict[str, int]
    decisions: list[str]
    warnings: list[dict[str, Any]]


class InstanceOut(Out):
    id: str
    process_id: str
    process_name: str
    package_id: str
    diagram_hash: str
    status: str
    case_id: str | None
    started_at: datetime
    ended_at: datetime | None
    variables: Values
    active_elements: list[tuple[str, str]]
    open_incidents: int
    suspended_at: datetime | None


class MappedElementOut(Out):
    element_id: str
    element_instance_id: str
    to_element_id: str
    remarks: list[str]


class InstanceMigrationOut(Out):
    """With problems, the instance is left alone on its version."""

    instance_id: str
    case_id: str | None
    suspended: bool
    from_version: int
    from_hash: str
    elements: list[MappedElementOut]
    problems: list[dict[str, Any]]


class MigrationOut(Out):
    process_id: str
    to_version: int
    to_hash: str
    mapping: dict[str, str]
    instances: list[InstanceMigrationOut]


class MessageOut(Out):
    outcome: str
    instance_ids: list[str]


class EventOut(Out):
    event: str
    outcome: str
    case_id: str | None
    case_key: str | None
    instance_ids: list[str]
    task_ids: list[str]


class TaskOut(Out):
    id: str
    element_id: str
    name: str
    process_id: str
    instance_id: str
    case_id: str | None
    case_key: str | None
    state: str
    created_at: datetime
    ended_at: datetime | None
    due: datetime | None
    form_id: str | None
    assignee: str | None
    candidate_groups: list[str]
    candidate_users: list[str]
    variables: Values
    clauses: list[str]


class TimelineEntryOut(Out):
    seq: int
    at: datetime
    kind: str
    what: str
    actor: str
    roles: list[str]
    case_id: str | None
    instance_id: str | None
    element_id: str | None
    decision_id: str | None
    rule_ids: list[str]
    clauses: list[str]
    arithmetic: list[str]
    data: dict[str, Any]


class FactOut(Out):
    name: str
    value: Any
    recorded_at: datetime
    source: str
    reason: str
    valid_from: date | None


class DeadlineOut(Out):
    name: str
    limit_id: str
    clause: str
    duty: bool
    started_on: date
    amount: int
    unit: str
    due_date: date
    due: datetime
    opens: datetime
    calendar: str
    steps: list[str]
    met_on: date | None
    breached: bool
    changes: list[str]
    parameter_hash: str


class CaseOut(Out):
    id: str
    type: str
    key: str
    state: str
    package_id: str
    opened_at: datetime
    facts: dict[str, FactOut]
    history: list[FactOut]
    deadlines: dict[str, DeadlineOut]
    instance_ids: list[str]


class DeadlineRecordOut(Out):
    case_id: str
    case_type: str
    case_key: str
    deadline: DeadlineOut


class DeliveryReportOut(Out):
    id: str
    outcome: Annotated[str, Field(description="delivered, bounced or returned")]
    at: datetime
    reason: str
    reported_by: str
    recorded_at: datetime


class DeliveryOut(Out):
    id: str
    channel: str
    address: dict[str, str]
    state: str
    attempts: int
    key: str
    sent_at: datetime | None
    facts: dict[str, Any]
    reports: list[DeliveryReportOut]


class NoticeOut(Out):
    id: str
    type: str
    case_id: str | None
    instance_id: str | None
    dated: date
    issued_at: datetime
    subject: str
    texts: dict[str, str]
    sha256: dict[str, str]
    required: list[dict[str, Any]]
    source_hash: str
    deliveries: list[DeliveryOut]


class ReportTakenOut(Out):
    outcome: Annotated[Literal["taken", "duplicate"], Field(description="duplicate: it was seen before")]


class LedgerLineOut(Out):
    entry: str
    amount: Annotated[str, Field(description="two decimal places; a refund is negative")]
    currency: str
    on: date
    details: Values


class LedgerRecordOut(Out):
    recorded_at: datetime
    line: LedgerLineOut


class DecisionRecordOut(Out):
    at: datetime
    decision_id: str
    case_id: str | None
    instance_id: str | None
    element_id: str | None
    value: Any
    clauses: list[str]
    audit: dict[str, Any] | None


class IncidentOut(Out):
    id: str
    code: str
    message: str
    problem: dict[str, Any]
    state: str
    instance_id: str | None
    case_id: str | None
    element_id: str | None
    job_id: str | None
    delivery_id: str | None
    created_at: datetime
    resolved_at: datetime | None


class ClockOut(Out):
    now: datetime
    commands: int


class ProspectOut(Out):
    answer: Annotated[str, Field(description="clear, stopped or warned")]
    message: str


class ProblemOut(BaseModel):
    """Problem details (RFC 9457) with our code, the place and all problems."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str | None = None
    problems: list[dict[str, Any]]
