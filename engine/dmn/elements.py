"""The elements of the requirements graph, compiled: what each needs in its scope, and its logic.

Compiled once for a library, on first use; a model of which one decision is asked compiles that part only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.dmn.compiler import Compiler, field_names
from engine.dmn.item_types import DeclaredType, ItemTypes
from engine.dmn.logic import COMPILERS
from engine.dmn.logic.function_definition import compile_body, compile_parameters, result_of
from engine.dmn.model import BusinessKnowledgeModel, Decision, DecisionService, FunctionKind, InputData, Model
from engine.dmn.requirements import Graph, Target, graph_elements
from engine.dmn.run import Logic
from engine.feel import Parameter, Type
from engine.feel.types import FunctionType

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A required element and the names under which its value stands in the scope: imports first, its own name last."""

    target: Target
    scope_path: tuple[str, ...]
    input_class: type | None = None
    """For input data of the same model: the Python class whose values need no conversion to the declared type."""


@dataclass(frozen=True, slots=True)
class CompiledInput:
    input: InputData
    declared: DeclaredType | None


@dataclass(frozen=True, slots=True)
class CompiledDecision:
    decision: Decision
    model: Model
    requirements: tuple[Requirement, ...]
    logic: Logic | None
    declared: DeclaredType | None


@dataclass(frozen=True, slots=True)
class CompiledKnowledge:
    """A function: its parameters and its body. `external` ones have no body that can run."""

    knowledge: BusinessKnowledgeModel
    requirements: tuple[Requirement, ...]
    parameters: tuple[Parameter, ...]
    body: Logic
    result_type: Type | None
    external: bool


@dataclass(frozen=True, slots=True)
class CompiledService:
    """A function over input data and input decisions, in this order. `bindings` are the elements that they replace."""

    service: DecisionService
    parameters: tuple[Parameter, ...]
    bindings: tuple[Key, ...]
    outputs: tuple[Requirement, ...]
    declared: DeclaredType | None


class Elements:
    """All models of a library with their types and compilers."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        shared: dict[str, ItemTypes] = {}
        self.types = {
            namespace: shared.get(namespace) or ItemTypes(graph, model, shared)
            for namespace, model in graph.models.items()
        }
        self.compilers = {
            namespace: Compiler(
                model,
                self.types[namespace],
                field_names([model, *(graph.models[each] for each in graph.imported(model))]),
                COMPILERS,
            )
            for namespace, model in graph.models.items()
        }
        self._inputs: dict[Key, CompiledInput] = {}
        self._decisions: dict[Key, CompiledDecision] = {}
        self._knowledge: dict[Key, CompiledKnowledge] = {}
        self._services: dict[Key, CompiledService] = {}
        self._by_kind: dict[type, Callable[[Target], object]] = {
            InputData: self.input,
            Decision: self.decision,
            BusinessKnowledgeModel: self.knowledge,
            DecisionService: self.service,
        }

    def input(self, target: Target) -> CompiledInput:
        found = self._inputs.get(target.key)
        if found is None:
            element = target.element
            assert isinstance(element, InputData)
            declared = self.compilers[target.model.namespace].type(element.variable.type_ref, element.place)
            found = self._inputs[target.key] = CompiledInput(element, declared)
        return found

    def decision(self, target: Target) -> CompiledDecision:
        found = self._decisions.get(target.key)
        if found is None:
            found = self._decisions[target.key] = self._compile_decision(target)
        return found

    def knowledge(self, target: Target) -> CompiledKnowledge:
        found = self._knowledge.get(target.key)
        if found is None:
            found = self._knowledge[target.key] = self._compile_knowledge(target)
        return found

    def service(self, target: Target) -> CompiledService:
        found = self._services.get(target.key)
        if found is None:
            found = self._services[target.key] = self._compile_service(target)
        return found

    def compile_all(self, model: Model) -> None:
        """Compile every element of *model*, so that all its texts and types have been seen."""
        for target in (Target(element, model, ()) for element in graph_elements(model)):
            compile_one = self._by_kind.get(type(target.element))
            if compile_one is not None:
                compile_one(target)

    # ---- compiling --------------------------------------------------------------------------------------------

    def requirements(self, model: Model, hrefs: Iterable[str]) -> tuple[Requirement, ...]:
        return tuple(
            Requirement(target, (*target.route, variable_name(target)), self._input_class(target))
            for target in self.graph.targets(model, hrefs)
        )

    def _input_class(self, target: Target) -> type | None:
        if target.route or not isinstance(target.element, InputData):
            return None
        declared = self.input(target).declared
        return None if declared is None else declared.python_class

    def _compile_decision(self, target: Target) -> CompiledDecision:
        decision, model = target.element, target.model
        assert isinstance(decision, Decision)
        requirements = self.requirements(
            model, (*decision.required_inputs, *decision.required_decisions, *decision.required_knowledge)
        )
        compiler = self.compilers[model.namespace]
        logic = None
        if decision.expression is not None:
            logic = compiler.expression(decision.expression, scope_names(requirements))
        declared = compiler.type(decision.variable.type_ref, decision.place)
        return CompiledDecision(decision, model, requirements, logic, declared)

    def _compile_knowledge(self, target: Target) -> CompiledKnowledge:
        knowledge, model = target.element, target.model
        assert isinstance(knowledge, BusinessKnowledgeModel)
        compiler = self.compilers[model.namespace]
        # A function may call itself, although no arrow can be drawn from an element to itself.
        own = Requirement(Target(knowledge, model, ()), (knowledge.variable.name,))
        requirements = (own, *self.requirements(model, knowledge.required_knowledge))
        function = knowledge.function
        if function is None:
            return CompiledKnowledge(knowledge, requirements, (), compiler.expression(None, frozenset()), None, False)
        names = scope_names(requirements)
        declared = compiler.type(knowledge.variable.type_ref, knowledge.place)
        result_type = result_of(function, compiler)
        if result_type is None and declared is not None:
            result_type = declared.type.result if isinstance(declared.type, FunctionType) else declared.type
        return CompiledKnowledge(
            knowledge,
            requirements,
            compile_parameters(function, compiler),
            compile_body(function, names, compiler, knowledge.variable.type_ref),
            result_type,
            function.kind is not FunctionKind.FEEL,
        )

    def _compile_service(self, target: Target) -> CompiledService:
        service, model = target.element, target.model
        assert isinstance(service, DecisionService)
        parameters: list[Parameter] = []
        bindings: list[Key] = []
        for each in self.graph.targets(model, (*service.input_data, *service.input_decisions)):
            element = each.element
            assert isinstance(element, InputData | Decision)
            declared = self.compilers[each.model.namespace].type(element.variable.type_ref, element.place)
            parameters.append(Parameter(element.variable.name, None if declared is None else declared.type))
            bindings.append(each.key)
        return CompiledService(
            service,
            tuple(parameters),
            tuple(bindings),
            self.requirements(model, service.output_decisions),
            self.compilers[model.namespace].type(service.variable.type_ref, service.place),
        )


def variable_name(target: Target) -> str:
    element = target.element
    if isinstance(element, InputData | Decision | BusinessKnowledgeModel | DecisionService):
        return element.variable.name
    return element.name


def scope_names(requirements: Iterable[Requirement]) -> frozenset[str]:
    return frozenset(requirement.scope_path[0] for requirement in requirements)
