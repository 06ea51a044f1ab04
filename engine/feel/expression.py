"""Expressions compiled once and evaluated often."""

from __future__ import annotations

import datetime as py
from collections.abc import Iterable, Mapping
from functools import lru_cache

from engine.errors import EngineError
from engine.feel.compiler import Code, FreeName, new_compiler
from engine.feel.compiler.base import FIRST_SLOT, Compiler
from engine.feel.limits import DEFAULT_LIMITS, SMALL, LimitExceeded, Limits
from engine.feel.nodes import Node
from engine.feel.parser import parse
from engine.feel.runtime import CALLING, UNTOUCHED, Evaluation, Frame, State, StateNeeded
from engine.feel.types import Type
from engine.feel.values import Value

_SHORT = 1_000
"""Characters of a text that is remembered; a longer one, which a stranger may send, is compiled and forgotten."""
TRUE, FALSE = Evaluation((True, ())), Evaluation((False, ()))


def is_plain(compiler: Compiler, text: str, limits: Limits) -> bool:
    """Whether an evaluation may be tried without a state, because it keeps within *limits* on every short list."""
    # A text holds fewer nodes than characters, and each is visited once for each element of one short list.
    steps = SMALL * len(text) if compiler.loops else 0
    return compiler.is_plain and min(limits.max_list, limits.max_string) >= SMALL and limits.max_steps >= steps


class Compiled:
    """What expressions and unary tests have in common: their text, their tree, and what they ask for."""

    __slots__ = (
        *("_idle", "_locals"),
        *("free_names", "limits", "node", "text", "unknown_functions", "unknown_types"),
    )

    text: str
    node: Node
    limits: Limits
    free_names: tuple[FreeName, ...]
    unknown_functions: tuple[FreeName, ...]
    unknown_types: tuple[FreeName, ...]
    _locals: tuple[None, ...]
    _idle: list[State]

    def _run(self, code: Code, frame: Frame, now: py.datetime | None) -> Evaluation:
        """Run *code* on a frame whose state is still missing.

        Most evaluations take less time than making a state, so one that ended without a warning is used again.
        """
        if CALLING.get() is not None:
            return self._run_nested(code, frame, now)
        try:
            state = self._idle.pop()
            state.now = now
        except IndexError:
            state = State(self.limits, now)
        frame[0] = state
        try:
            value = code(frame)
        except (LimitExceeded, RecursionError) as stop:
            raise self._stopped(stop) from None
        if state.warnings:
            return Evaluation((value, tuple(state.warnings)))
        state.steps = self.limits.max_steps
        self._idle.append(state)
        if value is True:
            return TRUE
        return FALSE if value is False else Evaluation((value, ()))

    def _run_nested(self, code: Code, frame: Frame, now: py.datetime | None) -> Evaluation:
        """Run inside a function that another evaluation calls, on what is left of its budget."""
        parent = CALLING.get()
        state = frame[0] = State(self.limits, now, parent)
        try:
            value = code(frame)
        except (LimitExceeded, RecursionError) as stop:
            raise self._stopped(stop) from None
        state.settle(parent)
        return Evaluation((value, tuple(state.warnings)))

    def _stopped(self, stop: LimitExceeded | RecursionError) -> EngineError:
        limit = stop if isinstance(stop, LimitExceeded) else LimitExceeded("evaluation is nested too deeply")
        return limit.as_error(self.text)


class Expression(Compiled):
    """A compiled expression. Build it with `compile_expression`."""

    __slots__ = ("_code", "_plain")

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
            raise LimitExceeded("nested too deeply").as_error(text) from None
        self._idle = []
        self._locals = (None,) * (compiler.frame_size - FIRST_SLOT)
        self._plain = self._code if is_plain(compiler, text, limits) else None
        self.free_names = tuple(compiler.free_names)
        self.unknown_functions = tuple(compiler.unknown_functions)
        self.unknown_types = tuple(compiler.unknown_types)

    def evaluate(self, context: Mapping[str, Value], now: py.datetime | None = None) -> Evaluation:
        """The value in *context*, with a warning for every null that came about.

        Errors: FEEL_LIMIT when a bound of `limits` is met.
        """
        code = self._plain
        if code is not None:
            # Tried without a state first; whatever asks for one makes the evaluation run once more.
            try:
                value = code([UNTOUCHED, context, *self._locals] if self._locals else [UNTOUCHED, context])
            except (StateNeeded, LimitExceeded, RecursionError):
                pass
            else:
                if type(value) is bool:
                    return TRUE if value else FALSE
                return Evaluation((value, ()))
        return self._run(self._code, [UNTOUCHED, context, *self._locals], now)

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

    >>> compile_expression("first name + family name", ["first name"]).free_names[1].name
    'family name'
    """
    if types or len(text) > _SHORT:
        return Expression(text, names, fields=fields, types=types, limits=limits)
    return _compiled_before(text, tuple(names), tuple(fields), limits)


@lru_cache(maxsize=8192)
def _compiled_before(text: str, names: tuple[str, ...], fields: tuple[str, ...], limits: Limits) -> Expression:
    """The checks of a deployment ask for one text several times, and so do deployments that differ in little."""
    return Expression(text, names, fields=fields, limits=limits)
