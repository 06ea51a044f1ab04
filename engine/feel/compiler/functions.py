"""Function definitions, invocations, conditionals and instance of (DMN 1.5, 10.3.2.12 and 10.3.2.13.7)."""

from __future__ import annotations

from typing import Any

from engine.errors import ErrorCode
from engine.feel import nodes
from engine.feel.builtin_names import BUILTIN_NAMES
from engine.feel.builtins import builtin_function
from engine.feel.compiler.base import Code, Compiler, FreeName
from engine.feel.compiler.bounds import charge
from engine.feel.compiler.builtin_calls import call_builtin
from engine.feel.compiler.constants import constant_of
from engine.feel.compiler.names import context_name, dotted_name
from engine.feel.invocation import Closure, invoke_named, invoke_positional
from engine.feel.runtime import UNTOUCHED, Frame
from engine.feel.signature import BuiltinFunction
from engine.feel.types import BOOLEAN, NUMBER, STRING, Type, is_instance, resolve_type, unknown_type
from engine.feel.values import Function, Parameter, kind_of


def compile_if(compiler: Compiler, node: nodes.IfExpression) -> Code:
    condition, then, otherwise = (
        compiler.compile(node.condition),
        compiler.compile(node.then),
        compiler.compile(node.otherwise),
    )
    span = node.condition.span

    def decide(verdict: Any, frame: Frame) -> Any:
        if verdict is not None:
            message = f"the condition is {kind_of(verdict)}, so else is taken"
            frame[0].warn(ErrorCode.FEEL_TYPE_MISMATCH, message, span, verdict)
        return otherwise(frame)

    yes, no = constant_of(node.then, compiler.is_builtin), constant_of(node.otherwise, compiler.is_builtin)
    if yes is not None and no is not None:
        chosen, other = yes.value, no.value

        def run_constants(frame: Frame) -> Any:
            verdict = condition(frame)
            if verdict is True:
                return chosen
            return other if verdict is False else decide(verdict, frame)

        return run_constants

    def run(frame: Frame) -> Any:
        verdict = condition(frame)
        if verdict is True:
            return then(frame)
        return otherwise(frame) if verdict is False else decide(verdict, frame)

    return run


def compile_invocation(compiler: Compiler, node: nodes.FunctionInvocation) -> Code:
    span, target = node.span, node.function
    function = _function_code(compiler, target)
    builtin = _known_builtin(compiler, target)
    if builtin is None or builtin.needs_state:
        compiler.is_plain = False
    if node.named_arguments:
        named = [(argument.name, compiler.compile(argument.value)) for argument in node.named_arguments]

        def run_named(frame: Frame) -> Any:
            values = {name: code(frame) for name, code in named}
            if len(values) < len(named):
                return frame[0].warn(ErrorCode.FEEL_INVALID_ARGUMENT, "an argument is given twice", span)
            return invoke_named(function(frame), values, span, frame[0])

        return run_named
    arguments = [compiler.compile(argument) for argument in node.arguments]
    if builtin is not None:
        name = context_name(compiler, node.arguments[0]) if len(arguments) == 1 else None
        return call_builtin(builtin, arguments, name, span)

    def run(frame: Frame) -> Any:
        return invoke_positional(function(frame), [code(frame) for code in arguments], span, frame[0])

    return run


def _known_builtin(compiler: Compiler, target: nodes.Node) -> BuiltinFunction | None:
    """The built-in that *target* means whatever the context holds."""
    if isinstance(target, nodes.Name) and compiler.is_builtin(target.name):
        return builtin_function(target.name)
    return None


def _function_code(compiler: Compiler, target: nodes.Node) -> Code:
    """The closure of what is invoked; a built-in is found here, once, unless a value of its name is a function."""
    name = dotted_name(target)
    if name is None or not isinstance(target, nodes.Name):
        return compiler.compile(target)
    if compiler.is_builtin(name):
        builtin = builtin_function(name)
        return lambda frame: builtin
    elements, slot = compiler.resolve(name)
    if slot is None and name not in compiler.names:
        compiler.unknown_functions.append(FreeName(name, target.span, bool(elements)))
    code = compiler.compile(target)
    if slot is None and name in BUILTIN_NAMES:
        fallback = builtin_function(name)

        def choose(frame: Frame) -> Any:
            value = code(frame)
            return value if isinstance(value, Function) else fallback

        return choose
    return code


def compile_function_definition(compiler: Compiler, node: nodes.FunctionDefinition) -> Code:
    parameters: list[Parameter] = []
    for each in node.parameters:
        declared = _declared_type(compiler, each.type) if each.type is not None else None
        parameters.append(Parameter(each.name, declared))
    if node.external:
        span = node.span
        message = "functions of other languages are not run"
        return lambda frame: frame[0].warn(ErrorCode.FEEL_UNKNOWN_FUNCTION, message, span)
    scope = compiler.push(each.name for each in node.parameters)
    slots = tuple(scope.slots[each.name] for each in node.parameters)
    body = compiler.compile(node.body)
    compiler.pop()
    result_type = _literal_type(node.body)

    def run(frame: Frame) -> Any:
        closure = Closure(body, frame.copy(), slots)
        return Function(closure, parameters, result_type=result_type, takes_state=True)

    return run


def _literal_type(body: nodes.Node) -> Type | None:
    match body:
        case nodes.StringLiteral():
            return STRING
        case nodes.NumericLiteral():
            return NUMBER
        case nodes.BooleanLiteral():
            return BOOLEAN
    return None


def _declared_type(compiler: Compiler, node: nodes.TypeNode) -> Type | None:
    unknown = unknown_type(node, compiler.types)
    if unknown is None:
        return resolve_type(node, compiler.types)
    compiler.unknown_types.append(FreeName(unknown.name, unknown.span))
    return None


def compile_instance_of(compiler: Compiler, node: nodes.InstanceOf) -> Code:
    value, span = compiler.compile(node.value), node.span
    declared = _declared_type(compiler, node.type)
    if declared is None:
        message = f'unknown type "{compiler.unknown_types[-1].name}"'
        return lambda frame: frame[0].warn(ErrorCode.FEEL_UNKNOWN_NAME, message, span)
    known = declared

    def run(frame: Frame) -> bool:
        tested = value(frame)
        if type(tested) is list and frame[0] is not UNTOUCHED:
            charge(frame[0], len(tested) >> 3, span)
        return is_instance(tested, known)

    return run
