"""Expressions compiled once and evaluated often."""

from __future__ import annotations

import datetime as py
from collections.abc import Iterable, Mapping

from engine.errors import ErrorCode, Span, failure
from engine.feel.compiler import Code, FreeName, new_compiler
from engine.feel.limits import DEFAULT_LIMITS, LimitExceeded, Limits
from engine.feel.nodes import Node
from engine.feel.parser import parse
from engine.feel.runtime import CALLING, Evaluation, Frame, State
from engine.feel.temporal import FeelDateTime
from engine.feel.types import Type
from engine.feel.values import Value


class Compiled:
    """What expressions and unary tests have in common: their text, their tree, and what they ask for."""

    __slots__ = ("_frame_size", "free_names", "limits", "node", "text", "unknown_functions", "unknown_types")

    text: str
    node: Node
    limits: Limits
    free_names: tuple[FreeName, ...]
    unknown_functions: tuple[FreeName, ...]
    unknown_types: tuple[FreeName, ...]
    _frame_size: int

    def _run(
        self, code: Code, context: Mapping[str, Value], now: py.datetime | None, slot: int, given: Value
    ) -> Evaluation:
        parent = CALLING.get()
        state = State(self.limits, FeelDateTime.from_python(now) if now is not None else None, parent)
        frame: Frame = [None] * self._frame_size
        frame[0] = state
        frame[1] = context
        if slot:
            frame[slot] = given
        try:
            value = code(frame)
        except LimitExceeded as limit:
            raise limit.as_error(self.text) from None
        except RecursionError:
            span = Span(0, len(self.text))
            message = "evaluation is nested too deeply"
            raise failure(ErrorCode.FEEL_LIMIT, message, text=self.text, span=span) from None
        if parent is not None:
            parent.steps = min(parent.steps, state.steps)
        return Evaluation(value, tuple(state.warnings))


class Expression(Compiled):
    """A compiled expression. Build it with `compile_expression`."""

    __slots__ = ("_code",)

    def __init__(
        self,
        text: str,
        names: Iterable[str] = (),
        *,
        fields: Iterable[str] = (),
        types: Mapping[str, Type] | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        names = tuple(names)
        self.text = text
        self.limits = limits
        self.node = parse(text, names, fields, limits, unary=False)
        compiler = new_compiler(names, types or {})
        try:
            self._code = compiler.compile(self.node)
        except RecursionError:
            message = "nested too deeply"
            raise failure(ErrorCode.FEEL_LIMIT, message, text=text, span=Span(0, len(text))) from None
        self._frame_size = compiler.frame_size
        self.free_names = tuple(compiler.free_names)
        self.unknown_functions = tuple(compiler.unknown_functions)
        self.unknown_types = tuple(compiler.unknown_types)

    def evaluate(self, context: Mapping[str, Value], *, now: py.datetime | None = None) -> Evaluation:
        """The value in *context*, with a warning for every null that came about.

        Errors: FEEL_LIMIT when a bound of `limits` is met.
        """
        return self._run(self._code, context, now, 0, None)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def compile_expression(
    text: str,
    names: Iterable[str] = (),
    *,
    fields: Iterable[str] = (),
    types: Mapping[str, Type] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Expression:
    """Read and compile *text*.

    *names* are the names in scope, which may hold blanks and operators; *fields* the names of context entries that
    do; *types* the named types (item definitions). Errors: FEEL_SYNTAX, FEEL_LIMIT, with text and span.

    >>> compile_expression("monthly income * 12").evaluate({"monthly income": Decimal(100)}).value
    Decimal('1200')
    """
    return Expression(text, names, fields=fields, types=types, limits=limits)
