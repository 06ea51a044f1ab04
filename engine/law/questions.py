"""The questions of a law: what can be asked of it alone, without a case, as data in the manifest.

A question names its facts, what it runs (a decision, or a process without wait states) and how the answer reads.
`contradictions` are facts that cannot stand together; each holds wherever all the facts that it names are given.
Whether decisions, processes and names exist is checked at deployment, which has the models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from engine.documents import Path, Section, show_path
from engine.errors import ErrorCode, Location, Problem, did_you_mean, list_known
from engine.law.citing import read_clause_ids
from engine.law.expressions import FeelText, read_feel
from engine.law.vocabulary import FACT_TYPES, FactDefinition

ALWAYS = ("readings", "as_of")
"""What every question is given beside its facts: the readings by key, and the day whose law is asked."""
WORD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class QuestionFact:
    """A fact that a question takes: from the vocabulary, or its own. *example* is as written in the manifest.

    An optional fact must be given all the same where *needed_when* is true.
    """

    definition: FactDefinition
    optional: bool
    example: Any
    needed_when: FeelText | None = None

    def as_data(self) -> dict[str, object]:
        definition = self.definition
        return {
            "name": definition.name,
            "type": definition.type,
            "items": definition.items or None,
            "values": list(definition.values),
            "unit": definition.unit or None,
            "meaning": definition.meaning,
            "clauses": list(definition.clauses),
            "required": not self.optional,
            "needed_when": None if self.needed_when is None else self.needed_when.text,
            "example": _plain(self.example),
        }


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Either *decision* or *process* is set; *inputs* gives FEEL texts for what it takes beside facts.

    *on* names the fact whose date says which law applies. *answer* is a FEEL expression over the facts and what the
    run leaves, empty for the value of the decision itself; *says* is a template over the same names and `answer`.
    *reasons* names the notice whose texts of reasons it may use as `reason_texts`; empty for none.
    """

    id: str
    asks: str
    clauses: tuple[str, ...]
    facts: Mapping[str, QuestionFact]
    on: str
    decision: str
    process: str
    inputs: Mapping[str, str]
    answer: str
    says: str
    place: Location
    says_line: int
    reasons: str = ""

    @property
    def runs(self) -> str:
        return self.decision or self.process

    def as_data(self) -> dict[str, object]:
        """Its facts with their types, and what it runs, for those who want to ask it."""
        return {
            "id": self.id,
            "asks": self.asks,
            "clauses": list(self.clauses),
            "facts": [fact.as_data() for fact in self.facts.values()],
            "on": self.on or None,
            "runs": self.runs,
        }

    @property
    def names(self) -> tuple[str, ...]:
        """What its run is given by name: the facts, the further inputs, the readings and the day asked about."""
        return (*self.facts, *self.inputs, *ALWAYS)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Facts that contradict each other when the expression is true; *facts* are the names that it reads.

    *cleared_by* is the user task in which a person clears it when an event brings it; without one the event is refused.
    """

    expression: FeelText
    facts: tuple[str, ...]
    says: str
    cleared_by: str = ""


@dataclass(frozen=True, slots=True)
class Questions:
    """All questions of a package by id, and the contradictions that hold for them."""

    by_id: Mapping[str, Question] = field(default_factory=dict)
    contradictions: tuple[Contradiction, ...] = ()


def read_questions(top: Section, facts: Mapping[str, FactDefinition], cited: list[tuple[str, Path]]) -> Questions:
    """The keys `questions` and `contradictions` of a manifest. Problems stay in the findings of *top*."""
    found = {
        name: _read_question(section, name, facts, cited) for name, section in top.named_sections("questions").items()
    }
    names = dict.fromkeys([*facts, *(fact for question in found.values() for fact in question.facts)])
    return Questions(found, tuple(_read_contradiction(each, tuple(names)) for each in top.sections("contradictions")))


def _read_question(
    section: Section, name: str, facts: Mapping[str, FactDefinition], cited: list[tuple[str, Path]]
) -> Question:
    if not WORD.fullmatch(name):
        section.problem(f'expected a readable name in snake_case, but got "{name}".')
    asks = section.text("asks")
    clauses = read_clause_ids(section, cited)
    given = section.named_sections("facts")
    taken = {fact: _read_fact(each, fact, clauses, facts, tuple(given), cited) for fact, each in given.items()}
    on = section.text("on", required=False)
    if on and (on not in taken or taken[on].definition.type != "date"):
        section.problem(
            f'expected a date among the facts of the question, but got "{on}".{did_you_mean(on, taken)}', "on"
        )
    decision, process, inputs = _read_run(section)
    answer, says = section.text("answer", required=not decision), section.text("says")
    reasons = section.text("reasons", required=False)
    section.close()
    lines = section.findings
    place = Location(file=lines.file, part=show_path(section.path), line=lines.line_of(section.path))
    says_line = lines.line_of((*section.path, "says")) or 1
    return Question(name, asks, clauses, taken, on, decision, process, inputs, answer, says, place, says_line, reasons)


def _read_run(section: Section) -> tuple[str, str, dict[str, str]]:
    run = section.section("run")
    if run is None:
        return "", "", {}
    decision, process = run.text("decision", required=False), run.text("process", required=False)
    inputs = run.section("inputs", required=False)
    mapped = {} if inputs is None else {name: inputs.text(name) for name in inputs.value}
    run.close()
    if bool(decision) == bool(process):
        run.problem("expected one of decision and process.", hint="run: {decision: <id>} or run: {process: <id>}")
    return decision, process, mapped


def _read_fact(
    section: Section,
    name: str,
    clauses: Sequence[str],
    facts: Mapping[str, FactDefinition],
    beside: Sequence[str],
    cited: list[tuple[str, Path]],
) -> QuestionFact:
    optional, condition = section.flag("optional"), section.text("needed_when", required=False)
    needed_when = _read_condition(section, "needed_when", condition, beside) if condition else None
    if not section.has("example"):
        section.problem('"example" is missing.', hint="give a value that a person would give")
    example = section.raw("example")
    if section.has("type"):
        definition = _own_fact(section, name, clauses, cited)
        if name in facts:
            section.problem(f'"{name}" is a fact of the vocabulary.', "type", hint="leave its type and meaning out")
    elif name in facts:
        definition = facts[name]
    else:
        section.problem(
            f'no fact is called "{name}".{did_you_mean(name, facts)}',
            code=ErrorCode.LAW_UNKNOWN_FACT,
            hint="name a fact of the vocabulary, or give type and meaning here",
        )
        definition = FactDefinition(name, "string", "", tuple(clauses))
    section.close()
    return QuestionFact(definition, optional or needed_when is not None, example, needed_when)


def _own_fact(section: Section, name: str, clauses: Sequence[str], cited: list[tuple[str, Path]]) -> FactDefinition:
    if not WORD.fullmatch(name):
        section.problem(f'expected the name of a fact in snake_case, but got "{name}".')
    own = read_clause_ids(section, cited, required=False)
    return FactDefinition(
        name=name,
        type=section.choice("type", FACT_TYPES),
        meaning=section.text("meaning"),
        clauses=own or tuple(clauses),
        values=section.texts("values"),
        unit=section.text("unit", required=False),
        items=section.choice("items", FACT_TYPES, required=False),
    )


def _read_contradiction(section: Section, names: Sequence[str]) -> Contradiction:
    text = section.text("when")
    says, cleared_by = section.text("says"), section.text("cleared_by", required=False)
    section.close()
    expression = _read_condition(section, "when", text, names)
    read = tuple(dict.fromkeys(free.name for free in expression.code.free_names if free.name in names))
    return Contradiction(expression, read, says, cleared_by)


def _plain(example: Any) -> Any:
    """An example as JSON has it."""
    if isinstance(example, list):
        return [_plain(item) for item in example]
    if isinstance(example, dict):
        return {name: _plain(item) for name, item in example.items()}
    if isinstance(example, Decimal):
        return float(example)
    return example.isoformat() if isinstance(example, date) else example


def _read_condition(section: Section, key: str, text: str, names: Sequence[str]) -> FeelText:
    expression, problems = read_feel(text, names)
    for problem in problems:
        section.problem(problem.message, key, code=problem.code, hint="name facts of questions only")
    return expression


def example_facts(question: Question, *, optional: bool = True) -> dict[str, Any]:
    """The examples of the manifest as one set of facts."""
    return {name: fact.example for name, fact in question.facts.items() if optional or not fact.optional}


def unknown_question(question_id: str, known: Sequence[str]) -> Problem:
    return Problem(
        ErrorCode.ASK_UNKNOWN_QUESTION,
        f'no question is called "{question_id}".{did_you_mean(question_id, known)}',
        hint=f"questions: {list_known(question_id, known) or 'none'}",
    )
