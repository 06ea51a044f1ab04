"""Boolean functions (DMN 1.5, 10.3.4.2) and `is` (10.3.4.8)."""

from __future__ import annotations

from engine.errors import Span
from engine.feel.comparison import equal_within
from engine.feel.runtime import NullResult, State
from engine.feel.signature import Overload
from engine.feel.temporal import FeelDateTime, FeelTime
from engine.feel.values import Value, kind_of


def negate(value: Value) -> bool:
    if value is True or value is False:
        return not value
    raise NullResult(f"{kind_of(value)} is neither true nor false")


def is_same(state: State, span: Span, left: Value, right: Value) -> bool:
    """Whether both are the same element of FEEL's domain: same kind, and for times the same zone too."""
    if kind_of(left) != kind_of(right):
        return False
    if isinstance(left, FeelTime | FeelDateTime):
        return left == right
    return equal_within(state, left, right) is True


def all_true(items: list[Value]) -> bool:
    if any(item is False for item in items):
        return False
    _refuse_others(items)
    return True


def any_true(items: list[Value]) -> bool:
    if any(item is True for item in items):
        return True
    _refuse_others(items)
    return False


def _refuse_others(items: list[Value]) -> None:
    for item in items:
        if item is not True and item is not False:
            raise NullResult(f"the list holds {kind_of(item)}, which is neither true nor false")


FUNCTIONS: dict[str, tuple[Overload, ...]] = {
    "not": (Overload(negate, "negand: any"),),
    "is": (Overload(is_same, "value1: any, value2: any", takes_state=True),),
    "all": (Overload(all_true, "list: list"), Overload(all_true, "b...: any")),
    "any": (Overload(any_true, "list: list"), Overload(any_true, "b...: any")),
}
