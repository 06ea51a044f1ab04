"""range() and the relations of points and ranges: the cases of `data/ranges.yaml`."""

from tests.feel.feel_cases import Case, cases_of, check


@cases_of("ranges")
def test_range_function_gives_the_result_of_the_standard(case: Case) -> None:
    check(case)
