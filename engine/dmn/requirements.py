"""The requirements graph over one or several models: references, imports, cycles (DMN 1.5, 6.2).

A reference is `#id` or `namespace#id`. What lies in another model is reached through the names of imports; that chain
of names is the *route*, and the value then appears in the scope under it: `myimport.Say Hello`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.dmn.model import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    InputData,
    KnowledgeSource,
    Model,
)
from engine.errors import ErrorCode, Location, Problem, did_you_mean

GraphElement: TypeAlias = InputData | Decision | BusinessKnowledgeModel | DecisionService | KnowledgeSource
Route: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference points to: the element, its model, and the imports that lead there."""

    element: GraphElement
    model: Model
    route: Route
    key: tuple[str, str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", (self.model.namespace, self.element.id))


class Graph:
    """Models that may import each other. `problems` holds what cannot be resolved; nothing is raised here."""

    def __init__(self, models: Iterable[Model]) -> None:
        self.models: dict[str, Model] = {}
        self.problems: list[Problem] = []
        self._elements: dict[str, dict[str, GraphElement]] = {}
        for model in models:
            if model.namespace in self.models:
                self._report_same_namespace(model)
                continue
            self.models[model.namespace] = model
            self._elements[model.namespace] = {element.id: element for element in graph_elements(model)}
        self._routes = {namespace: self._routes_from(model) for namespace, model in self.models.items()}
        for model in self.models.values():
            self._check_references(model)
        self._check_cycles()

    # ---- references -------------------------------------------------------------------------------------------

    def resolve(self, model: Model, href: str) -> Target | None:
        """The element that *href*, written in *model*, points to."""
        namespace, _, identifier = href.rpartition("#")
        if not namespace or namespace == model.namespace:
            namespace = model.namespace
        element = self._elements.get(namespace, {}).get(identifier)
        if element is None:
            return None
        route = () if namespace == model.namespace else self._routes[model.namespace].get(namespace)
        return None if route is None else Target(element, self.models[namespace], route)

    def targets(self, model: Model, hrefs: Iterable[str]) -> Iterator[Target]:
        for href in hrefs:
            target = self.resolve(model, href)
            if target is not None:
                yield target

    def imported(self, model: Model) -> Mapping[str, Route]:
        """Namespace -> route of every model that *model* reaches through imports."""
        return self._routes[model.namespace]

    def model_at(self, model: Model, route: Route) -> Model | None:
        """The model that a chain of import names leads to."""
        for name in route:
            namespace = next((each.namespace for each in model.imports if each.name == name), None)
            found = self.models.get(namespace) if namespace is not None else None
            if found is None:
                return None
            model = found
        return model

    def _routes_from(self, start: Model) -> dict[str, Route]:
        """Breadth first, so that a direct import wins over one through another model."""
        routes: dict[str, Route] = {}
        waiting: list[tuple[Model, Route]] = [(start, ())]
        while waiting:
            model, route = waiting.pop(0)
            for each in model.imports:
                imported = self.models.get(each.namespace)
                if imported is None or imported is start or each.namespace in routes:
                    continue
                # An import without a name puts its elements into the importing model's own scope (DMN 1.5, 6.3.3).
                routes[each.namespace] = (*route, each.name) if each.name else route
                waiting.append((imported, routes[each.namespace]))
        return routes

    # ---- problems ---------------------------------------------------------------------------------------------

    def _report_same_namespace(self, model: Model) -> None:
        other = self.models[model.namespace]
        self.problems.append(
            Problem(
                ErrorCode.DMN_DUPLICATE,
                f'expected one model for each namespace, but "{model.namespace}" is that of {other.file} '
                f"and of {model.file}.",
                Location(file=model.file),
                hint="give one of the two models another namespace",
            )
        )

    def _check_references(self, model: Model) -> None:
        functions = (BusinessKnowledgeModel, DecisionService)
        called = "a business knowledge model or decision service"
        for decision in model.decisions:
            self._check(model, decision.place, decision.required_decisions, "a decision", (Decision,))
            self._check(model, decision.place, decision.required_inputs, "input data", (InputData,))
            self._check(model, decision.place, decision.required_knowledge, called, functions)
        for knowledge in model.knowledge_models:
            self._check(model, knowledge.place, knowledge.required_knowledge, called, functions)
        for service in model.services:
            decisions = (*service.output_decisions, *service.encapsulated_decisions, *service.input_decisions)
            self._check(model, service.place, decisions, "a decision", (Decision,))
            self._check(model, service.place, service.input_data, "input data", (InputData,))

    def _check(
        self,
        model: Model,
        place: Location,
        hrefs: Iterable[str],
        wanted: str,
        kinds: tuple[type, ...],
    ) -> None:
        for href in hrefs:
            target = self.resolve(model, href)
            if target is not None and isinstance(target.element, kinds):
                continue
            known = [
                f"#{identifier}"
                for identifier, each in self._elements[model.namespace].items()
                if isinstance(each, kinds)
            ]
            got = "an element of another kind" if target is not None else "no element that the models hold"
            self.problems.append(
                Problem(
                    ErrorCode.DMN_UNKNOWN_REFERENCE,
                    f'expected the id of {wanted}, but "{href}" is {got}.{did_you_mean(href, known)}',
                    place,
                    hint="draw the requirement again in a modeler; an imported model must be deployed beside this one",
                )
            )

    def _check_cycles(self) -> None:
        """Depth first over information requirements; knowledge may be recursive, information may not."""
        done: set[tuple[str, str]] = set()
        for model in self.models.values():
            for decision in model.decisions:
                self._walk(Target(decision, model, ()), done)

    def _walk(self, start: Target, done: set[tuple[str, str]]) -> None:
        # An explicit stack: a long chain of decisions must not overflow Python's own.
        path: list[Target] = []
        on_path: set[tuple[str, str]] = set()
        stack: list[tuple[Target, bool]] = [(start, False)]
        while stack:
            target, leaving = stack.pop()
            if leaving:
                path.pop()
                on_path.discard(target.key)
                done.add(target.key)
                continue
            if target.key in on_path:
                self._report_cycle(target, path)
                continue
            if target.key in done or not isinstance(target.element, Decision):
                continue
            path.append(target)
            on_path.add(target.key)
            stack.append((target, True))
            required = list(self.targets(target.model, target.element.required_decisions))
            stack.extend((each, False) for each in reversed(required))

    def _report_cycle(self, target: Target, path: list[Target]) -> None:
        start = next(index for index, each in enumerate(path) if each.key == target.key)
        names = " -> ".join(f'"{each.element.name}"' for each in [*path[start:], target])
        self.problems.append(
            Problem(
                ErrorCode.DMN_CYCLE,
                f"expected decisions that do not depend on themselves, but got {names}.",
                target.element.place,
                hint="remove one of these information requirements",
            )
        )


def graph_elements(model: Model) -> tuple[GraphElement, ...]:
    """Every element of the requirements graph of *model*."""
    elements: tuple[GraphElement, ...] = (
        *model.input_data,
        *model.decisions,
        *model.knowledge_models,
        *model.services,
        *model.knowledge_sources,
    )
    return elements


def reached_by_imports(main: Model, beside: Iterable[Model]) -> list[Model]:
    """Those of *beside* that *main* imports, directly or through others; the first of each namespace."""
    by_namespace: dict[str, Model] = {}
    for model in beside:
        by_namespace.setdefault(model.namespace, model)
    found: dict[str, Model] = {}
    waiting = [main]
    while waiting:
        for each in waiting.pop().imports:
            imported = by_namespace.get(each.namespace)
            if imported is not None and imported.namespace not in found:
                found[imported.namespace] = imported
                waiting.append(imported)
    return list(found.values())
