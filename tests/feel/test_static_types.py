"""What is said of types before evaluation is what evaluation does: every operator and function, with every kind."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest

from engine.feel import BUILTIN_NAMES, compile_expression, compile_unary_tests, kind_of
from engine.feel.static_types import SAMPLES, check_tests, scalar_of, type_of
from engine.feel.types import TYPE_NAMES, ContextType

NOW = datetime(2001, 2, 3, tzinfo=UTC)
PAIRS = list(itertools.product(SAMPLES, repeat=2))
OPERATORS = ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or"]


def judged(text: str, *kinds: str) -> tuple[str, list[str]]:
    """The type of *text* over x and y of these kinds, and what is said of it."""
    names = dict(zip("xy", (TYPE_NAMES[kind] for kind in kinds), strict=False))
    found, misfits = type_of(compile_expression(text, names).node, names)
    return scalar_of(found), [misfit.message for misfit in misfits]


def evaluated(text: str, *kinds: str) -> object:
    values = dict(zip("xy", (SAMPLES[kind] for kind in kinds), strict=False))
    return compile_expression(text, values).evaluate(values, NOW).value


@pytest.mark.parametrize("operator", OPERATORS)
def test_operator_is_said_not_to_fit_exactly_where_its_result_is_null(operator: str) -> None:
    for left, right in PAIRS:
        kind, misfits = judged(f"x {operator} y", left, right)
        value = evaluated(f"x {operator} y", left, right)

        if operator in ("and", "or"):
            # Three-valued logic may know the answer from one side; the other side is wrong all the same.
            assert bool(misfits) == (left != "boolean" or right != "boolean"), (left, right)
        else:
            assert bool(misfits) == (value is None), (left, right, misfits)
        if value is not None and not misfits:
            assert kind == kind_of(value), (left, right)


@pytest.mark.parametrize("name", sorted(BUILTIN_NAMES))
def test_function_is_said_not_to_fit_only_where_its_result_is_null(name: str) -> None:
    for kinds in (*((kind,) for kind in SAMPLES), *PAIRS):
        text = f"{name}({', '.join('xy'[: len(kinds)])})"
        kind, misfits = judged(text, *kinds)
        value = evaluated(text, *kinds)

        if misfits:
            assert value is None, (text, kinds, misfits)
        elif value is not None and kind:
            assert kind == kind_of(value), (text, kinds)


@pytest.mark.parametrize(
    "part", ["year", "month", "day", "weekday", "hour", "minute", "second", "days", "years", "size"]
)
def test_part_is_said_not_to_be_there_exactly_where_its_value_is_null(part: str) -> None:
    for kind in SAMPLES:
        given, misfits = judged(f"x.{part}", kind)
        value = evaluated(f"x.{part}", kind)

        assert bool(misfits) == (value is None), (kind, misfits)
        assert given == ("" if value is None else kind_of(value))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("if x > y then x else y", "number"),
        ("if x > y then x else null", "number"),
        ('if x > y then x else "none"', ""),
        ("x between y and 5", "boolean"),
        ("x in (1, [2..y], > 3)", "boolean"),
        ("some each in [x] satisfies each > y", "boolean"),
        ("{a: x, b: a + 1}.b", "number"),
        ("[x, y][1]", ""),
        ("x instance of number", "boolean"),
        ("-x", "number"),
        ('duration("P1D")', "days and time duration"),
        ("for each in [x] return each.name", ""),
        ("unknown.field + 1", ""),
        ("not(x > y)", "boolean"),
    ],
)
def test_type_is_told_where_it_can_be(text: str, kind: str) -> None:
    assert judged(text, "number", "number") == (kind, [])


def test_field_of_a_context_has_the_type_that_it_declares() -> None:
    names = {"limit": ContextType((("amount", TYPE_NAMES["number"]), ("unit", TYPE_NAMES["string"])))}

    found, misfits = type_of(compile_expression("limit.amount + limit.unit", names).node, names)

    assert scalar_of(found) == ""
    assert [misfit.message for misfit in misfits] == [
        "limit.amount is a number and limit.unit a string: number + string has no result"
    ]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("< day", ["age is a number and day a date: these have no order"]),
        ("[1..day]", ["age is a number and day a date: these have no order"]),
        ("day, 5", ["age is a number and day a date: these have no equality"]),
        ("? + 1", ["a test takes true or false, and ? + 1 is a number"]),
        ("? > day", ["? is a number and day a date: these have no order"]),
        ("< limit, [limit..20]", []),
        ("not(limit)", []),
        ('"18"', []),  # a constant: the checks of tables tell it
        ("-", []),
    ],
)
def test_cell_is_judged_with_the_type_of_its_input(cell: str, told: list[str]) -> None:
    names = {"day": TYPE_NAMES["date"], "limit": TYPE_NAMES["number"]}
    tests = compile_unary_tests(cell, names)

    found = check_tests(tests.node, "age", TYPE_NAMES["number"], names)

    assert [misfit.message for misfit in found] == told


@pytest.mark.parametrize(
    "text",
    [
        'date("2011-02-31")',
        'date("3/8/2011")',
        'time("25:00:00")',
        'date and time("2011-02-30T10:00:00")',
        'duration("10 days")',
        '@"2011-02-31"',
    ],
)
def test_spelled_day_time_or_duration_that_is_none_is_said_to_give_nothing(text: str) -> None:
    assert evaluated(text) is None

    _, misfits = judged(text)

    assert len(misfits) == 1


@pytest.mark.parametrize("text", ['date("2012-02-29")', 'time("24:00:00")', 'duration("P1Y")', '@"P10D"', "date(x)"])
def test_spelled_day_time_or_duration_that_exists_is_not_said_to_give_nothing(text: str) -> None:
    _, misfits = judged(text, "string")

    assert (misfits == []) == (text == "date(x)" or evaluated(text) is not None)
