"""Which scenarios can see a mutant of a table: those whose recorded questions it answers otherwise."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.bpmn.expressions import is_feel
from engine.dmn import Decision, DecisionLibrary, DecisionResult, Model
from engine.dmn.elements import Elements
from engine.dmn.model import BusinessKnowledgeModel, DecisionService
from engine.dmn.requirements import Graph, GraphElement, Target
from engine.errors import EngineError
from engine.feel import Value, load_value
from engine.law import LawPackage
from engine.review.mutation.baseline import Played, Question
from engine.review.mutation.names_read import names_in
from engine.review.mutation.patched import Variant
from engine.simulation import PackageModels
from engine.simulation.reached import Place

_TOP = ""
_STRING = re.compile(r'"([^"]+)"')
_NOBODY: frozenset[Place] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run sees of an evaluation: the value with its warnings, and of each decision inside, value and rules."""

    value: Value
    warnings: tuple[str, ...]
    inside: Mapping[str, tuple[Value, tuple[str, ...]]]


class Questions:
    """Every question that the scenarios asked, each once, with those who asked it and the answer of the law.

    The decision *readings* hands out every reading in force, whatever is asked for; *readers* are the elements whose
    expressions read a name.
    """

    def __init__(
        self,
        played: Iterable[Played],
        models: tuple[Model, ...],
        libraries: Mapping[Variant, DecisionLibrary],
        *,
        readings: str | None = None,
        readers: Mapping[str, frozenset[Place]] | None = None,
    ) -> None:
        self._libraries = libraries
        self._readings = readings
        self._readers = readers or {}
        self._asked_by: dict[Question, list[int]] = defaultdict(list)
        self._played = tuple(played)
        for index, each in enumerate(self._played):
            for question in each.questions:
                self._asked_by[question].append(index)
        self._by_decision: dict[str, list[Question]] = defaultdict(list)
        for question in self._asked_by:
            self._by_decision[question.decision_id].append(question)
        self._answers: dict[Question, Answer] = {}
        self._needed_by = _needed_by(models)
        self._deciders = _deciders(models, self._needed_by)

    def asked(self, decision_id: str) -> tuple[Question, ...]:
        """The questions whose answer may need the decision or knowledge model of this id."""
        return tuple(
            question
            for asking in self._needed_by.get(decision_id, {decision_id})
            for question in self._by_decision.get(asking, ())
        )

    def answer(self, question: Question) -> Answer:
        """The answer of the unchanged law."""
        if question not in self._answers:
            self._answers[question] = ask(self._libraries[question.variant], question)
        return self._answers[question]

    def naming(self, decision_id: str, rule_id: str | None) -> frozenset[int]:
        """The likeliest to see it: who expects something of it, of its rule or of a decision that needs it."""
        names = {decision_id, rule_id or "", *self._needed_by.get(decision_id, ())}
        return frozenset(index for index, each in enumerate(self._played) if each.named & names)

    def scenarios_that_see(
        self,
        decision_id: str,
        rule_id: str | None,
        changed: Callable[[Variant], DecisionLibrary | None],
        among: frozenset[int] | None = None,
    ) -> tuple[bool, list[int]]:
        """Whether any scenario asks for the decision at all (with *rule_id* hitting), and which can see the change.

        *changed* gives the changed library for a choice of readings, if it can be judged under it. Only those *among*
        these scenarios are looked at, if any are given: to judge all of them may take longer than to play some.
        """
        seeing: set[int] = set()
        reached = False
        for question in self.asked(decision_id):
            asking = [index for index in self._asked_by[question] if among is None or index in among]
            library = changed(question.variant) if asking else None
            if library is None:
                continue
            before = self.answer(question)
            if rule_id is not None and not any(rule_id in rules for _, rules in before.inside.values()):
                continue
            reached = reached or decision_id in before.inside or decision_id not in self._by_decision
            after = ask(library, question)
            parts = differing(before, after)
            seeing.update(index for index in asking if parts & self._played[index].named)
            if _TOP in parts and question.decision_id == self._readings:
                asking = [index for index in asking if self._passes_on(index, before.value, after.value)]
            if _TOP in parts:
                seeing.update(asking)
        return reached, sorted(seeing)

    def _passes_on(self, index: int, before: Value, after: Value) -> bool:
        """Whether other readings make a difference to a run: to an element that it touched, or to another answer.

        Every run asks for all readings at once, and most need one or two of them.
        """
        if not isinstance(before, dict) or not isinstance(after, dict):
            return True
        keys = {key for key in {*before, *after} if not same(before.get(key), after.get(key))}
        played = self._played[index]
        if any(self._readers.get(key, _NOBODY) & played.reached.touched for key in keys):
            return True
        deciders = frozenset[str]().union(*(self._deciders.get(key, ()) for key in keys))
        return any(
            self._answers_change(question, before, after, played)
            for question in played.questions
            if question.decision_id in deciders
        )

    def _answers_change(self, question: Question, before: Value, after: Value, played: Played) -> bool:
        inputs = _inputs(question.inputs)
        given = [name for name, value in inputs.items() if isinstance(value, dict) and value == before]
        if not given:
            return False
        changed = {**inputs, **dict.fromkeys(given, after)}
        parts = differing(self.answer(question), ask(self._libraries[question.variant], question, changed))
        return _TOP in parts or bool(parts & played.named)


