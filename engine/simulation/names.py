"""The names that a law package knows: what an expectation may speak of, so that a misspelt name never passes as "none".

States, ledger entries and deadlines are named in task headers, or by a string of an expression or of a table's output;
they are collected from all of these, whatever the job type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from engine.bpmn import Diagram, Element, ElementType
from engine.dmn import Decision, Model
from engine.errors import ErrorCode
from engine.law import LawPackage, PostLedger
from engine.runtime.compiled import diagram_of, model_of

_STRING = re.compile(r'"([^"\\]+)"')


@dataclass(frozen=True, slots=True)
class PackageModels:
    """The diagrams and decision models of a package, read from its files."""

    diagrams: tuple[Diagram, ...]
    decisions: tuple[Model, ...]

    def elements(self) -> Iterator[Element]:
        for diagram in self.diagrams:
            for process in diagram.processes.values():
                yield from process.elements.values()


def read_models(package: LawPackage) -> PackageModels:
    """The models of *package*, read once and then remembered. Errors: EngineError of the file that cannot be read."""
    return _read_once(tuple(package.files.items()))


@lru_cache(maxsize=8)
def _read_once(files: tuple[tuple[str, bytes], ...]) -> PackageModels:
    return PackageModels(
        tuple(diagram_of(data, name) for name, data in files if name.endswith(".bpmn")),
        tuple(model_of(data, name) for name, data in files if name.endswith(".dmn")),
    )


@dataclass(frozen=True, slots=True)
class PackageNames:
    """For each family of names (see `expectations.Kind.names`) what is known of it."""

    families: Mapping[str, frozenset[str]]

    def known(self, family: str) -> frozenset[str]:
        return self.families[family]


def collect_names(package: LawPackage, models: PackageModels) -> PackageNames:
    """The names of *package*, by family, collected once and then remembered."""
    return _collect_once(_Content(package.content_hash, package, models))


@dataclass(frozen=True, slots=True)
class _Content:
    """A package that is equal to another one when its files are."""

    hash: str
    package: LawPackage = field(compare=False)
    models: PackageModels = field(compare=False)


@lru_cache(maxsize=8)
def _collect_once(content: _Content) -> PackageNames:
    package, models = content.package, content.models
    elements = list(models.elements())
    decisions = [decision for model in models.decisions for decision in model.decisions]
    texts = frozenset(
        [text for element in elements for text in _static_texts(element)]
        + [text for decision in decisions for text in _output_texts(decision)]
    )
    declared = frozenset(state for case_type in package.case_types.values() for state in case_type.states)
    return PackageNames(
        {
            "notices": frozenset(package.notices),
            "decisions": frozenset(decision.id for decision in decisions),
            "rules": frozenset(rule.id for decision in decisions for rule in decision.rules),
            "elements": frozenset(element.id for element in elements),
            "user tasks": frozenset(element.id for element in elements if element.type is ElementType.USER_TASK),
            "facts": frozenset(package.vocabulary.facts) | texts,
            "states": declared or texts,
            "deadlines": texts,
            "ledger entries": texts | frozenset(_posted_entries(package)),
            "error codes": frozenset(str(code) for code in ErrorCode),
        }
    )


def _static_texts(element: Element) -> Iterator[str]:
    yield from element.headers.values()
    for rule in (*element.inputs, *element.outputs):
        yield from _STRING.findall(rule.source)
    yield from _STRING.findall(element.script or "")


def _output_texts(decision: Decision) -> Iterator[str]:
    for rule in decision.rules:
        for entry in rule.output_entries:
            yield from _STRING.findall(entry.text)


def _posted_entries(package: LawPackage) -> Iterator[str]:
    for event in package.vocabulary.events.values():
        for effect in event.does:
            if isinstance(effect, PostLedger):
                yield effect.entry
        if event.corrects is not None:
            yield from map(event.corrects.entry_of, event.corrects.ledger)
