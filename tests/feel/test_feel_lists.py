"""List functions, filters and paths over lists: the cases of `data/lists.yaml`."""

from tests.feel.feel_cases import Case, cases_of, check


@cases_of("lists")
def test_list_expression_gives_the_result_of_the_standard(case: Case) -> None:
    check(case)
