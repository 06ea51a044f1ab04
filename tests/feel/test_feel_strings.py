"""String functions: the cases of `data/strings.yaml`."""

from tests.feel.feel_cases import Case, cases_of, check


@cases_of("strings")
def test_string_function_gives_the_result_of_the_standard(case: Case) -> None:
    check(case)
