"""Which type the value of a name has: from the vocabulary, from what a model declares, from what a table gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from engine.bpmn.expressions import is_feel
from engine.bpmn.model import MultiInstance
from engine.dmn import Decision, Model
from engine.dmn.compiler import CompiledText
from engine.dmn.hit_policy import SEVERAL
from engine.dmn.model import DecisionTable, InputData, LiteralExpression, OutputClause, Variable
from engine.errors import Location
from engine.feel import Expression, Type
from engine.feel.static_types import type_of
from engine.feel.types import ANY, NULL, TYPE_NAMES, ContextType, ListType
from engine.review.checks.context import ReviewContext, Use
from engine.runtime.compiled import elements_of

ROUNDS = 6


class TypesOfNames:
    """The types of one package. `Any` stands for a type that is not known."""

    def __init__(self, context: ReviewContext) -> None:
        self._context = context
        self._decisions: dict[str, Type] = {}
        self._texts: dict[str, dict[int, CompiledText]] = {}

    @cached_property
    def facts(self) -> Mapping[str, Type]:
        return {name: TYPE_NAMES.get(fact.type, ANY) for name, fact in self._context.package.vocabulary.facts.items()}

    @cached_property
    def variables(self) -> Mapping[str, Type]:
        """The variables of processes: facts as the vocabulary declares them, results, what scripts and mappings set.

        One that is set to values of several types, or of a type that is not known, is `Any`; a fact is taken at its
        word.
        """
        found: dict[str, Type] = {}
        for name, decision_ids in self._context.results.items():
            found[name] = _joined(self.decision(decision_id) for decision_id in decision_ids)
        found.update(self.facts)
        written = self._written()
        found.update({name: NULL for name in written if name not in found})
        waiting = set(written)
        for _ in range(ROUNDS):  # a variable may be set from others that are set likewise, or from itself
            changed = {name for name in waiting if self._update(name, written[name], found)}
            waiting = {
                name for name, uses in written.items() if any(not changed.isdisjoint(_read(use)) for use in uses)
            }
            if not waiting:
                return found
        return {name: ANY if name in waiting else type for name, type in found.items()}

    def _update(self, name: str, uses: Iterable[Use], found: dict[str, Type]) -> bool:
        """Give *name* the type of all that sets it; whether that is another one than before."""
        before = found[name]
        types = [ANY if use.node is None else type_of(use.node, found)[0] for use in uses]
        if name in self.facts:
            types = [self.facts[name], *(each for each in types if each != ANY)]
        found[name] = _joined(types)
        return found[name] != before

    def _written(self) -> dict[str, list[Use]]:
        """For each variable that is no result of a decision the scripts and mappings that set it as a whole."""
        found: dict[str, list[Use]] = {}
        partly = {*self._context.results, *self._written_by_others()}
        for use in self._context.uses:
            part, target = use.text.part, use.text.part.rpartition(" mapping ")[2]
            if part == "script" and use.element is not None and use.element.result_variable is not None:
                found.setdefault(use.element.result_variable, []).append(use)
            elif part.startswith(("input mapping ", "output mapping ")):
                if "." in target:
                    partly.add(target.split(".")[0])
                elif use.expression.source.strip() != target:
                    found.setdefault(target, []).append(use)
        return {name: uses for name, uses in found.items() if name not in partly or name in self.facts}

    def _written_by_others(self) -> Iterator[str]:
        """The variables that jobs, forms, loops and plain texts set."""
        for form in self._context.package.forms.values():
            yield from form.fields
        for _, _, element in self._context.elements():
            handler = self._context.handler_of(element)
            if handler is not None:
                yield from (output.name for output in handler.outputs)
            if isinstance(element.loop, MultiInstance):
                yield from filter(None, (element.loop.input_element, element.loop.output_collection))
            for rule in (*element.inputs, *element.outputs):
                if not is_feel(rule.source):
                    yield rule.target.split(".")[0]

    def decision(self, decision_id: str) -> Type:
        """The type of what a decision gives: a context of its outputs where a table has several."""
        if decision_id not in self._decisions:
            self._decisions[decision_id] = ANY  # a decision that requires itself has no type
            found = self._context.decisions.get(decision_id)
            if found is not None:
                self._decisions[decision_id] = self._find(*found)
        return self._decisions[decision_id]

    def required(self, model: Model, decision: Decision) -> dict[str, Type]:
        """The names in the scope of a decision, with their types; those of imported models are not known."""
        elements = elements_of(model)
        found: dict[str, Type] = {}
        hrefs = (*decision.required_inputs, *decision.required_decisions, *decision.required_knowledge)
        for requirement in elements.requirements(model, hrefs):
            element, name = requirement.target.element, requirement.scope_path[0]
            found[name] = ANY
            if len(requirement.scope_path) > 1:
                continue
            if isinstance(element, Decision):
                found[name] = self.decision(element.id)
            elif isinstance(element, InputData):
                found[name] = self.declared(model, element.variable, element.place)
                if found[name] == ANY:
                    found[name] = self.variables.get(name, ANY)
        return found

    def declared(self, model: Model, variable: Variable | OutputClause, place: Location) -> Type:
        return self.of_reference(model, variable.type_ref, place)

    def of_reference(self, model: Model, type_ref: str | None, place: Location) -> Type:
        declared = elements_of(model).compilers[model.namespace].type(type_ref, place)
        return ANY if declared is None else declared.base

    def text(self, model: Model, place: Location) -> CompiledText | None:
        """The compiled text at *place* of *model*."""
        if model.namespace not in self._texts:
            elements = elements_of(model)
            elements.compile_all(elements.graph.models[model.namespace])
            texts = elements.compilers[model.namespace].texts
            self._texts[model.namespace] = {id(text.place): text for text in texts}
        return self._texts[model.namespace].get(id(place))

    def _find(self, model: Model, decision: Decision) -> Type:
        declared = self.declared(model, decision.variable, decision.place)
        if declared != ANY:
            return declared
        match decision.expression:
            case DecisionTable() as table:
                if table.hit_policy in SEVERAL:
                    return ANY if table.aggregation is not None else ListType(ANY)
                types = [(output.name or "", self.declared(model, output, table.place)) for output in table.outputs]
                return types[0][1] if len(types) == 1 else ContextType(tuple(types))
            case LiteralExpression() as literal:
                text = self.text(model, literal.place)
                if text is not None and isinstance(text.code, Expression):
                    return type_of(text.code.node, self.required(model, decision))[0]
        return ANY


def _joined(types: Iterable[Type]) -> Type:
    """The one type of values of *types*, null aside; `Any` when they are several."""
    found = {each for each in types if each != NULL}
    return found.pop() if len(found) == 1 else ANY if found else NULL


def _read(use: Use) -> set[str]:
    return set() if use.expression.code is None else {free.name for free in use.expression.code.free_names}
