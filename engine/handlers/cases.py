"""Job types that open and write the case record: `case.open`, `case.state`, `case.record`, `receipt.number`."""

from __future__ import annotations

from decimal import Decimal

from engine.errors import EngineError, ErrorCode
from engine.feel import Value
from engine.handlers.contract import (
    CaseOpened,
    Fact,
    FactRecorded,
    Field,
    HandlerDefinition,
    HandlerKind,
    Job,
    JobResult,
    Record,
    Services,
    StateChanged,
)
from engine.handlers.reading import (
    case_of,
    describe,
    header,
    header_list,
    optional_header,
    refuse,
    refuse_for,
    refuse_input,
    today,
)
from engine.law import LawPackage


def open_case(job: Job, services: Services) -> JobResult:
    """Open the case that the key fact names, or join it when it exists."""
    law: LawPackage = services.law()
    case_type = law.case_types[header(job, "case_type", law.case_types)]
    key = job.variables.get(case_type.key)
    if not isinstance(key, str) or not key.strip():
        refuse_input(job, case_type.key, f'a string that names the case (key of the case type "{case_type.id}")', key)
    own = services.case()
    if own is not None and (own.type, own.key) != (case_type.id, key):
        refuse_input(job, case_type.key, f'"{own.key}", for this process instance belongs to that {own.type} case', key)
    known = own or services.case_by_key(case_type.id, key)
    case_id = known.id if known else services.new_id("case")
    return JobResult(
        variables={"case_id": case_id, "case_key": key},
        records=(CaseOpened(case_id, case_type.id, key),),
        summary=f"{'Joined' if known else 'Opened'} the {_words(case_type.id)} case {key}",
    )


def change_state(job: Job, services: Services) -> JobResult:
    """Give the case the state of the header."""
    case = case_of(job, services)
    case_type = services.law().case_types.get(case.type)
    declared = case_type.states if case_type is not None else {}
    state = header(job, "state", declared or None)
    return JobResult(
        records=(StateChanged(state),),
        summary=f"{_words(case.type).capitalize()} {case.key}: {_words(state)}",
    )


def record_facts(job: Job, services: Services) -> JobResult:
    """Record the named variables as dated facts; one that stands there already with this value is left alone."""
    case = case_of(job, services)
    law: LawPackage = services.law()
    records: list[Record] = []
    said: list[str] = []
    for name in header_list(job, "facts"):
        value = _typed(job, law, name)
        old = case.facts.get(name)
        if old is not None and old.value == value:
            said.append(f"{name} unchanged")
            continue
        reason = optional_header(job, "reason", job.element_name if old is not None else "")
        records.append(FactRecorded(_fact(job, services, name, value, reason)))
        said.append(f"{name} = {show(value)}" + (f" (was {show(old.value)}: {reason})" if old is not None else ""))
    return JobResult(records=tuple(records), summary=f"Recorded: {'; '.join(said)}")


def draw_receipt_number(job: Job, services: Services) -> JobResult:
    """Draw the next number of a queue, and record it as a fact."""
    queue = header(job, "queue")
    law: LawPackage = services.law()
    name = header(job, "fact")
    if name not in law.vocabulary.facts:
        refuse_for(job, EngineError(law.vocabulary.unknown_fact(name)), part="header fact")
    number = Decimal(services.next_number(f"{job.package_id}:{queue}"))
    fact = _fact(job, services, name, number, "")
    records: tuple[Record, ...] = (FactRecorded(fact),) if services.case() is not None else ()
    return JobResult(variables={name: number}, records=records, summary=f"Number {number} of the queue {queue}")


def _typed(job: Job, law: LawPackage, name: str) -> Value:
    """The variable *name* as the vocabulary's type."""
    if name not in law.vocabulary.facts:
        refuse_for(job, EngineError(law.vocabulary.unknown_fact(name)), part="header facts")
    value = job.variables.get(name)
    if value is None:
        refuse_input(job, name, law.vocabulary.facts[name].type, value)
    try:
        return law.vocabulary.convert(name, value)
    except EngineError as error:
        refuse(job, ErrorCode.JOB_INPUT, error.problem.message, part=f"input {name}", hint=error.problem.hint)


def _fact(job: Job, services: Services, name: str, value: Value, reason: str) -> Fact:
    source = f"{job.process_id} > {job.element_id}"
    return Fact(name, value, job.now, source, reason, today(job, services))


def show(value: Value) -> str:
    """A fact's value in a timeline line."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(str(item) for item in value) or "none"
    return str(value) if isinstance(value, Decimal) else describe(value)


def _words(name: str) -> str:
    return name.replace("_", " ")


CASE_OPEN = HandlerDefinition(
    job_type="case.open",
    label="Open or join a case",
    meaning="Opens the case record that the key fact of the case type names, or joins it when it exists.",
    kind=HandlerKind.INLINE,
    run=open_case,
    headers=(Field("case_type", "the case type, as declared in the manifest"),),
    outputs=(
        Field("case_id", "the id of the case record", required=False),
        Field("case_key", "the key that names the case", required=False),
    ),
)

CASE_STATE = HandlerDefinition(
    job_type="case.state",
    label="Change the state of the case",
    meaning="Gives the case record a new state, which the timeline and every reader of the case then see.",
    kind=HandlerKind.INLINE,
    run=change_state,
    headers=(Field("state", "the new state; one of those that the case type declares, if it declares any"),),
)

CASE_RECORD = HandlerDefinition(
    job_type="case.record",
    label="Record facts in the case",
    meaning="Records variables as dated facts of the case. A changed fact is a new fact with a reason.",
    kind=HandlerKind.INLINE,
    run=record_facts,
    headers=(
        Field("facts", "names of facts from the vocabulary, parted by commas; each is taken from its variable"),
        Field("reason", "why a fact that stood already is recorded anew", required=False),
    ),
)

RECEIPT_NUMBER = HandlerDefinition(
    job_type="receipt.number",
    label="Give the next number of a queue",
    meaning="Draws the next number of a queue without holes, as in processing in order of receipt.",
    kind=HandlerKind.INLINE,
    run=draw_receipt_number,
    headers=(
        Field("queue", "the name of the queue; numbers run per law and queue"),
        Field("fact", "the fact of the vocabulary that takes the number; the variable of this name is set too"),
    ),
)
