"""The cells of a table as tests: running them, and telling which of them are constant."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.logic.literal_expression import placed_error, placed_warnings
from engine.dmn.model import Cell
from engine.dmn.run import Logic, Run, Scope
from engine.dmn.table_index import ANY, ConstantTests, Entry
from engine.errors import EngineError
from engine.feel import Equals, UnaryTests, Value


@dataclass(frozen=True, slots=True)
class Test:
    """The unary tests of a cell; without code the cell cannot be read, and never passes."""

    cell: Cell
    code: UnaryTests | None
    unreadable: Logic | None = None

    def passes(self, value: Value, scope: Scope, run: Run) -> bool:
        if self.code is None:
            if self.unreadable is not None:
                self.unreadable(scope, run)
            return False
        try:
            verdict, warnings = self.code.evaluate(value, scope, now=run.now)
        except EngineError as error:
            raise placed_error(error, self.cell.place, self.cell.text) from error
        if warnings:
            run.add_warnings(placed_warnings(warnings, self.cell.place, self.cell.text))
        return verdict is True


def entry_of(test: Test | None) -> Entry:
    """What an index may know of the cell: `-`, constant tests, or nothing (None)."""
    if test is None:
        return ANY
    if test.code is None:
        return None
    constant = test.code.constant_tests()
    return None if constant is None else ConstantTests(constant, test.code.negated or test.code.any)


def constant_values(test: Test | None) -> list[Value]:
    """The single values that a list of allowed values names, in order."""
    entry = None if test is None else entry_of(test)
    if entry is None or entry.negated:
        return []
    return [each.value for each in entry.tests if isinstance(each, Equals)]
