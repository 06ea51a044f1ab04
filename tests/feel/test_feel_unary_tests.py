"""Cells of decision tables: what they accept and what an index can read of them."""

from decimal import Decimal

import pytest

from engine.feel import Equals, IntervalTest, Value, compile_unary_tests

ONE, FIVE = Decimal(1), Decimal(5)


@pytest.mark.parametrize(
    ("cell", "value", "verdict"),
    [
        ("-", None, True),
        ("5", FIVE, True),
        ("< 5", FIVE, False),
        ("[1..5]", FIVE, True),
        ("]1..5[", FIVE, False),
        ('"a", "b"', "b", True),
        ('not("a", "b")', "b", False),
        ('not("a", "b")', "c", True),
        ("null", None, True),
        ("< 5", None, None),
        ("not(< 5)", None, None),
        ("? > 3 and ? < 9", FIVE, True),
        ("[1, 5, 9]", FIVE, True),
        ("limit", FIVE, True),
        ("< limit + 1", FIVE, True),
        ("not(flag)", False, True),
        ("flag", True, True),
        ("flag", False, False),
        ("limit = 5", FIVE, True),
        ("sum(?, 1) = 6", FIVE, True),
        ("(< 3), (> 4)", FIVE, True),
        ('"a"', FIVE, None),
    ],
)
def test_cell_accepts_as_the_standard_says(cell: str, value: Value, verdict: bool | None) -> None:
    context: dict[str, Value] = {"limit": FIVE, "flag": True}
    assert compile_unary_tests(cell, context).evaluate(value, context).value is verdict


def test_undecided_cell_says_why() -> None:
    evaluation = compile_unary_tests("[1..5]").evaluate("2 400", {})
    assert evaluation.value is None
    assert evaluation.warnings[0].message == "string cannot be tested against a range from number to number"


@pytest.mark.parametrize(
    ("cell", "tests"),
    [
        ("-", ()),
        ("1", (Equals(ONE),)),
        ("-1", (Equals(-ONE),)),
        ('"a", ["b", null]', (Equals("a"), Equals("b"), Equals(None))),
        ("[1..5)", (IntervalTest(ONE, True, FIVE, False),)),
        (">= 1", (IntervalTest(ONE, True, None, False),)),
        ("< 5", (IntervalTest(None, False, FIVE, False),)),
        ("= 5", (Equals(FIVE),)),
        ("not(1)", (Equals(ONE),)),
        ("!= 5", None),
        ("limit", None),
        ("1, limit", None),
        ("? > 1", None),
    ],
)
def test_constant_tests_are_readable(cell: str, tests: object) -> None:
    assert compile_unary_tests(cell).constant_tests() == tests


def test_temporal_constructors_are_constant() -> None:
    tests = compile_unary_tests('[date("2024-01-01")..@"2024-12-31"]').constant_tests()
    assert tests is not None and isinstance(tests[0], IntervalTest)


def test_flags_of_a_cell() -> None:
    assert compile_unary_tests("-").any
    assert compile_unary_tests("not(1, 2)").negated
    assert not compile_unary_tests("not(a) or b").negated
