"""Signatures of built-in functions: parameter names, kinds and overloads; choosing one and calling it.

A table row reads like the standard's: `Overload(substring, "string: string, start position: number, length?: number")`.
`?` after a name makes it optional, `?` after a kind lets it be null, `...` takes any number of arguments (two or more),
`|` joins kinds. An argument of the wrong kind is converted as DMN 1.5, 10.3.2.9.4 allows, or the result is null.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import DecimalException
from typing import Any

from engine.errors import ErrorCode, Span, did_you_mean
from engine.feel.limits import SMALL, LimitExceeded
from engine.feel.runtime import UNTOUCHED, NullResult, State
from engine.feel.temporal import FeelDate, FeelDateTime, FeelTime
from engine.feel.types import TYPE_NAMES
from engine.feel.values import KINDS, Function, Parameter, kind_of

READ_PER_STEP: dict[type, int] = {list: 4, str: 5, dict: 3}
"""The power of two of items, characters or entries that a function reads in the time that other steps take."""
MADE_PER_STEP: dict[type, int] = {list: 3, str: 5, dict: 0}
"""The same of what it makes, which takes memory too."""
_GROUPS = {"duration": ("days and time duration", "years and months duration")}


@dataclass(frozen=True, slots=True)
class BuiltinParameter:
    """`kinds` is None for any value."""

    name: str
    kinds: frozenset[str] | None
    optional: bool
    nullable: bool
    variadic: bool

    @classmethod
    def read(cls, text: str) -> BuiltinParameter:
        name, _, kinds = text.strip().partition(":")
        kinds = kinds.strip()
        nullable, variadic, optional = kinds.endswith("?"), name.endswith("..."), name.endswith("?")
        accepted: set[str] = set()
        for kind in kinds.removesuffix("?").split("|"):
            accepted.update(_GROUPS.get(kind.strip(), (kind.strip(),)))
        return cls(
            name.removesuffix("...").removesuffix("?"),
            None if "any" in accepted else frozenset(accepted),
            optional,
            nullable,
            variadic,
        )

    @property
    def classes(self) -> frozenset[type] | None:
        """The Python classes of `kinds`; None for any value. Subclasses (built-in functions) take the long way."""
        if self.kinds is None:
            return None
        return frozenset(cls for cls, kind in KINDS.items() if kind in self.kinds)

    def accept(self, value: Any) -> Any:
        """*value*, converted where DMN allows it; NullResult when it does not fit."""
        kinds = self.kinds
        if kinds is None:
            return value
        kind = kind_of(value)
        if kind in kinds:
            return value
        if value is None:
            if self.nullable:
                return None
        elif kind == "list":
            if len(value) == 1:
                return self.accept(value[0])
        elif "list" in kinds:
            return [value]
        elif isinstance(value, FeelDate) and "date and time" in kinds:
            return FeelDateTime(value, FeelTime(0, 0, 0, offset=0))
        wanted = " or ".join(sorted(kinds))
        raise NullResult(f'"{self.name}" must be {wanted}, but got {kind}', ErrorCode.FEEL_INVALID_ARGUMENT)


class Overload:
    """One way to call a built-in. `takes_state` hands the function the running evaluation and the span of the call."""

    __slots__ = (
        *("classes", "names", "order", "parameters", "required"),
        *("function", "maximum", "minimum", "takes_state", "variadic"),
    )

    def __init__(self, function: Callable[..., Any], parameters: str = "", *, takes_state: bool = False) -> None:
        self.function = function
        self.parameters = tuple(BuiltinParameter.read(each) for each in parameters.split(",") if each.strip())
        self.takes_state = takes_state
        self.variadic = bool(self.parameters) and self.parameters[-1].variadic
        self.minimum = sum(not each.optional for each in self.parameters) + (1 if self.variadic else 0)
        self.maximum = 1_000_000 if self.variadic else len(self.parameters)
        self.classes = tuple(each.classes for each in self.parameters)
        self.order = tuple(each.name for each in self.parameters)
        self.names = frozenset(self.order)
        self.required = frozenset(each.name for each in self.parameters if not each.optional)

    def bind_positional(self, arguments: list[Any]) -> list[Any]:
        if self.variadic:
            *fixed, rest = self.parameters
            values = [each.accept(value) for each, value in zip(fixed, arguments, strict=False)]
            return [*values, [rest.accept(value) for value in arguments[len(fixed) :]]]
        for classes, value in zip(self.classes, arguments, strict=False):
            if classes is not None and type(value) not in classes:
                arguments = [each.accept(value) for each, value in zip(self.parameters, arguments, strict=False)]
                break
        missing = len(self.parameters) - len(arguments)
        return [*arguments, *(None,) * missing] if missing else arguments

    def bind_named(self, arguments: dict[str, Any]) -> list[Any]:
        return [each.accept(arguments[each.name]) if each.name in arguments else None for each in self.parameters]


class BuiltinFunction(Function):
    """A built-in as a value, with all its overloads."""

    __slots__ = ("needs_state", "overloads")

    def __init__(self, name: str, overloads: tuple[Overload, ...]) -> None:
        parameters = [
            Parameter(
                each.name, TYPE_NAMES.get(next(iter(each.kinds))) if each.kinds and len(each.kinds) == 1 else None
            )
            for each in overloads[0].parameters
            if not each.optional
        ]
        super().__init__(overloads[0].function, parameters, name=name)
        self.overloads = overloads
        self.needs_state = any(overload.takes_state for overload in overloads)

    def overload_for(self, count: int) -> Overload | None:
        """The first overload that takes just *count* arguments, none of them optional or repeated."""
        for overload in self.overloads:
            if overload.minimum <= count <= overload.maximum:
                return overload if len(overload.parameters) == count and not overload.variadic else None
        return None

    def call_positional(self, arguments: list[Any], span: Span, state: State) -> Any:
        count = len(arguments)
        reason: NullResult | None = None
        for overload in self.overloads:
            if overload.minimum <= count <= overload.maximum:
                try:
                    bound = overload.bind_positional(arguments)
                except NullResult as failed:
                    reason = reason or failed
                    continue
                return self.run(overload, bound, span, state)
        message = reason.message if reason is not None else f"takes {self._shown_parameters()}; got {count} arguments"
        return state.warn(ErrorCode.FEEL_INVALID_ARGUMENT, f"{self.name}(): {message}", span, *arguments)

    def _shown_parameters(self) -> str:
        return " or ".join(
            f"({', '.join(each.name + ('...' if each.variadic else '') for each in overload.parameters)})"
            for overload in self.overloads
        )

    def call_named(self, arguments: dict[str, Any], span: Span, state: State) -> Any:
        given = arguments.keys()
        reason: NullResult | None = None
        # Point and range have the same names in either order: what was written first decides then.
        for overload in sorted(self.overloads, key=lambda each: each.order != tuple(arguments)):
            if overload.required <= given <= overload.names and not overload.variadic:
                try:
                    bound = overload.bind_named(arguments)
                except NullResult as failed:
                    reason = reason or failed
                    continue
                return self.run(overload, bound, span, state)
        if reason is None:
            known = {name for overload in self.overloads for name in overload.names}
            unknown = next((name for name in arguments if name not in known), None)
            wrong = (
                f'"{unknown}" is no parameter.{did_you_mean(unknown, known)}' if unknown else "a parameter is missing"
            )
            reason = NullResult(wrong)
        return state.warn(ErrorCode.FEEL_INVALID_ARGUMENT, f"{self.name}(): {reason.message}", span)

    def run(self, overload: Overload, bound: list[Any], span: Span, state: State) -> Any:
        """Call *overload* with arguments that fit it."""
        if state is not UNTOUCHED:
            state.steps -= 1
            for value in bound:
                if type(value) in READ_PER_STEP:
                    state.steps -= len(value) >> READ_PER_STEP[type(value)]
            if state.steps < 0:
                state.step(span)
        try:
            result = overload.function(state, span, *bound) if overload.takes_state else overload.function(*bound)
        except NullResult as reason:
            return state.warn(reason.code, f"{self.name}(): {reason.message}", span, *bound)
        except DecimalException:
            return state.warn(ErrorCode.FEEL_ARITHMETIC, f"{self.name}(): out of range or undefined", span, *bound)
        except LimitExceeded as limit:
            raise LimitExceeded(limit.message, limit.span or span) from None
        kind = type(result)
        if kind in MADE_PER_STEP and (state is not UNTOUCHED or len(result) > SMALL):
            state.check_size(result, span)
            state.pay(len(result) >> MADE_PER_STEP[kind])
        return result
