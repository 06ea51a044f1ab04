"""Walking through frozen models: every part with a function that gives the whole with that part replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

Whole = TypeVar("Whole")


def parts_of(whole: Whole) -> Iterator[tuple[Any, Callable[[Any], Whole]]]:
    """*whole* itself and everything in it that is a frozen dataclass, outermost first.

    >>> from engine.feel import parse_expression, print_expression
    >>> from engine.feel.nodes import NumericLiteral
    >>> ones = [put for part, put in parts_of(parse_expression("a < 1 and b > 2")) if isinstance(part, NumericLiteral)]
    >>> [print_expression(put(NumericLiteral(7))) for put in ones]
    ['a < 7 and b > 2', 'a < 1 and b > 7']
    """
    yield whole, _itself
    if not is_dataclass(whole) or isinstance(whole, type):
        return
    for each in fields(whole):
        value = getattr(whole, each.name)
        if isinstance(value, tuple):
            for index, item in enumerate(value):
                if is_dataclass(item):
                    yield from _inside(item, _placed(whole, each.name, value, index))
        elif is_dataclass(value):
            yield from _inside(value, _set(whole, each.name))


def _itself(part: Any) -> Any:
    return part


def _inside(part: Any, put: Callable[[Any], Whole]) -> Iterator[tuple[Any, Callable[[Any], Whole]]]:
    for inner, put_inner in parts_of(part):
        yield inner, _then(put_inner, put)


def _then(first: Callable[[Any], Any], second: Callable[[Any], Whole]) -> Callable[[Any], Whole]:
    return lambda part: second(first(part))


def _set(whole: Any, name: str) -> Callable[[Any], Any]:
    return lambda part: replace(whole, **{name: part})


def _placed(whole: Any, name: str, items: tuple[Any, ...], index: int) -> Callable[[Any], Any]:
    return lambda part: replace(whole, **{name: (*items[:index], part, *items[index + 1 :])})
