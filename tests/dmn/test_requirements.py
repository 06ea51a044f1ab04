"""The requirements graph: what a decision sees, references that lead nowhere, cycles, imports."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.dmn import DecisionLibrary, read_model
from engine.errors import EngineError, ErrorCode
from tests.dmn.models import model_xml, read


def literal(identifier: str, text: str, *required: str, kind: str = "requiredDecision") -> str:
    arrows = "".join(f'<informationRequirement><{kind} href="{each}"/></informationRequirement>' for each in required)
    return (
        f'<decision id="{identifier}" name="{identifier}">{arrows}'
        f"<literalExpression><text>{text}</text></literalExpression></decision>"
    )


def test_required_decisions_are_evaluated_once_and_recorded_in_order() -> None:
    body = (
        literal("A", "1")
        + literal("B", "A + 1", "#A")
        + literal("C", "A + 10", "#A")
        + literal("D", "B + C", "#B", "#C")
    )
    library = DecisionLibrary([read(body)])

    result = library.evaluate("D", {})

    assert result.value == Decimal(13)
    assert [decision.id for decision in result.audit.decisions] == ["A", "B", "C", "D"]


def test_decision_that_is_not_required_is_not_seen() -> None:
    library = DecisionLibrary([read(literal("A", "1") + literal("B", "A"))])

    result = library.evaluate("B", {"A": Decimal(5)})

    assert result.value is None
    assert [warning.code for warning in result.warnings] == [ErrorCode.FEEL_UNKNOWN_NAME]
    assert result.warnings[0].location.decision_id == "B"


def test_input_does_not_override_a_decision_that_has_logic() -> None:
    library = DecisionLibrary([read(literal("A", "1") + literal("B", "A", "#A"))])

    assert library.evaluate("B", {"A": Decimal(5)}).value == Decimal(1)


def test_decision_without_logic_takes_its_value_from_the_inputs() -> None:
    library = DecisionLibrary([read('<decision id="A" name="A"/>' + literal("B", "A", "#A"))])

    assert library.evaluate("B", {"A": Decimal(5)}).value == Decimal(5)
    assert [warning.code for warning in library.evaluate("B", {}).warnings] == [ErrorCode.FEEL_NOT_FOUND]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (literal("A", "A", "#A"), '"A" -> "A"'),
        (literal("A", "B", "#B") + literal("B", "C", "#C") + literal("C", "A", "#A"), '"A" -> "B" -> "C" -> "A"'),
    ],
)
def test_decisions_that_require_themselves_are_refused_with_their_cycle(body: str, named: str) -> None:
    with pytest.raises(EngineError) as caught:
        DecisionLibrary([read(body)])

    assert caught.value.code is ErrorCode.DMN_CYCLE
    assert named in caught.value.problem.message


def test_long_chain_of_decisions_is_no_cycle_and_is_bounded() -> None:
    chain = literal("D0", "1") + "".join(literal(f"D{n}", f"D{n - 1} + 1", f"#D{n - 1}") for n in range(1, 400))
    library = DecisionLibrary([read(chain)])

    assert library.evaluate("D30", {}).value == Decimal(31)
    with pytest.raises(EngineError) as caught:
        library.evaluate("D399", {})
    assert caught.value.code is ErrorCode.FEEL_LIMIT


def test_reference_that_leads_nowhere_is_refused_with_the_nearest_id() -> None:
    with pytest.raises(EngineError) as caught:
        DecisionLibrary([read(literal("Fare", "1") + literal("Total", "1", "#Fares"))])

    assert caught.value.code is ErrorCode.DMN_UNKNOWN_REFERENCE
    assert 'Did you mean "#Fare"?' in caught.value.problem.message
    assert caught.value.problem.location.decision_id == "Total"


def test_reference_to_an_element_of_another_kind_is_refused() -> None:
    with pytest.raises(EngineError) as caught:
        DecisionLibrary([read(literal("Fare", "1") + literal("Total", "1", "#Fare", kind="requiredInput"))])

    assert caught.value.code is ErrorCode.DMN_UNKNOWN_REFERENCE


def test_two_models_with_one_decision_id_are_refused() -> None:
    other = read_model(model_xml(literal("A", "2"), namespace="test:other"), "other.dmn")

    with pytest.raises(EngineError) as caught:
        DecisionLibrary([read(literal("A", "1")), other])

    assert caught.value.code is ErrorCode.DMN_DUPLICATE
    assert "ferry.dmn" in caught.value.problem.message


def test_unknown_decision_is_refused_with_the_nearest_id() -> None:
    library = DecisionLibrary([read(literal("Decision_Fare", "1"))])

    with pytest.raises(EngineError) as caught:
        library.evaluate("Decision_Fair", {})

    assert caught.value.code is ErrorCode.DMN_UNKNOWN_DECISION
    assert 'Did you mean "Decision_Fare"?' in caught.value.problem.message


# ---- imports ----------------------------------------------------------------------------------------------------

BASE = (
    '<itemDefinition name="tPort"><itemComponent name="port name"><typeRef>string</typeRef></itemComponent>'
    "</itemDefinition>"
    '<inputData id="Input_Port" name="the port"><variable name="the port" typeRef="tPort"/></inputData>'
    '<businessKnowledgeModel id="Greet" name="Greet Port"><variable name="Greet Port"/><encapsulatedLogic>'
    '<formalParameter name="port" typeRef="tPort"/><literalExpression><text>"Ahoy " + port.port name</text>'
    "</literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    '<decision id="Named" name="port name"><variable name="port name"/>'
    '<informationRequirement><requiredInput href="#Input_Port"/></informationRequirement>'
    "<literalExpression><text>the port.port name</text></literalExpression></decision>"
)


def importing(name: str, text: str, requirement: str, extra: str = "") -> bytes:
    dotted = f"{name}." if name else ""
    return model_xml(
        f'<inputData id="Input_Here" name="here"><variable name="here" typeRef="{dotted}tPort"/></inputData>'
        '<decision id="Decision_Here" name="Here"><variable name="Here"/>'
        '<informationRequirement><requiredInput href="#Input_Here"/></informationRequirement>'
        f"{requirement}<literalExpression><text>{text}</text></literalExpression></decision>{extra}",
        imports=f'<import name="{name}" namespace="test:base" importType="x"/>',
        namespace="test:main",
    )


KNOWLEDGE = '<knowledgeRequirement><requiredKnowledge href="test:base#Greet"/></knowledgeRequirement>'
INFORMATION = '<informationRequirement><requiredDecision href="test:base#Named"/></informationRequirement>'


def library_of(main: bytes) -> DecisionLibrary:
    base = read_model(model_xml(BASE, namespace="test:base"), "base.dmn")
    return DecisionLibrary([read_model(main, "main.dmn"), base])


def test_imported_function_and_type_stand_under_the_name_of_the_import() -> None:
    library = library_of(importing("the base", "the base.Greet Port(here)", KNOWLEDGE))

    assert library.evaluate("Decision_Here", {"here": {"port name": "North"}}).value == "Ahoy North"


def test_value_that_is_not_of_the_imported_type_is_null() -> None:
    library = library_of(importing("the base", "here", ""))

    result = library.evaluate("Decision_Here", {"here": {"other": "North"}})

    assert result.value is None
    assert [warning.code for warning in result.warnings] == [ErrorCode.FEEL_TYPE_MISMATCH]


def test_import_without_a_name_puts_its_elements_into_the_scope_itself() -> None:
    library = library_of(importing("", "Greet Port(here)", KNOWLEDGE))

    assert library.evaluate("Decision_Here", {"here": {"port name": "North"}}).value == "Ahoy North"


@pytest.mark.parametrize(
    "given",
    [{"base": {"the port": {"port name": "South"}}}, {"the port": {"port name": "South"}}],
    ids=["inside the import", "by its own name"],
)
def test_input_of_an_imported_decision_may_be_given_in_two_ways(given: dict[str, object]) -> None:
    library = library_of(importing("base", "base.port name", INFORMATION))

    result = library.evaluate("Decision_Here", given)  # type: ignore[arg-type]

    assert result.value == "South"
    assert result.audit.inputs["base.the port"] == {"port name": "South"}
    assert set(result.audit.model_hashes) == {"main.dmn", "base.dmn"}


def test_import_of_a_model_that_is_not_there_is_refused() -> None:
    with pytest.raises(EngineError) as caught:
        DecisionLibrary([read_model(importing("base", "base.Greet Port(here)", KNOWLEDGE), "main.dmn")])

    assert caught.value.code is ErrorCode.DMN_UNKNOWN_REFERENCE
    assert "must be deployed beside this one" in str(caught.value.problem.hint)


def test_model_imported_over_two_ways_has_its_own_inputs_on_each() -> None:
    def middle(name: str) -> bytes:
        return model_xml(
            f'<decision id="Says_{name}" name="says"><variable name="says"/>'
            '<informationRequirement><requiredDecision href="test:base#Named"/></informationRequirement>'
            f'<literalExpression><text>"{name}: " + base.port name</text></literalExpression></decision>',
            imports='<import name="base" namespace="test:base" importType="x"/>',
            namespace=f"test:{name}",
        )

    main = model_xml(
        '<decision id="Both" name="both"><variable name="both"/>'
        '<informationRequirement><requiredDecision href="test:left#Says_left"/></informationRequirement>'
        '<informationRequirement><requiredDecision href="test:right#Says_right"/></informationRequirement>'
        "<literalExpression><text>[left one.says, right.says]</text></literalExpression></decision>",
        imports='<import name="left one" namespace="test:left" importType="x"/>'
        '<import name="right" namespace="test:right" importType="x"/>',
        namespace="test:main",
    )
    files = {
        "main": main,
        "left": middle("left"),
        "right": middle("right"),
        "base": model_xml(BASE, namespace="test:base"),
    }
    library = DecisionLibrary([read_model(data, f"{name}.dmn") for name, data in files.items()])

    result = library.evaluate(
        "Both",
        {
            "left one": {"base": {"the port": {"port name": "North"}}},
            "right": {"base": {"the port": {"port name": "South"}}},
        },
    )

    assert result.value == ["left: North", "right: South"]
    assert [decision.id for decision in result.audit.decisions] == ["Named", "Says_left", "Named", "Says_right", "Both"]


def test_input_of_an_imported_model_may_be_given_by_its_namespace() -> None:
    library = library_of(importing("base", "base.port name", INFORMATION))
    given = {("test:base", "the port"): {"port name": "West"}}

    assert library.evaluate("Decision_Here", {}, namespaces=given).value == "West"  # type: ignore[arg-type]
