"""Numeric functions: the cases of `data/numeric.yaml`."""

from tests.feel.feel_cases import Case, cases_of, check


@cases_of("numeric")
def test_numeric_function_gives_the_result_of_the_standard(case: Case) -> None:
    check(case)
