"""How many broken models there are for each check, all kinds of cases taken together, and that none is missing."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.review.checks import CHECKS
from engine.review.checks.whys import BY_CHECK
from tests.checks import (
    test_diagrams,
    test_hidden_defects,
    test_in_force,
    test_law,
    test_models_together,
    test_names_and_drawing,
    test_style,
    test_suppressions,
    test_tables,
)

LEAST_FAULTS = 5
STYLE = (
    *("clause-present", "default-flow", "gateway-question", "explicit-end", "file-stem", "diagram-size", "id-form"),
    *("label-form", "no-implicit-split", "no-literal-limit", "foreign-extension"),
)
LAW = (test_law.UNCITED, test_law.UNKNOWN, test_law.WITHOUT)
PARAMETERS, SUPPRESSION = "tables under rows in force", "suppression"
NO_FAULT = "soundness-bound"
"""It speaks of a model that is too large to be explored, which is no fault of the model."""
ALL = [check for check in (*CHECKS, *STYLE, *LAW, PARAMETERS, SUPPRESSION) if check != NO_FAULT]


def broken_models() -> Counter[str]:
    """The number of broken models by check; one in which two checks speak counts for both."""
    found: Counter[str] = Counter()
    found.update(check for case in test_tables.CASES for check in case["finds"])
    found.update(check for case in test_diagrams.CASES for check in case.finds)
    found.update(case.finds for case in test_models_together.CASES)
    found.update(case.finds for case in test_style.CASES)
    found.update(case.finds for case in test_names_and_drawing.CASES)
    found.update(case.finds for case in test_law.CASES)
    found.update(case.finds for case in (*test_hidden_defects.SMALL, *test_hidden_defects.LARGE))
    found[PARAMETERS] = sum("parameters" in case and bool(case["finds"]) for case in test_tables.CASES)
    found[PARAMETERS] += len(test_in_force.SPOILT)
    found[SUPPRESSION] = len(test_suppressions.WRONG) + len(test_suppressions.ELSEWHERE)
    return found


@pytest.mark.parametrize("check", ALL)
def test_every_check_has_five_broken_models_at_least(check: str) -> None:
    assert broken_models()[check] >= LEAST_FAULTS


def test_corpus_names_no_check_that_is_not_there() -> None:
    assert set(broken_models()) <= set(ALL)


def test_every_rule_of_style_and_of_citations_has_a_reason_of_its_own() -> None:
    by_code = {"clause-present": "BPMN_NO_CLAUSE"}

    assert {by_code.get(name, name) for name in (*STYLE, *LAW)} == set(BY_CHECK)
