"""From a compiled model to the analysis of each of its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod

from engine.dmn.checks.tables.analysis import Facts, Output, OutputColumn, TableAnalysis
from engine.dmn.checks.tables.columns import Column, can_hold, cut_column, domain_of_fact, name_of
from engine.dmn.checks.tables.conditions import Always, Condition, Constant, Unknown, read_condition
from engine.dmn.checks.tables.in_force import MAX_ROWS, MAX_RULES, Alternatives, Parameters, Results, Row, show_rules
from engine.dmn.elements import Elements
from engine.dmn.item_types import WHOLE_NUMBERS
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


def analyse_tables(
    models: Iterable[Model],
    facts: Facts,
    results: Results | None = None,
    alternatives: Alternatives | None = None,
    compiled: Callable[[Model], Elements] | None = None,
) -> list[TableAnalysis]:
    """Every table of *models* that can be read. What cannot be read is told by `check_model`.

    *results* are the decisions behind variables that tables take as input data, *alternatives* other values of outputs
    that may be chosen; *compiled* gives the elements of a model that imports no other, where there are some already.
    """
    read = list(models)
    joint = Elements(Graph(read))
    by_model = {namespace: _elements_of(model, joint, compiled) for namespace, model in joint.graph.models.items()}
    readers: dict[str, _ModelReader] = {}
    analyses: dict[int, TableAnalysis] = {}
    for namespace, elements in by_model.items():
        model = elements.graph.models[namespace]
        elements.compile_all(model)
        reader = readers[namespace] = _ModelReader(model, elements, facts)
        for expression in expressions_of(model):
            if isinstance(expression, DecisionTable) and (expression.inputs or not expression.rules):
                analyses[id(expression)] = reader.read(expression)
    parameters = Parameters(by_model, analyses.values(), results or {}, alternatives or {})
    for namespace, elements in by_model.items():
        for decision in elements.graph.models[namespace].decisions:
            analysis = analyses.get(id(decision.expression))
            if analysis is not None and (names := readers[namespace].names_in_cells(analysis.table)):
                rows = parameters.named(elements.graph.models[namespace], decision, names)
                analysis.in_force = tuple(readers[namespace].under_rows(analysis.table, rows))
    return list(analyses.values())


def _elements_of(model: Model, joint: Elements, compiled: Callable[[Model], Elements] | None) -> Elements:
    if compiled is None or model.imports:
        return joint
    alone = compiled(model)
    return alone if alone.graph.models.get(model.namespace) is model else joint


class _ModelReader:
    def __init__(self, model: Model, elements: Elements, facts: Facts) -> None:
        self._compiler = elements.compilers[model.namespace]
        self._code: dict[int, Code] = {
            id(text.place): text.code for text in self._compiler.texts if text.code is not None
        }
        self._facts = facts
        self._noted: dict[str, Value] = {}
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

    # ---- rows in force ----------------------------------------------------------------------------------------

    def names_in_cells(self, table: DecisionTable) -> frozenset[str]:
        """The names that input entries compare with, apart from decisions that are one constant."""
        codes = (self._code.get(id(cell.place)) for rule in table.rules for cell in rule.input_entries)
        return frozenset(free.name for code in codes if code is not None for free in code.free_names) - set(
            self._constants
        )

    def under_rows(self, table: DecisionTable, rows: Mapping[str, tuple[Row, ...]]) -> Iterator[TableAnalysis]:
        """*table* once for each set of *rows* under which its cells say something else; nothing when there are many."""
        count = prod(map(len, rows.values()))
        if not rows or count > MAX_ROWS or count * len(table.rules) > MAX_RULES:
            return
        plain = self._constants
        seen: set[object] = set()
        try:
            for chosen in product(*rows.values()):
                self._constants = {**plain, **dict(zip(rows, (row.value for row in chosen), strict=True))}
                when = tuple(condition for row in chosen for condition in row.when)
                self._noted = {}
                columns = [self._column(table, number, clause, when) for number, clause in enumerate(table.inputs)]
                key = repr([(column.conditions, column.domain) for column in columns])
                if key in seen or not all(column.domain for column in columns) or not self._agree(when):
                    continue
                seen.add(key)
                outputs = [tuple(self._output(entry) for entry in rule.output_entries) for rule in table.rules]
                results = [self._output_column(clause, table) for clause in table.outputs]
                values = ", ".join(f"{text} = {_show(value)}" for text, value in self._noted.items())
                yield TableAnalysis(table, columns, results, outputs, where=f"where {values}{show_rules(chosen)}")
        finally:
            self._constants = plain

    def _agree(self, when: Sequence[tuple[str, Condition]]) -> bool:
        """Whether rows of several tables can be in force together: some value of each input satisfies them all."""
        by_input: dict[str, list[Condition]] = {}
        for name, condition in when:
            by_input.setdefault(name, []).append(condition)
        return all(can_hold(conditions) for conditions in by_input.values() if len(conditions) > 1)

    def _output_column(self, clause: OutputClause, table: DecisionTable) -> OutputColumn:
        declared = self._compiler.type(clause.type_ref, clause.allowed.place if clause.allowed else table.place)
        kind = "" if declared is None else _kind_of_type(declared.type)
        allowed = None if clause.allowed is None else self._condition(clause.allowed, kind)
        if allowed is None and declared is not None and declared.allowed:
            allowed = _allowed_of_type(declared.allowed, kind)
        return OutputColumn(clause.name or clause.label, kind, allowed)

    def _column(
        self, table: DecisionTable, number: int, clause: InputClause, when: Sequence[tuple[str, Condition]] = ()
    ) -> Column:
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
        name = name_of(clause)
        within = [condition for each, condition in when if each == name]
        conditions = [self._condition(cell, kind) for cell in cells]
        whole = clause.expression.type_ref in WHOLE_NUMBERS
        return cut_column(clause, kind, conditions, limits, node, within, whole=whole)

    def _condition(self, cell: Cell, kind: str) -> Condition:
        if cell.text in ("", "-"):
            return Always()
        code = self._code.get(id(cell.place))
        if not isinstance(code, UnaryTests):
            return Unknown(cell.text)
        return read_condition(code, self._constants, of_booleans=kind == "boolean", noted=self._noted)

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
