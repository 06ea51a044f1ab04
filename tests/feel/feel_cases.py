"""Cases as data: `data/<family>.yaml` holds sentences, expressions and results as FEEL's string() writes them.

A string result stands in quotes. A null must come with a warning; `silent: true` says that none is expected.
`given` is a context, written in FEEL, in which the expression is evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from engine.feel import compile_expression, format_value

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Case:
    name: str
    expression: str
    result: str
    given: str = "{}"
    silent: bool = False


def cases_of(family: str) -> pytest.MarkDecorator:
    """Parametrizes a test with the cases of one family, each under its own sentence."""
    cases = [Case(**each) for each in yaml.safe_load((DATA / f"{family}.yaml").read_text(encoding="utf-8"))["cases"]]
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


def check(case: Case) -> None:
    given = compile_expression(case.given).evaluate({}).value
    assert isinstance(given, dict)
    evaluation = compile_expression(case.expression, given).evaluate(given)
    assert format_value([evaluation.value])[1:-1] == case.result
    if evaluation.value is None and not case.silent:
        assert evaluation.warnings, "a null without a reason"
        for warning in evaluation.warnings:
            assert 0 <= warning.span.start <= warning.span.end <= len(case.expression)
