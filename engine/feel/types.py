"""FEEL and DMN types (DMN 1.5, 10.3.2.1 and 10.3.2.9): which values belong, and the conversions DMN allows.

`is_instance` converts nothing; `coerce` applies the three conversions of 10.3.2.9.4 and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from engine.errors import ErrorCode, did_you_mean, failure
from engine.feel import nodes
from engine.feel.limits import LimitExceeded
from engine.feel.nodes import TypeNode
from engine.feel.temporal import FeelDate, FeelDateTime, FeelTime
from engine.feel.type_parser import parse_type_node
from engine.feel.values import Function, Range, Value, kind_of

MAX_CHECKS = 500_000


@dataclass(frozen=True, slots=True)
class Type:
    """Base of all types; `str()` gives the FEEL notation."""


@dataclass(frozen=True, slots=True)
class SimpleType(Type):
    """A type without parameters, named as FEEL names the kind of its values; Any and Null too."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ListType(Type):
    element: Type

    def __str__(self) -> str:
        return f"list<{self.element}>"


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    element: Type

    def __str__(self) -> str:
        return f"range<{self.element}>"


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """Values may carry more entries than these, but none less."""

    entries: tuple[tuple[str, Type], ...]

    def __str__(self) -> str:
        return f"context<{', '.join(f'{name}: {each}' for name, each in self.entries)}>"


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    parameters: tuple[Type, ...]
    result: Type

    def __str__(self) -> str:
        return f"function<{', '.join(map(str, self.parameters))}>->{self.result}"


@dataclass(frozen=True, slots=True)
class ConstrainedType(Type):
    """A named type whose values must also satisfy *accepts* (DMN's allowed values), which *text* writes."""

    name: str
    base: Type
    accepts: Callable[[Value], bool] = field(compare=False)
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.name


ANY = SimpleType("Any")
NULL = SimpleType("Null")
NUMBER = SimpleType("number")
STRING = SimpleType("string")
BOOLEAN = SimpleType("boolean")
DATE = SimpleType("date")
TIME = SimpleType("time")
DATE_AND_TIME = SimpleType("date and time")
DAYS_AND_TIME_DURATION = SimpleType("days and time duration")
YEARS_AND_MONTHS_DURATION = SimpleType("years and months duration")

# FEEL's names, then those that dmn-js and older models write.
TYPE_NAMES: dict[str, Type] = {
    "Any": ANY,
    "Null": NULL,
    "number": NUMBER,
    "string": STRING,
    "boolean": BOOLEAN,
    "date": DATE,
    "time": TIME,
    "date and time": DATE_AND_TIME,
    "days and time duration": DAYS_AND_TIME_DURATION,
    "years and months duration": YEARS_AND_MONTHS_DURATION,
    "list": ListType(ANY),
    "context": ContextType(()),
    "range": RangeType(ANY),
    "function": SimpleType("function"),
    "dateTime": DATE_AND_TIME,
    "dayTimeDuration": DAYS_AND_TIME_DURATION,
    "yearMonthDuration": YEARS_AND_MONTHS_DURATION,
    "any": ANY,
    "null": NULL,
}


def resolve_type(node: TypeNode, types: Mapping[str, Type] | None = None) -> Type:
    """The type that *node* means; EngineError FEEL_UNKNOWN_NAME when a name in it is unknown."""
    match node:
        case nodes.ListTypeNode(element):
            return ListType(resolve_type(element, types))
        case nodes.RangeTypeNode(element):
            return RangeType(resolve_type(element, types))
        case nodes.ContextTypeNode(entries):
            return ContextType(tuple((name, resolve_type(each, types)) for name, each in entries))
        case nodes.FunctionTypeNode(parameters, result):
            return FunctionType(tuple(resolve_type(each, types) for each in parameters), resolve_type(result, types))
        case nodes.NamedType(name):
            found = types.get(name) if types else None
            found = found or TYPE_NAMES.get(name)
            if found is None:
                guess = did_you_mean(name, [*TYPE_NAMES, *(types or ())])
                raise failure(ErrorCode.FEEL_UNKNOWN_NAME, f'unknown type "{name}".{guess}', span=node.span)
            return found


def unknown_type(node: TypeNode, types: Mapping[str, Type]) -> nodes.NamedType | None:
    """The first name in *node* that is no type of FEEL and none of *types*."""
    parts: Iterable[TypeNode]
    match node:
        case nodes.NamedType(name):
            return None if name in types or name in TYPE_NAMES else node
        case nodes.ListTypeNode(element) | nodes.RangeTypeNode(element):
            parts = (element,)
        case nodes.ContextTypeNode(entries):
            parts = (each for _, each in entries)
        case nodes.FunctionTypeNode(parameters, result):
            parts = (*parameters, result)
    return next((found for each in parts if (found := unknown_type(each, types)) is not None), None)


