"""Errors of texts in another notation say what FEEL has in its place; cases in data/foreign_notation.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from engine.errors import EngineError, ErrorCode
from engine.feel import compile_unary_tests

CASES = yaml.safe_load((Path(__file__).parent / "data" / "foreign_notation.yaml").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"].replace(" ", "_"))
def test_text_in_another_notation_is_refused_with_the_way_of_feel(case: dict[str, str]) -> None:
    with pytest.raises(EngineError) as raised:
        compile_unary_tests(case["text"])

    assert raised.value.code is ErrorCode.FEEL_SYNTAX
    assert case["hint"] in (raised.value.problem.hint or "")