def ask(library: DecisionLibrary, question: Question, inputs: Mapping[str, Value] | None = None) -> Answer:
    """The answer to *question*, with other *inputs* where they are given."""
    given = _inputs(question.inputs) if inputs is None else inputs
    try:
        result = library.evaluate(question.decision_id, given, now=question.now)
    except EngineError as error:
        return Answer(None, (str(error.code),), {})
    return _answer(result)


def differing(before: Answer, after: Answer) -> frozenset[str]:
    """What differs: "" for the answer itself, else the decisions and rules inside that a scenario may name."""
    parts: set[str] = set()
    if before.warnings != after.warnings or not same(before.value, after.value):
        parts.add(_TOP)
    for name in {*before.inside, *after.inside}:
        value, rules = before.inside.get(name, (None, ()))
        other, other_rules = after.inside.get(name, (None, ()))
        if not same(value, other):
            parts.add(name)
        if rules != other_rules:
            parts.update((name, *set(rules).symmetric_difference(other_rules)))
    return frozenset(parts)


def same(one: Any, other: Any) -> bool:
    """Equal and of one kind: true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _answer(result: DecisionResult) -> Answer:
    inside = {
        decision.id: (decision.value, tuple(rule.rule_id for rule in decision.matched))
        for decision in result.audit.decisions
    }
    return Answer(result.value, tuple(f"{each.code} {each.severity}" for each in result.warnings), inside)


@lru_cache(maxsize=20_000)
def _inputs(text: str) -> dict[str, Value]:
    value = load_value(text)
    assert isinstance(value, dict)
    return value


def asked_for(package: LawPackage, models: PackageModels) -> frozenset[str]:
    """The decisions and knowledge models that a diagram, a parameter or a question asks for, or that those need.

    A table for people alone, which nobody asks for, decides nothing.
    """
    asking = {*package.parameters.values(), *(each.decision for each in package.questions.by_id.values())}
    for element in models.elements():
        called = element.called_decision
        if called is not None:
            asking.update(_STRING.findall(called) if is_feel(called) else (called,))
    return frozenset(name for name, needing in _needed_by(models.decisions).items() if needing & asking)


def _needed_by(models: tuple[Model, ...]) -> dict[str, set[str]]:
    """For each decision and knowledge model, the decisions that need it, itself among them."""
    graph = Graph(models)
    needed: dict[str, set[str]] = defaultdict(set)
    for model in models:
        for decision in model.decisions:
            for element in _under(graph, Target(decision, model, ())):
                needed[element.id].add(decision.id)
    return needed


def _deciders(models: tuple[Model, ...], needed_by: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    """For each name the decisions that read it, themselves or in what they need."""
    found: dict[str, set[str]] = defaultdict(set)
    elements = Elements(Graph(models))
    for model in models:
        elements.compile_all(model)
        for text in elements.compilers[model.namespace].texts:
            if text.code is None:
                continue
            for name in names_in(text.code.node):
                found[name].update(needed_by.get(text.place.decision_id or "", ()))
    return {name: frozenset(decisions) for name, decisions in found.items()}


def _under(graph: Graph, start: Target) -> list[GraphElement]:
    found: dict[tuple[str, str], GraphElement] = {}
    waiting = [start]
    while waiting:
        target = waiting.pop()
        if target.key in found:
            continue
        element = found[target.key] = target.element
        required: tuple[str, ...] = ()
        if isinstance(element, Decision):
            required = (*element.required_decisions, *element.required_knowledge)
        elif isinstance(element, BusinessKnowledgeModel):
            required = element.required_knowledge
        elif isinstance(element, DecisionService):
            required = (*element.output_decisions, *element.encapsulated_decisions)
        waiting.extend(graph.targets(target.model, required))
    return list(found.values())
