"""The boxed conditional: anything but true takes the else branch (DMN 1.5, 10.2.1.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dmn.model import Conditional
from engine.dmn.run import Logic, Run, Scope
from engine.dmn.show import show
from engine.errors import ErrorCode
from engine.feel import Value

if TYPE_CHECKING:
    from engine.dmn.compiler import Compiler, Names


def compile_conditional(node: Conditional, names: Names, compiler: Compiler) -> Logic:
    condition = compiler.expression(node.condition, names)
    consequent = compiler.expression(node.consequent, names)
    alternative = compiler.expression(node.alternative, names)

    def conditional(scope: Scope, run: Run) -> Value:
        verdict = condition(scope, run)
        if verdict is True:
            return consequent(scope, run)
        if verdict is not False and verdict is not None:
            run.warn(
                ErrorCode.FEEL_TYPE_MISMATCH,
                f"expected true or false as condition, but got {show(verdict)}; the else branch was taken.",
                node.condition.place,
            )
        return alternative(scope, run)

    return conditional
