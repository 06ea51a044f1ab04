"""The facts of a question as typed values: everything that is wrong with them is told at once."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean
from engine.feel import Value
from engine.law import LawPackage, Question, QuestionFact
from engine.law.expressions import convert_fact
from engine.law.fact_checks import check_contradictions, check_not_negative


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
    whole = {**dict.fromkeys(question.facts), **values}
    for name, fact in question.facts.items():
        if given.get(name) is None and (not fact.optional or _is_needed(fact, whole)):
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


def _missing(question: Question, fact: QuestionFact) -> Problem:
    definition = fact.definition
    because = "" if fact.needed_when is None else f" because {fact.needed_when.text}"
    return Problem(
        ErrorCode.ASK_FACT_MISSING,
        f'the question "{question.id}" asks for the fact "{definition.name}"{because}, but it was not given.',
        Location(part=definition.name, clause=", ".join(definition.clauses) or None),
        hint=f"give {definition.name} as {definition.type}: {definition.meaning}",
    )
