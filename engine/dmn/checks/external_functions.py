"""No function of a deployed model is written in another language: models cannot run code (Java, PMML)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace

from engine.dmn.elements import Elements
from engine.dmn.model import FunctionDefinition, FunctionKind, Model
from engine.dmn.walk import expressions_of
from engine.errors import ErrorCode, Location, Problem
from engine.feel import nodes


def check_external_functions(model: Model, elements: Elements) -> Iterable[Problem]:
    for expression in expressions_of(model):
        if isinstance(expression, FunctionDefinition) and expression.kind is not FunctionKind.FEEL:
            yield _problem(str(expression.kind), expression.place)
    elements.compile_all(model)
    for text in elements.compilers[model.namespace].texts:
        if text.code is not None and "external" in text.text:
            for node in _nodes_of(text.code.node):
                if isinstance(node, nodes.FunctionDefinition) and node.external:
                    yield _problem("external", replace(text.place, text=text.text, span=node.span))


def _problem(kind: str, place: Location) -> Problem:
    return Problem(
        ErrorCode.DMN_UNSUPPORTED,
        f"expected a function written in FEEL, but got an external one ({kind}).",
        place,
        hint="write the function in FEEL, or do this work in a job handler",
    )


def _nodes_of(node: object) -> Iterator[object]:
    """Every node of a syntax tree; the parser bounds its depth."""
    yield node
    parts = [getattr(node, each.name) for each in fields(node)] if is_dataclass(node) else []
    for part in parts:
        for child in part if isinstance(part, tuple) else (part,):
            if is_dataclass(child):
                yield from _nodes_of(child)
