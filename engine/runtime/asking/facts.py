"""The facts of a question as typed values: everything that is wrong with them is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean
from engine.feel import Value, format_value
from engine.law import FactDefinition, LawPackage, Question, QuestionFact
from engine.law.expressions import convert_fact


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
        problems.extend(_negative(fact.definition, values[name]))
    whole = {**dict.fromkeys(question.facts), **values}
    for name, fact in question.facts.items():
        if given.get(name) is None and (not fact.optional or _is_needed(fact, whole)):
            problems.append(_missing(question, fact))
    problems.extend(_contradictions(law, question, values))
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


def _negative(definition: FactDefinition, value: Value) -> Iterator[Problem]:
    """Money and counts have a unit and are never below zero."""
    if definition.unit and isinstance(value, Decimal) and value < 0:
        yield Problem(
            ErrorCode.ASK_NEGATIVE,
            f'the fact "{definition.name}" expected {definition.unit} of zero or more, but got {format_value(value)}.',
            Location(part=definition.name, clause=", ".join(definition.clauses) or None),
            hint=f"{definition.name} is {definition.meaning}",
        )


def _contradictions(law: LawPackage, question: Question, values: Mapping[str, Value]) -> Iterator[Problem]:
    for contradiction in law.questions.contradictions:
        named = contradiction.facts
        if any(name not in question.facts or values.get(name) is None for name in named):
            continue
        if contradiction.expression.evaluate(values).value is True:
            shown = ", ".join(f"{name} = {format_value(values[name])[:100]}" for name in named)
            yield Problem(
                ErrorCode.ASK_CONTRADICTION,
                f"the facts contradict each other: {contradiction.says} ({shown}).",
                Location(part=", ".join(named)),
                hint="correct one of these facts",
            )
