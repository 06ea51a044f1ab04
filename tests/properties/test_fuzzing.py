"""Spoiled texts: each gives a value or an error of ours with its place, and stays within its bounds.

The work is bounded by counting calls, never by a clock: an evaluation may make so many for its limit of steps, no more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from types import FrameType
from typing import Any

import pytest

from engine.errors import EngineError, ErrorCode
from engine.feel import (
    Evaluation,
    FeelDate,
    Limits,
    Range,
    compile_expression,
    compile_unary_tests,
    format_value,
    print_expression,
)
from tests.properties.mutations import corpus, spoiled_texts

SOAK = os.environ.get("CLAUSEFLOW_SOAK") == "1"
COUNT = 60_000 if SOAK else 500
SEEDS = range(8)
SMALL = Limits(max_steps=5_000, max_list=500, max_string=2_000, max_depth=60, max_warnings=50)
MOST_CALLS = 1_000_000
NOW = datetime(2024, 5, 1, 9, 30, tzinfo=UTC)
CONTEXT: dict[str, Any] = {
    "a": Decimal(3),
    "b": [Decimal(1), "x", None, {"a": Decimal(2), "item": True}],
    "first name": "Ann",
    "a-b": {"c": [[Decimal("1.5")]], "due date": FeelDate(2024, 2, 29)},
    "days in weekend": ["saturday"],
}
REFUSALS = (ErrorCode.FEEL_SYNTAX, ErrorCode.FEEL_LIMIT)


class TooManyCalls(AssertionError):
    """Reading or evaluating one small text did more work than its limits allow."""


@contextmanager
def counted_calls(most: int) -> Iterator[None]:
    left = most

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            sys.setprofile(None)
            raise TooManyCalls(f"more than {most} calls")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)


def check_size(value: Any) -> None:
    """No part of *value* is larger than a limit allows; `+` may join two texts that are each allowed."""
    if isinstance(value, list):
        assert len(value) <= 2 * SMALL.max_list
        for item in value:
            check_size(item)
    elif isinstance(value, dict):
        for item in value.values():
            check_size(item)
    elif isinstance(value, str):
        assert len(value) <= 1_000_000
    elif isinstance(value, Decimal):
        assert value.is_finite() and len(value.as_tuple().digits) <= 34
    elif isinstance(value, Range):
        check_size([value.start, value.end])


def check_evaluation(text: str, evaluate: Callable[[], Evaluation]) -> None:
    try:
        with counted_calls(MOST_CALLS):
            found = evaluate()
    except EngineError as error:
        assert error.code in REFUSALS, error
        span = error.problem.location.span
        assert span is not None and 0 <= span.start <= span.end <= len(text)
        return
    check_size(found.value)
    format_value(found.value)
    assert len(found.warnings) <= SMALL.max_warnings
    for warning in found.warnings:
        assert 0 <= warning.span.start <= warning.span.end <= len(text)


def check_text(text: str) -> None:
    check_evaluation(text, lambda: compile_expression(text, CONTEXT, limits=SMALL).evaluate(CONTEXT, now=NOW))
    check_evaluation(
        text, lambda: compile_unary_tests(text, CONTEXT, limits=SMALL).evaluate(Decimal(1), CONTEXT, now=NOW)
    )
    try:
        tree = compile_expression(text, CONTEXT, limits=SMALL).node
    except EngineError:
        return
    printed = print_expression(tree)
    assert compile_expression(printed, CONTEXT).node == tree, printed


@pytest.mark.parametrize("seed", SEEDS)
def test_spoiled_text_gives_a_value_or_an_error_with_its_place(seed: int) -> None:
    for number, text in enumerate(spoiled_texts(seed, COUNT)):
        try:
            check_text(text)
        except Exception as failed:  # noqa: BLE001 - whatever comes out is what this looks for
            # In ASCII and without the cause: what a report cannot encode would hide the failure.
            raise AssertionError(f"seed {seed}, text {number}: {text!a} gave {str(failed)!a}") from None


def test_corpus_holds_expressions_that_make_sense() -> None:
    texts = corpus()

    assert len(texts) > 200
    for text in texts:
        check_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "10**10**10",
        "1e6144 * 10",
        "for i in 1..1000000000000 return i",
        "for i in 1..300, j in 1..300, k in 1..300 return 1",
        "count(for i in 1..400 return for j in 1..400 return i)",
        "{f: function(x) f(x), r: f(1)}.r",
        "{f: function(x) f(x) + f(x), r: f(1)}.r",
        'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")',
        'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a|aa)*$", "x")',
        "(" * 3_000 + "1" + ")" * 3_000,
        "[" * 3_000 + "]" * 3_000,
        "-" * 3_000 + "1",
        "1" + "+1" * 3_000,
        "a" + ".a" * 3_000,
        "a" + "[1]" * 3_000,
        "not(" * 3_000 + "1" + ")" * 3_000,
        "if a then " * 3_000 + "1" + " else 1" * 3_000,
        '@"P999999999Y" * 999999999999',
        '@"999999999-12-31" + @"P1D"',
        "decimal(1, 999999999)",
        "2 ** 1e6000",
        "string(1e-6143)",
        'string join(for i in 1..400 return "0123456789", "0123456789")',
        "sort(for i in 1..499 return -i, function(x, y) x < y)",
        "some x in 1..400 satisfies some y in 1..400 satisfies x + y > 900",
    ],
    ids=lambda text: text[:40],
)
def test_greedy_text_meets_its_bound_or_ends(text: str) -> None:
    for read in (
        lambda: compile_expression(text, CONTEXT, limits=SMALL).evaluate(CONTEXT, now=NOW),
        lambda: compile_unary_tests(text, CONTEXT, limits=SMALL).evaluate(Decimal(1), CONTEXT, now=NOW),
    ):
        check_evaluation(text, read)
