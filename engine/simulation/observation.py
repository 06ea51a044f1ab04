"""What happened in a run, in the terms of expectations: dates are days in the zone of the law.

`observe` is the only place where a scenario reads the engine; checkers see nothing but an `Observation`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.bpmn import ElementType
from engine.feel import to_plain
from engine.runtime import DeadlineRecord, DecisionRecord, Engine, IncidentView, TimelineEntry, WholeLog
from engine.store import MISSED

EVERYTHING = 1_000_000
LOOPS = frozenset({ElementType.MULTI_INSTANCE_BODY, ElementType.LOOP_BODY})
# A throwing event may be a link, which goes on at the event that catches it.
WITHOUT_FLOW = frozenset(
    {
        ElementType.PROCESS,
        ElementType.EVENT_SUB_PROCESS,
        ElementType.END_EVENT,
        ElementType.INTERMEDIATE_THROW_EVENT,
    }
)


@dataclass(frozen=True, slots=True)
class SeenNotice:
    case: str
    type: str
    on: date
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenDeadline:
    case: str
    name: str
    due: date
    started_on: date
    limit_id: str = ""
    met_on: date | None = None
    breached: bool = False
    arithmetic: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenDecision:
    case: str
    decision_id: str
    on: date
    value: Any = None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenState:
    case: str
    state: str
    on: date


@dataclass(frozen=True, slots=True)
class SeenLedgerLine:
    case: str
    entry: str
    amount: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class SeenFact:
    case: str
    name: str
    value: Any
    on: date


@dataclass(frozen=True, slots=True)
class SeenTask:
    case: str
    element_id: str
    opened_on: date
    closed_on: date | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class SeenElement:
    case: str
    element_id: str
    on: date


@dataclass(frozen=True, slots=True)
class SeenIncident:
    case: str
    code: str
    element_id: str | None
    on: date
    message: str
    open: bool = True
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything that a scenario can ask about; `case` is the key of the case, empty where none is concerned."""

    notices: tuple[SeenNotice, ...] = ()
    deadlines: tuple[SeenDeadline, ...] = ()
    decisions: tuple[SeenDecision, ...] = ()
    states: tuple[SeenState, ...] = ()
    ledger: tuple[SeenLedgerLine, ...] = ()
    facts: tuple[SeenFact, ...] = ()
    tasks: tuple[SeenTask, ...] = ()
    elements: tuple[SeenElement, ...] = ()
    incidents: tuple[SeenIncident, ...] = ()
    case_states: tuple[tuple[str, str], ...] = ()
    stranded: tuple[SeenElement, ...] = ()
    """Elements behind which a path ended, though none of them is an end event."""

    @property
    def final_states(self) -> tuple[str, ...]:
        """The state of each case when the scenario ended."""
        return tuple(state for _, state in self.case_states)

    def of_case(self, case: str | None) -> Observation:
        """Only what concerns the case of this key; everything when *case* is None."""
        if case is None:
            return self
        return Observation(
            notices=tuple(seen for seen in self.notices if seen.case == case),
            deadlines=tuple(seen for seen in self.deadlines if seen.case == case),
            decisions=tuple(seen for seen in self.decisions if seen.case == case),
            states=tuple(seen for seen in self.states if seen.case == case),
            ledger=tuple(seen for seen in self.ledger if seen.case == case),
            facts=tuple(seen for seen in self.facts if seen.case == case),
            tasks=tuple(seen for seen in self.tasks if seen.case == case),
            elements=tuple(seen for seen in self.elements if seen.case == case),
            incidents=tuple(seen for seen in self.incidents if seen.case == case),
            case_states=tuple((key, state) for key, state in self.case_states if key == case),
            stranded=tuple(seen for seen in self.stranded if seen.case == case),
        )


