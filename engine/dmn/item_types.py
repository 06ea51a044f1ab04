"""Item definitions as FEEL types: structures, collections, constraints, imports, self-reference (DMN 1.5, 7.3.3).

`allowedValues` restrict each item, `typeConstraint` the value as a whole. A definition may refer to one further down in
the file, and to itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeAlias

from engine.dmn.model import Cell, ItemDefinition, Model
from engine.dmn.requirements import Graph
from engine.dmn.run import Run
from engine.dmn.show import show
from engine.errors import EngineError, ErrorCode, Location, Problem, Severity, did_you_mean
from engine.feel import FeelDate, Type, UnaryTests, Value, coerce, compile_unary_tests, is_instance, parse_type
from engine.feel.misfits import Misfit, allowed_text, first_misfit
from engine.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    NUMBER,
    STRING,
    TYPE_NAMES,
    ConstrainedType,
    ContextType,
    FunctionType,
    ListType,
)

PythonClass: TypeAlias = type
MAX_NESTED = 100
# What other modelers offer for columns, the types of Java (Camunda 7) or of XML Schema; FEEL has one type of number.
WHOLE_NUMBERS = ("integer", "long", "int", "short")
_OTHER_NUMBERS = (*WHOLE_NUMBERS, "double", "float", "decimal")
# Types whose values are exactly those of one Python class: the way that almost every input goes.
_CLASSES: dict[Type, PythonClass] = {NUMBER: Decimal, STRING: str, BOOLEAN: bool, DATE: FeelDate}


@dataclass(frozen=True, slots=True)
class DeclaredType:
    """A type that a model declares somewhere. `base` is the same type without any allowed values."""

    type: Type
    base: Type
    allowed: str = ""
    python_class: PythonClass | None = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "python_class", _CLASSES.get(self.type))

    def coerce(
        self,
        value: Value,
        run: Run,
        place: Location,
        *,
        not_allowed: ErrorCode = ErrorCode.DMN_OUTPUT_NOT_ALLOWED,
        severity: Severity = Severity.WARNING,
    ) -> Value:
        """*value* as a value of this type; null with a warning when it is none."""
        if type(value) is self.python_class:
            return value
        converted, fits = coerce(value, self.type)
        if fits:
            return converted
        misfit = first_misfit(value, self.type) or Misfit("", self.type, value)
        expected, where, got = misfit.expected, misfit.place, show(misfit.value)
        if misfit.is_missing:
            message = f'expected an entry "{misfit.path}" of type {_plain(expected)}, but {show(value)} has none.'
            run.warn(ErrorCode.FEEL_TYPE_MISMATCH, message, place, severity=severity)
        elif coerce(misfit.value, _plain(expected))[1]:
            allowed = allowed_text(expected)
            among = f" ({allowed})" if allowed else ""
            # A part of a structure has no type of its own name that could be looked up.
            wanted = f"one of {allowed}" if allowed and where else f"a value that the type {expected} allows{among}"
            run.warn(not_allowed, f"expected {wanted}{where}, but got {got}.", place, severity=severity)
        else:
            kind = _plain(expected) if where else expected
            message = f"expected a value of type {kind}{where}, but got {got}."
            run.warn(ErrorCode.FEEL_TYPE_MISMATCH, message, place, severity=severity)
        return None


class ItemTypes:
    """The named types that one model knows, its own and those of its imports under their dotted names."""

    def __init__(self, graph: Graph, model: Model, shared: dict[str, ItemTypes] | None = None) -> None:
        self._shared: dict[str, ItemTypes] = {} if shared is None else shared
        self._shared[model.namespace] = self
        self._own = {item.name: item for item in model.item_definitions}
        self._building: set[str] = set()
        self._aliases: list[str] = []
        self.problems: list[Problem] = []
        self.by_name: dict[str, Type] = {}
        for namespace, route in graph.imported(model).items():
            imported = graph.models[namespace]
            types = self._shared.get(namespace) or ItemTypes(graph, imported, self._shared)
            for name, each in types.by_name.items():
                self.by_name[".".join((*route, name))] = each
        for name in self._own:
            self.by_name[name] = self._build_named(name)
        # spec: inside FEEL texts, `instance of` does not look at allowed values.
        self.for_feel: dict[str, Type] = {name: _plain(each) for name, each in self.by_name.items()}
        self._declared: dict[str, DeclaredType | None] = {}

    def resolve(self, type_ref: str | None, place: Location) -> tuple[DeclaredType | None, Problem | None]:
        """The declared type of a reference; None for Any, for nothing, and (with a problem) for an unknown name."""
        if type_ref is None:
            return None, None
        if type_ref in self._declared:
            return self._declared[type_ref], None
        try:
            found = self._look_up(type_ref)
        except EngineError:
            return None, self._unknown(type_ref, place)
        declared = None if found is ANY else DeclaredType(found, _plain(found), allowed_text(found))
        self._declared[type_ref] = declared
        return declared, None

    def _look_up(self, type_ref: str) -> Type:
        """A name, a dotted name, or FEEL notation; a prefix such as `feel:` is dropped (older models write it)."""
        if type_ref in self.by_name:
            return self.by_name[type_ref]
        prefix, colon, local = type_ref.partition(":")
        if colon and prefix.isidentifier() and "<" not in prefix:
            return self._look_up(local)
        return NUMBER if type_ref in _OTHER_NUMBERS else parse_type(type_ref, self.by_name)

    # ---- building ---------------------------------------------------------------------------------------------

    def _build_named(self, name: str) -> Type:
        if name in self.by_name:
            return self.by_name[name]
        if name in self._building:
            # A type inside itself: judged when there is a value, which is finite.
            return ConstrainedType(name, ANY, lambda value: is_instance(value, self.by_name[name]))
        if len(self._building) >= MAX_NESTED:
            item = self._own[name]
            message = (
                f"expected item definitions that refer to each other over {MAX_NESTED} levels at most, but got more."
            )
            self.problems.append(
                Problem(ErrorCode.DMN_INVALID, message, item.place, hint="let one of them name a type of FEEL")
            )
            return ANY
        self._building.add(name)
        self._aliases.append(name)
        built = self._build(self._own[name])
        self._aliases.pop()
        self._building.discard(name)
        self.by_name[name] = built
        return built

    def _build(self, item: ItemDefinition) -> Type:
        if item.function is not None:
            parameters = tuple(self._reference(each.type_ref, item) for each in item.function.parameters)
            base: Type = FunctionType(parameters, self._reference(item.function.output_type_ref, item))
        elif item.components:
            outer, self._aliases = self._aliases, []
            base = ContextType(tuple((each.name, self._build(each)) for each in item.components))
            self._aliases = outer
        else:
            base = self._reference(item.type_ref, item)
        if item.allowed is not None:
            base = ConstrainedType(item.name, base, self._test(item.allowed), item.allowed.text)
        if item.is_collection:
            base = ListType(base)
        if item.constraint is not None:
            base = ConstrainedType(item.name, base, self._test(item.constraint), item.constraint.text)
        return base

    def _reference(self, type_ref: str | None, item: ItemDefinition) -> Type:
        if type_ref is None:
            return ANY
        if type_ref in self._aliases:
            chain = " -> ".join([*self._aliases[self._aliases.index(type_ref) :], type_ref])
            message = f"expected item definitions that end in a type, but got {chain}."
            self.problems.append(
                Problem(ErrorCode.DMN_CYCLE, message, item.place, hint="let one of them name a type of FEEL")
            )
            return ANY
        if type_ref in self._own:
            return self._build_named(type_ref)
        try:
            return self._look_up(type_ref)
        except EngineError:
            self.problems.append(self._unknown(type_ref, item.place))
            return ANY

    def _unknown(self, type_ref: str, place: Location) -> Problem:
        guess = did_you_mean(type_ref, [*TYPE_NAMES, *self._own, *self.by_name])
        return Problem(
            ErrorCode.DMN_UNKNOWN_TYPE,
            f'expected a type of FEEL or an item definition, but got "{type_ref}".{guess}',
            place,
            hint="choose one of FEEL's types, or add an item definition of this name",
        )

    def _test(self, cell: Cell) -> Callable[[Value], bool]:
        """Whether a value passes the unary tests of *cell*; they see no names but `?`."""
        try:
            tests: UnaryTests = compile_unary_tests(cell.text)
        except EngineError as error:
            self.problems.extend(problem.at(file=cell.place.file, part=cell.place.part) for problem in error.problems)
            return lambda _value: True
        for free in tests.free_names:
            place = replace(cell.place, text=cell.text, span=free.span)
            message = (
                f'expected constants as {(cell.place.part or "").rpartition(" > ")[2]}, but got the name "{free.name}".'
            )
            hint = f'write "{free.name}" if that is a text'
            self.problems.append(Problem(ErrorCode.FEEL_UNKNOWN_NAME, message, place, hint=hint))
        return lambda value: tests.evaluate(value, _NO_NAMES).value is True


_NO_NAMES: Mapping[str, Value] = {}


def _plain(declared: Type) -> Type:
    """*declared* without any constraint, so that "wrong type" and "not allowed" can be told apart."""
    match declared:
        case ConstrainedType(_, base, _):
            return _plain(base)
        case ListType(element):
            plain = _plain(element)
            return declared if plain is element else ListType(plain)
        case ContextType(entries):
            plains = tuple((name, _plain(each)) for name, each in entries)
            return declared if plains == entries else ContextType(plains)
    return declared
