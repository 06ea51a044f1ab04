"""The boxed function definition: a function value that sees the scope in which it stands (DMN 1.5, 10.2.1.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dmn.model import FunctionDefinition, FunctionKind
from engine.dmn.run import Logic, Run, Scope
from engine.errors import ErrorCode, Severity
from engine.feel import Function, Parameter, Type, Value
from engine.feel.types import FunctionType

if TYPE_CHECKING:
    from engine.dmn.compiler import Compiler, Names


def compile_function_definition(node: FunctionDefinition, names: Names, compiler: Compiler) -> Logic:
    """External functions (Java, PMML) have the value null with the reason; `check_model` refuses them."""
    if node.kind is not FunctionKind.FEEL:

        def external(_scope: Scope, run: Run) -> Value:
            run.warn(
                ErrorCode.DMN_UNSUPPORTED,
                f"expected a function written in FEEL, but got an external one ({node.kind}).",
                node.place,
                severity=Severity.ERROR,
            )
            return None

        return external

    parameters = compile_parameters(node, compiler)
    body = compile_body(node, names, compiler)
    result_type = result_of(node, compiler)

    def function(scope: Scope, run: Run) -> Value:
        def call(*arguments: Value) -> Value:
            own = dict(scope)
            own.update(zip(parameter_names, arguments, strict=True))
            return run.call(body, own, node.place)

        return Function(call, parameters, result_type=result_type)

    parameter_names = [parameter.name for parameter in parameters]
    return function


def compile_parameters(node: FunctionDefinition, compiler: Compiler) -> tuple[Parameter, ...]:
    found = []
    for parameter in node.parameters:
        declared = compiler.type(parameter.type_ref, node.place)
        found.append(Parameter(parameter.name, None if declared is None else declared.type))
    return tuple(found)


def compile_body(node: FunctionDefinition, names: Names, compiler: Compiler, type_ref: str | None = None) -> Logic:
    """The body with its result coerced to the declared result; a typeRef may name that or the whole function type."""
    body = compiler.expression(node.body, names | {parameter.name for parameter in node.parameters})
    for reference in (node.type_ref, type_ref):
        declared = compiler.type(reference, node.place)
        if declared is not None and not isinstance(declared.base, FunctionType):
            return compiler.typed(body, reference, node.place)
    return body


def result_of(node: FunctionDefinition, compiler: Compiler) -> Type | None:
    """The declared type of the result, for `instance of` and for passing functions around."""
    declared = compiler.type(node.type_ref, node.place)
    if declared is not None:
        return declared.type.result if isinstance(declared.type, FunctionType) else declared.type
    if node.body is not None:
        declared = compiler.type(node.body.type_ref, node.body.place)
    return None if declared is None else declared.type
