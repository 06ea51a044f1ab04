"""Contexts and their functions: the cases of `data/contexts.yaml`."""

from tests.feel.feel_cases import Case, cases_of, check


@cases_of("contexts")
def test_context_expression_gives_the_result_of_the_standard(case: Case) -> None:
    check(case)
