"""Job types for rules on who may act: `actor.record` keeps who acted, `case.read` tells who acted in a case.

`actor.record` stands straight after a user task: an inline job runs in the command that completed the task, so that its
actor is the person who did it, and no form can claim another.
"""

from __future__ import annotations

from engine.errors import EngineError
from engine.feel import Value
from engine.handlers.contract import (
    CaseView,
    Fact,
    FactRecorded,
    Field,
    HandlerDefinition,
    HandlerKind,
    Job,
    JobResult,
    Record,
    Services,
)
from engine.handlers.deadline_values import deadline_context
from engine.handlers.reading import case_of, header, refuse_for, refuse_input, today
from engine.law import LawPackage


def record_actor(job: Job, services: Services) -> JobResult:
    """Record the id of whoever gave the command as a fact, and set the variable of this name."""
    law: LawPackage = services.law()
    name = header(job, "fact")
    if name not in law.vocabulary.facts:
        refuse_for(job, EngineError(law.vocabulary.unknown_fact(name)), part="header fact")
    who = job.actor.id
    case = services.case()
    old = None if case is None else case.facts.get(name)
    records: tuple[Record, ...] = ()
    if case is not None and (old is None or old.value != who):
        source = f"{job.process_id} > {job.element_id}"
        reason = job.element_name if old is not None else ""
        records = (FactRecorded(Fact(name, who, job.now, source, reason, today(job, services))),)
    return JobResult(variables={name: who}, records=records, summary=f"Done by {who}")


def read_case(job: Job, services: Services) -> JobResult:
    """A case as a context: type, key, state, facts, deadlines, who completed its user tasks; null if there is none.

    Without the header `case_type` and the input `key` it is the case of the process instance itself.
    """
    law: LawPackage = services.law()
    other = "case_type" in job.headers or "key" in job.variables
    case = _case_to_read(job, services, law) if other else case_of(job, services)
    if case is None:
        key = job.variables.get("key")
        return JobResult(
            variables={"case_read": None}, summary=f"There is no {_words(job.headers['case_type'])} case {key}"
        )
    zone = services.time_zone
    facts: dict[str, Value] = dict.fromkeys(law.vocabulary.facts)
    facts |= {name: fact.value for name, fact in case.facts.items()}
    deadlines: dict[str, Value] = {name: deadline_context(item, zone) for name, item in case.deadlines.items()}
    actors: list[Value] = list(services.actors_of_case(case.id))
    read: dict[str, Value] = {
        "case_type": case.type,
        "key": case.key,
        "state": case.state,
        "facts": facts,
        "deadlines": deadlines,
        "actors": actors,
    }
    return JobResult(variables={"case_read": read}, summary=f"Read the {_words(case.type)} case {case.key}")


def _case_to_read(job: Job, services: Services, law: LawPackage) -> CaseView | None:
    case_type = law.case_types[header(job, "case_type", law.case_types)]
    key = job.variables.get("key")
    if not isinstance(key, str) or not key.strip():
        refuse_input(job, "key", f'the key of the {case_type.id} case ("{case_type.key}")', key)
    return services.case_by_key(case_type.id, key)


def _words(name: str) -> str:
    return name.replace("_", " ")


ACTOR_RECORD = HandlerDefinition(
    job_type="actor.record",
    label="Record who did it",
    meaning="Records the person who completed the user task before it, for rules on who may act.",
    kind=HandlerKind.INLINE,
    run=record_actor,
    headers=(
        Field("fact", "the fact of the vocabulary that takes the person's id; the variable of this name is set too"),
    ),
)

CASE_READ = HandlerDefinition(
    job_type="case.read",
    label="Read a case record",
    meaning="Reads state, facts and deadlines of a case, and who completed its user tasks.",
    kind=HandlerKind.INLINE,
    run=read_case,
    headers=(Field("case_type", "the case type, as declared in the manifest; the own case when left out", False),),
    inputs=(Field("key", "the key that names the case; not needed for the own case", False),),
    outputs=(
        Field(
            "case_read", "case_type, key, state, facts, deadlines and actors; null when there is no such case", False
        ),
    ),
)
