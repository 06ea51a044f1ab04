"""What the boxed for, some, every and filter share: the list that they go through, and a scope for each item."""

from __future__ import annotations

from collections.abc import Iterable

from engine.dmn.run import Run
from engine.dmn.show import show
from engine.errors import ErrorCode, Location
from engine.feel import Value


def items_of(domain: Value, run: Run, place: Location) -> list[Value] | None:
    """The items to go through; None (with a warning) for anything but a list.

    # spec: unlike FEEL's own for and filter, the boxed ones take no single value as a list of one.
    """
    if isinstance(domain, list):
        return domain
    run.warn(ErrorCode.FEEL_TYPE_MISMATCH, f"expected a list to go through, but got {show(domain)}.", place)
    return None


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
