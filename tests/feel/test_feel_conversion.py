"""Conversion functions and temporal literals: the cases of `data/conversion.yaml`."""

from tests.feel.feel_cases import Case, cases_of, check


@cases_of("conversion")
def test_conversion_gives_the_result_of_the_standard(case: Case) -> None:
    check(case)
