"""Functions that make one value of many: the cases of `data/aggregation.yaml`."""

from tests.feel.feel_cases import Case, cases_of, check


@cases_of("aggregation")
def test_aggregation_gives_the_result_of_the_standard(case: Case) -> None:
    check(case)
