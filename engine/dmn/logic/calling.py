"""Calls a function value from decision logic, and keeps the reason when the result is null."""

from __future__ import annotations

from collections.abc import Mapping

from engine.dmn.run import Run
from engine.errors import ErrorCode, Location, Problem, Severity, Span, failure
from engine.feel import DEFAULT_LIMITS, Function, Value
from engine.feel.invocation import invoke_named
from engine.feel.limits import LimitExceeded
from engine.feel.runtime import CALLING, State

_WHOLE = Span(0, 0)


def call_function(function: Function, arguments: Mapping[str, Value], run: Run, place: Location) -> Value:
    """The result of *function* with named arguments, within the budget of an evaluation that is under way.

    Errors: FEEL_LIMIT with the place of the call.
    """
    parent = CALLING.get()
    state = State(DEFAULT_LIMITS, run.now, parent)
    try:
        value: Value = invoke_named(function, dict(arguments), _WHOLE, state)
    except LimitExceeded as limit:
        raise failure(
            ErrorCode.FEEL_LIMIT,
            f"expected a call within its bounds, but: {limit.message}.",
            file=place.file,
            decision_id=place.decision_id,
            part=place.part,
            line=place.line,
        ) from limit
    state.settle(parent)
    run.add_warnings(Problem(warning.code, warning.message, place, Severity.WARNING) for warning in state.warnings)
    return value
