"""The job types `decision.review` and `correction.apply`: what rested on a corrected fact, and putting it right.

Which facts may be corrected, and what follows from a difference, the law's manifest, tables and diagrams say.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from engine.calendars import show_date
from engine.feel import Value, format_value
from engine.handlers.contract import (
    CaseView,
    Deadline,
    DeadlineMet,
    DeadlineSet,
    Fact,
    FactRecorded,
    Field,
    HandlerDefinition,
    HandlerKind,
    Job,
    JobResult,
    Record,
    Services,
    ValuesRevised,
)
from engine.handlers.corrections_shown import (
    show_corrections,
    show_difference,
    show_moved,
    show_notice,
    show_way,
    text_of,
)
from engine.handlers.deadline_values import VARIABLE, deadline_context, find_deadline
from engine.handlers.deadlines import (
    DEADLINE_EARLIEST,
    DEADLINE_LATEST,
    DEADLINE_SET,
    DEADLINE_SET_CHOSEN,
)
from engine.handlers.exact_deadlines import DEADLINE_SET_EXACT
from engine.handlers.reading import case_of, header_list, refuse_input, today
from engine.handlers.reevaluation import Correction, Reevaluation, same
from engine.handlers.traces import Work, read_mappings
from engine.law import LawPackage

Revision = tuple[tuple[str, ...], Value, Value]
WHAT = ("all", "facts")
SETTERS = {
    each.job_type: each
    for each in (DEADLINE_SET, DEADLINE_SET_CHOSEN, DEADLINE_SET_EXACT, DEADLINE_LATEST, DEADLINE_EARLIEST)
}


def review_decisions(job: Job, services: Services) -> JobResult:
    """Ask again every decision of the case that used what was corrected, and count again what rests on it; keep what
    comes out otherwise."""
    case = case_of(job, services)
    law: LawPackage = services.law()
    walk = Reevaluation(
        _corrections(job),
        read_mappings(law),
        services.decide,
        job.now,
        set_again=lambda work, variables: _set_again(job, services, work, variables),
        speaks_of=cache(lambda notice: _speaks_of(law, notice)),
    )
    walk.run(services.steps_of_case(case.id))
    decisions: list[Value] = [show_difference(each, services) for each in walk.differences.values()]
    deadlines: list[Value] = [show_moved(name, moved) for name, moved in walk.moved.items()]
    ways: list[Value] = [show_way(each) for each in walk.ways.values()]
    notices: list[Value] = [show_notice(each, law, services) for each in walk.notices]
    words = [str(item["decision"]) for item in decisions if isinstance(item, Mapping)]
    words += [f'deadline "{name}"' for name in walk.moved]
    return JobResult(
        variables={
            "case_type": case.type,
            "case_key": case.key,
            "corrections_shown": show_corrections(job.variables["corrections"]),
            "differences": decisions,
            "differences_shown": text_of(decisions, deadlines, ways, notices),
            "answers_now": {each.taken.decision_id: each.answer.value for each in walk.differences.values()},
            "deadlines_moved": deadlines,
            "deadlines_now": {name: dict(moved.entry) for name, moved in walk.moved.items()},
            "ways_otherwise": ways,
            "notices_on_it": notices,
            "revisions": [{"path": list(path), "was": was, "now": now} for path, was, now in _revisions(walk)],
        },
        summary=f"Would come out otherwise: {', '.join(words)}" if words else "Nothing would come out otherwise",
    )


def apply_correction(job: Job, services: Services) -> JobResult:
    """Put right in the running instances of the case what a corrected fact made wrong, and count its deadlines again.

    Facts that were recorded by what rested on it are recorded anew. With `what` = facts only the corrected facts are
    handed on: what was decided and counted on them stays. The names of the header `keep` tell what was said or done,
    and no correction changes that.
    """
    corrections = _corrections(job)
    facts = tuple(((name,), each.was, each.now) for name, each in corrections.items())
    reason = ", ".join(f"{name} is {format_value(each.now)}" for name, each in corrections.items())
    what = job.variables.get("what", WHAT[0])
    if what not in WHAT:
        refuse_input(job, "what", " or ".join(WHAT), what)
    if what == "facts":
        return JobResult(records=(ValuesRevised(facts, reason),), summary=f"Handed on: {reason}")
    kept = {*header_list(job, "keep")} if job.headers.get("keep") else set[str]()
    revisions = tuple(each for each in _given_revisions(job) if each[0][0] not in kept)
    records: list[Record] = []
    said: list[str] = []
    arithmetic: list[str] = []
    case = case_of(job, services)
    known = case.deadlines
    for name, entry in _given_deadlines(job).items():
        new = find_deadline(
            replace(job, variables={VARIABLE: {name: entry}}), services, name, part="input deadlines_now"
        )
        old = known.get(name)
        records.extend(_counted_again(job, services, new, old, reason))
        said.append(f"{name} {show_date(new.due_date)}")
        arithmetic.extend(new.steps)
    records.extend(_recorded_anew(job, services, case, revisions, reason))
    records.append(ValuesRevised((*facts, *revisions), reason))
    moved = f"; deadlines counted again: {', '.join(said)}" if said else ""
    return JobResult(records=tuple(records), summary=f"Put right: {reason}{moved}", arithmetic=tuple(arithmetic))


def _recorded_anew(
    job: Job, services: Services, case: CaseView, revisions: Iterable[Revision], reason: str
) -> Iterator[FactRecorded]:
    """The facts of the record that hold a value which is wrong by the correction."""
    source = f"{job.process_id} > {job.element_id}"
    for path, was, now in revisions:
        old = case.facts.get(path[0]) if len(path) == 1 else None
        if old is not None and now is not None and same(old.value, was):
            why = f"it rests on what was corrected: {reason}"
            yield FactRecorded(Fact(path[0], now, job.now, source, why, today(job, services)))


def _counted_again(
    job: Job, services: Services, new: Deadline, old: Deadline | None, reason: str
) -> list[DeadlineSet | DeadlineMet]:
    """The deadline with its other date; what it was stays in its history, and so does the day on which it was met."""
    if old is None:
        return [DeadlineSet(new)]
    day = show_date(today(job, services))
    stays = "stays" if new.due_date == old.due_date else f"is superseded by {show_date(new.due_date)}"
    change = f"{show_date(old.due_date)} (from {show_date(old.started_on)}) {stays}: counted from" + (
        f" {show_date(new.started_on)} on {day}, because {reason}"
    )
    over = old.breached and old.met_on is None and new.due_date < today(job, services)
    records: list[DeadlineSet | DeadlineMet] = [
        DeadlineSet(replace(new, met_on=None, breached=over, changes=(*old.changes, change)))
    ]
    if old.met_on is not None:
        late = old.met_on > new.due_date
        records.append(DeadlineMet(new.name, old.met_on, late, f"counted again: {reason}" if late else ""))
    return records


def _set_again(job: Job, services: Services, work: Work, variables: Mapping[str, Value]) -> Mapping[str, Value] | None:
    setter = SETTERS.get(work.job_type)
    if setter is None:
        return None
    again = replace(
        job,
        type=work.job_type,
        element_id=work.element_id,
        element_name=work.name,
        headers=work.headers,
        variables=variables,
    )
    set_there = [each.deadline for each in setter.run(again, services).records if isinstance(each, DeadlineSet)]
    return deadline_context(set_there[0], services.time_zone) if set_there else None


def _speaks_of(law: LawPackage, notice: str) -> Container[str]:
    source = law.notices.get(notice)
    return source.subject.names | source.body.names if source is not None else frozenset()


def _revisions(walk: Reevaluation) -> list[Revision]:
    values: list[Revision] = [((name,), each.was, each.now) for name, each in walk.live() if name != VARIABLE]
    entries: list[Revision] = [
        ((VARIABLE, name), each.was, each.now) for name, moved in walk.moved.items() for each in moved.seen
    ]
    return values + entries


def _corrections(job: Job) -> dict[str, Correction]:
    given = job.variables.get("corrections")
    if not isinstance(given, list) or not given:
        refuse_input(job, "corrections", "a list of what was corrected, each with fact, was and now", given)
    found: dict[str, Correction] = {}
    for item in given:
        if not isinstance(item, Mapping) or not isinstance(item.get("fact"), str) or not {"was", "now"} <= set(item):
            refuse_input(job, "corrections", "entries with fact, was and now", item)
        found[str(item["fact"])] = Correction(item["was"], item["now"])
    return found


def _given_revisions(job: Job) -> tuple[Revision, ...]:
    given = job.variables.get("revisions")
    if not isinstance(given, list):
        refuse_input(job, "revisions", "the list that decision.review gives", given)
    found: list[Revision] = []
    for item in given:
        path = item.get("path") if isinstance(item, Mapping) else None
        if not isinstance(item, Mapping) or not isinstance(path, list) or not path or not {"was", "now"} <= set(item):
            refuse_input(job, "revisions", "entries with path, was and now", item)
        found.append((tuple(str(part) for part in path), item["was"], item["now"]))
    return tuple(found)


def _given_deadlines(job: Job) -> Mapping[str, Value]:
    given = job.variables.get("deadlines_now")
    if not isinstance(given, Mapping):
        refuse_input(job, "deadlines_now", "the context that decision.review gives", given)
    return given


_CORRECTIONS = Field("corrections", "what was corrected: a list of contexts with fact, was and now")
DECISION_REVIEW = HandlerDefinition(
    job_type="decision.review",
    label="Review what rested on a corrected fact",
    meaning="Asks again each decision of the case, and counts again each deadline, that rested on a corrected fact.",
    kind=HandlerKind.INLINE,
    run=review_decisions,
    inputs=(_CORRECTIONS,),
    outputs=(
        Field("case_type", "the type of the record", False),
        Field("case_key", "the key of the record", False),
        Field("corrections_shown", "each corrected fact with what it was and what it is, as text", False),
        Field(
            "differences", "the decisions that answer otherwise, with answers, rules and clauses then and now", False
        ),
        Field("differences_shown", "all that comes out otherwise, as text", False),
        Field("answers_now", "the new answers, by the id of the decision", False),
        Field("deadlines_moved", "the deadlines that count otherwise, with their arithmetic and clause", False),
        Field("deadlines_now", "the same as deadlines by name, for correction.apply", False),
        Field("ways_otherwise", "the gateways that would have been left by another flow", False),
        Field("notices_on_it", "the notices that spoke of it: type, title, date", False),
        Field("revisions", "the values that are wrong by it, for correction.apply", False),
    ),
)

CORRECTION_APPLY = HandlerDefinition(
    job_type="correction.apply",
    label="Go on with a corrected fact",
    meaning="Puts right what running processes of the case hold by a wrong fact, and its deadlines with their timers.",
    kind=HandlerKind.INLINE,
    run=apply_correction,
    headers=(
        Field("keep", "names of facts that tell what was said or done, parted by commas; they stay as they are", False),
    ),
    inputs=(
        _CORRECTIONS,
        Field("what", "facts: only the facts themselves, what was decided and counted on them stays; else all", False),
        Field("revisions", "as decision.review gives them; not needed for the facts alone", False),
        Field("deadlines_now", "as decision.review gives them; not needed for the facts alone", False),
    ),
)
