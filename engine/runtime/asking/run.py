"""Running what a question runs: a decision, or a process without wait states whose inline jobs calculate.

The jobs are those of the handlers of cases; there is no case, no store and no number that is drawn, and a handler that
asks for one is refused. Everything that was decided and calculated is noted in order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn
from zoneinfo import ZoneInfo

from engine.bpmn import (
    Effect,
    ElementCompleted,
    ElementFailed,
    ElementType,
    Execution,
    InstanceStatus,
    JobCreated,
    ProcessCalled,
    ProcessDefinition,
    SequenceFlowTaken,
)
from engine.calendars import BusinessCalendar
from engine.dmn import DecisionLibrary, DecisionResult
from engine.errors import EngineError, ErrorCode, Severity, failure
from engine.feel import Value
from engine.handlers.contract import Actor, Association, CaseView, HandlerDefinition, Job, JobFailure
from engine.handlers.steps import DecisionTaken, VariablesTook
from engine.law import LawPackage

ASKING = Actor("question")


@dataclass
class Notes:
    """What a run decided (in order), the arithmetic of its jobs (element name, lines), and where it went through.

    `life` is what was asked about the life of the law. Of processes (by id) `elements` and `flows` were gone through;
    `clauses` are those that the elements cite. `completed` are the elements by the id of their instance, `left` those
    that a sequence flow left.
    """

    decisions: list[DecisionResult] = field(default_factory=list)
    arithmetic: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    life: list[DecisionResult] = field(default_factory=list)
    processes: set[str] = field(default_factory=set)
    elements: set[str] = field(default_factory=set)
    flows: set[str] = field(default_factory=set)
    clauses: set[str] = field(default_factory=set)
    completed: dict[str, ElementCompleted] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)

    def went(self, effect: Effect) -> None:
        match effect:
            case ElementCompleted():
                self.elements.add(effect.element_id)
                self.completed[effect.element_instance_id] = effect
                if effect.element_type is not ElementType.PROCESS:
                    self.clauses.update(effect.clauses)
            case SequenceFlowTaken():
                self.flows.add(effect.flow_id)
                self.left.add(effect.element_instance_id)
            case ProcessCalled():
                self.processes.add(effect.process_id)


class AskingServices:
    """The `ExecutionServices` of a run and the `Services` of its jobs; all of it reads the law, nothing else."""

    def __init__(
        self,
        law: LawPackage,
        library: DecisionLibrary,
        definition_of: Callable[[str], ProcessDefinition],
        now: datetime,
        notes: Notes,
    ) -> None:
        self._law, self._library, self._definition_of, self._now = law, library, definition_of, now
        self.notes = notes

    @property
    def time_zone(self) -> ZoneInfo:
        return self._law.time_zone

    @property
    def public_url(self) -> str:
        self._refuse("the address of an installation")

    def now(self) -> datetime:
        return self._now

    def law(self) -> LawPackage:
        return self._law

    def calendar(self) -> BusinessCalendar:
        return self._law.calendar

    def process(self, process_id: str, definition_hash: str | None) -> ProcessDefinition:
        return self._definition_of(process_id)

    def decide(self, decision_id: str, inputs: Mapping[str, Value]) -> DecisionResult:
        local = self._now.astimezone(self._law.time_zone)
        result = self._library.evaluate(decision_id, inputs, now=local)
        self.notes.decisions.append(result)
        return result

    def case(self) -> CaseView | None:
        return None

    def case_by_key(self, case_type: str, key: str) -> CaseView | None:
        self._refuse("a case")

    def cases_by_search_key(self, case_type: str, search_key: str) -> tuple[CaseView, ...]:
        self._refuse("cases")

    def association(self, case_type: str, key: str, holder: str) -> Association | None:
        self._refuse("an association")

    def sign(self, purpose: str, text: str) -> str:
        self._refuse("a signature")

    def actors_of_case(self, case_id: str) -> tuple[str, ...]:
        self._refuse("the actors of a case")

    def steps_of_case(self, case_id: str) -> tuple[VariablesTook | DecisionTaken, ...]:
        self._refuse("the steps of a case")

    def next_number(self, queue: str) -> int:
        self._refuse("a number of a queue")

    def new_id(self, kind: str) -> str:
        self._refuse("an id")

    def _refuse(self, what: str) -> NoReturn:
        raise failure(
            ErrorCode.JOB_FAILED,
            f"a job of a question asked for {what}, but a question sees the law alone.",
            hint="use only job types that calculate",
        )


def run_decision(services: AskingServices, decision_id: str, inputs: Mapping[str, Value]) -> Value:
    """Errors: those that the decision warns of as errors: clashing rules, no rule, a value that is not allowed."""
    result = services.decide(decision_id, inputs)
    errors = [warning for warning in result.warnings if warning.severity is Severity.ERROR]
    if errors:
        raise EngineError(*errors)
    return result.value


def run_process(
    services: AskingServices,
    handlers: Mapping[str, HandlerDefinition],
    process_id: str,
    variables: Mapping[str, Value],
) -> dict[str, Value]:
    """The variables at the end. Errors: those of the element that could not go on; RUN_STATE when the process waits."""
    definition = services.process(process_id, None)
    execution = Execution.start(definition, variables, services, instance_id="question")
    services.notes.processes.add(process_id)
    while effects := execution.take_effects():
        for effect in effects:
            services.notes.went(effect)
            if isinstance(effect, ElementFailed):
                raise EngineError(effect.problem)
            if isinstance(effect, JobCreated):
                execution.complete_job(effect.element_instance_id, _do(services, handlers, process_id, effect))
    if execution.status is not InstanceStatus.COMPLETED:
        waiting = ", ".join(element for element, _ in execution.active_elements())
        raise failure(
            ErrorCode.RUN_STATE,
            f'expected the process "{process_id}" of a question to run to its end, but it waits at {waiting}.',
            hint="a question runs a process without wait states",
            element_id=process_id,
        )
    return execution.variables


def _do(
    services: AskingServices, handlers: Mapping[str, HandlerDefinition], process_id: str, effect: JobCreated
) -> Mapping[str, Value]:
    handler = handlers.get(effect.job_type)
    if handler is None or not handler.calculates:
        raise failure(
            ErrorCode.ASK_QUESTION,
            f'the job type "{effect.job_type}" does not merely calculate.',
            hint="a question runs only job types that leave nothing behind",
            element_id=effect.element_id,
        )
    job = Job(
        key=effect.element_instance_id,
        type=effect.job_type,
        element_id=effect.element_id,
        element_name=effect.element_id,
        process_id=process_id,
        process_instance_id="question",
        case_id=None,
        package_id=services.law().id,
        headers=effect.headers,
        variables=effect.variables,
        clauses=effect.clauses,
        now=services.now(),
        actor=ASKING,
    )
    try:
        result = handler.run(job, services)
    except JobFailure as failed:
        raise EngineError(failed.problem) from failed
    services.notes.arithmetic.append((result.summary, result.arithmetic))
    return result.variables
