"""Names with blanks, operators and keywords; names that nobody knows."""

from decimal import Decimal

import pytest

from engine.errors import EngineError, ErrorCode
from engine.feel import FeelDate, compile_expression, compile_unary_tests
from engine.feel.builtin_names import BUILTIN_NAMES
from engine.feel.builtins import BUILTINS
from tests.feel.feel_cases import DATA

ONE, TWO = Decimal(1), Decimal(2)


@pytest.mark.parametrize(
    ("expression", "context", "expected"),
    [
        ("monthly income * 2", {"monthly income": TWO}, Decimal(4)),
        ("Pre-bureauRiskCategory", {"Pre-bureauRiskCategory": "LOW"}, "LOW"),
        ("Teacher's Evaluation", {"Teacher's Evaluation": "good"}, "good"),
        ("a-b", {"a": TWO, "b": ONE}, ONE),
        ("a-b", {"a": TWO, "b": ONE, "a-b": "name"}, "name"),
        ("a - b", {"a": TWO, "b": ONE, "a-b": "name"}, ONE),
        ("for d in days in weekend return d", {"days in weekend": ["sunday"]}, ["sunday"]),
        ("date", {"date": FeelDate(2024, 1, 1)}, FeelDate(2024, 1, 1)),
        ('date("2024-01-01")', {"date": ONE}, FeelDate(2024, 1, 1)),
        ("loan.first name", {"loan": {"first name": "Ann"}}, "Ann"),
        ("date and time", {"date": True, "time": True}, True),
        ("shared.Say Hello", {"shared.Say Hello": "hi"}, "hi"),
        ("shared.Say Hello", {"shared": {"Say Hello": "hi"}}, "hi"),
    ],
)
def test_name_in_scope_is_recognised_as_the_longest(
    expression: str, context: dict[str, object], expected: object
) -> None:
    assert compile_expression(expression, context).evaluate(context).value == expected


def test_field_with_operator_is_recognised_when_named() -> None:
    compiled = compile_expression("loan.risk-class", ["loan"], fields=["risk-class"])
    assert compiled.evaluate({"loan": {"risk-class": "A"}}).value == "A"


def test_free_names_are_those_not_bound_inside() -> None:
    compiled = compile_expression("for i in rows return i * factor + sum(rows)", ["rows"])
    assert [(each.name, compiled.text[each.span.start : each.span.end]) for each in compiled.free_names] == [
        ("rows", "rows"),
        ("factor", "factor"),
        ("rows", "rows"),
    ]


def test_free_name_in_a_filter_may_be_a_field() -> None:
    compiled = compile_expression("rows[amount > limit]", ["rows", "limit"])
    assert {each.name: each.may_be_field for each in compiled.free_names} == {
        "rows": False,
        "amount": True,
        "limit": True,
    }


def test_unknown_function_is_listed_and_gives_null_with_a_reason() -> None:
    compiled = compile_expression("frobnicate(1) + sum(1, 2)")
    assert [each.name for each in compiled.unknown_functions] == ["frobnicate"]
    evaluation = compiled.evaluate({})
    assert evaluation.value is None
    assert ErrorCode.FEEL_UNKNOWN_FUNCTION in {warning.code for warning in evaluation.warnings}


def test_unknown_type_is_listed_and_gives_null_with_a_reason() -> None:
    compiled = compile_expression("1 instance of nubmer")
    assert [each.name for each in compiled.unknown_types] == ["nubmer"]
    assert compiled.evaluate({}).warnings[0].code is ErrorCode.FEEL_UNKNOWN_NAME


def test_builtin_names_equal_the_tables() -> None:
    assert set(BUILTINS) == BUILTIN_NAMES


def test_every_builtin_has_a_case() -> None:
    told_the_time = {"now", "today"}  # see test_feel_values.py
    texts = " ".join(path.read_text(encoding="utf-8") for path in DATA.glob("*.yaml"))
    assert [name for name in sorted(BUILTIN_NAMES - told_the_time) if f"{name}(" not in texts] == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1 +", (3, 3)),
        ("(1", (2, 2)),
        ('"abc', (0, 4)),
        ("1 /* open", (2, 9)),
        ("if a then b", (11, 11)),
        ("[1, 2", (5, 5)),
        ("f(1, b: 2)", (5, 9)),
        ("a b 1", (4, 5)),
        ("@", (0, 1)),
    ],
)
def test_syntax_error_shows_its_place(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(EngineError) as raised:
        compile_expression(text)
    problem = raised.value.problem
    assert problem.code is ErrorCode.FEEL_SYNTAX
    assert problem.location.text == text
    assert problem.location.span is not None
    assert (problem.location.span.start, problem.location.span.end) == place


def test_unary_tests_report_free_names_too() -> None:
    assert [each.name for each in compile_unary_tests("< limit, ? = other").free_names] == ["limit", "other"]


@pytest.mark.parametrize("name", ["count", "number", "date", "sum"])
def test_value_of_the_context_hides_the_builtin_of_its_name(name: str) -> None:
    assert compile_expression(f"{name} + 1").evaluate({name: Decimal(2)}).value == Decimal(3)


@pytest.mark.parametrize("text", ["{\udfd6 kept: 1}", "\ud800", "a \udfd6 b", '"\ud800"'])
def test_half_of_a_surrogate_pair_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(EngineError) as raised:
        compile_expression(text)

    assert raised.value.code is ErrorCode.FEEL_SYNTAX
    span = raised.value.problem.location.span
    assert span is not None and any("\ud800" <= each <= "\udfff" for each in text[span.start : span.end])


@pytest.mark.parametrize("text", ["[1, 2, ]", "{a: 1,}", "abs(1, )", "function(x, ) x", "[,]"])
def test_comma_without_another_item_is_refused(text: str) -> None:
    with pytest.raises(EngineError) as raised:
        compile_expression(text)

    assert raised.value.code is ErrorCode.FEEL_SYNTAX
