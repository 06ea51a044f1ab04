"""Functions with XPath patterns: the cases of `data/patterns.yaml`."""

from tests.feel.feel_cases import Case, cases_of, check


@cases_of("patterns")
def test_pattern_function_gives_the_result_of_the_standard(case: Case) -> None:
    check(case)
