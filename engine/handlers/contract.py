"""What a handler is: one Python function from a job to a result. Runtime sees handlers only through this module.

An *inline* handler is pure: it reads the job and the case, and returns variables and records; runtime writes them
inside the command's transaction. A *worker* handler does I/O: its job row is committed first, then leased, run,
retried with backoff, and completed, failed into an incident or turned into a BPMN error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from engine.errors import Problem
from engine.feel import Value
from engine.handlers.steps import Step

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Actor:
    """Who gives a command. Every command has one; the engine itself is `ENGINE`."""

    id: str
    roles: frozenset[str] = frozenset()


ENGINE = Actor("engine", frozenset({"engine"}))


@dataclass(slots=True)
class Job:
    """The work of one service task, as its handler sees it: made for one call, and nobody changes it.

    It is not declared frozen, because a frozen one of this width costs as much to make as the rest of the call.
    """

    key: str
    type: str
    element_id: str
    element_name: str
    process_id: str
    process_instance_id: str
    case_id: str | None
    package_id: str
    headers: Mapping[str, str]
    variables: Mapping[str, Value]
    clauses: tuple[str, ...]
    now: datetime
    actor: Actor
    attempt: int = 1
    idempotency_key: str = ""


# ---- what a handler may see -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """One dated statement in a case record. A correction is a new fact with a reason, never an overwrite."""

    name: str
    value: Value
    recorded_at: datetime
    source: str
    reason: str = ""
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit with its provenance. `due`: first instant after the last day; `opens`: office opening on that day."""

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
    steps: tuple[str, ...]
    met_on: date | None = None
    breached: bool = False
    changes: tuple[str, ...] = ()
    parameter_hash: str = ""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the payments ledger. Premium received is positive, a refund negative; two places, one currency."""

    entry: str
    amount: Decimal
    currency: str
    on: date
    details: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseView:
    """The case record as it stands inside the present transaction."""

    id: str
    type: str
    key: str
    state: str
    facts: Mapping[str, Fact]
    deadlines: Mapping[str, Deadline]
    ledger: tuple[LedgerLine, ...]
    notices: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Association:
    """Leave for *holder*, in a role, to see a case; `basis` is the key of what it rests on."""

    holder: str
    role: str
    basis: str
    granted_at: datetime


class Services(Protocol):
    """What an inline handler may ask for; all of it reads, nothing writes."""

    @property
    def time_zone(self) -> ZoneInfo:
        """The zone of the job's law."""
        ...

    def law(self) -> Any:
        """The `engine.law.LawPackage` of the job."""
        ...

    def calendar(self) -> Any:
        """The `engine.calendars.BusinessCalendar` of the job's law."""
        ...

    def case(self) -> CaseView | None:
        """The case that the job's process instance belongs to."""
        ...

    def case_by_key(self, case_type: str, key: str) -> CaseView | None: ...

    def cases_by_search_key(self, case_type: str, search_key: str) -> tuple[CaseView, ...]:
        """The cases that a `SearchKeysSet` put under this key."""
        ...

    def association(self, case_type: str, key: str, holder: str) -> Association | None:
        """The association of *holder* with the case of this key that is in force."""
        ...

    def sign(self, purpose: str, text: str) -> str:
        """A keyed signature of *text* under the secret of the installation: 43 characters fit for a link."""
        ...

    @property
    def public_url(self) -> str:
        """Where people reach this installation, without a slash at the end."""
        ...

    def actors_of_case(self, case_id: str) -> tuple[str, ...]:
        """The ids of those who completed user tasks of the case, each once, in the order of their first."""
        ...

    def steps_of_case(self, case_id: str) -> tuple[Step, ...]:
        """How the values of the case came about, oldest first; what was erased is left out."""
        ...

    def decide(self, decision_id: str, inputs: Mapping[str, Value]) -> Any:
        """The latest version of a decision: an `engine.dmn.DecisionResult`; the evaluation enters the audit log."""
        ...

    def next_number(self, queue: str) -> int:
        """The next number of a queue, drawn inside the transaction: 1, 2, 3 ... without holes."""
        ...

    def new_id(self, kind: str) -> str: ...


# ---- what a handler may return ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """Open (or join, when type and key exist) the case record of this process instance."""

    case_id: str
    case_type: str
    case_key: str


@dataclass(frozen=True, slots=True)
class StateChanged:
    state: str


@dataclass(frozen=True, slots=True)
class FactRecorded:
    fact: Fact


