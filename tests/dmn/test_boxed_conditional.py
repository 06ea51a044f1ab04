"""The boxed conditional: see the cases in data/conditional.yaml."""

from __future__ import annotations

import pytest

from tests.dmn.models import Case, by_name, check_case, load_cases


@pytest.mark.parametrize("case", load_cases("conditional.yaml"), ids=by_name)
def test_conditional_with_given_inputs_has_the_value_of_the_case(case: Case) -> None:
    check_case(case)
