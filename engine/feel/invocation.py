"""Calling a function value: bind the arguments, check and convert them by the parameter types, count the call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine.errors import ErrorCode, Span
from engine.feel.limits import DEFAULT_LIMITS
from engine.feel.runtime import CALLING, Frame, NullResult, State
from engine.feel.signature import BuiltinFunction
from engine.feel.types import coerce
from engine.feel.values import Function, Value, kind_of

_WHOLE = Span(0, 0)


class Closure:
    """The code of a function written in FEEL: its body with the variables where it was defined."""

    __slots__ = ("body", "captured", "slots")

    def __init__(self, body: Callable[[Frame], Any], captured: Frame, slots: tuple[int, ...]) -> None:
        self.body = body
        self.captured = captured
        self.slots = slots

    def belongs_to(self, state: State) -> bool:
        """Whether the evaluation that runs is the one that defined the function, so that both have one text."""
        return self.captured[0] is state

    def __call__(self, state: State, *arguments: Any) -> Any:
        frame = self.captured.copy()
        frame[0] = state
        for slot, argument in zip(self.slots, arguments, strict=True):
            frame[slot] = argument
        return self.body(frame)


def invoke_positional(function: Value, arguments: list[Any], span: Span, state: State) -> Any:
    if isinstance(function, BuiltinFunction):
        return function.call_positional(arguments, span, state)
    if not isinstance(function, Function):
        return _no_function(function, span, state)
    expected = len(function.parameters)
    if len(arguments) != expected:
        message = f"{function!r} takes {expected} arguments, but got {len(arguments)}"
        return state.warn(ErrorCode.FEEL_INVALID_ARGUMENT, message, span)
    return _run(function, arguments, span, state)


def invoke_named(function: Value, arguments: dict[str, Any], span: Span, state: State) -> Any:
    if isinstance(function, BuiltinFunction):
        return function.call_named(arguments, span, state)
    if not isinstance(function, Function):
        return _no_function(function, span, state)
    names = [parameter.name for parameter in function.parameters]
    required = {parameter.name for parameter in function.parameters if not parameter.optional}
    if not required <= arguments.keys() <= set(names):
        message = f"{function!r} was called with {', '.join(arguments)}"
        return state.warn(ErrorCode.FEEL_INVALID_ARGUMENT, message, span)
    return _run(function, [arguments.get(name) for name in names], span, state)


def _no_function(value: Value, span: Span, state: State) -> Any:
    return state.warn(ErrorCode.FEEL_UNKNOWN_FUNCTION, f"{kind_of(value)} is called, but is no function", span, value)


def _run(function: Function, arguments: list[Any], span: Span, state: State) -> Any:
    for index, parameter in enumerate(function.parameters):
        if parameter.type is not None:
            argument = arguments[index]
            if type(argument) is list:
                state.pay(len(argument) >> 3)
            value, fits = coerce(arguments[index], parameter.type)
            if not fits:
                message = f'parameter "{parameter.name}" takes {parameter.type}, but got {kind_of(arguments[index])}'
                return state.warn(ErrorCode.FEEL_TYPE_MISMATCH, message, span, arguments[index])
            arguments[index] = value
    state.enter(span)
    try:
        if function.takes_state:
            return _run_own(function.code, arguments, span, state)
        token = CALLING.set(state)
        try:
            return function.code(*arguments)
        finally:
            CALLING.reset(token)
    except NullResult as reason:
        return state.warn(reason.code, reason.message, span, *arguments)
    finally:
        state.depth -= 1


def _run_own(code: Callable[..., Any], arguments: list[Any], span: Span, state: State) -> Any:
    """Run a function of this package. Reasons inside a function of another text are shown at the call."""
    known = len(state.warnings)
    result = code(state, *arguments)
    if len(state.warnings) > known and isinstance(code, Closure) and not code.belongs_to(state):
        state.warnings[known:] = [replace(warning, span=span) for warning in state.warnings[known:]]
    return result


def invoke(function: Function, arguments: list[Value] | dict[str, Value]) -> Value:
    """Call *function* from outside an expression, with positional or named arguments; null when they do not fit."""
    state = CALLING.get() or State(DEFAULT_LIMITS, None)
    if isinstance(arguments, dict):
        return invoke_named(function, arguments, _WHOLE, state)  # type: ignore[no-any-return]
    return invoke_positional(function, list(arguments), _WHOLE, state)  # type: ignore[no-any-return]
