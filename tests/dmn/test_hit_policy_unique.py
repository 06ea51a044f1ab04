"""The hit policy UNIQUE: see the cases in data/unique.yaml."""

from __future__ import annotations

import pytest

from tests.dmn.models import Case, by_name, check_case, load_cases


@pytest.mark.parametrize("case", load_cases("unique.yaml"), ids=by_name)
def test_unique_table_with_given_inputs_answers_as_the_case_says(case: Case) -> None:
    check_case(case)
