"""List functions (DMN 1.5, 10.3.4.4) that look at or rebuild a list, and sort (10.3.4.7). Positions start at 1."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from engine.errors import Span
from engine.feel.comparison import COMPOUND, compare, equal, equal_within, key_of
from engine.feel.invocation import invoke_positional
from engine.feel.limits import LimitExceeded
from engine.feel.numbers import COUNTS, MOST_COUNTS, whole
from engine.feel.runtime import NullResult, State
from engine.feel.signature import Overload
from engine.feel.values import Function, Value, kind_of

Items = list[Value]


def _index(items: Items, position: Decimal, last: int) -> int:
    """The 0-based index of *position*, counted from the end when negative."""
    number = whole(position)
    if not number or number > last or -number > len(items):
        raise NullResult(f"no position {position} in a list of {len(items)}")
    return number - 1 if number > 0 else len(items) + number


def list_contains(state: State, span: Span, items: Items, element: Value) -> bool:
    if type(element) not in COMPOUND:
        return any(equal(item, element) is True for item in items)
    return any(equal_within(state, item, element) is True for item in items)


def count(items: Items) -> Decimal:
    number = len(items)
    return COUNTS[number] if number < MOST_COUNTS else Decimal(number)


def sublist(items: Items, start: Decimal, length: Decimal | None) -> Items:
    first = _index(items, start, len(items))
    if length is None:
        return items[first:]
    size = whole(length)
    if size is None or size < 0 or first + size > len(items):
        raise NullResult(f"the list holds no {length} items from position {start}")
    return items[first : first + size]


def append(items: Items, *more: Any) -> Items:
    added = more[0]
    return [*items, *added]


def append_one(items: Items, item: Value) -> Items:
    return [*items, item]


def concatenate(lists: list[Items]) -> Items:
    return [item for each in lists for item in each]


def concatenate_one(items: Items) -> Items:
    return items


def insert_before(items: Items, position: Decimal, new_item: Value) -> Items:
    index = _index(items, position, len(items))
    return [*items[:index], new_item, *items[index:]]


def remove(items: Items, position: Decimal) -> Items:
    index = _index(items, position, len(items))
    return [*items[:index], *items[index + 1 :]]


def replace_at(items: Items, position: Decimal, new_item: Value) -> Items:
    index = _index(items, position, len(items))
    return [*items[:index], new_item, *items[index + 1 :]]


def replace_matching(state: State, span: Span, items: Items, match: Function, new_item: Value) -> Items:
    if len(match.parameters) != 2:
        raise NullResult("match must be a function of two parameters, item and newItem")
    result: Items = []
    for item in items:
        verdict = invoke_positional(match, [item, new_item], span, state)
        if verdict is not True and verdict is not False:
            raise NullResult(f"match gave {kind_of(verdict)}, neither true nor false")
        result.append(new_item if verdict else item)
    return result


def reverse(items: Items) -> Items:
    return items[::-1]


def index_of(state: State, span: Span, items: Items, match: Value) -> Items:
    return [Decimal(number) for number, item in enumerate(items, 1) if equal_within(state, item, match) is True]


def distinct_values(state: State, span: Span, items: Items) -> Items:
    """The items without repetitions, in order of first appearance."""
    seen: set[Hashable] = set()
    kept: Items = []
    budget: list[int] | None = None
    for item in items:
        if item is None or isinstance(item, Decimal | str | bool):
            key: Hashable = (type(item), item)
        else:
            budget = [state.steps] if budget is None else budget
            # A list of one stays beside its item here, though the two compare as equal.
            key = (None, key_of(item, budget))
        if key not in seen:
            seen.add(key)
            kept.append(item)
    if budget is not None:
        state.pay(state.steps - budget[0])
    return kept


def union(state: State, span: Span, lists: list[Items]) -> Items:
    return distinct_values(state, span, concatenate(lists))


def flatten(state: State, span: Span, items: Items) -> Items:
    flat: Items = []
    pending = [iter(items)]
    while pending:
        for item in pending[-1]:
            state.steps -= 1
            if state.steps < 0 or len(flat) > state.limits.max_list:
                raise LimitExceeded(f"a list of more than {state.limits.max_list} items", span)
            if isinstance(item, list):
                pending.append(iter(item))
                break
            flat.append(item)
        else:
            pending.pop()
    return flat


def sort(state: State, span: Span, items: Items, precedes: Function | None) -> Items:
    """Stable; *precedes* tells whether its first argument comes before its second; without it, ascending."""

    def before(left: Value, right: Value) -> bool:
        state.steps -= 1
        if state.steps < 0:
            state.step(span)
        if precedes is None:
            order = compare(left, right)
            if order is None:
                raise NullResult(f"{kind_of(left)} and {kind_of(right)} have no order")
            return order < 0
        verdict = invoke_positional(precedes, [left, right], span, state)
        if verdict is not True and verdict is not False:
            raise NullResult(f"precedes gave {kind_of(verdict)}, neither true nor false")
        return verdict

    def order(left: Value, right: Value) -> int:
        return -1 if before(left, right) else 1 if before(right, left) else 0

    return sorted(items, key=cmp_to_key(order))


FUNCTIONS: dict[str, tuple[Overload, ...]] = {
    "list contains": (Overload(list_contains, "list: list, element: any", takes_state=True),),
    "count": (Overload(count, "list: list"),),
    "sublist": (Overload(sublist, "list: list, start position: number, length?: number?"),),
    "append": (Overload(append_one, "list: list, item: any"), Overload(append, "list: list, item...: any")),
    "concatenate": (Overload(concatenate_one, "list: list"), Overload(concatenate, "list...: list")),
    "insert before": (Overload(insert_before, "list: list, position: number, newItem: any"),),
    "remove": (Overload(remove, "list: list, position: number"),),
    "list replace": (
        Overload(replace_at, "list: list, position: number, newItem: any"),
        Overload(replace_matching, "list: list, match: function, newItem: any", takes_state=True),
    ),
    "reverse": (Overload(reverse, "list: list"),),
    "index of": (Overload(index_of, "list: list, match: any", takes_state=True),),
    "union": (
        Overload(distinct_values, "list: list", takes_state=True),
        Overload(union, "list...: list", takes_state=True),
    ),
    "distinct values": (Overload(distinct_values, "list: list", takes_state=True),),
    "flatten": (Overload(flatten, "list: list", takes_state=True),),
    "sort": (Overload(sort, "list: list, precedes?: function", takes_state=True),),
}
