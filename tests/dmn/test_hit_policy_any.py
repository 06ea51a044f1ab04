"""The hit policy ANY: see the cases in data/any.yaml."""

from __future__ import annotations

import pytest

from tests.dmn.models import Case, by_name, check_case, load_cases


@pytest.mark.parametrize("case", load_cases("any.yaml"), ids=by_name)
def test_any_table_with_given_inputs_answers_as_the_case_says(case: Case) -> None:
    check_case(case)
