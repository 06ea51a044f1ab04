"""Asking a law: facts in, an answer with its reasons out. Nothing is stored and no case exists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime

from engine.errors import EngineError, ErrorCode, Location, Problem, failure
from engine.feel import FeelDate, Value
from engine.handlers.contract import HandlerDefinition
from engine.law import LawPackage, Question, example_facts, unknown_question
from engine.law.readings import files_with_readings, reading_faults
from engine.runtime.asking.answer import (
    Answer,
    Calculation,
    clauses_of,
    parameters_of,
    readings_of,
    rules_of,
    unverified_of,
)
from engine.runtime.asking.compiled import (
    ANSWER,
    REASON_TEXTS,
    CompiledQuestion,
    Models,
    compile_question,
    reason_texts_for,
)
from engine.runtime.asking.facts import read_facts
from engine.runtime.asking.readings import READINGS, ReadingTables
from engine.runtime.asking.run import AskingServices, Notes, run_decision, run_process
from engine.runtime.compiled import Kept

_VARIANTS = 32


class Asker:
    """Answers the questions of one law. Built once, asked many times; safe to share among threads."""

    def __init__(self, law: LawPackage, handlers: Mapping[str, HandlerDefinition]) -> None:
        self.law = law
        self._handlers = handlers
        self._models = Models(law)
        self._tables = ReadingTables(law, self._models.library)
        self._compiled: dict[str, CompiledQuestion] = {}
        self._others: Kept[Asker] = Kept(_VARIANTS)
        self._other: Callable[[Mapping[str, str]], Asker] = self._changed

    def with_models(self, change: Callable[[Models], Models]) -> Asker:
        """The same questions asked of other models: what *change* makes of those of the law, whatever the readings.

        The questions stay compiled as they are, so that *change* must leave all names as they are.
        """
        changed = copy(self)
        changed._models = change(self._models)
        changed._tables = ReadingTables(self.law, changed._models.library)
        changed._others = Kept(_VARIANTS)
        changed._other = lambda chosen: self._with(chosen).with_models(change)
        return changed

    def question(self, question_id: str) -> Question:
        """Errors: ASK_UNKNOWN_QUESTION with the nearest id."""
        found = self.law.questions.by_id.get(question_id)
        if found is None:
            raise EngineError(unknown_question(question_id, tuple(self.law.questions.by_id)))
        return found

    def example(self, question_id: str, *, today: date) -> Answer:
        """The answer for the examples of the facts that must be given, and of those that are needed because of them.

        Errors: as `ask`, when the examples of the manifest do not fit together.
        """
        return self.ask(question_id, self.with_examples(question_id, {}), today=today)

    def with_examples(self, question_id: str, given: Mapping[str, object]) -> dict[str, object]:
        """*given* over the examples of the facts that must be given, and of those that are needed because of them.

        A fact that is null in *given* is left out. Errors: ASK_UNKNOWN_QUESTION.
        """
        question = self.question(question_id)
        laid = {**example_facts(question, optional=False), **given}
        facts, missing = {name: value for name, value in laid.items() if value is not None}, True
        while missing:
            problems = read_facts(self.law, question, facts)[1]
            wanted = [each.location.part for each in problems if each.code is ErrorCode.ASK_FACT_MISSING]
            lacking = [name for name in wanted if name is not None and name not in given]
            facts |= {name: question.facts[name].example for name in lacking}
            missing = bool(lacking)
        return facts

    def ask(
        self,
        question_id: str,
        given: Mapping[str, object],
        *,
        today: date,
        on: date | None = None,
        readings: Mapping[str, str] | None = None,
        notes: Notes | None = None,
    ) -> Answer:
        """The answer to a question.

        *given* holds facts as JSON or YAML gives them; *on* is the day whose law is asked: when left out, the date of
        the fact that the question names, else *today*; a day that is said must lie in the life of the law. *readings*
        are chosen otherwise than they are in force. *notes* are told where the run went, also when it is refused.
        Errors, all at once: ASK_UNKNOWN_QUESTION; those of `facts.read_facts`; ASK_OUTSIDE_LIFE; ASK_READING. Then
        those of what runs (CAL_YEAR_MISSING, CAL_UNKNOWN_LIMIT, DMN_NO_RULE ...), and ASK_NO_ANSWER.
        """
        question = self.question(question_id)
        noted = notes or Notes()
        facts, problems = read_facts(self.law, question, given)
        said = on or _day(facts.get(question.on))
        if said is not None:
            problems.extend(self._tables.life(said, self._morning(said), noted.life))
        chosen = readings or {}
        try:
            asked = self._with(chosen)
        except EngineError as error:
            raise EngineError(*problems, *error.problems) from error
        if problems:
            raise EngineError(*problems)
        return asked._answer(question, facts, said or today, chosen, noted)

    def _with(self, chosen: Mapping[str, str]) -> Asker:
        """Who answers with these readings in force: their cells are changed, as for a scenario. Errors: ASK_READING."""
        return self._others.get(tuple(sorted(chosen.items())), lambda: self._other(chosen)) if chosen else self

    def _changed(self, chosen: Mapping[str, str]) -> Asker:
        faults = [
            Problem(ErrorCode.ASK_READING, wrong, Location(part=f"readings.{key}"), hint=hint)
            for key, wrong, hint in reading_faults(self.law, chosen)
        ]
        if faults:
            raise EngineError(*faults)
        # nothing but the cells of tables differs, so that the rest of the law need not be read again
        return Asker(replace(self.law, files=files_with_readings(self.law, chosen)), self._handlers)

    def _answer(
        self, question: Question, facts: Mapping[str, Value], day: date, chosen: Mapping[str, str], notes: Notes
    ) -> Answer:
        compiled = self._compile(question)
        services = self._services(day, notes)
        variables = {**facts, READINGS: self._tables.in_force(day), "as_of": FeelDate.from_python(day)}
        left = self._run(compiled, services, variables)
        value = _value(compiled, left)
        named: dict[str, Value] = {**left, ANSWER: value}
        if question.reasons:
            named[REASON_TEXTS] = {**reason_texts_for(self.law, question)}
        says = _says(compiled, named, notes)
        rules = rules_of(notes.decisions, self._tables.is_list)
        used = readings_of(rules, self._tables.on(day, chosen))
        clauses = clauses_of(self.law, rules)
        return Answer(
            question=question.id,
            package=self.law.id,
            asks=question.asks,
            on=day,
            says=says,
            value=value,
            facts={name: fact for name, fact in facts.items() if fact is not None},
            arithmetic=tuple(Calculation(what, lines) for what, lines in notes.arithmetic),
            rules=rules,
            parameters=parameters_of(self.law, rules),
            readings=used,
            unverified=tuple(dict.fromkeys(unverified_of(self.law, rules, used, clauses))),
            clauses=clauses,
            models=_hashes(notes),
        )

    def _compile(self, question: Question) -> CompiledQuestion:
        if question.id not in self._compiled:
            compiled, problems = compile_question(self.law, question, self._models, self._handlers)
            if problems:
                raise EngineError(*problems)
            self._compiled[question.id] = compiled
        return self._compiled[question.id]

    def _morning(self, day: date) -> datetime:
        """When the office opens on *day*, which is the present of a question."""
        return datetime.combine(day, self.law.office_opens, self.law.time_zone)

    def _services(self, day: date, notes: Notes) -> AskingServices:
        now = self._morning(day).astimezone(UTC)
        return AskingServices(self.law, self._models.library, self._models.definition, now, notes)

    def _run(
        self, compiled: CompiledQuestion, services: AskingServices, variables: Mapping[str, Value]
    ) -> dict[str, Value]:
        """All names after the run, the given ones included."""
        question = compiled.question
        inputs = {name: feel.evaluate(variables).value for name, feel in compiled.inputs.items()}
        taken = {**variables, **inputs}
        if question.process:
            return {**taken, **run_process(services, self._handlers, question.process, taken)}
        return {**variables, compiled.result: run_decision(services, question.decision, taken)}


def law_with(question_id: str, laws: Sequence[LawPackage]) -> LawPackage:
    """The one law that has a question. Errors: ASK_UNKNOWN_QUESTION with the nearest id, also when several have it."""
    having = [law for law in laws if question_id in law.questions.by_id]
    if not having:
        raise EngineError(unknown_question(question_id, [name for law in laws for name in law.questions.by_id]))
    if len(having) > 1:
        raise failure(
            ErrorCode.ASK_UNKNOWN_QUESTION,
            f'the question "{question_id}" is one of {" and of ".join(law.id for law in having)}.',
            hint="name the package",
        )
    return having[0]


def _value(compiled: CompiledQuestion, left: Mapping[str, Value]) -> Value:
    if compiled.answer is None:
        return left[compiled.result]
    result = compiled.answer.evaluate(left)
    if result.value is None and result.reasons:
        raise failure(
            ErrorCode.ASK_NO_ANSWER,
            f'the question "{compiled.question.id}" has no answer for these facts: {" ".join(result.reasons[:3])}',
            hint="see which fact is missing or lies outside of what the tables hold",
        )
    return result.value


def _says(compiled: CompiledQuestion, left: Mapping[str, Value], notes: Notes) -> str:
    """The answer in words. Errors: ASK_NO_ANSWER, with the first reason of a decision, where there is no value."""
    assert compiled.says is not None
    try:
        return " ".join(compiled.says.render(left).split())
    except EngineError as error:
        if left[ANSWER] is not None:
            raise
        reasons = [f" {warning.message}" for result in notes.decisions for warning in result.warnings]
        lacking = [name for name in compiled.question.facts if left.get(name) is None]
        raise failure(
            ErrorCode.ASK_NO_ANSWER,
            f'the question "{compiled.question.id}" has no answer for these facts.{reasons[0] if reasons else ""}',
            hint="see which fact lies outside of what the tables hold"
            + (f", or give one of those that were left out: {', '.join(lacking)}" if lacking else ""),
        ) from error


def _day(value: Value) -> date | None:
    try:
        return value.to_python() if isinstance(value, FeelDate) else None
    except (ValueError, OverflowError):
        return None


def _hashes(notes: Notes) -> dict[str, str]:
    found: dict[str, str] = {}
    for result in notes.decisions:
        found.update(result.audit.model_hashes)
    return dict(sorted(found.items()))
