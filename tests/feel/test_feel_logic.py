"""Three-valued logic, equality, membership, types: the cases of `data/logic.yaml`."""

from tests.feel.feel_cases import Case, cases_of, check


@cases_of("logic")
def test_logical_expression_gives_the_result_of_the_standard(case: Case) -> None:
    check(case)
