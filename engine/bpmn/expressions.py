"""Texts of a diagram as compiled expressions: a leading `=` marks FEEL, anything else is static text.

Compiled once per definition. An evaluation gives the value and the warnings that explain a null; turning a null into
a failure is the caller's business, with `fail_on_null` as the usual way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from engine.bpmn.failure import ElementFailure
from engine.errors import EngineError, ErrorCode, Location, Problem
from engine.feel import Expression as FeelExpression
from engine.feel import FeelWarning, Value, compile_expression, format_value
from engine.feel.text import quote


def is_feel(text: str) -> bool:
    return text.lstrip().startswith("=")


@dataclass(frozen=True, slots=True)
class Expression:
    """One text of one element. `code` is None for static text."""

    text: str
    location: Location
    code: FeelExpression | None

    def evaluate(self, variables: Mapping[str, Value], now: datetime) -> tuple[Value, list[Problem]]:
        """The value and, where FEEL went on with a null, the reasons."""
        if self.code is None:
            return self.text, []
        try:
            result = self.code.evaluate(variables, now=now)
        except EngineError as limit:  # FEEL_LIMIT: the expression asks for too much
            raise ElementFailure(self._placed(limit.problem)) from limit
        return result.value, [self._as_problem(warning) for warning in result.warnings]

    def fail_on_null(self, variables: Mapping[str, Value], now: datetime, wanted: str) -> Value:
        """The value, which must not be null. *wanted* names what was expected, e.g. `a date and time`."""
        value, reasons = self.evaluate(variables, now)
        if value is None:
            raise self.failure(f"expected {wanted}, but got null.", variables, reasons)
        return value

    def failure(
        self, message: str, variables: Mapping[str, Value], reasons: list[Problem] | None = None
    ) -> ElementFailure:
        """A failure at this text that quotes the variables used and why FEEL gave null."""
        because = "".join(f" Because: {reason.message.rstrip('.')}." for reason in reasons or ())
        return ElementFailure(
            Problem(
                ErrorCode.BPMN_EXPRESSION,
                f"{message}{because}{self.describe_variables(variables)}",
                replace(self.location, text=self.source),
                hint="correct the variables or the expression, then retry the element",
            )
        )

    def describe_variables(self, variables: Mapping[str, Value]) -> str:
        """` With a = 1, b = "x".` for the variables that the text uses; empty when it uses none."""
        return describe_variables(self.names, variables)

    @property
    def names(self) -> frozenset[str]:
        """The variables that the text reads."""
        return frozenset() if self.code is None else frozenset(free.name for free in self.code.free_names)

    def _as_problem(self, warning: FeelWarning) -> Problem:
        return Problem(warning.code, warning.message, replace(self.location, text=self.source, span=warning.span))

    def _placed(self, problem: Problem) -> Problem:
        place = self.location
        return problem.at(file=place.file, element_id=place.element_id, part=place.part)

    @property
    def source(self) -> str:
        """The FEEL text without the mark; the text itself when it is static."""
        return self.text if self.code is None else self.code.text


def show(value: Value) -> str:
    """*value* as FEEL would write it, shortened, for a person."""
    text = quote(value) if isinstance(value, str) else format_value(value)
    return text if len(text) <= 200 else f"{text[:200]}..."


def describe_variables(names: frozenset[str], variables: Mapping[str, Value]) -> str:
    if not names:
        return ""
    shown = ", ".join(
        f"{name} = {show(variables[name])}" if name in variables else f"{name} is not set" for name in sorted(names)
    )
    return f" With {shown}."


def read_expression(text: str, location: Location) -> Expression:
    """Compile *text*. Errors: EngineError FEEL_SYNTAX with the place filled in."""
    if not is_feel(text):
        return Expression(text, location, None)
    try:
        code = compile_expression(text.lstrip()[1:])
    except EngineError as error:
        place = {"file": location.file, "element_id": location.element_id, "part": location.part}
        raise EngineError(*(problem.at(**place) for problem in error.problems)) from error
    return Expression(text, location, code)
