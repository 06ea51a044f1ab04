"""The facts of a question as typed values: everything that is wrong with them is told at once."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean
from engine.feel import Value
from engine.law import LawPackage, Question, QuestionFact
from engine.law.expressions import convert_fact
from engine.law.fact_checks import check_contradictions, check_not_negative, check_places


def read_facts(
    law: LawPackage, question: Question, given: Mapping[str, object]
) -> tuple[dict[str, Value], list[Problem]]:
    """The facts by name, null where an optional one was not given, and the problems.

    Problems: LAW_UNKNOWN_FACT with the nearest name, LAW_FACT_TYPE, ASK_FACT_MISSING, ASK_NEGATIVE, ASK_CONTRADICTION.
    """
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, value in given.items():
        fact = question.facts.get(name)
        if fact is None:
            problems.append(_foreign(question, name))
            continue
        try:
            values[name] = convert_fact(fact.definition, value)
        except EngineError as error:
            problems.extend(error.problems)
            continue
        problems.extend(check_not_negative(fact.definition, values[name], ErrorCode.ASK_NEGATIVE))
        problems.extend(check_places(fact.definition, values[name], law.money, ErrorCode.LAW_FACT_TYPE))
    whole = {**dict.fromkeys(question.facts), **values}
    missing = {name for name, fact in question.facts.items() if not fact.optional and given.get(name) is None}
    unknown = missing | (set(given) - set(values))
    for name, fact in question.facts.items():
        if name in missing or (given.get(name) is None and not unknown & _turns_on(fact) and _is_needed(fact, whole)):
            problems.append(_missing(question, fact))
    found = law.questions.contradictions
    problems.extend(check_contradictions(found, question.facts, values, ErrorCode.ASK_CONTRADICTION))
    return whole, problems


def _foreign(question: Question, name: str) -> Problem:
    return Problem(
        ErrorCode.LAW_UNKNOWN_FACT,
        f'the question "{question.id}" takes no fact "{name}".{did_you_mean(name, question.facts)}',
        Location(part=name),
        hint=f"it takes: {', '.join(question.facts)}",
    )


def _is_needed(fact: QuestionFact, values: Mapping[str, Value]) -> bool:
    return fact.needed_when is not None and fact.needed_when.evaluate(values).value is True


def _turns_on(fact: QuestionFact) -> set[str]:
    """The names of the facts that decide whether this one is needed."""
    return set() if fact.needed_when is None else {name.name for name in fact.needed_when.code.free_names}


def _missing(question: Question, fact: QuestionFact) -> Problem:
    definition = fact.definition
    because = "" if fact.needed_when is None else f" because {fact.needed_when.text}"
    one_of = f", one of {', '.join(definition.values)}" if definition.values else ""
    too = "".join(
        f"; give {each.definition.name} too when {each.needed_when.text}"
        for each in question.facts.values()
        if each.needed_when is not None and definition.name in _turns_on(each)
    )
    return Problem(
        ErrorCode.ASK_FACT_MISSING,
        f'the question "{question.id}" asks for the fact "{definition.name}"{because}, but it was not given.',
        Location(part=definition.name, clause=", ".join(definition.clauses) or None),
        hint=f"give {definition.name} as {definition.type}{one_of}: {definition.meaning}{too}",
    )
