"""What an event brings, held against the law before anything is stored: all that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from engine.calendars import show_date
from engine.errors import EngineError, ErrorCode, Location, Problem
from engine.feel import FeelDate, Value
from engine.law.fact_checks import check_contradictions, check_not_negative, check_places
from engine.law.vocabulary import EventDefinition, FactDefinition
from engine.runtime.packages import DeployedPackage

LIFE = "life"


def check_event(package: DeployedPackage, event: EventDefinition, facts: Mapping[str, Value], now: datetime) -> None:
    """Errors: LAW_FACT_NEGATIVE; LAW_FACT_TYPE for parts of a cent; LAW_FACT_CONTRADICTION, unless a user task clears
    it, and for what lies ahead; LAW_OUTSIDE_LIFE.
    """
    law = package.require_law()
    problems: list[Problem] = []
    today = now.astimezone(package.time_zone).date()
    for name, value in facts.items():
        problems.extend(check_not_negative(law.vocabulary.facts[name], value, ErrorCode.LAW_FACT_NEGATIVE))
        problems.extend(check_places(law.vocabulary.facts[name], value, law.money, ErrorCode.LAW_FACT_TYPE))
        problems.extend(_ahead(law.vocabulary.facts[name], value, today))
    refused = [each for each in law.questions.contradictions if not each.cleared_by]
    problems.extend(check_contradictions(refused, facts, facts, ErrorCode.LAW_FACT_CONTRADICTION))
    if event.within_life:
        problems.extend(_outside_life(package, event, facts, now))
    if problems:
        raise EngineError(*problems)


def _ahead(definition: FactDefinition, value: Value, today: date) -> Iterator[Problem]:
    """A date of what has happened lies on no later day than the one on which it is told."""
    if definition.past and isinstance(value, FeelDate) and value.to_python() > today:
        yield Problem(
            ErrorCode.LAW_FACT_CONTRADICTION,
            f'the fact "{definition.name}" is {show_date(value.to_python())}, which has not come yet:'
            f" today is {show_date(today)}.",
            Location(part=definition.name, clause=", ".join(definition.clauses) or None),
            hint=f"{definition.name} is {definition.meaning}; tell of it when it has happened",
        )


def check_corrected(
    package: DeployedPackage,
    event: EventDefinition,
    corrected: Mapping[str, Value],
    record: Mapping[str, Value],
    now: datetime,
) -> None:
    """What an event corrects, held against the rest of the *record*.

    Errors: LAW_FACT_CONTRADICTION, also where a user task would clear it in a new record; LAW_OUTSIDE_LIFE for the
    date of an event that happens only while the law is in force.
    """
    law = package.require_law()
    together = {**record, **corrected}
    named = [each for each in law.questions.contradictions if not corrected.keys().isdisjoint(each.facts)]
    problems = list(check_contradictions(named, together, together, ErrorCode.LAW_FACT_CONTRADICTION))
    for other in law.vocabulary.events.values():
        if other.within_life and other.case_type == event.case_type and other.date_fact in corrected:
            problems.extend(_outside_life(package, other, corrected, now))
    if problems:
        raise EngineError(*dict.fromkeys(problems))


def _outside_life(
    package: DeployedPackage, event: EventDefinition, facts: Mapping[str, Value], now: datetime
) -> Iterator[Problem]:
    decision_id = package.require_law().parameters.get(LIFE)
    on = facts.get(event.date_fact)
    if decision_id is None or not isinstance(on, FeelDate):
        return
    result = package.library.evaluate(decision_id, {"as_of": on}, now=package.local(now))
    if result.value is True:
        return
    reasons = "; ".join(rule.reason for each in result.audit.decisions for rule in each.matched if rule.reason)
    yield Problem(
        ErrorCode.LAW_OUTSIDE_LIFE,
        f'"{event.name}" on {show_date(on.to_python())} lies outside the life of the law:'
        f" {reasons or 'no rule holds on that date'}.",
        Location(part=event.date_fact),
        hint="correct the date",
    )
