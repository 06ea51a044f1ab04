"""What the engine shows: frozen copies of rows, with typed values, made for reading only.

Instants are timezone-aware and in UTC; dates are dates in the law's zone. `variables` and facts hold FEEL values.
Nothing here writes, and nothing here reads the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.bpmn import MappedElement
from engine.errors import Problem
from engine.feel import Value
from engine.handlers.contract import Deadline, Fact, LedgerLine


@dataclass(frozen=True, slots=True)
class Deployment:
    """One version of a law package in the store. `new` is False when exactly these files were already deployed."""

    id: str
    package_id: str
    version: int
    hash: str
    at: datetime
    new: bool
    processes: Mapping[str, int]
    decisions: tuple[str, ...]
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class InstanceView:
    """One process instance. `status` is active, suspended, completed or terminated.

    `active_elements` are (element id, element instance id) of what holds a token, oldest first.
    """

    id: str
    process_id: str
    process_name: str
    package_id: str
    diagram_hash: str
    status: str
    case_id: str | None
    started_at: datetime
    ended_at: datetime | None
    variables: Mapping[str, Value]
    active_elements: tuple[tuple[str, str], ...]
    open_incidents: int
    suspended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InstanceMigration:
    """What a migration does to one instance. With `problems` nothing: it is left alone on its version.

    `process_id` is that of the instance; where it is another one, the migrated process is called in the instance.
    """

    instance_id: str
    process_id: str
    case_id: str | None
    suspended: bool
    from_version: int
    from_hash: str
    elements: tuple[MappedElement, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """A migration to one version of a process: what becomes of each instance; as a plan or as carried out."""

    process_id: str
    to_version: int
    to_hash: str
    mapping: Mapping[str, str]
    instances: tuple[InstanceMigration, ...]

    @property
    def migrated(self) -> tuple[InstanceMigration, ...]:
        return tuple(each for each in self.instances if not each.problems)

    @property
    def refused(self) -> tuple[InstanceMigration, ...]:
        return tuple(each for each in self.instances if each.problems)


@dataclass(frozen=True, slots=True)
class UserTaskView:
    """One user task. `state` is open, completed or cancelled."""

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
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    variables: Mapping[str, Value]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobView:
    """A job that waits for a worker, or that one has leased. `retries` are the attempts left."""

    id: str
    type: str
    element_id: str
    instance_id: str
    state: str
    attempts: int
    retries: int
    available_at: datetime
    lease_owner: str | None
    headers: Mapping[str, str]
    variables: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class MessageResult:
    """What became of a message: `outcome` is started, correlated, buffered or duplicate."""

    outcome: str
    instance_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventResult:
    """What an event of the vocabulary did: `outcome` is done or duplicate."""

    event: str
    outcome: str
    case_id: str | None
    case_key: str | None
    instance_ids: tuple[str, ...] = ()
    task_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentView:
    """A stopped element, job or delivery that waits for repair.

    `problem` is `Problem.as_data()`; `state` is open, resolved or cancelled.
    """

    id: str
    code: str
    message: str
    problem: Mapping[str, Any]
    state: str
    instance_id: str | None
    case_id: str | None
    element_id: str | None
    job_id: str | None
    delivery_id: str | None
    created_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeadlineRecord:
    """A deadline with the case that it stands in."""

    case_id: str
    case_type: str
    case_key: str
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class DeliveryReportView:
    """What became of a delivery after it was sent: `outcome` is delivered, bounced or returned, `at` when."""

    id: str
    outcome: str
    at: datetime
    reason: str
    reported_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One copy of a notice: `state` is queued, sending, sent or failed; `facts` is what the channel said of it."""

    id: str
    channel: str
    address: Mapping[str, str]
    state: str
    attempts: int
    key: str
    sent_at: datetime | None
    facts: Mapping[str, Any]
    reports: tuple[DeliveryReportView, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice as issued: the exact texts by media type, and the SHA-256 of each text and letter."""

    id: str
    type: str
    case_id: str | None
    instance_id: str | None
    dated: date
    issued_at: datetime
    subject: str
    texts: Mapping[str, str]
    sha256: Mapping[str, str]
    required: tuple[Mapping[str, Any], ...]
    source_hash: str
    deliveries: tuple[DeliveryView, ...]


@dataclass(frozen=True, slots=True)
class LedgerRecord:
    """A line of the payments ledger with the instant of its entry."""

    recorded_at: datetime
    line: LedgerLine


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """A line of the ledger with the case that it belongs to."""

    case_id: str
    case_type: str
    case_key: str
    line: LedgerLine


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case: `facts` is the present fact of each name, `history` every fact in order of record."""

    id: str
    type: str
    key: str
    state: str
    package_id: str
    opened_at: datetime
    facts: Mapping[str, Fact]
    history: tuple[Fact, ...]
    deadlines: Mapping[str, Deadline]
    instance_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AssociationView:
    """Leave for *holder* to see a case; `revoked_at` is None while it is in force."""

    id: str
    case_id: str
    holder: str
    role: str
    basis: str
    granted_at: datetime
    revoked_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One evaluation as it was recorded. `audit` is `DecisionAudit.as_data()`, None after an erasure."""

    at: datetime
    decision_id: str
    case_id: str | None
    instance_id: str | None
    element_id: str | None
    value: Value
    clauses: tuple[str, ...]
    audit: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened, for a reader.

    `kind` is event, element, decision, deadline, notice, payment, task, incident, message, state, fact, job, instance,
    clock, access or deployment. `what` is one line in plain words; `data` holds the same in values (plain JSON).
    """

    seq: int
    at: datetime
    kind: str
    what: str
    actor: str
    roles: tuple[str, ...] = ()
    case_id: str | None = None
    instance_id: str | None = None
    element_id: str | None = None
    decision_id: str | None = None
    rule_ids: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    arithmetic: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WholeLog:
    """All that a store has logged, oldest first: every entry, those that the timeline shows, and the evaluations."""

    entries: tuple[TimelineEntry, ...]
    timeline: tuple[TimelineEntry, ...]
    decisions: tuple[DecisionRecord, ...]


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The audit, checked: entries, erased payloads, the head of the chain, instances rebuilt from it, what is wrong.

    An instance with an erased payload cannot be rebuilt and is not counted.
    """

    entries: int
    erased: int
    head: str
    rebuilt: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems
