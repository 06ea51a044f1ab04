"""The columns of a table: input values with their checks and their index, output values with theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.dmn.hit_policy import rank_key
from engine.dmn.logic.literal_expression import Read, compile_literal_expression, unreadable
from engine.dmn.logic.table_cells import Test, constant_values, entry_of
from engine.dmn.model import Cell, DecisionTable, HitPolicy, InputClause, OutputClause
from engine.dmn.run import Run, Scope
from engine.dmn.show import show
from engine.dmn.table_index import ColumnIndex, RuleSet
from engine.errors import ErrorCode, Location, Severity
from engine.feel import Function, Value

if TYPE_CHECKING:
    from engine.dmn.compiler import Compiler, Names


LookedUp: TypeAlias = tuple[Value, RuleSet, RuleSet]
"""An input, the rules whose entry surely lets it pass, and those whose entry must be run."""

_COMPOUND = (list, dict, Function)


class NotAllowed(Exception):
    """An input lies outside of its type or its allowed values; the table has no answer, and the warning is written."""


def compile_test(cell: Cell | None, names: Names, compiler: Compiler) -> Test | None:
    """The compiled unary tests of a cell; None for `-`, for an empty cell and for none, which let everything pass."""
    if cell is None or cell.text in ("", "-"):
        return None
    tests = compiler.tests(cell, names)
    return Test(cell, tests, unreadable(compiler.problems_of(cell.place)) if tests is None else None)


class InputColumn:
    """An input clause with the input entries of all rules."""

    def __init__(self, clause: InputClause, cells: Sequence[Cell], names: Names, compiler: Compiler) -> None:
        self.clause = clause
        self.place = clause.expression.place
        self.declared = compiler.type(clause.expression.type_ref, self.place)
        self.allowed = compile_test(clause.allowed, names, compiler)
        self._value = compile_literal_expression(clause.expression, names, compiler)
        self._tests = [compile_test(cell, names, compiler) for cell in cells]
        self.index = ColumnIndex([entry_of(test) for test in self._tests], self._passes_null)
        self._class = None if self.declared is None else self.declared.python_class
        self._name = None
        if self._class is not None and self.allowed is None and isinstance(self._value, Read):
            self._name = self._value.name
            self._find, self._dynamic = self.index.of_class(self._class)

    def look_up(self, scope: Scope, run: Run) -> LookedUp:
        """Errors: NotAllowed."""
        if self._name is not None:
            value = scope.get(self._name)
            if type(value) is self._class:
                # The short way of almost every input: a name whose value is of the declared type already.
                return value, self._find(value), self._dynamic
        value = self.value_of(scope, run)
        return value, *self.index.look_up(value)

    @property
    def name(self) -> str:
        """The name that the input expression reads, when it is one of a value of the declared type; else empty."""
        return self._name or ""

    def constant_lookup(self, kind: type | None) -> Callable[[Any], RuleSet] | None:
        """For inputs of class *kind*: the rules that pass, when reading the name and looking it up is all there is."""
        return self._find if self._name is not None and kind is self._class and not self._dynamic else None

    def value_of(self, scope: Scope, run: Run) -> Value:
        """The input of this evaluation. A missing one is null, and no value that could be disallowed."""
        value = self._value(scope, run)
        if value is None:
            return None
        if self.declared is not None and type(value) is not self.declared.python_class:
            value = self.declared.coerce(
                value, run, self.place, not_allowed=ErrorCode.DMN_INPUT_NOT_ALLOWED, severity=Severity.ERROR
            )
            if value is None:
                raise NotAllowed
        if self.allowed is not None and not self.allowed.passes(value, scope, run):
            run.warn(
                ErrorCode.DMN_INPUT_NOT_ALLOWED,
                f'expected one of {self.allowed.cell.text} for "{self.clause.label}", but got {show(value)}.',
                self.place,
                severity=Severity.ERROR,
                hint="correct the fact, or add the value to the allowed values of the column",
            )
            raise NotAllowed
        return value

    def passes(self, rule: int, value: Value, scope: Scope, run: Run) -> bool:
        """Whether the input entry of this rule (by position) lets *value* pass, by running its test."""
        test = self._tests[rule]
        return test is None or test.passes(value, scope, run)

    def named_values(self, rule: int, scope: Scope) -> dict[str, Value]:
        """The single values that the input entry of this rule names, for an explanation."""
        test = self._tests[rule]
        names = [each.name for each in test.code.free_names] if test is not None and test.code is not None else []
        return {name: scope[name] for name in names if name in scope and not isinstance(scope[name], _COMPOUND)}

    def _passes_null(self, rule: int) -> bool:
        return self.passes(rule, None, {}, Run(None))


class OutputColumn:
    """An output clause. `rank` is the priority of its values, highest first, where the hit policy asks for it."""

    def __init__(self, clause: OutputClause, table: DecisionTable, names: Names, compiler: Compiler) -> None:
        place = clause.allowed.place if clause.allowed else table.place
        self.name = clause.name or clause.label
        self.declared = compiler.type(clause.type_ref, place)
        self.allowed = compile_test(clause.allowed, names, compiler)
        self.default = None if clause.default is None else compiler.expression(clause.default, names)
        self.checks_alike = self.allowed is None or entry_of(self.allowed) is not None
        """Whether the allowed values are constant, so that one value is checked alike each time."""
        self.rank: dict[object, int] | None = None
        if table.hit_policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER):
            listed = self.allowed
            if listed is None and self.declared is not None and self.declared.allowed:
                listed = compile_test(Cell(self.declared.allowed, place), names, compiler)
            values = constant_values(listed)
            self.rank = {rank_key(value): rank for rank, value in enumerate(values)} if values else None

    def checked(self, value: Value, place: Location, scope: Scope, run: Run) -> Value:
        """*value* as this column may give it; null with a warning when it may not."""
        if value is None:
            return None
        if self.declared is not None:
            value = self.declared.coerce(value, run, place, severity=Severity.ERROR)
        if value is not None and self.allowed is not None and not self.allowed.passes(value, scope, run):
            run.warn(
                ErrorCode.DMN_OUTPUT_NOT_ALLOWED,
                f'expected one of {self.allowed.cell.text} for "{self.name}", but got {show(value)}.',
                place,
                severity=Severity.ERROR,
                hint="correct the cell, or add the value to the output values of the column",
            )
            return None
        return value
