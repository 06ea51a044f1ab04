"""What the boxed for, some, every and filter share: the list that they go through, and a scope for each item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from engine.dmn.logic.literal_expression import placed_warnings
from engine.dmn.run import Run
from engine.dmn.show import show
from engine.errors import ErrorCode, Location, Span, failure
from engine.feel import DEFAULT_LIMITS, Range, Value, compile_expression
from engine.feel.limits import LimitExceeded
from engine.feel.runtime import CALLING, State

_WHOLE = Span(0, 0)
_ALL_OF_RANGE = compile_expression("for each in domain return each", ["domain"])


def items_of(domain: Value, run: Run, place: Location) -> list[Value] | None:
    """The items to go through, or the numbers or days of a range; None (with a warning) for anything else.

    # spec: unlike FEEL's own for and filter, the boxed ones take no single value as a list of one.
    """
    if isinstance(domain, list):
        return domain
    if isinstance(domain, Range):
        items, warnings = _ALL_OF_RANGE.evaluate({"domain": domain})
        run.add_warnings(placed_warnings(warnings, place, ""))
        return items if isinstance(items, list) else None
    run.warn(ErrorCode.FEEL_TYPE_MISMATCH, f"expected a list to go through, but got {show(domain)}.", place)
    return None


@contextmanager
def rounds(run: Run, place: Location) -> Iterator[Callable[[], None]]:
    """Gives what is called before each round: it takes a step of the budget, which everything inside shares.

    Errors: FEEL_LIMIT with the place of the loop.
    """
    parent = CALLING.get()
    state = State(DEFAULT_LIMITS, run.now, parent)
    token = CALLING.set(state)
    try:
        yield lambda: state.step(_WHOLE)
    except LimitExceeded as limit:
        message = f"expected a loop within its bounds, but: {limit.message}."
        part, line = place.part, place.line
        raise failure(
            ErrorCode.FEEL_LIMIT, message, file=place.file, decision_id=place.decision_id, part=part, line=line
        ) from limit
    finally:
        CALLING.reset(token)
        state.settle(parent)


def truths(verdicts: Iterable[Value], run: Run, place: Location, *, null_is: bool | None = None) -> list[bool] | None:
    """The verdicts, all of them; None (with a warning) when one is neither true nor false.

    *null_is* says what a null counts as; without it a null is no verdict.
    """
    found: list[bool] = []
    for verdict in verdicts:
        if verdict is None and null_is is not None:
            found.append(null_is)
        elif verdict is True or verdict is False:
            found.append(verdict)
        else:
            run.warn(ErrorCode.FEEL_TYPE_MISMATCH, f"expected true or false, but got {show(verdict)}.", place)
            return None
    return found
