"""Random typed expressions give the same value compiled, walked by the second evaluator, and printed and read again."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from engine.feel import Range, compile_expression, compile_unary_tests, parse_expression, print_expression
from engine.feel import nodes as n
from tests.properties.naive_feel import cell_verdict, evaluate
from tests.properties.typed_expressions import FIELDS, GIVEN, cells, typed_trees

SOAK = os.environ.get("CLAUSEFLOW_SOAK") == "1"
NAMES = (*GIVEN, *FIELDS, "x", "y z")
a_few = settings(
    max_examples=20_000 if SOAK else 300,
    deadline=None,
    derandomize=not SOAK,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)


def exact(value: Any) -> Any:
    """*value* so that `==` also tells 1 from 1.0 and true from 1; minus zero is no value of its own."""
    match value:
        case Decimal():
            return ("number", (value if value else abs(value)).as_tuple())
        case bool():
            return ("boolean", value)
        case list():
            return ["list", *map(exact, value)]
        case dict():
            return [(key, exact(each)) for key, each in value.items()]
        case Range():
            return (
                "range",
                exact(value.start),
                exact(value.end),
                value.start_included,
                value.end_included,
                value.operator,
            )
    return value if value is None or not callable(value) else "function"


@a_few
@given(typed_trees())
def test_compiled_and_walked_expressions_give_the_same_value(tree: n.Node) -> None:
    text = print_expression(tree)

    compiled = compile_expression(text, GIVEN, fields=NAMES).evaluate(GIVEN)

    assert exact(compiled.value) == exact(evaluate(tree, [GIVEN])), text
    assert all(0 <= each.span.start <= each.span.end <= len(text) for each in compiled.warnings), text


@a_few
@given(typed_trees())
def test_printed_expression_reads_as_the_same_tree(tree: n.Node) -> None:
    text = print_expression(tree)

    again = compile_expression(text, GIVEN, fields=NAMES).node

    assert again == tree, text
    assert print_expression(again) == text


@a_few
@given(cells())
def test_compiled_and_walked_cells_give_the_same_verdict(cell: tuple[n.UnaryTestsNode, Any]) -> None:
    tree, value = cell
    text = print_expression(tree)

    compiled = compile_unary_tests(text, GIVEN, fields=NAMES).evaluate(value, GIVEN)

    assert compiled.value is cell_verdict(tree, value, [GIVEN]), f"{value!r} against {text}"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", Decimal(7)),
        ("bills[sum > 3].town", ["Ulm"]),
        ("for i in 1..3 return i + count(partial)", [Decimal(1), Decimal(3), Decimal(5)]),
        ('some x in towns satisfies x > "C"', True),
        ('born + @"P1Y"', evaluate(n.AtLiteral("2001-02-28"), [])),
        ("false and nothing", False),
        ("true and nothing", None),
    ],
)
def test_second_evaluator_knows_the_plain_cases(text: str, value: Any) -> None:
    assert evaluate(parse_expression(text, NAMES), [GIVEN]) == value