def parse_type(text: str, types: Mapping[str, Type] | None = None) -> Type:
    """The type written as *text*; *types* are named types (item definitions) by name.

    >>> str(parse_type("list<context<a: number>>"))
    'list<context<a: number>>'
    """
    stripped = text.strip()
    found = (types.get(stripped) if types else None) or TYPE_NAMES.get(stripped)
    return found if found is not None else resolve_type(parse_type_node(text), types)


def is_instance(value: Value, declared: Type) -> bool:
    """Whether `value instance of declared`; null is an instance of no type but Null.

    spec: conformance to a type does not look at its allowed values; `coerce` does.
    """
    if value is None:
        return declared is NULL
    return _Conformance(allowed_values=False).holds(value, declared)


class _Conformance:
    """One check of a value against a type, bounded, because a value may hold the same part many times over."""

    def __init__(self, *, allowed_values: bool) -> None:
        self.allowed_values = allowed_values
        self.left = MAX_CHECKS

    def holds(self, value: Value, declared: Type) -> bool:
        try:
            return self.check(value, declared)
        except RecursionError:
            raise LimitExceeded("the value is nested too deeply to check its type") from None

    def check(self, value: Value, declared: Type) -> bool:
        self.left -= 1
        if self.left < 0:
            raise LimitExceeded("the value is too large to check its type")
        match declared:
            case SimpleType(name):
                return name == "Any" or kind_of(value) == name
            case ListType(element):
                return type(value) is list and (
                    element is ANY or all(each is None or self.check(each, element) for each in value)
                )
            case ContextType(entries):
                return type(value) is dict and all(
                    name in value and (value[name] is None or self.check(value[name], each)) for name, each in entries
                )
            case RangeType(element):
                return isinstance(value, Range) and all(
                    end is None or self.check(end, element) for end in (value.start, value.end)
                )
            case FunctionType(parameters, result):
                return isinstance(value, Function) and _function_conforms(value, parameters, result)
            case ConstrainedType(_, base, accepts):
                return self.check(value, base) and (not self.allowed_values or accepts(value))
        return False


def conforms(value: Value, declared: Type) -> bool:
    """Whether *value* belongs to *declared* as it is, its allowed values included."""
    return _Conformance(allowed_values=True).holds(value, declared)


def _function_conforms(function: Function, parameters: tuple[Type, ...], result: Type) -> bool:
    if len(function.parameters) != len(parameters):
        return False
    for own, wanted in zip(function.parameters, parameters, strict=True):
        if own.type is not None and not is_subtype(wanted, own.type):
            return False
    return function.result_type is None or is_subtype(function.result_type, result)


def is_subtype(narrow: Type, wide: Type) -> bool:
    """Whether every value of *narrow* belongs to *wide* (10.3.2.9.1, conformance)."""
    if wide is ANY or narrow == wide or narrow is NULL:
        return True
    match narrow, wide:
        case ConstrainedType(_, base, _), _:
            return is_subtype(base, wide)
        case (ListType(inner), ListType(outer)) | (RangeType(inner), RangeType(outer)):
            return is_subtype(inner, outer)
        case ContextType(own), ContextType(wanted):
            having = dict(own)
            return all(name in having and is_subtype(having[name], each) for name, each in wanted)
        case FunctionType(own_parameters, own_result), FunctionType(wide_parameters, wide_result):
            return (
                len(own_parameters) == len(wide_parameters)
                and all(map(is_subtype, wide_parameters, own_parameters))
                and is_subtype(own_result, wide_result)
            )
    return False


def coerce(value: Value, declared: Type) -> tuple[Value, bool]:
    """*value* as a value of *declared*, and whether that is possible; otherwise (None, False).

    Conversions: an item to a list of it, a list of one item to that item, a date to its midnight in UTC.
    """
    if value is None or declared is ANY or conforms(value, declared):
        return value, True
    plain = declared
    while isinstance(plain, ConstrainedType):
        plain = plain.base
    candidate: Value
    if isinstance(plain, ListType) and type(value) is not list:
        item, fits = coerce(value, plain.element)
        candidate = [item] if fits else None
    elif type(value) is list and len(value) == 1 and not isinstance(plain, ListType):
        candidate = coerce(value[0], declared)[0]
    elif plain is DATE_AND_TIME and isinstance(value, FeelDate):
        candidate = FeelDateTime(value, FeelTime(0, 0, 0, offset=0))
    else:
        return None, False
    if candidate is not None and conforms(candidate, declared):
        return candidate, True
    return None, False
