"""The boxed list: see the cases in data/list.yaml."""

from __future__ import annotations

import pytest

from tests.dmn.models import Case, by_name, check_case, load_cases


@pytest.mark.parametrize("case", load_cases("list.yaml"), ids=by_name)
def test_list_with_given_inputs_has_the_value_of_the_case(case: Case) -> None:
    check_case(case)
