"""Every check has a file of its own kind, a reason, a row in the docs, and a name that says it once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.bpmn.checks.review import DIAGRAM_RULES, SOUNDNESS_RULES
from engine.bpmn.checks.style import STYLE_RULES
from engine.dmn.checks.tables import TABLE_RULES
from engine.review.checks import CHECKS, REVIEW_RULES

ROOT = Path(__file__).parents[2]
RULES: dict[str, Any] = {**TABLE_RULES, **SOUNDNESS_RULES, **DIAGRAM_RULES, **STYLE_RULES, **REVIEW_RULES}


def test_names_of_checks_are_unique() -> None:
    assert len(set(CHECKS)) == len(CHECKS) == len(RULES)


@pytest.mark.parametrize("name", RULES)
def test_check_says_why_it_matters_and_its_file_opens_with_its_name(name: str) -> None:
    rule = RULES[name]
    source = Path(rule.check.__code__.co_filename).read_text(encoding="utf-8")

    assert rule.why
    assert f"[{name}]" in source.split('"""')[1]


@pytest.mark.parametrize("name", [*SOUNDNESS_RULES, *DIAGRAM_RULES, *STYLE_RULES])
def test_check_of_diagrams_has_a_row_in_the_docs(name: str) -> None:
    assert f"| `{name}` |" in (ROOT / "engine" / "bpmn" / "dialect.md").read_text(encoding="utf-8")
