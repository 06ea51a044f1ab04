"""Questions and answers as text: the answer first, then where it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from engine.calendars import show_date
from engine.errors import EngineError
from engine.feel import Value, format_value
from engine.feel.text import quote
from engine.law import Question, QuestionFact
from engine.runtime.asking import Answer, ReadingUsed, RuleUsed


def answer_lines(answer: Answer) -> Iterator[str]:
    """The answer for a person: words, arithmetic, rules with their sentences, figures, readings, what is unverified."""
    yield answer.says
    yield ""
    yield f"{answer.asks} Asked as of {show_date(answer.on)}."
    yield from _titled("Arithmetic", _arithmetic(answer))
    yield from _titled("Rules", _rules(answer.rules))
    yield from _titled("Figures", (_figure(rule) for rule in answer.parameters))
    yield from _titled("Readings", (_reading(reading) for reading in answer.readings))
    yield from _titled("Not verified", answer.unverified)
    yield from _titled("Clauses", (f"{ref}  {' '.join(text.split())}" for ref, text in answer.clauses.items()))


def question_lines(question: Question, package: str, example: Answer | EngineError) -> Iterator[str]:
    """What a question asks, which facts it takes, an example of its answer, and its clauses."""
    yield f"{question.id}  ({package})"
    yield f"  {question.asks}"
    for fact in question.facts.values():
        yield f"    {_fact(fact)}"
    shown = example.says if isinstance(example, Answer) else f"no answer for its examples: {example.problem.message}"
    yield f"  answers    {shown}"
    yield f"  clauses    {', '.join(question.clauses)}"


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    shown = list(lines)
    if shown:
        yield ""
        yield title
        yield from (f"  {line}" for line in shown)


def _arithmetic(answer: Answer) -> Iterator[str]:
    for each in answer.arithmetic:
        yield each.what
        yield from (f"  = {line}" for line in each.lines)


def _rules(rules: Iterable[RuleUsed]) -> Iterator[str]:
    for rule in rules:
        if not rule.rule_id:
            yield f"{rule.decision}: {_outputs(rule)}"
            continue
        yield f"{rule.decision}: {_outputs(rule)}"
        yield f"  {rule.rule_id} [{'; '.join(rule.clauses)}] {rule.reason}".rstrip()


def _figure(rule: RuleUsed) -> str:
    return f"{rule.decision}: {_outputs(rule)} ({rule.rule_id})"


def _reading(reading: ReadingUsed) -> str:
    chosen = ", chosen for this question" if reading.chosen else ""
    switch = f"; it may be {' or '.join(reading.allowed)}" if reading.allowed else ""
    return f"{reading.id} {reading.subject}: {reading.value} ({reading.status}{chosen}){switch}"


def _outputs(rule: RuleUsed) -> str:
    return ", ".join(f"{name} = {_shown(value)}" if name else _shown(value) for name, value in rule.outputs.items())


def _fact(fact: QuestionFact) -> str:
    definition = fact.definition
    kind = f"list of {definition.items}" if definition.items else definition.type
    unit = f" ({definition.unit})" if definition.unit else ""
    needed = "" if fact.needed_when is None else f" when {fact.needed_when.text}"
    must = needed.strip() if needed else ("optional" if fact.optional else "required")
    values = f"; one of: {', '.join(definition.values)}" if definition.values else ""
    other = ", ".join(f"{word} for {meant}" for word, meant in definition.also)
    values += f" (or {other})" if other else ""
    return f"{definition.name}  {kind}{unit}, {must}: {definition.meaning}{values}; e.g. {_example(fact)}"


def _example(fact: QuestionFact) -> str:
    example = fact.as_data()["example"]
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)


def _shown(value: Value) -> str:
    return quote(value) if isinstance(value, str) else format_value(value)
