"""Equality, order and membership (DMN 1.5, 10.3.2.13 tables 42 to 55): three-valued, None where FEEL has no answer."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal

from engine.feel.limits import LimitExceeded
from engine.feel.runtime import UNTOUCHED, State
from engine.feel.temporal import SECOND, DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, YearsMonthsDuration
from engine.feel.values import Function, Range, Value

_BUDGET = 250_000
COMPOUND = frozenset((list, dict))


def equal(left: Value, right: Value, budget: list[int] | None = None) -> bool | None:
    """`left = right`: null equals only null, different kinds have no answer, a list of one equals its item.

    *budget* holds how many parts may still be compared. Errors: FEEL_LIMIT past it.
    """
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is type(right) and (kind is Decimal or kind is str or kind is bool or kind is FeelDate):
        return left == right
    try:
        return _equal(left, right, [_BUDGET] if budget is None else budget)
    except RecursionError:
        raise LimitExceeded("the values to compare are nested too deeply") from None


def _equal(left: Value, right: Value, budget: list[int]) -> bool | None:
    if left is None or right is None:
        return left is right
    budget[0] -= 1
    if budget[0] < 0:
        raise LimitExceeded("the values to compare are too large")
    if type(left) is list and type(right) is not list and len(left) == 1:
        return _equal(left[0], right, budget)
    if type(right) is list and type(left) is not list and len(right) == 1:
        return _equal(left, right[0], budget)
    if type(left) is not type(right):
        return left is right if isinstance(left, Function) and isinstance(right, Function) else None
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return False
        return all(_equal(a, b, budget) is True for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(left[key], right[key], budget) is True for key in left)
    if isinstance(left, Range) and isinstance(right, Range):
        flags = (left.start_included, left.end_included, left.operator)
        if flags != (right.start_included, right.end_included, right.operator):
            return False
        return _equal(left.start, right.start, budget) is True and _equal(left.end, right.end, budget) is True
    if isinstance(left, FeelTime | FeelDateTime):
        order = compare(left, right)
        return None if order is None else order == 0
    if isinstance(left, Function):
        return left is right
    return left == right


def equal_within(state: State, left: Value, right: Value) -> bool | None:
    """`equal`, paid from the steps of an evaluation, which may compare large values over and over."""
    if state is UNTOUCHED or type(left) not in COMPOUND:
        return equal(left, right)
    budget = [before := min(_BUDGET, state.steps)]
    same = equal(left, right, budget)
    state.pay(before - budget[0])
    return same


def key_of(value: Value, budget: list[int]) -> Hashable:
    """A key that values have in common just when they are equal, to look up what occurred before.

    *budget* holds how many parts may still be looked at. Errors: FEEL_LIMIT past it.
    """
    try:
        return _key(value, budget)
    except RecursionError:
        raise LimitExceeded("the values to compare are nested too deeply") from None


def _key(value: Value, budget: list[int]) -> Hashable:
    budget[0] -= 1
    if budget[0] < 0:
        raise LimitExceeded("the values to compare are too large")
    if isinstance(value, list):
        return _key(value[0], budget) if len(value) == 1 else (list, *(_key(item, budget) for item in value))
    if isinstance(value, dict):
        return dict, frozenset((name, _key(item, budget)) for name, item in value.items())
    if isinstance(value, Range):
        ends = _key(value.start, budget), _key(value.end, budget)
        return Range, value.start_included, value.end_included, value.operator, *ends
    if isinstance(value, FeelDateTime):
        return FeelDateTime, value.is_local, value.instant // SECOND
    if isinstance(value, FeelTime):
        return FeelTime, value.is_local, _second_of_day(value)
    return type(value), id(value) if isinstance(value, Function) else value


def compare(left: Value, right: Value) -> int | None:
    """Negative, zero or positive as *left* comes before, with or after *right*; None when they have no order.

    Times and dates with time compare by whole seconds, as the standard's conformance tests require; a local one has
    no order against one with an offset or zone.
    """
    kind = type(left)
    if kind is not type(right):
        return None
    if isinstance(left, FeelDateTime) and isinstance(right, FeelDateTime):
        if left.is_local != right.is_local:
            return None
        return left.instant // SECOND - right.instant // SECOND
    if isinstance(left, FeelTime) and isinstance(right, FeelTime):
        if left.is_local != right.is_local:
            return None
        return _second_of_day(left) - _second_of_day(right)
    if kind in _ORDERED:
        return (left > right) - (left < right)  # type: ignore[operator]
    return None


_ORDERED = frozenset((Decimal, str, FeelDate, DaysTimeDuration, YearsMonthsDuration))


def _second_of_day(time: FeelTime) -> int:
    return time.nanosecond_of_day // SECOND - (time.utc_offset or 0)


def in_range(value: Value, within: Range) -> bool | None:
    """Whether *value* lies in the range; None when an end is null or has no order against the value."""
    if within.operator in ("=", "!="):
        same = equal(value, within.start)
        return same if same is None or within.operator == "=" else not same
    above: bool | None = True
    below: bool | None = True
    # Of a comparison such as `< 10` one end is missing for good; any other end that is null has no order.
    if within.operator not in ("<", "<="):
        order = compare(value, within.start)
        above = None if order is None else order > 0 or (order == 0 and within.start_included)
    if within.operator not in (">", ">="):
        order = compare(value, within.end)
        below = None if order is None else order < 0 or (order == 0 and within.end_included)
    if above is False or below is False:
        return None if above is None or below is None else False
    return None if above is None or below is None else True


def contains(within: Value, value: Value, state: State = UNTOUCHED) -> bool | None:
    """`value in within` for an evaluated *within*: a range, a list of values and ranges, or one value.

    Comparing large values is paid from the steps of *state*.
    """
    if isinstance(within, Range):
        if isinstance(value, Range):
            return equal(value, within)
        return in_range(value, within)
    if isinstance(within, list):
        if state is not UNTOUCHED:
            state.pay(len(within) >> 3)  # the time of a step is enough for about eight items
        if type(value) not in COMPOUND and not isinstance(value, Range):
            return any(
                (in_range(value, each) if type(each) is Range else equal(value, each)) is True for each in within
            )
        if isinstance(value, list) and equal_within(state, value, within) is True:
            return True
        return any(
            (
                in_range(value, each)
                if isinstance(each, Range) and not isinstance(value, Range)
                else equal_within(state, value, each)
            )
            is True
            for each in within
        )
    return equal_within(state, value, within)
