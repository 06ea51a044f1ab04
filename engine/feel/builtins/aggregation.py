"""List functions (DMN 1.5, 10.3.4.4) that make one value of many."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import reduce

from engine.feel.comparison import compare
from engine.feel.numbers import NUMBERS, ONE
from engine.feel.runtime import NullResult
from engine.feel.signature import Overload
from engine.feel.values import Value, kind_of

Items = list[Value]


def _numbers(items: Items) -> list[Decimal]:
    for item in items:
        if type(item) is not Decimal:
            raise NullResult(f"the list holds {kind_of(item)}, not only numbers")
    return items  # type: ignore[return-value]


def _some_numbers(items: Items) -> list[Decimal]:
    numbers = _numbers(items)
    if not numbers:
        raise NullResult("the list is empty")
    return numbers


def _extreme(items: Items, sign: int) -> Value:
    if not items:
        raise NullResult("the list is empty")
    best = items[0]
    for item in items:
        order = compare(item, best)
        if order is None:
            raise NullResult(f"{kind_of(item)} and {kind_of(best)} have no order")
        if order * sign > 0:
            best = item
    return best


def minimum(items: Items) -> Value:
    return _extreme(items, -1)


def maximum(items: Items) -> Value:
    return _extreme(items, 1)


_add = NUMBERS.add


def _sum(numbers: list[Decimal]) -> Decimal:
    return reduce(_add, numbers)


def sum_of(items: Items) -> Decimal:
    for item in items:
        if type(item) is not Decimal:
            break
    else:
        if items:
            return reduce(_add, items)  # type: ignore[arg-type, return-value]
    return _sum(_some_numbers(items))


def product(items: Items) -> Decimal:
    result = ONE
    for number in _some_numbers(items):
        result = NUMBERS.multiply(result, number)
    return result


def mean(items: Items) -> Decimal:
    numbers = _some_numbers(items)
    return NUMBERS.divide(_sum(numbers), Decimal(len(numbers)))


def median(items: Items) -> Decimal:
    numbers = sorted(_some_numbers(items))
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return NUMBERS.divide(NUMBERS.add(numbers[middle - 1], numbers[middle]), Decimal(2))


def standard_deviation(items: Items) -> Decimal:
    """Of a sample: divided by one less than the count."""
    numbers = _numbers(items)
    if len(numbers) < 2:
        raise NullResult("a standard deviation needs at least two numbers")
    middle = NUMBERS.divide(_sum(numbers), Decimal(len(numbers)))
    squares = [NUMBERS.power(NUMBERS.subtract(number, middle), 2) for number in numbers]
    return NUMBERS.sqrt(NUMBERS.divide(_sum(squares), Decimal(len(numbers) - 1)))


def mode(items: Items) -> Items:
    """The most frequent numbers, ascending."""
    counts = Counter(_numbers(items))
    if not counts:
        return []
    most = max(counts.values())
    return [*sorted(number for number, count in counts.items() if count == most)]


FUNCTIONS: dict[str, tuple[Overload, ...]] = {
    "min": (Overload(minimum, "list: list"), Overload(minimum, "c...: any")),
    "max": (Overload(maximum, "list: list"), Overload(maximum, "c...: any")),
    "sum": (Overload(sum_of, "list: list"), Overload(sum_of, "n...: any")),
    "product": (Overload(product, "list: list"), Overload(product, "n...: any")),
    "mean": (Overload(mean, "list: list"), Overload(mean, "n...: any")),
    "median": (Overload(median, "list: list"), Overload(median, "n...: any")),
    "stddev": (Overload(standard_deviation, "list: list"), Overload(standard_deviation, "n...: any")),
    "mode": (Overload(mode, "list: list"), Overload(mode, "n...: any")),
}
