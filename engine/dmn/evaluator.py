"""Evaluates a decision with everything it requires, each once (DMN 1.5, 10.4), and records what was reached.

An element of an imported model is evaluated for the chain of imports through which it was reached: two models that
import a third each have their own copy of its input data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from engine.dmn.audit import EvaluatedDecision
from engine.dmn.elements import CompiledKnowledge, CompiledService, Elements, Key, Requirement
from engine.dmn.model import BusinessKnowledgeModel, Decision, DecisionService, InputData
from engine.dmn.requirements import Route, Target
from engine.dmn.run import Frame, Run, Scope
from engine.errors import ErrorCode, Severity
from engine.feel import Function, Value
from engine.feel.types import FunctionType

_NOTHING: Mapping[tuple[str, str], Value] = {}


class Given(NamedTuple):
    """The values handed in: by name, those of imported models also by namespace and name or inside contexts."""

    values: Mapping[str, Value]
    by_namespace: Mapping[tuple[str, str], Value] = _NOTHING

    def find(self, route: Route, target: Target) -> tuple[bool, Value]:
        """(True, value) when a value was given for the element that *route* leads to."""
        element = target.element
        assert isinstance(element, InputData | Decision)
        names = (element.variable.name, element.name)
        if not route and not self.by_namespace and names[0] in self.values:
            return True, self.values[names[0]]
        if self.by_namespace:
            for name in names:
                key = (target.model.namespace, name)
                if key in self.by_namespace:
                    return True, self.by_namespace[key]
        levels: list[Mapping[str, Value]] = [self.values]
        if route:
            inside: Value | Mapping[str, Value] = self.values
            for step in route:
                inside = inside.get(step) if isinstance(inside, Mapping) else None
            if isinstance(inside, Mapping):
                levels.insert(0, inside)
        for level in levels:
            for name in names:
                if name in level:
                    return True, level[name]
        return False, None


class Evaluation:
    """One evaluation of one library. `bound` holds the values that a decision service's caller gave."""

    def __init__(self, elements: Elements, run: Run, given: Given, bound: Mapping[Key, Value] | None = None) -> None:
        self.elements = elements
        self.run = run
        self.given = given
        self.bound: Mapping[Key, Value] = bound or {}
        self.inputs: dict[str, Value] = {}
        self._values: dict[tuple[Route, Key], Value] = {}

    def value_of(self, target: Target, route: Route) -> Value:
        """The value of an element reached over *route*: input data and decisions as they are, the rest as functions."""
        key = (route, target.key)
        if key in self._values:
            return self._values[key]
        value = self._compute(target, route)
        self._values[key] = value
        return value

    def _compute(self, target: Target, route: Route) -> Value:
        if self.bound and target.key in self.bound:
            return self.bound[target.key]
        compute = COMPUTE.get(type(target.element))
        return None if compute is None else compute(self, target, route)

    # ---- input data and decisions -----------------------------------------------------------------------------

    def _input(self, target: Target, route: Route) -> Value:
        compiled = self.elements.input(target)
        found, value = self.given.find(route, target)
        name = ".".join((*route, compiled.input.variable.name)) if route else compiled.input.variable.name
        if not found:
            self.run.warn(
                ErrorCode.FEEL_NOT_FOUND,
                f'expected a value for the input data "{name}", but none was given; null is used.',
                compiled.input.place,
            )
        declared = compiled.declared
        if declared is not None and value is not None and type(value) is not declared.python_class:
            value = declared.coerce(
                value,
                self.run,
                compiled.input.place,
                not_allowed=ErrorCode.DMN_INPUT_NOT_ALLOWED,
                severity=Severity.ERROR,
            )
        self.inputs[name] = value
        return value

    def _decision(self, target: Target, route: Route) -> Value:
        compiled = self.elements.decision(target)
        decision, run = compiled.decision, self.run
        outer, run.frame = run.frame, Frame()
        try:
            if compiled.logic is None:
                value = self._without_logic(target, route)
            else:
                value = run.call(compiled.logic, self.scope(compiled.requirements, route), decision.place)
            declared = compiled.declared
            if declared is not None and type(value) is not declared.python_class:
                value = declared.coerce(value, run, decision.place)
            frame = run.frame
        finally:
            run.frame = outer
        model, matched, unmatched = compiled.model, tuple(frame.matched), tuple(frame.unmatched)
        run.decisions.append(
            EvaluatedDecision(
                decision.id, decision.name, value, matched, unmatched, model.hash, model.file, decision.clauses
            )
        )
        return value

    def _without_logic(self, target: Target, route: Route) -> Value:
        """A decision that people take: its value comes with the inputs."""
        found, value = self.given.find(route, target)
        if not found:
            self.run.warn(
                ErrorCode.FEEL_NOT_FOUND,
                f'expected a value for the decision "{target.element.name}", which has no logic, but none was given.',
                target.element.place,
                hint="give its value with the inputs, or give the decision its logic",
            )
        return value

    def scope(self, requirements: Iterable[Requirement], route: Route) -> Scope:
        """The values of *requirements* under their names; those of imported models inside one context an import."""
        scope: Scope = {}
        values = self.given.values
        plain = not route and not self.bound and not self.given.by_namespace
        for requirement in requirements:
            name = requirement.scope_path[0]
            if plain and requirement.input_class is not None and type(values.get(name)) is requirement.input_class:
                # The short way of almost every input: given under its own name, and already of the declared type.
                scope[name] = self.inputs[name] = values[name]
                continue
            target = requirement.target
            value = self.value_of(target, (*route, *target.route) if target.route else route)
            inside = scope
            if len(requirement.scope_path) == 1:
                scope[name] = value
                continue
            for step in requirement.scope_path[:-1]:
                deeper = inside.setdefault(step, {})
                assert isinstance(deeper, dict)
                inside = deeper
            inside[requirement.scope_path[-1]] = value
        return scope

    # ---- functions --------------------------------------------------------------------------------------------

    def _knowledge(self, target: Target, route: Route) -> Value:
        return self._knowledge_function(self.elements.knowledge(target), route)

    def _service(self, target: Target, route: Route) -> Value:
        return self.service_function(self.elements.service(target), route)

    def _knowledge_function(self, compiled: CompiledKnowledge, route: Route) -> Value:
        run, names = self.run, [parameter.name for parameter in compiled.parameters]
        knowledge = compiled.knowledge
        if compiled.external:
            run.warn(
                ErrorCode.DMN_UNSUPPORTED,
                f'expected the function "{knowledge.name}" to be written in FEEL, but it is an external one.',
                knowledge.place,
                severity=Severity.ERROR,
            )
            return None
        closure: Scope = {}

        def call(*arguments: Value) -> Value:
            if not closure:
                # Filled on the first call, because the function itself is among its requirements.
                closure.update(self.scope(compiled.requirements, route))
            scope = dict(closure)
            scope.update(zip(names, arguments, strict=True))
            return run.call(compiled.body, scope, knowledge.place)

        return Function(call, compiled.parameters, name=knowledge.variable.name, result_type=compiled.result_type)

    def service_function(self, compiled: CompiledService, route: Route) -> Function:
        """A decision service as a function; what is not among its inputs is null inside, nothing leaks in or out."""
        run, declared = self.run, compiled.declared

        def call(*arguments: Value) -> Value:
            inner = Evaluation(self.elements, run, Given({}), dict(zip(compiled.bindings, arguments, strict=True)))
            value = run.call(lambda _scope, _run: inner.outputs(compiled, route), {}, compiled.service.place)
            if declared is None or isinstance(declared.base, FunctionType):
                return value
            return declared.coerce(value, run, compiled.service.place)

        return Function(call, compiled.parameters, name=compiled.service.variable.name)

    def outputs(self, compiled: CompiledService, route: Route) -> Value:
        """The value of the one output decision, or a context of several by their names."""
        values: dict[str, Value] = {
            requirement.scope_path[-1]: self.value_of(requirement.target, (*route, *requirement.target.route))
            for requirement in compiled.outputs
        }
        return next(iter(values.values())) if len(values) == 1 else values


COMPUTE: dict[type, Callable[[Evaluation, Target, Route], Value]] = {
    InputData: Evaluation._input,
    Decision: Evaluation._decision,
    BusinessKnowledgeModel: Evaluation._knowledge,
    DecisionService: Evaluation._service,
}
