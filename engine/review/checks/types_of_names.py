"""Which type the value of a name has: from the vocabulary, from what a model declares, from what a table gives."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from engine.dmn import Decision, Model
from engine.dmn.compiler import CompiledText
from engine.dmn.hit_policy import SEVERAL
from engine.dmn.model import DecisionTable, InputData, LiteralExpression, OutputClause, Variable
from engine.errors import Location
from engine.feel import Expression, Type
from engine.feel.static_types import type_of
from engine.feel.types import ANY, TYPE_NAMES, ContextType, ListType
from engine.review.checks.context import ReviewContext
from engine.runtime.compiled import elements_of


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
        """The variables of processes whose type is told by one thing alone: the fact, or the decisions behind them."""
        found = {name: type for name, type in self.facts.items() if name not in self._context.written_otherwise}
        for name, decision_ids in self._context.results.items():
            types = {self.decision(decision_id) for decision_id in decision_ids}
            found[name] = types.pop() if len(types) == 1 else ANY
        return found

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
