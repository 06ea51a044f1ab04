"""Temporal arithmetic, properties and functions: the cases of `data/temporal.yaml`."""

from tests.feel.feel_cases import Case, cases_of, check


@cases_of("temporal")
def test_temporal_expression_gives_the_result_of_the_standard(case: Case) -> None:
    check(case)
