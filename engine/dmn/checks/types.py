"""Every type reference names a type of FEEL or an item definition."""

from __future__ import annotations

from collections.abc import Iterable

from engine.dmn.elements import Elements
from engine.dmn.model import Model
from engine.errors import Problem


def check_types(model: Model, elements: Elements) -> Iterable[Problem]:
    elements.compile_all(model)
    yield from elements.types[model.namespace].problems
    yield from elements.compilers[model.namespace].problems
