"""What holds for every FEEL text, tree and value, tried on seeded random ones; the full counts run as soak."""

from __future__ import annotations

import datetime as py
import os
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import EngineError, ErrorCode
from engine.feel import (
    Evaluation,
    Limits,
    compile_expression,
    compile_unary_tests,
    dump_value,
    format_value,
    load_value,
    parse_expression,
    print_expression,
    to_plain,
    to_wire,
    wire_to_plain,
)
from engine.feel import nodes as n
from engine.feel.builtin_names import BUILTIN_NAMES
from engine.feel.compiler import NODE_COMPILERS
from engine.feel.lexer import TokenKind, tokenize
from engine.feel.limits import DEFAULT_LIMITS
from engine.feel.temporal import MAX_YEAR, FeelDate

SMALL = Limits(max_steps=5_000, max_list=500, max_string=2_000, max_depth=60)
NAMES = ["a", "b", "first name", "a-b", "days in weekend"]
CONTEXT = {
    "a": Decimal(3),
    "b": [Decimal(1), "x", None, {"a": Decimal(2), "item": True}],
    "first name": "Ann",
    "a-b": {"c": [[Decimal("1.5")]], "due date": FeelDate(2024, 2, 29)},
    "days in weekend": ["saturday"],
}
NOW = py.datetime(2024, 5, 1, 9, 30, tzinfo=py.UTC)
few = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
many = settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))

WORDS = [
    *[
        "+",
        "-",
        "*",
        "/",
        "**",
        ".",
        "..",
        ",",
        ":",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "<",
        "<=",
        ">",
        ">=",
        "=",
        "!=",
        "->",
        "?",
        "@",
        "'",
        '"',
        "//",
        "/*",
    ],
    *[
        "and",
        "or",
        "in",
        "between",
        "instance",
        "of",
        "if",
        "then",
        "else",
        "for",
        "return",
        "some",
        "every",
        "satisfies",
        "function",
        "external",
    ],
    *[
        "true",
        "false",
        "null",
        "not",
        "number",
        "string",
        "list<number>",
        "context<a:",
        "string>",
        "function<number>->string",
    ],
    *["1", "0", ".5", "1e400", "10", '"x"', '"\\u0041"', '@"2024-02-29"', '@"P1M"', '@"10:00:00Z"', '@"x"'],
    *NAMES,
    *sorted(BUILTIN_NAMES),
]
texts = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=14).map("".join),
)

literals = st.one_of(
    st.just(n.NullLiteral()),
    st.booleans().map(n.BooleanLiteral),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**9, places=2).map(n.NumericLiteral),
    st.text(max_size=5).map(n.StringLiteral),
    st.sampled_from(["2024-01-31", "10:00:00", "P1Y", "-PT36H", "2024-01-31T10:00:00@Europe/Paris", "?"]).map(
        n.AtLiteral
    ),
    st.sampled_from(NAMES).map(n.Name),
)
types = st.recursive(
    st.sampled_from(["number", "string", "date and time", "Any", "days and time duration"]).map(n.NamedType),
    lambda inner: st.one_of(
        inner.map(n.ListTypeNode),
        inner.map(n.RangeTypeNode),
        st.builds(lambda each: n.ContextTypeNode((("a", each),)), inner),
        st.builds(lambda one, two: n.FunctionTypeNode((one,), two), inner, inner),
    ),
    max_leaves=3,
)


def _compound(inner: st.SearchStrategy[n.Node]) -> st.SearchStrategy[n.Node]:
    several = st.lists(inner, max_size=3).map(tuple)
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    unary = st.builds(n.UnaryTest, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), inner)
    tests = st.lists(st.one_of(inner, unary), min_size=1, max_size=3).map(tuple)
    iterators = st.builds(n.IterationContext, st.sampled_from(["i", "first name"]), inner, st.none() | inner)
    loops = st.lists(iterators, min_size=1, max_size=2).map(tuple)
    keys = st.lists(st.sampled_from(["k", "first name", "due date", "1+", ""]), unique=True, max_size=3)
    entries = keys.flatmap(
        lambda names: st.tuples(*(st.builds(n.ContextEntry, st.just(name), inner) for name in names))
    )
    functions = st.sampled_from(sorted(BUILTIN_NAMES)).map(n.Name)
    named = st.lists(st.builds(n.NamedArgument, st.sampled_from(["list", "n", "from", "start position"]), inner))
    return st.one_of(
        st.builds(n.ArithmeticNegation, inner),
        st.builds(n.Arithmetic, st.sampled_from(["+", "-", "*", "/", "**"]), inner, inner),
        st.builds(n.Comparison, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), inner, inner),
        st.builds(n.Between, inner, inner, inner),
        st.builds(n.In, inner, tests),
        st.builds(n.Conjunction, inner, inner),
        st.builds(n.Disjunction, inner, inner),
        st.builds(n.IfExpression, inner, inner, inner),
        st.builds(n.ForExpression, loops, inner),
        st.builds(n.QuantifiedExpression, st.sampled_from(["some", "every"]), loops, inner),
        st.builds(n.InstanceOf, inner, types),
        st.builds(n.PathExpression, inner, st.sampled_from(["year", "c", "time offset", "due date"])),
        st.builds(n.FilterExpression, inner, inner),
        st.builds(n.FunctionInvocation, st.one_of(inner, functions), several),
        st.builds(n.FunctionInvocation, functions, st.just(()), named.map(tuple)),
        st.builds(
            lambda body, declared: n.FunctionDefinition((n.FormalParameter("x", declared),), body),
            inner,
            st.none() | types,
        ),
        st.builds(n.Context, entries),
        st.builds(n.ListNode, some),
        st.builds(n.Interval, inner, inner, st.booleans(), st.booleans()),
        unary,
    )


