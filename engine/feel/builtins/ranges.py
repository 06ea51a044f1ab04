"""range() and the relations of points and ranges (DMN 1.5, 10.3.4.1 and 10.3.4.6 table 78)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.errors import EngineError
from engine.feel.comparison import compare
from engine.feel.lexer import Token, TokenKind, tokenize
from engine.feel.limits import DEFAULT_LIMITS
from engine.feel.numbers import NUMBERS, number
from engine.feel.runtime import NullResult
from engine.feel.signature import Overload
from engine.feel.temporal_text import read_date, read_date_time, read_duration, read_temporal, read_time
from engine.feel.values import Range, Value, kind_of

# -- range("[1..5]") ------------------------------------------------------------------------------------------------

_CONSTRUCTORS: dict[tuple[str, ...], Callable[[str], Value]] = {
    ("date",): read_date,
    ("time",): read_time,
    ("duration",): read_duration,
    ("date", "and", "time"): read_date_time,
}
_OPENINGS = {"[": True, "(": False, "]": False}
_CLOSINGS = {"]": True, ")": False, "[": False}


def read_range(text: str) -> Range:
    """The range that *text* writes; its ends are literals or temporal constructors of string literals."""
    refusal = NullResult(f'"{text[:60]}" is no range of two constants')
    try:
        tokens = tokenize(text, DEFAULT_LIMITS)[:-1]
    except EngineError:
        raise refusal from None
    middle = next((at for at, token in enumerate(tokens) if _is(token, "..")), None)
    if middle is None or tokens[0].text not in _OPENINGS or tokens[-1].text not in _CLOSINGS:
        raise refusal
    if tokens[0].kind is not TokenKind.SYMBOL or tokens[-1].kind is not TokenKind.SYMBOL:
        raise refusal
    start, end = _endpoint(tokens[1:middle]), _endpoint(tokens[middle + 1 : -1])
    order = compare(start, end)
    if order is None or order > 0:
        raise refusal
    return Range(start, end, _OPENINGS[tokens[0].text], _CLOSINGS[tokens[-1].text])


def _is(token: Token, symbol: str) -> bool:
    return token.kind is TokenKind.SYMBOL and token.text == symbol


def _endpoint(tokens: list[Token]) -> Value:
    """The constant that *tokens* write, or null."""
    if len(tokens) == 1:
        token = tokens[0]
        if token.kind is TokenKind.NUMBER:
            return number(token.text)
        if token.kind is TokenKind.STRING:
            return token.text
        if token.kind is TokenKind.AT:
            return read_temporal(token.text)
    elif len(tokens) == 2 and _is(tokens[0], "-") and tokens[1].kind is TokenKind.NUMBER:
        return NUMBERS.minus(number(tokens[1].text))
    elif len(tokens) > 3 and _is(tokens[-3], "(") and _is(tokens[-1], ")") and tokens[-2].kind is TokenKind.STRING:
        constructor = _CONSTRUCTORS.get(tuple(token.text for token in tokens[:-3]))
        return constructor(tokens[-2].text) if constructor is not None else None
    return None


# -- relations ------------------------------------------------------------------------------------------------------


class End:
    """One end of a range, or a point; open ends of unary tests lie at minus or plus infinity."""

    __slots__ = ("included", "infinity", "value")

    def __init__(self, value: Value, included: bool, infinity: int = 0) -> None:
        self.value = value
        self.included = included
        self.infinity = infinity

    def against(self, other: End) -> int:
        """Negative, zero or positive as this end lies before, at or after *other*."""
        if self.infinity or other.infinity:
            return self.infinity - other.infinity
        order = compare(self.value, other.value)
        if order is None:
            raise NullResult(f"{kind_of(self.value)} and {kind_of(other.value)} have no order")
        return order


class Span:
    """A range or a point as two ends."""

    __slots__ = ("end", "is_point", "start")

    def __init__(self, value: Any) -> None:
        self.is_point = not isinstance(value, Range)
        if isinstance(value, Range):
            if value.operator == "!=":
                raise NullResult("the values unequal to one are no range")
            unbounded = value.operator is not None
            self.start = End(value.start, value.start_included, -1 if unbounded and value.start is None else 0)
            self.end = End(value.end, value.end_included, 1 if unbounded and value.end is None else 0)
        else:
            self.start = self.end = End(value, True)


def before(a: Span, b: Span) -> bool:
    order = a.end.against(b.start)
    return order < 0 or (order == 0 and not (a.end.included and b.start.included))


def after(a: Span, b: Span) -> bool:
    return before(b, a)


def meets(a: Span, b: Span) -> bool:
    return a.end.included and b.start.included and a.end.against(b.start) == 0


def met_by(a: Span, b: Span) -> bool:
    return meets(b, a)


def overlaps(a: Span, b: Span) -> bool:
    return not before(a, b) and not before(b, a)


def _starts_first(a: Span, b: Span) -> bool:
    order = a.start.against(b.start)
    return order < 0 or (order == 0 and a.start.included and not b.start.included)


def overlaps_before(a: Span, b: Span) -> bool:
    return _starts_first(a, b) and not before(a, b) and _ends_within(a, b)


def overlaps_after(a: Span, b: Span) -> bool:
    return _starts_first(b, a) and not before(b, a) and _ends_within(b, a)


def _ends_within(a: Span, b: Span) -> bool:
    """Whether *a* ends no later than *b*."""
    order = a.end.against(b.end)
    return order < 0 or (order == 0 and (not a.end.included or b.end.included))


def _starts_within(a: Span, b: Span) -> bool:
    """Whether *a* starts no earlier than *b*."""
    order = a.start.against(b.start)
    return order > 0 or (order == 0 and (not a.start.included or b.start.included))


def finishes(a: Span, b: Span) -> bool:
    if a.end.included is not b.end.included or a.end.against(b.end) != 0:
        return False
    return a.is_point or _starts_within(a, b)


def finished_by(a: Span, b: Span) -> bool:
    return finishes(b, a)


def during(a: Span, b: Span) -> bool:
    return _starts_within(a, b) and _ends_within(a, b)


def includes(a: Span, b: Span) -> bool:
    return during(b, a)


def starts(a: Span, b: Span) -> bool:
    if a.start.included is not b.start.included or a.start.against(b.start) != 0:
        return False
    return a.is_point or _ends_within(a, b)


def started_by(a: Span, b: Span) -> bool:
    return starts(b, a)


def coincides(a: Span, b: Span) -> bool:
    same_ends = a.start.included is b.start.included and a.end.included is b.end.included
    return same_ends and a.start.against(b.start) == 0 and a.end.against(b.end) == 0


_POINTS, _POINT_RANGE = "point1: {point}, point2: {point}", "point: {point}, range: range"
_RANGE_POINT, _RANGES = "range: range, point: {point}", "range1: range, range2: range"
_POINT = "number | string | date | time | date and time | duration"


def _relation(relation: Callable[[Span, Span], bool], *signatures: str) -> tuple[Overload, ...]:
    def decide(left: Value, right: Value) -> bool:
        return relation(Span(left), Span(right))

    return tuple(Overload(decide, signature.replace("{point}", _POINT)) for signature in signatures)


FUNCTIONS: dict[str, tuple[Overload, ...]] = {
    "range": (Overload(read_range, "from: string"),),
    "before": _relation(before, _POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES),
    "after": _relation(after, _POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES),
    "meets": _relation(meets, _RANGES),
    "met by": _relation(met_by, _RANGES),
    "overlaps": _relation(overlaps, _RANGES),
    "overlaps before": _relation(overlaps_before, _RANGES),
    "overlaps after": _relation(overlaps_after, _RANGES),
    "finishes": _relation(finishes, _POINT_RANGE, _RANGES),
    "finished by": _relation(finished_by, _RANGE_POINT, _RANGES),
    "includes": _relation(includes, _RANGE_POINT, _RANGES),
    "during": _relation(during, _POINT_RANGE, _RANGES),
    "starts": _relation(starts, _POINT_RANGE, _RANGES),
    "started by": _relation(started_by, _RANGE_POINT, _RANGES),
    "coincides": _relation(coincides, _POINTS, _RANGES),
}
