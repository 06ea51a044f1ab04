"""The boxed for expression: see the cases in data/for_expression.yaml."""

from __future__ import annotations

import pytest

from engine.dmn import DecisionLibrary
from engine.errors import EngineError, ErrorCode
from tests.dmn.models import Case, by_name, check_case, decision_xml, load_cases, read


@pytest.mark.parametrize("case", load_cases("for_expression.yaml"), ids=by_name)
def test_for_expression_with_given_inputs_has_the_value_of_the_case(case: Case) -> None:
    check_case(case)


@pytest.mark.parametrize("loop", ["for", "some", "every"])
def test_loops_inside_loops_end_within_the_budget_of_one_evaluation(loop: str) -> None:
    # given
    part = "return" if loop == "for" else "satisfies"
    logic = "<literalExpression><text>false</text></literalExpression>"
    for _ in range(3):
        numbers = "<literalExpression><text>for i in 1..900 return i</text></literalExpression>"
        logic = f'<{loop} iteratorVariable="x"><in>{numbers}</in><{part}>{logic}</{part}></{loop}>'
    library = DecisionLibrary([read(decision_xml(logic, {}))])

    # when
    with pytest.raises(EngineError) as raised:
        library.evaluate("Decision_Answer", {})

    # then
    assert raised.value.code is ErrorCode.FEEL_LIMIT
    assert raised.value.problem.location.decision_id == "Decision_Answer"


def test_long_list_is_gone_through_in_time() -> None:
    numbers = "<in><literalExpression><text>for i in 1..50000 return i</text></literalExpression></in>"
    same = "<return><literalExpression><text>x</text></literalExpression></return>"
    logic = f'<for iteratorVariable="x">{numbers}{same}</for>'

    result = DecisionLibrary([read(decision_xml(logic, {}))]).evaluate("Decision_Answer", {})

    assert isinstance(result.value, list)
    assert (len(result.value), result.warnings) == (50_000, ())
