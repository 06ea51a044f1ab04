"""From a compiled model to the analysis of each of its tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.dmn.checks.tables.analysis import Facts, Output, OutputColumn, TableAnalysis
from engine.dmn.checks.tables.columns import Column, cut_column, domain_of_fact
from engine.dmn.checks.tables.conditions import Always, Condition, Constant, Unknown, read_condition
from engine.dmn.elements import Elements
from engine.dmn.model import Cell, DecisionTable, InputClause, LiteralExpression, Model, OutputClause
from engine.dmn.requirements import Graph
from engine.dmn.walk import expressions_of
from engine.errors import EngineError
from engine.feel import (
    BUILTIN_NAMES,
    Expression,
    Type,
    UnaryTests,
    Value,
    compile_unary_tests,
    format_value,
    print_expression,
)
from engine.feel.compiler.constants import constant_of
from engine.feel.types import ConstrainedType, ListType, SimpleType

Code = Expression | UnaryTests


def analyse_tables(models: Iterable[Model], facts: Facts) -> Iterator[TableAnalysis]:
    """Every table of *models* that can be read. What cannot be read is told by `check_model`."""
    graph = Graph(models)
    elements = Elements(graph)
    for model in graph.models.values():
        elements.compile_all(model)
        reader = _ModelReader(model, elements, facts)
        for expression in expressions_of(model):
            if isinstance(expression, DecisionTable) and expression.rules and expression.inputs:
                yield reader.read(expression)


class _ModelReader:
    def __init__(self, model: Model, elements: Elements, facts: Facts) -> None:
        self._compiler = elements.compilers[model.namespace]
        self._code: dict[int, Code] = {
            id(text.place): text.code for text in self._compiler.texts if text.code is not None
        }
        self._facts = facts
        self._constants = {
            decision.variable.name: constant.value
            for decision in model.decisions
            if isinstance(decision.expression, LiteralExpression)
            and (constant := self._constant(decision.expression)) is not None
        }

    def read(self, table: DecisionTable) -> TableAnalysis:
        columns = [self._column(table, number, clause) for number, clause in enumerate(table.inputs)]
        outputs = [tuple(self._output(entry) for entry in rule.output_entries) for rule in table.rules]
        return TableAnalysis(table, columns, [self._output_column(clause, table) for clause in table.outputs], outputs)

    def _output_column(self, clause: OutputClause, table: DecisionTable) -> OutputColumn:
        declared = self._compiler.type(clause.type_ref, clause.allowed.place if clause.allowed else table.place)
        kind = "" if declared is None else _kind_of_type(declared.type)
        allowed = None if clause.allowed is None else self._condition(clause.allowed, kind)
        if allowed is None and declared is not None and declared.allowed:
            allowed = _allowed_of_type(declared.allowed, kind)
        return OutputColumn(clause.name or clause.label, kind, allowed)

    def _column(self, table: DecisionTable, number: int, clause: InputClause) -> Column:
        declared = self._compiler.type(clause.expression.type_ref, clause.expression.place)
        kind = "" if declared is None else _kind_of_type(declared.type)
        limits = [] if clause.allowed is None else [self._condition(clause.allowed, kind)]
        if declared is not None and declared.allowed:
            limits.append(_allowed_of_type(declared.allowed, kind))
        known_kind, known_limits = domain_of_fact(*self._facts.get(clause.expression.text.strip(), ("", ())))
        if not limits and kind in ("", known_kind):
            limits = known_limits
        kind = kind or known_kind
        cells = [rule.input_entries[number] for rule in table.rules]
        code = self._code.get(id(clause.expression.place))
        node = code.node if isinstance(code, Expression) else None
        return cut_column(clause, kind, [self._condition(cell, kind) for cell in cells], limits, node)

    def _condition(self, cell: Cell, kind: str) -> Condition:
        if cell.text in ("", "-"):
            return Always()
        code = self._code.get(id(cell.place))
        if not isinstance(code, UnaryTests):
            return Unknown(cell.text)
        return read_condition(code, self._constants, of_booleans=kind == "boolean")

    def _output(self, entry: LiteralExpression) -> Output:
        constant = self._constant(entry)
        if constant is not None:
            return Output(constant, _show(constant.value))
        code = self._code.get(id(entry.place))
        return Output(None, print_expression(code.node) if isinstance(code, Expression) else entry.text)

    def _constant(self, literal: LiteralExpression) -> Constant | None:
        if not literal.text.strip():
            return Constant(None)
        code = self._code.get(id(literal.place))
        if not isinstance(code, Expression):
            return None
        found = constant_of(code.node, lambda name: name in BUILTIN_NAMES)
        return None if found is None else Constant(found.value)


def _show(value: Value) -> str:
    return f'"{value}"' if isinstance(value, str) else format_value(value)


def _kind_of_type(declared: Type) -> str:
    """The FEEL kind of the values of a type; "" when it has none that is analysed."""
    while isinstance(declared, ConstrainedType):
        declared = declared.base
    if isinstance(declared, ListType):
        return "list"
    return declared.name if isinstance(declared, SimpleType) and declared.name not in ("Any", "Null") else ""


def _allowed_of_type(text: str, kind: str) -> Condition:
    try:
        return read_condition(compile_unary_tests(text), _NOTHING, of_booleans=kind == "boolean")
    except EngineError:
        return Unknown(text)  # told by check_model


_NOTHING: Mapping[str, Value] = {}
