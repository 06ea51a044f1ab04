"""[expression-type] Types that cannot fit: a date beside a number, a text where true or false is asked.

FEEL gives null for such an expression and goes on, so that the condition never holds and the cell never matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.bpmn.checks.constant_values import WANTED
from engine.dmn import Model
from engine.dmn.checks.tables.columns import name_of
from engine.dmn.checks.tables.type_mismatch import CONVERTED
from engine.dmn.model import BoxedExpression, Cell, ContextExpression, DecisionTable, InputClause, LiteralExpression
from engine.errors import ErrorCode, Location, Problem, Span
from engine.feel import Expression, Type, UnaryTests, print_expression
from engine.feel.compiler.constants import constant_of
from engine.feel.static_types import SAMPLES, Misfit, check_tests, scalar_of, type_of
from engine.feel.types import ANY
from engine.review.checks.review import Review
from engine.review.checks.types_of_names import TypesOfNames

BOOLEAN_PARTS = frozenset({"condition", "loop condition", "completion condition"})
Names = Mapping[str, Type]


def check_expression_type(review: Review) -> Iterator[Problem]:
    types = TypesOfNames(review.context)
    yield from _in_diagrams(review, types)
    for model, decision in review.context.decisions.values():
        names = types.required(model, decision)
        yield from _in_expression(types, model, decision.expression, names)
        if isinstance(decision.expression, LiteralExpression):
            declared = types.declared(model, decision.variable, decision.place)
            yield from _result(types, model, decision.expression, names, declared, f'"{decision.name}"')


# ---- diagrams -------------------------------------------------------------------------------------------------------


def _in_diagrams(review: Review, types: TypesOfNames) -> Iterator[Problem]:
    for use in review.context.uses:
        if use.node is None:
            continue
        names = types.variables
        if use.text.extra:
            names = {name: type for name, type in names.items() if name not in use.text.extra}
        found, misfits = type_of(use.node, names)
        yield from _problems(misfits, use.place, use.expression.source)
        kind, wanted = scalar_of(found), WANTED.get(use.text.part)
        # A text may hold a date or a duration; whether it does shows in a run.
        if not kind or wanted is None or (kind == "string" and use.text.part not in BOOLEAN_PARTS):
            continue
        constant = constant_of(use.node, lambda name: True)
        if constant is None and not wanted[0](SAMPLES[kind]):
            message = f"the {use.text.part} takes {wanted[1]}, and {print_expression(use.node)} is a {kind}"
            yield from _problems([Misfit(message, use.node.span)], use.place, use.expression.source)


# ---- decisions ------------------------------------------------------------------------------------------------------


def _in_expression(
    types: TypesOfNames, model: Model, expression: BoxedExpression | None, names: Names
) -> Iterator[Problem]:
    match expression:
        case DecisionTable():
            yield from _in_table(types, model, expression, names)
        case LiteralExpression():
            text = types.text(model, expression.place)
            if text is not None and isinstance(text.code, Expression):
                yield from _problems(type_of(text.code.node, names)[1], expression.place, expression.text)
        case ContextExpression(entries=entries):
            inside = {**names, **{entry.variable.name: ANY for entry in entries if entry.variable is not None}}
            for entry in entries:
                yield from _in_expression(types, model, entry.value, inside)


def _in_table(types: TypesOfNames, model: Model, table: DecisionTable, names: Names) -> Iterator[Problem]:
    for number, clause in enumerate(table.inputs):
        yield from _in_expression(types, model, clause.expression, names)
        yield from _in_column(types, model, clause, [rule.input_entries[number] for rule in table.rules], names)
    for number, output in enumerate(table.outputs):
        declared = types.declared(model, output, table.place)
        for rule in table.rules:
            entry = rule.output_entries[number]
            yield from _in_expression(types, model, entry, names)
            yield from _result(types, model, entry, names, declared, f'"{output.label or output.name}"')


def _in_column(
    types: TypesOfNames, model: Model, clause: InputClause, cells: Iterable[Cell], names: Names
) -> Iterator[Problem]:
    declared = types.of_reference(model, clause.expression.type_ref, clause.expression.place)
    yield from _result(types, model, clause.expression, names, declared, f'the input "{clause.label}"')
    if declared == ANY:
        text = types.text(model, clause.expression.place)
        if text is not None and isinstance(text.code, Expression):
            declared = type_of(text.code.node, names)[0]
    for cell in cells:
        text = types.text(model, cell.place)
        if text is not None and isinstance(text.code, UnaryTests):
            yield from _problems(check_tests(text.code.node, name_of(clause), declared, names), cell.place, cell.text)


def _result(
    types: TypesOfNames, model: Model, entry: LiteralExpression, names: Names, declared: Type, what: str
) -> Iterator[Problem]:
    """A text whose type is not the one that is declared for it; constants are told by table-type."""
    text = types.text(model, entry.place)
    if text is None or not isinstance(text.code, Expression) or constant_of(text.code.node, lambda name: True):
        return
    wanted, given = scalar_of(declared), scalar_of(type_of(text.code.node, names)[0])
    if wanted and given and wanted != given and (given, wanted) not in CONVERTED:
        message = f"{what} is declared a {wanted}, and {print_expression(text.code.node)} is a {given}"
        yield from _problems([Misfit(message, text.code.node.span)], entry.place, entry.text)


def _problems(misfits: Iterable[Misfit], place: Location, text: str) -> Iterator[Problem]:
    for misfit in misfits:
        span: Span | None = misfit.span
        yield Problem(
            ErrorCode.TRACE_MODELS,
            f"{misfit.message}. The result is null.",
            replace(place, text=text, span=span),
            hint="correct the expression, or the type that is declared for one of the two",
        )
