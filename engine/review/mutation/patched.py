"""The law with one diagram or one decision model changed in memory: what a run of a mutant executes.

The store of a scenario holds the law as it is, and so does who answers questions. Only what is compiled from it
differs, so that nothing is written, read or checked again for a mutant, and whatever was not changed is shared with
every other run of this process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from engine.bpmn import Diagram, ProcessDefinition, compile_diagram
from engine.dmn import DecisionInfo, DecisionLibrary, DecisionResult, Model
from engine.feel import Value
from engine.runtime.asking import Asker, Models
from engine.runtime.packages import DeployedPackage, Packages
from engine.store import Snapshot

Variant = tuple[tuple[str, str], ...]
"""The readings that are chosen otherwise: key and value, by key."""
Listener = Callable[[DecisionLibrary, str, Mapping[str, Value], datetime | None, DecisionResult], None]


class PatchedLibrary(DecisionLibrary):
    """The decisions of *base*, those of the models of *changed* as they stand there; *heard* is told every answer."""

    def __init__(
        self, base: DecisionLibrary, changed: DecisionLibrary | None = None, heard: Listener | None = None
    ) -> None:
        self.models = base.models
        self._base = base
        self._changed = changed
        self._own = frozenset(changed.decision_ids) if changed is not None else frozenset()
        self._heard = heard

    def info(self, decision_id: str) -> DecisionInfo:
        return self._base.info(decision_id)

    def evaluate(
        self,
        decision_id: str,
        inputs: Mapping[str, Value],
        *,
        now: datetime | None = None,
        explain: bool = False,
        namespaces: Mapping[tuple[str, str], Value] | None = None,
    ) -> DecisionResult:
        library = self._changed if self._changed is not None and decision_id in self._own else self._base
        result = library.evaluate(decision_id, inputs, now=now, explain=explain, namespaces=namespaces)
        if self._heard is not None:
            self._heard(library, decision_id, inputs, now, result)
        return result


class PatchedPackages(Packages):
    """The packages of a store, with processes and the library of one of them replaced."""

    def __init__(
        self,
        package_id: str,
        *,
        processes: Mapping[str, ProcessDefinition] | None = None,
        decisions: DecisionLibrary | None = None,
        heard: Listener | None = None,
    ) -> None:
        super().__init__()
        self._package_id = package_id
        self._processes = processes or {}
        self._decisions = decisions
        self._heard = heard
        self._patched: dict[str, DeployedPackage] = {}

    def latest(self, snapshot: Snapshot, package_id: str) -> DeployedPackage:
        found = super().latest(snapshot, package_id)
        if package_id != self._package_id or (self._decisions is None and self._heard is None):
            return found
        key = found.deployment.hash
        if key not in self._patched:
            library = PatchedLibrary(found.library, self._decisions, self._heard)
            self._patched[key] = replace(found, library=library)
        return self._patched[key]

    def definition(self, snapshot: Snapshot, process_id: str, file_hash: str) -> ProcessDefinition:
        return self._processes.get(process_id) or super().definition(snapshot, process_id, file_hash)


class PatchedModels(Models):
    """The models of which questions are asked, with processes and the library replaced."""

    def __init__(
        self,
        base: Models,
        *,
        processes: Mapping[str, ProcessDefinition] | None = None,
        decisions: DecisionLibrary | None = None,
        heard: Listener | None = None,
    ) -> None:
        self.library = PatchedLibrary(base.library, decisions, heard)
        self.decisions = base.decisions
        self._base = base
        self._processes = processes or {}

    def diagram(self, process_id: str) -> Diagram:
        return self._base.diagram(process_id)

    def definition(self, process_id: str) -> ProcessDefinition:
        return self._processes.get(process_id) or self._base.definition(process_id)


class Patch:
    """One fault as it is run: *processes* that stand in for those of the law, or decisions, by choice of readings."""

    def __init__(
        self,
        package_id: str,
        *,
        diagram: Diagram | None = None,
        libraries: Callable[[Variant], DecisionLibrary | None] | None = None,
    ) -> None:
        self._package_id = package_id
        self._processes: Mapping[str, ProcessDefinition] = {} if diagram is None else compile_diagram(diagram)
        self._libraries = libraries or (lambda variant: None)
        self._packages: dict[Variant, PatchedPackages] = {}

    def packages(self, variant: Variant) -> PatchedPackages:
        if variant not in self._packages:
            decisions = self._libraries(variant)
            self._packages[variant] = PatchedPackages(self._package_id, processes=self._processes, decisions=decisions)
        return self._packages[variant]

    def asker(self, base: Asker, variant: Variant) -> Asker:
        decisions = self._libraries(variant)
        return base.with_models(lambda models: PatchedModels(models, processes=self._processes, decisions=decisions))


def library_with(models: tuple[Model, ...], changed: Model) -> DecisionLibrary:
    """A library of *changed* and, where models import each other, of those that it may need or be needed by."""
    others = tuple(changed if each.file == changed.file else each for each in models)
    if any(each.imports for each in models):
        return DecisionLibrary(others)
    return DecisionLibrary((changed,))
