"""No function of a deployed model is written in another language: models cannot run code (Java, PMML)."""

from __future__ import annotations

from collections.abc import Iterable

from engine.dmn.elements import Elements
from engine.dmn.model import FunctionDefinition, FunctionKind, Model
from engine.dmn.walk import expressions_of
from engine.errors import ErrorCode, Problem


def check_external_functions(model: Model, _elements: Elements) -> Iterable[Problem]:
    for expression in expressions_of(model):
        if isinstance(expression, FunctionDefinition) and expression.kind is not FunctionKind.FEEL:
            yield Problem(
                ErrorCode.DMN_UNSUPPORTED,
                f"expected a function written in FEEL, but got an external one ({expression.kind}).",
                expression.place,
                hint="write the function in FEEL, or do this work in a job handler",
            )
