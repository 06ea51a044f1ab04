"""The built-in functions that the second evaluator knows, each written from its row in DMN 1.5, 10.3.4.

Arguments are taken by kind: a list of one counts as its item, an item counts as a list of it, anything else that does
not fit makes the result null.
"""

from __future__ import annotations

import datetime as py
import decimal
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel import DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, YearsMonthsDuration
from tests.properties.naive_values import DECIMAL128, NaiveFunction, compared, days_of, disjunction, equal, kind, less


class Unfit(Exception):
    """An argument that does not fit: the result is null."""


def take(value: Any, *kinds: str) -> Any:
    if "any" in kinds or kind(value) in kinds:
        return value
    if isinstance(value, list) and len(value) == 1 and "list" not in kinds:
        return take(value[0], *kinds)
    if "list" in kinds and value is not None:
        return [value]
    raise Unfit


def fixed(call: Callable[..., Any], *parameters: tuple[str, str]) -> NaiveFunction:
    """A function of named parameters, each of one kind (or several, joined by |)."""

    def run(values: list[Any]) -> Any:
        try:
            return call(*(take(value, *kinds.split("|")) for value, (_, kinds) in zip(values, parameters, strict=True)))
        except (Unfit, decimal.DecimalException):
            return None

    return NaiveFunction(tuple(name for name, _ in parameters), run)


def on_items(call: Callable[[list[Any]], Any]) -> NaiveFunction:
    """A function of one list, or of its items one by one."""

    def run(values: list[Any]) -> Any:
        try:
            items = take(values[0], "list") if len(values) == 1 else values
            return call(items) if values else None
        except (Unfit, decimal.DecimalException):
            return None

    return NaiveFunction(("*",), run)


def numbers(items: list[Any]) -> list[Decimal]:
    if not items or any(kind(item) != "number" for item in items):
        raise Unfit
    return items


def total(items: list[Any]) -> Decimal:
    result = Decimal(0)
    for item in numbers(items):
        result = DECIMAL128.add(result, item)
    return result


def product(items: list[Any]) -> Decimal:
    result = Decimal(1)
    for item in numbers(items):
        result = DECIMAL128.multiply(result, item)
    return result


def extreme(operator: str) -> Callable[[list[Any]], Any]:
    def run(items: list[Any]) -> Any:
        if not items:
            raise Unfit
        best = items[0]
        for item in items:
            better = compared(operator, item, best)
            if better is None:
                raise Unfit
            best = item if better else best
        return best

    return run


def median(items: list[Any]) -> Decimal:
    ordered = sorted(numbers(items))
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return DECIMAL128.divide(DECIMAL128.add(ordered[half - 1], ordered[half]), Decimal(2))


def all_of(items: list[Any]) -> bool | None:
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


def rounded(rounding: str) -> Callable[[Decimal, Decimal], Decimal]:
    def run(value: Decimal, scale: Decimal) -> Decimal:
        places = int(scale)
        if -value.as_tuple().exponent <= places:  # type: ignore[operator]
            return value
        result = value.quantize(Decimal((0, (1,), -places)), rounding=rounding, context=decimal.Context(prec=200))
        return Decimal(0) if result == 0 and places < 0 else DECIMAL128.plus(result)

    return run


def to_whole(rounding: str) -> Callable[[Decimal], Decimal]:
    return lambda value: rounded(rounding)(value, Decimal(0))


def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """dividend - divisor * floor(dividend / divisor)"""
    if divisor == 0:
        raise Unfit
    exact = decimal.Context(prec=400, rounding=decimal.ROUND_FLOOR)
    quotient = exact.divide(dividend, divisor).to_integral_value(rounding=decimal.ROUND_FLOOR)
    # The remainder shows as many places as the longer of the two.
    places = Decimal((0, (0,), min(each.as_tuple().exponent for each in (dividend, divisor))))  # type: ignore[type-var]
    return DECIMAL128.plus(exact.add(exact.subtract(dividend, exact.multiply(divisor, quotient)), places))