def observe(engine: Engine, zone: ZoneInfo, logged: WholeLog) -> Observation:
    """Everything that happened in the store of *engine*, which has *logged* this, in order."""
    log = logged.entries
    cases = engine.cases(limit=EVERYTHING)
    key_of = {case.id: case.key for case in cases}

    def key(case_id: str | None) -> str:
        return key_of.get(case_id or "", "")

    def day(instant: datetime) -> date:
        return instant.astimezone(zone).date()

    tasks = engine.user_tasks(state=None, limit=EVERYTHING)
    return Observation(
        notices=tuple(
            SeenNotice(key(notice.case_id), notice.type, notice.dated, (notice.subject, *notice.texts.values()))
            for notice in engine.notices(limit=EVERYTHING)
        ),
        deadlines=tuple(_deadline(record) for record in engine.deadlines(limit=EVERYTHING)),
        decisions=tuple(
            SeenDecision(key(made.case_id), decision_id, day(made.at), value, rules)
            for made in logged.decisions
            for decision_id, value, rules in decisions_of(made)
        ),
        states=tuple(
            SeenState(key(entry.case_id), str(entry.data.get("state", "")), day(entry.at))
            for entry in log
            if entry.kind == "state"
        ),
        ledger=tuple(
            SeenLedgerLine(case.key, record.line.entry, record.line.amount, record.line.on)
            for case in cases
            for record in engine.ledger(case.id)
        ),
        facts=tuple(
            SeenFact(case.key, fact.name, to_plain(fact.value), day(fact.recorded_at))
            for case in cases
            for fact in case.history
        ),
        tasks=tuple(
            SeenTask(
                key(task.case_id),
                task.element_id,
                day(task.created_at),
                None if task.ended_at is None else day(task.ended_at),
                task.state == "completed",
            )
            for task in tasks
        ),
        elements=tuple(
            SeenElement(key(entry.case_id), entry.element_id, day(entry.at))
            for entry in log
            if is_reached(entry) and entry.element_id is not None and entry.data.get("type") != ElementType.PROCESS
        ),
        incidents=tuple(_incident(view, key(view.case_id), day(view.created_at)) for view in _incidents(engine)),
        case_states=tuple((case.key, case.state) for case in cases),
        stranded=tuple(
            SeenElement(key(entry.case_id), entry.element_id or "", day(entry.at)) for entry in _stranded(log)
        ),
    )


def read_timeline(engine: Engine) -> tuple[TimelineEntry, ...]:
    """The whole timeline, page by page."""
    entries: list[TimelineEntry] = []
    while page := engine.timeline(after=entries[-1].seq if entries else 0):
        entries.extend(page)
    return tuple(entries)


def is_reached(entry: TimelineEntry) -> bool:
    """Whether *entry* says that an element was gone through; one that was only waited for and given up was not."""
    return entry.kind == "element" and entry.data.get("state") == "completed"


def _stranded(log: Sequence[TimelineEntry]) -> Iterator[TimelineEntry]:
    entries = {entry.data["element_instance_id"]: entry for entry in log if is_reached(entry)}
    completed = {name: (entry.instance_id, entry.element_id, entry.data["type"]) for name, entry in entries.items()}
    left = {entry.data["element_instance_id"] for entry in log if entry.kind == "flow"}
    return (entries[name] for name in find_stranded(completed, left))


def find_stranded(completed: Mapping[str, tuple[str | None, str | None, str]], left: Set[str]) -> Iterator[str]:
    """Of the *completed* elements (instance id to process instance, element, type) those at which a path ended.

    *left* are those that a sequence flow left. A run of a loop is left by the loop around it.
    """
    repeated = {(process, element) for process, element, of_type in completed.values() if of_type in LOOPS}
    for name, (process, element, of_type) in completed.items():
        if name in left or of_type in WITHOUT_FLOW:
            continue
        if of_type in LOOPS or (process, element) not in repeated:
            yield name


def decisions_of(made: DecisionRecord) -> list[tuple[str, Any, tuple[str, ...]]]:
    """Id, plain value and matched rules of the decision itself and of each that it required."""
    required = [
        (decision["id"], decision["value"], tuple(rule["rule_id"] for rule in decision["matched"]))
        for decision in (made.audit or {}).get("decisions", ())
        if decision["id"] != made.decision_id
    ]
    return [*required, (made.decision_id, to_plain(made.value), rules_of(made))]


def rules_of(made: DecisionRecord) -> tuple[str, ...]:
    """The ids of all rules that matched, in the decision itself and in those that it required."""
    evaluated = (made.audit or {}).get("decisions", ())
    return tuple(rule["rule_id"] for decision in evaluated for rule in decision["matched"])


def _deadline(record: DeadlineRecord) -> SeenDeadline:
    deadline = record.deadline
    return SeenDeadline(
        record.case_key,
        deadline.name.partition(MISSED)[0],
        deadline.due_date,
        deadline.started_on,
        deadline.limit_id,
        deadline.met_on,
        deadline.breached,
        deadline.steps,
    )


def _incidents(engine: Engine) -> list[IncidentView]:
    return engine.incidents(state=None, limit=EVERYTHING)


def _incident(view: IncidentView, case: str, on: date) -> SeenIncident:
    clause = view.problem.get("clause")
    clauses = (str(clause),) if clause else ()
    return SeenIncident(case, view.code, view.element_id, on, view.message, view.state == "open", clauses)
