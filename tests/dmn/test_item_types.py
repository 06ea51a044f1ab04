"""Item definitions: structures, collections, allowed values, constraints, self-reference; typed inputs from outside."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from engine.dmn import DecisionLibrary, DecisionResult, check_model
from engine.errors import EngineError, ErrorCode, Severity
from engine.feel import FeelDate, Value
from tests.dmn.models import decision_xml, feel, read

TYPES = """
<itemDefinition name="tGrade"><typeRef>string</typeRef>
  <allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>
<itemDefinition name="tGrades" isCollection="true"><typeRef>string</typeRef>
  <allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>
<itemDefinition name="tFew" isCollection="true"><typeRef>number</typeRef>
  <typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>
<itemDefinition name="tShip"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>
  <itemComponent name="length"><typeRef>number</typeRef>
  <allowedValues><text>[1..500]</text></allowedValues></itemComponent>
  <itemComponent name="built"><typeRef>date</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tTree"><itemComponent name="size"><typeRef>number</typeRef></itemComponent>
  <itemComponent name="children" isCollection="true"><typeRef>tTree</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tLater"><typeRef>tDefinedBelow</typeRef></itemDefinition>
<itemDefinition name="tDefinedBelow"><typeRef>number</typeRef></itemDefinition>
<itemDefinition name="tAction"><functionItem outputTypeRef="number">
  <parameters name="n" typeRef="number"/></functionItem></itemDefinition>
