"""Calls of built-in functions that are known while compiling."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException
from typing import Any

from engine.errors import Span
from engine.feel.compiler.base import Code
from engine.feel.limits import SMALL
from engine.feel.runtime import UNTOUCHED, Frame, NullResult, StateNeeded
from engine.feel.signature import BuiltinFunction

SIZED = frozenset((list, str))


def call_builtin(builtin: BuiltinFunction, arguments: list[Code], name: str | None, span: Span) -> Code:
    """Arguments of the wanted kinds go straight to the one overload that they can mean.

    *name* is that of the context value that the only argument reads, if it does nothing else.
    """
    overload, call, run = builtin.overload_for(len(arguments)), builtin.call_positional, builtin.run
    if overload is None:
        return lambda frame: call([code(frame) for code in arguments], span, frame[0])
    known, wanted = overload, overload.classes
    if len(arguments) == 1:
        argument, only = arguments[0], wanted[0]

        def run_one(frame: Frame) -> Any:
            value = argument(frame)
            if only is not None and type(value) not in only:
                return call([value], span, frame[0])
            return run(known, [value], span, frame[0])

        if overload.takes_state or only is None:
            return run_one
        return _call_untold(run_one, argument, name, only, overload.function)

    def run_several(frame: Frame) -> Any:
        values = [code(frame) for code in arguments]
        for value, classes in zip(values, wanted, strict=True):
            if classes is not None and type(value) not in classes:
                return call(values, span, frame[0])
        return run(known, values, span, frame[0])

    return run_several


def _call_untold(
    otherwise: Code, argument: Code, name: str | None, only: frozenset[type], function: Callable[[Any], Any]
) -> Code:
    """A call with one argument while nobody counts and nothing needs to be told: nothing but the function is called."""
    usual = str if str in only else next(iter(only))

    def run(frame: Frame) -> Any:
        if frame[0] is not UNTOUCHED:
            return otherwise(frame)
        value = argument(frame)
        if type(value) is not usual and type(value) not in only:
            raise StateNeeded
        try:
            result = function(value)
        except (NullResult, DecimalException):
            raise StateNeeded from None
        if type(result) is not Decimal and type(result) in SIZED and len(result) > SMALL:
            raise StateNeeded
        return result

    if name is None:
        return run

    def run_on_name(frame: Frame) -> Any:
        # The same once more, because a call that only reads a name would take as long as the rest.
        try:
            value = frame[1][name]
        except KeyError:
            return otherwise(frame)
        if frame[0] is not UNTOUCHED or (type(value) is not usual and type(value) not in only):
            return otherwise(frame)
        try:
            result = function(value)
        except (NullResult, DecimalException):
            raise StateNeeded from None
        if type(result) is not Decimal and type(result) in SIZED and len(result) > SMALL:
            raise StateNeeded
        return result

    return run_on_name
