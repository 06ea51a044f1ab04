"""Arithmetic on numbers and texts: the cases of `data/arithmetic.yaml`."""

from tests.feel.feel_cases import Case, cases_of, check


@cases_of("arithmetic")
def test_arithmetic_expression_gives_the_result_of_the_standard(case: Case) -> None:
    check(case)