"""


def library_for(type_ref: str, text: str = "x") -> DecisionLibrary:
    logic = f"<literalExpression><text>{text}</text></literalExpression>"
    return DecisionLibrary([read(decision_xml(logic, {"x": type_ref}, more=TYPES))])


def with_input(type_ref: str, value: Value, text: str = "x") -> DecisionResult:
    return library_for(type_ref, text).evaluate("Decision_Answer", {"x": value})


@pytest.mark.parametrize(
    ("type_ref", "given", "value", "code"),
    [
        ("tGrade", '"A"', '"A"', None),
        ("tGrade", '"C"', "null", ErrorCode.DMN_INPUT_NOT_ALLOWED),
        ("tGrade", "1", "null", ErrorCode.FEEL_TYPE_MISMATCH),
        ("tGrade", '["A"]', '"A"', None),
        ("tGrades", '["A", "B", "A"]', '["A", "B", "A"]', None),
        ("tGrades", '"A"', '["A"]', None),
        ("tGrades", '["A", "C"]', "null", ErrorCode.DMN_INPUT_NOT_ALLOWED),
        ("tFew", "[1, 2]", "[1, 2]", None),
        ("tFew", "[1, 2, 3]", "null", ErrorCode.DMN_INPUT_NOT_ALLOWED),
        ("tShip", '{name: "Ida", length: 20, built: null}', '{name: "Ida", length: 20, built: null}', None),
        (
            "tShip",
            '{name: "Ida", length: 20, built: null, more: 1}',
            '{name: "Ida", length: 20, built: null, more: 1}',
            None,
        ),
        ("tShip", '{name: "Ida", length: 20}', "null", ErrorCode.FEEL_TYPE_MISMATCH),
        ("tShip", '{name: "Ida", length: 501, built: null}', "null", ErrorCode.DMN_INPUT_NOT_ALLOWED),
        (
            "tTree",
            "{size: 1, children: [{size: 2, children: []}]}",
            "{size: 1, children: [{size: 2, children: []}]}",
            None,
        ),
        ("tTree", '{size: 1, children: [{size: "x", children: []}]}', "null", ErrorCode.DMN_INPUT_NOT_ALLOWED),
        ("tLater", "1", "1", None),
        ("tLater", '"a"', "null", ErrorCode.FEEL_TYPE_MISMATCH),
        ("tAction", "function(n: number) n", None, None),
        ("tAction", "function() 1", "null", ErrorCode.FEEL_TYPE_MISMATCH),
    ],
)
def test_input_is_judged_by_its_item_definition(
    type_ref: str, given: str, value: str | None, code: ErrorCode | None
) -> None:
    result = with_input(type_ref, feel(given))

    if value is not None:
        assert result.value == feel(value)
    assert [warning.code for warning in result.warnings] == ([code] if code else [])


def test_value_that_is_not_allowed_is_an_error_that_names_what_is() -> None:
    [warning] = with_input("tGrade", "C").warnings

    assert warning.severity is Severity.ERROR
    assert warning.message == 'expected a value that the type tGrade allows ("A", "B"), but got "C".'
    assert warning.location.decision_id == "Input_x"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            '{name: "Ida", length: 501, built: null}',
            'expected one of [1..500] for "length", but got 501.',
        ),
        ('{name: "Ida", length: "20", built: null}', 'expected a value of type number for "length", but got "20".'),
        (
            '{name: "Ida", length: 20}',
            'expected an entry "built" of type date, but {name: "Ida", length: 20} has none.',
        ),
    ],
)
def test_part_of_a_structure_that_does_not_fit_is_named(given: str, message: str) -> None:
    [warning] = with_input("tShip", feel(given)).warnings

    assert warning.message == message


def test_instance_of_does_not_look_at_allowed_values() -> None:
    assert with_input("", "C", "x instance of tGrade").value is True
    assert with_input("", Decimal(1), "x instance of tGrade").value is False


def test_inputs_from_outside_become_values_of_the_declared_type() -> None:
    given: dict[str, Any] = {"x": {"name": "Ida", "length": 20, "built": "2001-02-03"}}

    read_values = library_for("tShip").read_inputs("Decision_Answer", given)

    assert read_values == {"x": {"name": "Ida", "length": Decimal(20), "built": FeelDate(2001, 2, 3)}}


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ({"y": 1}, ErrorCode.DMN_UNKNOWN_REFERENCE, 'does not use "y"'),
        ({"x": "twenty"}, ErrorCode.FEEL_TYPE_MISMATCH, "number"),
        ({"x": float("nan")}, ErrorCode.FEEL_TYPE_MISMATCH, "number"),
    ],
)
def test_input_from_outside_that_does_not_fit_is_refused_with_its_name(
    given: dict[str, object], code: ErrorCode, message: str
) -> None:
    with pytest.raises(EngineError) as caught:
        library_for("number").read_inputs("Decision_Answer", given, file="case.yaml")

    assert caught.value.code is code
    assert message in caught.value.problem.message
    assert caught.value.problem.location.file == "case.yaml"
    assert caught.value.problem.location.part == f'input "{next(iter(given))}"'


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "Ida", "length": "20", "built": None}, 'expected number for "length", but got the string "20"'),
        ({"name": "Ida", "length": 20, "built": "2001-13-03"}, 'expected date for "built", but got the string'),
        ({"name": "Ida", "length": 20}, 'expected an entry "built" of type date, but there is none'),
    ],
)
def test_part_of_a_structure_from_outside_that_does_not_fit_is_named(given: dict[str, object], message: str) -> None:
    with pytest.raises(EngineError) as caught:
        library_for("tShip").read_inputs("Decision_Answer", {"x": given})

    assert message in caught.value.problem.message


@pytest.mark.parametrize(("given", "path"), [([{"a": 1}, {"a": "x"}], "[2].a"), ({"a": "x"}, "a")])
def test_item_of_a_list_from_outside_that_does_not_fit_is_named(given: object, path: str) -> None:
    with pytest.raises(EngineError) as caught:
        library_for("list<context<a: number>>").read_inputs("Decision_Answer", {"x": given})

    assert caught.value.problem.message == f'expected number for "{path}", but got the string "x"'


def test_only_item_of_a_list_that_does_not_fit_is_named() -> None:
    [warning] = with_input("list<context<a: number>>", feel('{a: "x"}')).warnings

    assert warning.message == 'expected a value of type number for "a", but got "x".'


def test_day_from_yaml_and_from_json_is_the_same_instant() -> None:
    library = library_for("dateTime")

    read_values = [
        library.read_inputs("Decision_Answer", {"x": day})["x"] for day in (dt.date(2001, 2, 3), "2001-02-03")
    ]

    assert read_values == [feel('@"2001-02-03T00:00:00"')] * 2


def test_info_names_inputs_with_types_and_outputs() -> None:
    info = library_for("tShip").info("Decision_Answer")

    assert [(each.name, each.type) for each in info.inputs] == [("x", "tShip")]
    assert info.outputs == ("Answer",)
    assert info.file == "ferry.dmn"


def test_item_definitions_that_only_name_each_other_are_a_problem() -> None:
    types = (
        '<itemDefinition name="tA"><typeRef>tB</typeRef></itemDefinition>'
        '<itemDefinition name="tB"><typeRef>tA</typeRef></itemDefinition>'
    )
    model = read(decision_xml("<literalExpression><text>x</text></literalExpression>", {"x": "tA"}, more=types))

    problems = check_model(model)

    assert [problem.code for problem in problems] == [ErrorCode.DMN_CYCLE]
    assert "tA -> tB -> tA" in problems[0].message
    assert DecisionLibrary([model]).evaluate("Decision_Answer", {"x": Decimal(1)}).value == Decimal(1)


def test_item_definitions_that_refer_to_each_other_without_end_are_a_problem() -> None:
    chain = "".join(f'<itemDefinition name="t{n}"><typeRef>t{n + 1}</typeRef></itemDefinition>' for n in range(1500))
    logic = "<literalExpression><text>x</text></literalExpression>"
    model = read(decision_xml(logic, {"x": "t0"}, more=f'{chain}<itemDefinition name="t1500"/>'))

    problems = check_model(model)

    assert {problem.code for problem in problems} == {ErrorCode.DMN_INVALID}
    assert "over 100 levels" in problems[0].message
    assert DecisionLibrary([model]).evaluate("Decision_Answer", {"x": Decimal(1)}).value == Decimal(1)


@pytest.mark.parametrize("type_ref", ["integer", "long", "double", "int", "decimal"])
def test_number_types_of_tables_for_java_are_numbers(type_ref: str) -> None:
    logic = "<literalExpression><text>x</text></literalExpression>"
    model = read(decision_xml(logic, {"x": type_ref}, result_type=type_ref))

    assert [problem.code for problem in check_model(model) if problem.code is ErrorCode.DMN_UNKNOWN_TYPE] == []
    assert with_input(type_ref, Decimal("1.5")).value == Decimal("1.5")
    assert with_input(type_ref, "1.5").value is None
