"""What this process has read, checked or compiled once, by its content: nothing here can be stale.

A key holds the hash of everything that the result depends on, so that stores, engines and deployments of one process
share it; scenarios that deploy one law again and again pay for it once. Results are never changed after they are made.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

from engine.bpmn import Diagram, ProcessDefinition, compile_diagram, read_diagram, readable_part
from engine.dmn import DecisionLibrary, Model, check_model, read_model
from engine.dmn.elements import Elements
from engine.dmn.requirements import Graph
from engine.errors import EngineError, ErrorCode, Problem

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """The results of the last *most* keys that were asked for. Safe to share among threads; a failure is not kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._made: OrderedDict[Hashable, Made] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = make()
        with self._lock:
            self._made[key] = made
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return made


_MODELS: Kept[Model] = Kept(512)
_DIAGRAMS: Kept[Diagram] = Kept(512)
_DEFINITIONS: Kept[Mapping[str, ProcessDefinition]] = Kept(512)
_MODEL_CHECKS: Kept[tuple[Problem, ...]] = Kept(512)
_ELEMENTS: Kept[Elements] = Kept(64)
_LIBRARIES: Kept[DecisionLibrary] = Kept(16)


def content_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def model_of(data: bytes, file: str) -> Model:
    """As `read_model`, once for this content under this name."""
    return _MODELS.get((content_hash(data), file), lambda: read_model(data, file))


def diagram_of(data: bytes, file: str) -> Diagram:
    """As `read_diagram`, once for this content under this name."""
    return _DIAGRAMS.get((content_hash(data), file), lambda: read_diagram(data, file))


def stored_diagram_of(data: bytes, file: str) -> Diagram:
    """As `diagram_of` for one that was deployed: it goes on as it was accepted, also where it would be refused now."""
    try:
        return diagram_of(data, file)
    except EngineError as refused:
        if refused.code == ErrorCode.BPMN_XML:
            raise
        return readable_part(data, file)


def definitions_of(diagram: Diagram) -> Mapping[str, ProcessDefinition]:
    """As `compile_diagram`, once for this diagram."""
    return _DEFINITIONS.get((diagram.hash, diagram.file), lambda: compile_diagram(diagram))


def elements_of(model: Model) -> Elements:
    """The elements of this model alone, compiled once for every check that looks into its expressions."""
    return _ELEMENTS.get((model.hash, model.file), lambda: Elements(Graph([model])))


def problems_of(model: Model) -> tuple[Problem, ...]:
    """As `check_model`, once for this model."""
    return _MODEL_CHECKS.get((model.hash, model.file), lambda: tuple(check_model(model, elements=elements_of(model))))


def library_of(models: tuple[Model, ...]) -> DecisionLibrary:
    """As `DecisionLibrary`, once for these models in this order."""
    key = tuple((model.hash, model.file) for model in models)
    return _LIBRARIES.get(key, lambda: DecisionLibrary(models))
