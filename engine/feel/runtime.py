"""The state of one running evaluation: its budget, its warnings, its now. One small object per evaluation."""

from __future__ import annotations

import datetime as py
from contextvars import ContextVar
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from engine.errors import ErrorCode, Span
from engine.feel.limits import LimitExceeded, Limits
from engine.feel.values import Value

# A frame holds the state, the context that was handed in, then the local variables: [state, context, local, ...].
Frame = list[Any]


@dataclass(frozen=True, slots=True)
class FeelWarning:
    """Why a null came about: code, message, the place in the text and the values involved."""

    code: ErrorCode
    message: str
    span: Span
    values: tuple[Value, ...] = ()


class Evaluation(tuple[Value, tuple[FeelWarning, ...]]):
    """A value with the reasons of its nulls, made of such a pair.

    Not a NamedTuple, because making one of those would take longer than many an evaluation does.
    """

    __slots__ = ()
    value: Value = property(itemgetter(0))  # type: ignore[assignment]
    warnings: tuple[FeelWarning, ...] = property(itemgetter(1))  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Evaluation(value={self.value!r}, warnings={self.warnings!r})"


class NullResult(Exception):
    """Raised inside a built-in function: the result is null, for this reason."""

    def __init__(self, message: str, code: ErrorCode = ErrorCode.FEEL_INVALID_ARGUMENT) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class State:
    """Counts down steps, collects warnings. An evaluation inside another one shares its parent's budget."""

    __slots__ = ("depth", "granted", "limits", "now", "steps", "warnings")

    def __init__(self, limits: Limits, now: py.datetime | None, parent: State | None = None) -> None:
        self.limits = limits
        self.now = now
        self.warnings: list[FeelWarning] = []
        if parent is None:
            self.steps = limits.max_steps
            self.depth = 0
        else:
            self.steps = min(limits.max_steps, parent.steps)
            self.depth = parent.depth
            self.now = now if now is not None else parent.now
        self.granted = self.steps

    def warn(self, code: ErrorCode, message: str, span: Span, *values: Value) -> Any:
        """Record why a null comes about here, and return that null."""
        if len(self.warnings) < self.limits.max_warnings:
            self.warnings.append(FeelWarning(code, message, span, values))
        return None

    def step(self, span: Span) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise self._spent(span)

    def pay(self, steps: int) -> None:
        """Take many steps at once, for work that has no place of its own."""
        self.steps -= steps
        if self.steps < 0:
            raise self._spent(None)

    def _spent(self, span: Span | None) -> LimitExceeded:
        if self.granted < self.limits.max_steps:
            return LimitExceeded("more steps than are left to all that is being evaluated", span)
        return LimitExceeded(f"more than {self.limits.max_steps} steps", span)

    def settle(self, parent: State | None) -> None:
        """Take from *parent*, whose budget this evaluation shared, what it has used of it."""
        if parent is not None:
            parent.steps -= self.granted - self.steps

    def enter(self, span: Span) -> None:
        """Begin a function call."""
        self.steps -= 1
        self.depth += 1
        if self.steps < 0:
            raise self._spent(span)
        if self.depth > self.limits.max_depth:
            raise LimitExceeded(f"calls nested deeper than {self.limits.max_depth}", span)

    def check_size(self, value: Value, span: Span) -> None:
        """Refuse a list or a string that outgrew its bound."""
        if type(value) is list:
            if len(value) > self.limits.max_list:
                raise LimitExceeded(f"a list of more than {self.limits.max_list} items", span)
        elif type(value) is str and len(value) > self.limits.max_string:
            raise LimitExceeded(f"a string of more than {self.limits.max_string} characters", span)


class StateNeeded(AttributeError):
    """Something is to be counted or told: the evaluation must be run with a state."""


class Untouched:
    """Stands in a frame for a state that nobody asks anything. Most evaluations end without having needed one."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        raise StateNeeded


UNTOUCHED: Any = Untouched()


# The evaluation that is calling out to a function of another package, whose own expressions continue its budget.
CALLING: ContextVar[State | None] = ContextVar("calling", default=None)