@dataclass(frozen=True, slots=True)
class DeadlineSet:
    """Set or replace the deadline of this name; a replaced one keeps its history in `changes`."""

    deadline: Deadline


@dataclass(frozen=True, slots=True)
class DeadlineMet:
    name: str
    on: date
    late: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One copy of a notice on its way: runtime makes a delivery job of it, a channel adapter carries it out."""

    channel: str
    address: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a delivery after it was sent: *outcome* is one of `DELIVERY_OUTCOMES`, *at* when it happened.

    *key* is the key of the delivery; a report of the same *id* counts once.
    """

    id: str
    key: str
    outcome: str
    at: datetime
    reason: str = ""


DELIVERY_OUTCOMES = ("delivered", "bounced", "returned")


@runtime_checkable
class ReadsReports(Protocol):
    """A channel whose carrier tells by itself what became of a delivery."""

    def read_report(self, body: bytes, headers: Mapping[str, str]) -> DeliveryReport:
        """The report in a genuine call-back. Errors: API_UNAUTHORIZED, API_REQUEST."""
        ...


@dataclass(frozen=True, slots=True)
class NoticeIssued:
    """A notice whose content was checked. `texts` holds the exact texts by media type, e.g. text/plain, text/html.

    `files` holds what is no text by media type: the letter as application/pdf, where a channel carries one.
    """

    notice_id: str
    notice_type: str
    dated: date
    subject: str
    texts: Mapping[str, str]
    required: tuple[Mapping[str, Any], ...]
    deliveries: tuple[Delivery, ...]
    source_hash: str
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LedgerPosted:
    line: LedgerLine


@dataclass(frozen=True, slots=True)
class MessagePublished:
    """Publish a message in the same transaction; what it starts belongs to the same case if *same_case*.

    One that is not *kept* is for whoever waits now, and for what it may start now.
    """

    name: str
    key: str
    variables: Mapping[str, Value]
    same_case: bool = True
    kept: bool = True


@dataclass(frozen=True, slots=True)
class ValuesRevised:
    """Put values right in every other active instance of the case, wherever the wrong one still stands.

    Each revision is a variable, or an entry in a context by its path, with what it was and what it is.
    """

    revisions: tuple[tuple[tuple[str, ...], Value, Value], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class SearchKeysSet:
    """The case of this process instance can be found under these keys and no others."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AssociationGranted:
    """From now on *holder* may see the case of this key. One that is in force already stays as it is."""

    case_type: str
    case_key: str
    holder: str
    role: str
    basis: str


@dataclass(frozen=True, slots=True)
class AssociationRevoked:
    """*holder* may no longer see the case of this key."""

    case_type: str
    case_key: str
    holder: str
    reason: str


Record = (
    CaseOpened
    | StateChanged
    | FactRecorded
    | DeadlineSet
    | DeadlineMet
    | NoticeIssued
    | LedgerPosted
    | MessagePublished
    | ValuesRevised
    | SearchKeysSet
    | AssociationGranted
    | AssociationRevoked
)


@dataclass(frozen=True, slots=True)
class JobResult:
    """Variables for the element's outputs and records for the case. `summary` is the line a person reads."""

    variables: Mapping[str, Value] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    summary: str = ""
    arithmetic: tuple[str, ...] = ()


class JobFailure(Exception):
    """The job cannot be done as it stands: retried with backoff when `retry`, else an incident at once."""

    def __init__(self, problem: Problem, *, retry: bool = False) -> None:
        self.problem = problem
        self.retry = retry
        super().__init__(str(problem))


class BpmnError(Exception):
    """Thrown by a handler to leave its task by an error boundary event of this code."""

    def __init__(self, code: str, message: str = "", variables: Mapping[str, Value] | None = None) -> None:
        self.code = code
        self.variables: Mapping[str, Value] = variables or {}
        super().__init__(message or code)


class HandlerKind(StrEnum):
    INLINE = "inline"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Field:
    """A header, an input or an output of a job type, for the modeler's palette and for the checks."""

    name: str
    meaning: str
    required: bool = True
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandlerDefinition:
    """One job type: its function and what a diagram must give it.

    One that *calculates* needs no case and leaves nothing behind, so that a question may use it.
    """

    job_type: str
    label: str
    meaning: str
    kind: HandlerKind
    run: Callable[[Job, Services], JobResult]
    headers: tuple[Field, ...] = ()
    inputs: tuple[Field, ...] = ()
    outputs: tuple[Field, ...] = ()
    calculates: bool = False
