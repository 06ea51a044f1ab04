"""The boxed list (DMN 1.5, 10.2.1.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dmn.model import ListExpression
from engine.dmn.run import Logic, Run, Scope
from engine.feel import Value

if TYPE_CHECKING:
    from engine.dmn.compiler import Compiler, Names


def compile_list(node: ListExpression, names: Names, compiler: Compiler) -> Logic:
    elements = [compiler.expression(element, names) for element in node.elements]

    def boxed_list(scope: Scope, run: Run) -> Value:
        return [element(scope, run) for element in elements]

    return boxed_list
