"""Reading models: what is refused, where, and with which words; what is read from DMN 1.1 to 1.5."""

from __future__ import annotations

import pytest

from engine.dmn import read_model
from engine.dmn.model import DecisionTable, HitPolicy
from engine.dmn.xml import DMN_NAMESPACES
from engine.errors import EngineError, ErrorCode, Problem
from tests.dmn.models import NAMESPACE, decision_xml, model_xml, read, table_xml

TABLE = {
    "inputs": {"age": "number"},
    "outputs": {"fare": "number"},
    "rules": {"Rule_Child": {"when": ["< 12"], "then": ["0"], "why": "[act:1; R-01] children ride free"}},
}


def refusal(data: bytes) -> tuple[Problem, ...]:
    with pytest.raises(EngineError) as caught:
        read_model(data, "ferry.dmn")
    return caught.value.problems


@pytest.mark.parametrize("namespace", DMN_NAMESPACES)
def test_model_in_each_supported_namespace_is_read(namespace: str) -> None:
    data = model_xml(decision_xml(table_xml(TABLE), {"age": "number"})).replace(NAMESPACE.encode(), namespace.encode())

    model = read_model(data, "ferry.dmn")

    assert [decision.id for decision in model.decisions] == ["Decision_Answer"]
    assert len(model.hash) == 64


def test_rule_description_gives_clauses_and_reason() -> None:
    model = read(decision_xml(table_xml(TABLE), {"age": "number"}))

    rule = model.decisions[0].rules[0]

    assert (rule.id, rule.clauses, rule.reason) == ("Rule_Child", ("act:1", "R-01"), "children ride free")
    assert rule.input_entries[0].place.rule_id == "Rule_Child"
    assert rule.input_entries[0].place.part == 'input "age"'


def test_reason_of_a_rule_leaves_out_what_the_description_says_to_the_checks() -> None:
    why = '[act:1] children ride free [equivalent rule-output "[] becomes [1]": nobody counts them]'
    table = {**TABLE, "rules": {"Rule_Child": {"when": ["< 12"], "then": ["0"], "why": why}}}

    rule = read(decision_xml(table_xml(table), {"age": "number"})).decisions[0].rules[0]

    assert rule.reason == "children ride free"
    assert rule.description == why


def test_table_without_hit_policy_is_unique() -> None:
    body = decision_xml(table_xml(TABLE).replace(' hitPolicy="UNIQUE"', ""), {"age": "number"})

    table = read(body).decisions[0].expression

    assert isinstance(table, DecisionTable)
    assert table.hit_policy is HitPolicy.UNIQUE


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "expected well-formed XML"),
        (b"<definitions", "expected well-formed XML"),
        (b"\xff\xfe\x00", "expected well-formed XML"),
        (b"<other/>", 'but got "other"'),
        (b'<definitions xmlns="http://www.omg.org/spec/DMN/20130901"/>', "DMN 1.1 to 1.5"),
        (b'<!DOCTYPE definitions><definitions xmlns="' + NAMESPACE.encode() + b'"/>', "without DOCTYPE"),
        (
            b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions xmlns="'
            + NAMESPACE.encode()
            + b'">&x;</definitions>',
            "without DOCTYPE",
        ),
    ],
)
def test_text_that_is_no_decision_model_is_refused_as_xml(data: bytes, message: str) -> None:
    problems = refusal(data)

    assert [problem.code for problem in problems] == [ErrorCode.DMN_XML]
    assert message in problems[0].message
    assert problems[0].location.file == "ferry.dmn"


def test_deeply_nested_xml_is_refused_without_overflow() -> None:
    data = model_xml("<decision>" + "<context><contextEntry>" * 2000)

    assert refusal(data)[0].code is ErrorCode.DMN_XML


