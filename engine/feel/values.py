"""The semantic domain of FEEL (DMN 1.5, 10.3.2): which Python object stands for which FEEL value.

null None, boolean bool, string str, number Decimal, list list, context dict; temporal values in `temporal.py`;
ranges and functions here. Values are never changed in place: every operation that "changes" one builds a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from engine.feel.temporal import DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, YearsMonthsDuration

if TYPE_CHECKING:
    from engine.feel.types import Type

Value: TypeAlias = Union[
    bool,
    str,
    Decimal,
    FeelDate,
    FeelTime,
    FeelDateTime,
    DaysTimeDuration,
    YearsMonthsDuration,
    "Range",
    "Function",
    "list[Value]",
    "dict[str, Value]",
    None,
]


@dataclass(frozen=True, slots=True)
class Range:
    """A range `[start..end]`, or the range of a unary test such as `< 10`, which then keeps its *operator*."""

    start: Value
    end: Value
    start_included: bool
    end_included: bool
    operator: str | None = None

    @classmethod
    def of_test(cls, operator: str, endpoint: Value) -> Range:
        """The range of the unary test *operator* *endpoint*, e.g. `>= 10`; `!=` keeps its endpoint as start."""
        match operator:
            case "<":
                return cls(None, endpoint, False, False, operator)
            case "<=":
                return cls(None, endpoint, False, True, operator)
            case ">":
                return cls(endpoint, None, False, False, operator)
            case ">=":
                return cls(endpoint, None, True, False, operator)
            case _:
                return cls(endpoint, endpoint, operator == "=", operator == "=", operator)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A formal parameter; without a type it takes any value."""

    name: str
    type: Type | None = None
    optional: bool = False


class Function:
    """A function value. Build one from a Python callable that takes the arguments in the order of *parameters*.

    The callable is handed exactly one value per parameter and must return a FEEL value. `takes_state` is for
    functions of this package, which are handed the running evaluation first.
    """

    __slots__ = ("code", "name", "parameters", "result_type", "takes_state")

    def __init__(
        self,
        code: Callable[..., Any],
        parameters: Sequence[str | Parameter] = (),
        *,
        name: str = "",
        result_type: Type | None = None,
        takes_state: bool = False,
    ) -> None:
        self.code = code
        self.parameters = tuple(Parameter(each) if isinstance(each, str) else each for each in parameters)
        self.name = name
        self.result_type = result_type
        self.takes_state = takes_state

    def __repr__(self) -> str:
        shown = ", ".join(parameter.name for parameter in self.parameters)
        return f"{self.name or 'function'}({shown})"


KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    str: "string",
    Decimal: "number",
    FeelDate: "date",
    FeelTime: "time",
    FeelDateTime: "date and time",
    DaysTimeDuration: "days and time duration",
    YearsMonthsDuration: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}


def kind_of(value: object) -> str:
    """The FEEL name of the kind of *value*, for messages and for comparing kinds."""
    return KINDS.get(type(value)) or ("function" if isinstance(value, Function) else type(value).__name__)