def absolute(value: Any) -> Any:
    if isinstance(value, DaysTimeDuration):
        return DaysTimeDuration(abs(value.nanoseconds))
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(abs(value.months))
    return DECIMAL128.abs(value)


def substring(text: str, start: Decimal) -> str:
    first = int(start)
    if first == 0 or abs(first) > len(text):
        raise Unfit
    return text[first - 1 :] if first > 0 else text[first:]


def position(items: list[Any], number: Decimal) -> int:
    index = int(number)
    if index == 0 or abs(index) > len(items):
        raise Unfit
    return index - 1 if index > 0 else len(items) + index


def join(items: list[Any], delimiter: Any) -> str:
    if any(kind(item) not in ("string", "null") for item in items):
        raise Unfit
    return (delimiter or "").join(item for item in items if item is not None)


def distinct(items: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for item in items:
        if not any(equal(item, other) is True for other in kept):
            kept.append(item)
    return kept


def flattened(items: list[Any]) -> list[Any]:
    return [part for item in items for part in (flattened(item) if isinstance(item, list) else [item])]


def several_lists(call: Callable[[list[Any]], Any]) -> NaiveFunction:
    def run(values: list[Any]) -> Any:
        try:
            return call([item for value in values for item in take(value, "list")]) if values else None
        except Unfit:
            return None

    return NaiveFunction(("*",), run)


def appended(values: list[Any]) -> Any:
    try:
        return [*take(values[0], "list"), *values[1:]] if len(values) > 1 else None
    except Unfit:
        return None


def sorted_by(items: list[Any], precedes: NaiveFunction) -> list[Any]:
    """An insertion sort: an item moves left past those that it precedes."""
    result: list[Any] = []
    for item in items:
        place = len(result)
        while place and precedes.call([item, result[place - 1]]) is True:
            place -= 1
        result.insert(place, item)
    return result


def date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> FeelDate:
    if any(part != int(part) for part in (year, month, day)):
        raise Unfit
    try:
        py.date(int(year), int(month), int(day))
    except ValueError:
        raise Unfit from None
    return FeelDate(int(year), int(month), int(day))


def to_date(value: Any) -> FeelDate:
    if isinstance(value, FeelDateTime):
        return value.date
    return value  # type: ignore[no-any-return]


def date(values: list[Any]) -> Any:
    """Of year, month and day, or of a date with time."""
    if len(values) == 3:
        return fixed(date_of_parts, ("year", "number"), ("month", "number"), ("day", "number")).call(values)
    return fixed(to_date, ON_DATE).call(values) if len(values) == 1 else None


def months_between(start: Any, end: Any) -> YearsMonthsDuration:
    """Whole months only, negative when *end* comes first."""
    first, last = to_date(start), to_date(end)
    clocks = [each.time if isinstance(each, FeelDateTime) else FeelTime(0, 0, 0) for each in (start, end)]
    places = [
        (day.day, clock.hour, clock.minute, clock.second, clock.nanosecond)
        for day, clock in zip((first, last), clocks, strict=True)
    ]
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and places[1] < places[0]:
        months -= 1
    if months < 0 and places[1] > places[0]:
        months += 1
    return YearsMonthsDuration(months)


def day_of_week(value: Any) -> str:
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return days[(days_of(to_date(value)) + 3) % 7]


ON_DATE = ("date", "date|date and time")
N, S, L = ("n", "number"), ("string", "string"), ("list", "list")
BUILTINS: dict[str, NaiveFunction] = {
    "not": fixed(lambda value: not value, ("negand", "boolean")),
    "sum": on_items(total),
    "product": on_items(product),
    "mean": on_items(lambda items: DECIMAL128.divide(total(items), Decimal(len(items)))),
    "median": on_items(median),
    "min": on_items(extreme("<")),
    "max": on_items(extreme(">")),
    "all": on_items(all_of),
    "any": on_items(lambda items: disjunction(items)),
    "decimal": fixed(rounded(decimal.ROUND_HALF_EVEN), N, ("scale", "number")),
    "round up": fixed(rounded(decimal.ROUND_UP), N, ("scale", "number")),
    "round down": fixed(rounded(decimal.ROUND_DOWN), N, ("scale", "number")),
    "round half up": fixed(rounded(decimal.ROUND_HALF_UP), N, ("scale", "number")),
    "round half down": fixed(rounded(decimal.ROUND_HALF_DOWN), N, ("scale", "number")),
    "floor": fixed(to_whole(decimal.ROUND_FLOOR), N),
    "ceiling": fixed(to_whole(decimal.ROUND_CEILING), N),
    "abs": fixed(absolute, ("n", "number|days and time duration|years and months duration")),
    "modulo": fixed(modulo, ("dividend", "number"), ("divisor", "number")),
    "even": fixed(lambda value: DECIMAL128.remainder(value, Decimal(2)) == 0, ("number", "number")),
    "odd": fixed(lambda value: abs(DECIMAL128.remainder(value, Decimal(2))) == 1, ("number", "number")),
    "string length": fixed(lambda text: Decimal(len(text)), S),
    "upper case": fixed(str.upper, S),
    "lower case": fixed(str.lower, S),
    "substring": fixed(substring, S, ("start position", "number")),
    "substring before": fixed(
        lambda text, match: text[: text.index(match)] if match in text else "", S, ("match", "string")
    ),
    "substring after": fixed(
        lambda text, match: text[text.index(match) + len(match) :] if match in text else "", S, ("match", "string")
    ),
    "contains": fixed(lambda text, match: match in text, S, ("match", "string")),
    "starts with": fixed(str.startswith, S, ("match", "string")),
    "ends with": fixed(str.endswith, S, ("match", "string")),
    "string join": fixed(join, L, ("delimiter", "string|null")),
    "list contains": fixed(
        lambda items, element: any(equal(item, element) is True for item in items), L, ("element", "any")
    ),
    "count": fixed(lambda items: Decimal(len(items)), L),
    "append": NaiveFunction(("*",), appended),
    "concatenate": several_lists(list),
    "union": several_lists(distinct),
    "insert before": fixed(
        lambda items, number, new: [*items[: position(items, number)], new, *items[position(items, number) :]],
        L,
        ("position", "number"),
        ("newItem", "any"),
    ),
    "remove": fixed(
        lambda items, number: [*items[: position(items, number)], *items[position(items, number) :][1:]],
        L,
        ("position", "number"),
    ),
    "reverse": fixed(lambda items: list(reversed(items)), L),
    "sublist": fixed(lambda items, start: items[position(items, start) :], L, ("start position", "number")),
    "index of": fixed(
        lambda items, match: [Decimal(index + 1) for index, item in enumerate(items) if equal(item, match) is True],
        L,
        ("match", "any"),
    ),
    "distinct values": fixed(distinct, L),
    "flatten": fixed(flattened, L),
    "sort": fixed(sorted_by, L, ("precedes", "function")),
    "date": NaiveFunction(("*",), date),
    "years and months duration": fixed(months_between, ("from", "date|date and time"), ("to", "date|date and time")),
    "day of week": fixed(day_of_week, ON_DATE),
    "day of year": fixed(
        lambda day: Decimal(days_of(to_date(day)) - days_of(FeelDate(to_date(day).year, 1, 1)) + 1), ON_DATE
    ),
    "week of year": fixed(
        lambda day: Decimal(py.date(to_date(day).year, to_date(day).month, to_date(day).day).isocalendar()[1]), ON_DATE
    ),
    "get value": fixed(lambda context, key: context.get(key), ("m", "context"), ("key", "string")),
    "before": fixed(less, ("point1", "number"), ("point2", "number")),
}
