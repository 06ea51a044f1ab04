"""Business knowledge models and decision services: function values, parameters, scopes, recursion, direct calls."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.dmn import DecisionLibrary
from engine.errors import EngineError, ErrorCode
from engine.feel import Value
from tests.dmn.models import decision_xml, read


def knowledge(name: str, parameters: dict[str, str], text: str, *required: str, result: str = "") -> str:
    formal = "".join(
        f'<formalParameter name="{each}"{f" typeRef={chr(34)}{kind}{chr(34)}" if kind else ""}/>'
        for each, kind in parameters.items()
    )
    arrows = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{each}"/></knowledgeRequirement>' for each in required
    )
    declared = f' typeRef="{result}"' if result else ""
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"{declared}/>'
        f"<encapsulatedLogic>{formal}<literalExpression><text>{text}</text></literalExpression></encapsulatedLogic>"
        f"{arrows}</businessKnowledgeModel>"
    )


def calling(text: str, *functions: str, inputs: dict[str, str] | None = None, more: str = "") -> DecisionLibrary:
    arrows = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{each}"/></knowledgeRequirement>' for each in functions
    )
    logic = f"{arrows}<literalExpression><text>{text}</text></literalExpression>"
    return DecisionLibrary([read(decision_xml(logic, inputs or {}, more=more))])


def answer(library: DecisionLibrary, **inputs: Value) -> tuple[Value, list[ErrorCode]]:
    result = library.evaluate("Decision_Answer", inputs)
    return result.value, [warning.code for warning in result.warnings]


def test_knowledge_is_called_by_position_and_by_name() -> None:
    more = knowledge("toll", {"weight": "number", "rate": "number"}, "weight * rate")

    assert answer(calling("[toll(2, 3), toll(rate: 4, weight: 5)]", "toll", more=more)) == ([6, 20], [])


def test_argument_of_another_type_makes_null_with_the_reason() -> None:
    more = knowledge("toll", {"weight": "number"}, "weight")

    assert answer(calling('toll("heavy")', "toll", more=more)) == (None, [ErrorCode.FEEL_TYPE_MISMATCH])


def test_knowledge_sees_its_own_requirements_and_not_the_callers_scope() -> None:
    more = knowledge("inner", {}, "7") + knowledge("outer", {}, "inner() + weight", "inner")

    value, codes = answer(calling("outer()", "outer", inputs={"weight": "number"}, more=more), weight=Decimal(1))

    assert value is None
    assert codes[0] is ErrorCode.FEEL_UNKNOWN_NAME


def test_knowledge_that_is_not_required_is_unknown() -> None:
    more = knowledge("toll", {}, "1")

    value, codes = answer(calling("toll()", more=more))

    assert value is None
    assert ErrorCode.FEEL_UNKNOWN_FUNCTION in codes


def test_knowledge_is_a_value_that_can_be_passed_on() -> None:
    more = knowledge("lighter", {"a": "", "b": ""}, "b > a")

    assert answer(calling("sort([3, 1, 2], lighter)", "lighter", more=more)) == ([1, 2, 3], [])


def test_knowledge_may_call_itself() -> None:
    more = knowledge("factorial", {"n": "number"}, "if n = 0 then 1 else n * factorial(n - 1)")

    assert answer(calling("factorial(20)", "factorial", more=more)) == (Decimal(2432902008176640000), [])


def test_recursion_without_an_end_meets_a_bound_with_a_place() -> None:
    library = calling("forever(1)", "forever", more=knowledge("forever", {"n": "number"}, "1 + forever(n + 1)"))

    with pytest.raises(EngineError) as caught:
        answer(library)

    assert caught.value.code is ErrorCode.FEEL_LIMIT
    assert caught.value.problem.location.file == "ferry.dmn"


def test_result_of_another_type_than_declared_is_null() -> None:
    more = knowledge("toll", {}, '"free"', result="number")

    assert answer(calling("toll()", "toll", more=more)) == (None, [ErrorCode.FEEL_TYPE_MISMATCH])


def test_knowledge_without_logic_is_null_when_called() -> None:
    more = '<businessKnowledgeModel id="toll" name="toll"><variable name="toll"/></businessKnowledgeModel>'

    assert answer(calling("toll()", "toll", more=more))[0] is None


def test_knowledge_can_be_called_directly() -> None:
    library = calling("1", more=knowledge("toll", {"weight": "number"}, "weight * 2"))

    assert library.evaluate_knowledge("toll", {"weight": Decimal(4)}).value == Decimal(8)


# ---- decision services ------------------------------------------------------------------------------------------

HARBOUR = (
    '<inputData id="Weight" name="weight"><variable name="weight" typeRef="number"/></inputData>'
    '<decision id="Rate" name="rate"><variable name="rate"/>'
    "<literalExpression><text>2</text></literalExpression></decision>"
    '<decision id="Toll" name="toll"><variable name="toll"/>'
    '<informationRequirement><requiredInput href="#Weight"/></informationRequirement>'
    '<informationRequirement><requiredDecision href="#Rate"/></informationRequirement>'
    "<literalExpression><text>weight * rate</text></literalExpression></decision>"
)


def service(outputs: str = "#Toll", more: str = '<inputData href="#Weight"/>', declared: str = "") -> str:
    produced = "".join(f'<outputDecision href="{each}"/>' for each in outputs.split())
    return (
        f'<decisionService id="Port_Service" name="port service"><variable name="port service"{declared}/>'
        f"{produced}{more}</decisionService>"
    )


def test_service_with_one_output_decision_gives_its_value() -> None:
    library = calling("port service(5)", "Port_Service", more=HARBOUR + service())

    assert answer(library) == (Decimal(10), [])


def test_service_with_several_output_decisions_gives_a_context() -> None:
    library = calling("port service(5)", "Port_Service", more=HARBOUR + service("#Toll #Rate"))

    assert answer(library) == ({"toll": Decimal(10), "rate": Decimal(2)}, [])


def test_service_takes_input_data_first_and_input_decisions_in_place_of_their_logic() -> None:
    more = '<inputDecision href="#Rate"/><inputData href="#Weight"/>'
    library = calling(
        "[port service(5, 3), port service(rate: 4, weight: 5)]", "Port_Service", more=HARBOUR + service(more=more)
    )

    assert answer(library) == ([Decimal(15), Decimal(20)], [])


def test_nothing_leaks_into_a_service() -> None:
    library = calling("port service()", "Port_Service", inputs={"weight2": ""}, more=HARBOUR + service(more=""))

    result = library.evaluate("Decision_Answer", {"weight": Decimal(9)})

    assert result.value is None


def test_result_of_a_service_has_its_declared_type() -> None:
    library = calling("port service(5)", "Port_Service", more=HARBOUR + service(declared=' typeRef="string"'))

    assert answer(library) == (None, [ErrorCode.FEEL_TYPE_MISMATCH])


def test_service_can_be_called_directly_and_records_its_decisions() -> None:
    library = calling("1", more=HARBOUR + service())

    result = library.evaluate_service("Port_Service", {"weight": Decimal(4)})

    assert result.value == Decimal(8)
    assert [decision.id for decision in result.audit.decisions] == ["Rate", "Toll"]


def test_unknown_service_is_refused_with_the_nearest_id() -> None:
    library = calling("1", more=HARBOUR + service())

    with pytest.raises(EngineError) as caught:
        library.evaluate_service("Port_Servise", {})

    assert caught.value.code is ErrorCode.DMN_UNKNOWN_DECISION
    assert 'Did you mean "Port_Service"?' in caught.value.problem.message


def test_boxed_invocation_that_calls_itself_meets_a_bound_of_ours() -> None:
    body = (
        "<invocation><literalExpression><text>forever</text></literalExpression><binding>"
        '<parameter name="n"/><literalExpression><text>n + 1</text></literalExpression></binding></invocation>'
    )
    more = (
        '<businessKnowledgeModel id="forever" name="forever"><variable name="forever"/><encapsulatedLogic>'
        f'<formalParameter name="n"/>{body}</encapsulatedLogic></businessKnowledgeModel>'
    )
    library = calling("forever(1)", "forever", more=more)

    with pytest.raises(EngineError) as caught:
        answer(library)

    assert caught.value.code is ErrorCode.FEEL_LIMIT
    with pytest.raises(EngineError) as direct:
        library.evaluate_knowledge("forever", {"n": Decimal(1)})
    assert direct.value.code is ErrorCode.FEEL_LIMIT