trees = st.recursive(literals, _compound, max_leaves=8)


def check_text(text: str) -> None:
    for read in (parse_expression, compile_unary_tests):
        try:
            read(text, NAMES)
        except EngineError as error:
            assert error.code in (ErrorCode.FEEL_SYNTAX, ErrorCode.FEEL_LIMIT)
            span = error.problem.location.span
            assert span is not None and 0 <= span.start <= span.end <= len(text)


def check_round_trip(tree: n.Node) -> None:
    text = print_expression(tree)
    assert parse_expression(text, NAMES) == tree, text


def check_evaluation(text: str) -> None:
    try:
        evaluations = [compile_expression(text, NAMES, limits=SMALL).evaluate(CONTEXT, now=NOW)]
    except EngineError as error:
        assert error.code in (ErrorCode.FEEL_SYNTAX, ErrorCode.FEEL_LIMIT)
        return
    try:
        evaluations.append(compile_unary_tests(text, NAMES, limits=SMALL).evaluate(Decimal(1), CONTEXT, now=NOW))
    except EngineError as error:
        assert error.code in (ErrorCode.FEEL_SYNTAX, ErrorCode.FEEL_LIMIT)
    for evaluation in evaluations:
        check_result(evaluation, text)


def check_result(evaluation: Evaluation, text: str) -> None:
    format_value(evaluation.value)
    for warning in evaluation.warnings:
        assert 0 <= warning.span.start <= warning.span.end <= len(text)
    try:
        assert dump_value(load_value(dump_value(evaluation.value))) == dump_value(evaluation.value)
        assert wire_to_plain(to_wire(evaluation.value)) == to_plain(evaluation.value)
    except EngineError as error:
        assert error.code is ErrorCode.FEEL_TYPE_MISMATCH


@few
@given(texts)
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    check_text(text)


@few
@given(texts)
def test_tokens_are_ordered_and_disjoint(text: str) -> None:
    try:
        tokens = tokenize(text, DEFAULT_LIMITS)
    except EngineError:
        return
    assert tokens[-1].kind is TokenKind.END
    for before, after in pairwise(tokens):
        assert before.start < before.end <= after.start


@few
@given(trees)
def test_printed_tree_reads_as_the_same_tree(tree: n.Node) -> None:
    check_round_trip(tree)


@few
@given(texts)
def test_evaluating_any_text_leaks_no_python_exception(text: str) -> None:
    check_evaluation(text)


@few
@given(trees)
def test_evaluating_any_tree_leaks_no_python_exception(tree: n.Node) -> None:
    check_evaluation(print_expression(tree))


@few
@given(st.integers(-MAX_YEAR, MAX_YEAR), st.integers(1, 366))
def test_every_day_has_one_ordinal(year: int, day: int) -> None:
    date = FeelDate(year, 1, 1).plus_days(day - 1) if (year, day) != (MAX_YEAR, 366) else FeelDate(year, 12, 31)
    assert FeelDate.from_ordinal(date.ordinal) == date
    assert 1 <= date.week_of_year <= 53
    if 1 <= date.year <= 9999:
        assert date.to_python().isocalendar()[1:] == (date.week_of_year, date.weekday)


def test_every_node_has_a_compiler() -> None:
    assert {*NODE_COMPILERS, n.UnaryTestsNode} == set(n.Node.__args__)


@pytest.mark.soak
@pytest.mark.skipif(os.environ.get("CLAUSEFLOW_SOAK") != "1", reason="full counts: make soak")
@many
@given(texts, trees)
def test_all_properties_at_length(text: str, tree: n.Node) -> None:
    check_text(text)
    check_evaluation(text)
    check_round_trip(tree)
    check_evaluation(print_expression(tree))
