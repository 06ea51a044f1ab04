"""The boxed invocation: a function called with named bindings (DMN 1.5, 7.3.5 and 10.2.1.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dmn.logic.calling import call_function
from engine.dmn.model import Invocation, LiteralExpression
from engine.dmn.run import Logic, Run, Scope
from engine.dmn.show import show
from engine.errors import ErrorCode, did_you_mean
from engine.feel import Function, Value

if TYPE_CHECKING:
    from engine.dmn.compiler import Compiler, Names


def compile_invocation(node: Invocation, names: Names, compiler: Compiler) -> Logic:
    callee = compiler.expression(node.callee, names)
    called = node.callee.text if isinstance(node.callee, LiteralExpression) else "function"
    bindings: list[tuple[str, Logic]] = []
    for binding in node.bindings:
        place = node.place if binding.value is None else binding.value.place
        value = compiler.typed(compiler.expression(binding.value, names), binding.parameter.type_ref, place)
        bindings.append((binding.parameter.name, value))

    def invocation(scope: Scope, run: Run) -> Value:
        function = callee(scope, run)
        if not isinstance(function, Function):
            message = f'expected a function as "{called}", but got {show(function)}.'
            run.warn(ErrorCode.FEEL_UNKNOWN_FUNCTION, message, node.place)
            return None
        arguments = {name: value(scope, run) for name, value in bindings}
        known = [parameter.name for parameter in function.parameters]
        for name in arguments:
            if name not in known:
                message = f'expected one of the parameters {", ".join(known)}, but got "{name}".'
                run.warn(ErrorCode.FEEL_INVALID_ARGUMENT, message + did_you_mean(name, known), node.place)
                return None
        return call_function(function, arguments, run, node.place)

    return invocation