def test_all_problems_of_a_file_are_shown_together_in_order() -> None:
    wrong = (
        table_xml(TABLE)
        .replace('hitPolicy="UNIQUE"', 'hitPolicy="UNIQ"')
        .replace("<inputEntry><text>&lt; 12</text></inputEntry>", "")
    )
    body = decision_xml(wrong, {"age": "number"}) + '\n<decision id="Decision_B"><surprise/></decision>'

    problems = refusal(model_xml(body))

    assert [(problem.code, problem.location.decision_id, problem.location.rule_id) for problem in problems] == [
        (ErrorCode.DMN_INVALID, "Decision_Answer", None),
        (ErrorCode.DMN_INVALID, "Decision_Answer", "Rule_Child"),
        (ErrorCode.DMN_INVALID, "Decision_B", None),
        (ErrorCode.DMN_UNSUPPORTED, "Decision_B", None),
    ]
    assert 'Did you mean "UNIQUE"?' in problems[0].message
    assert "expected 1 input entries, one for each column, but got 0" in problems[1].message


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (
            '<decision id="D" name="D"><literalExpression/><list/></decision>',
            ErrorCode.DMN_INVALID,
            "at most one expression",
        ),
        ('<decision id="D" name="D"><decisionTable/></decision>', ErrorCode.DMN_INVALID, "a table with an output"),
        (
            '<decision id="D" name="D"><decisionTable><input><inputExpression><text>x</text></inputExpression></input>'
            "<output/><rule><inputEntry>&lt; 5</inputEntry><outputEntry><text>1</text></outputEntry></rule>"
            "</decisionTable></decision>",
            ErrorCode.DMN_INVALID,
            'in a "text" element, but "< 5" stands in "inputEntry" itself',
        ),
        (
            '<decision id="D" name="D"><literalExpression>x + 1</literalExpression></decision>',
            ErrorCode.DMN_INVALID,
            '"x + 1" stands in "literalExpression" itself',
        ),
        (
            '<decision id="D" name="D"><decisionTable><output/><output name="b"/></decisionTable></decision>',
            ErrorCode.DMN_INVALID,
            "output 1 has none",
        ),
        (
            '<decision id="D" name="D"><decisionTable><output name="a"/><output name="a"/></decisionTable></decision>',
            ErrorCode.DMN_DUPLICATE,
            '"a" names 2 of them',
        ),
        (
            '<decision id="D" name="D"><decisionTable aggregation="SUM"><output/></decisionTable></decision>',
            ErrorCode.DMN_INVALID,
            "an aggregation only under COLLECT",
        ),
        (
            '<decision id="D" name="D"><literalExpression expressionLanguage="http://groovy"><text>x</text></literalExpression></decision>',
            ErrorCode.DMN_UNSUPPORTED,
            "in FEEL",
        ),
        (
            '<decision id="D" name="D"><conditional><if/></conditional></decision>',
            ErrorCode.DMN_INVALID,
            'an expression under "if"',
        ),
        (
            '<decision id="D" name="D"><relation><column name="a"/><row/></relation></decision>',
            ErrorCode.DMN_INVALID,
            "expected 1 cells",
        ),
        (
            '<decision id="D" name="D"><informationRequirement><requiredInput/></informationRequirement></decision>',
            ErrorCode.DMN_INVALID,
            'the attribute "href"',
        ),
        (
            '<decision id="D" name="D"/><inputData id="D" name="E"/>',
            ErrorCode.DMN_DUPLICATE,
            'each id once, but "D"',
        ),
    ],
)
def test_malformed_part_is_refused_with_its_place(body: str, code: ErrorCode, message: str) -> None:
    problems = refusal(model_xml(body))

    found = [problem for problem in problems if message in problem.message]
    assert [problem.code for problem in found[:1]] == [code]
    assert found[0].location.decision_id == "D"
    assert found[0].location.line is not None


def test_extension_elements_and_diagrams_are_passed_over() -> None:
    body = (
        '<extensionElements><x:y xmlns:x="urn:x"/></extensionElements>'
        '<decision id="D" name="D"><x:z xmlns:x="urn:x"/></decision>'
        '<dmndi:DMNDI xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"><dmndi:DMNDiagram/></dmndi:DMNDI>'
    )

    assert read(body).decisions[0].name == "D"


@pytest.mark.parametrize(
    "language",
    [
        "http://www.omg.org/spec/FEEL/20140401",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
        "FEEL",
        "s-feel",
        "",
    ],
)
def test_every_name_of_feel_is_known(language: str) -> None:
    logic = f'<literalExpression expressionLanguage="{language}"><text>1</text></literalExpression>'

    model = read(f'<decision id="D" name="D">{logic}</decision>')

    assert model.decisions[0].expression is not None


def test_language_of_the_whole_model_is_refused_once_where_expressions_rely_on_it() -> None:
    own = '<literalExpression expressionLanguage="feel"><text>1</text></literalExpression>'
    inherited = "<literalExpression><text>1</text></literalExpression>"
    body = "".join(
        f'<decision id="D{number}" name="D{number}">{logic}</decision>'
        for number, logic in enumerate((own, inherited, inherited))
    )
    data = model_xml(body).replace(
        b' id="definitions"', b' id="definitions" expressionLanguage="http://java.sun.com/juel"'
    )

    [problem] = refusal(data)

    assert problem.code is ErrorCode.DMN_UNSUPPORTED
    assert '"http://java.sun.com/juel" as the expressionLanguage of "definitions"' in problem.message
    assert problem.location.decision_id == "D1"


def test_prefix_of_a_type_that_the_document_declares_is_dropped() -> None:
    body = (
        '<itemDefinition name="tAge"><typeRef>feel:number</typeRef><allowedValues><text>[0..120]</text></allowedValues>'
        '</itemDefinition><inputData id="I" name="age"><variable name="age" typeRef="ns1:tAge"/></inputData>'
        '<inputData id="J" name="x"><variable name="x" typeRef="context&lt;a: number&gt;"/></inputData>'
    )
    data = model_xml(body).replace(
        b' id="definitions"',
        b' id="definitions" xmlns:feel="http://www.omg.org/spec/FEEL/20140401" xmlns:ns1="test:ferry"',
    )

    model = read_model(data, "ferry.dmn")

    assert model.item_definitions[0].type_ref == "number"
    assert [each.variable.type_ref for each in model.input_data] == ["tAge", "context<a: number>"]
