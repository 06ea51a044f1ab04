"""for, some, every and functions: the cases of `data/iteration.yaml`."""

from tests.feel.feel_cases import Case, cases_of, check


@cases_of("iteration")
def test_iteration_gives_the_result_of_the_standard(case: Case) -> None:
    check(case)
