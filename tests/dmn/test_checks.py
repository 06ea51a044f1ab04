"""What blocks the deployment of a model: one case for each check, with code, place and remedy."""

from __future__ import annotations

import pytest

from engine.dmn import check_model, read_model
from engine.dmn.checks import CHECKS
from engine.errors import ErrorCode, Problem
from tests.dmn.models import decision_xml, model_xml, read, table_xml

TABLE = {
    "inputs": {"age": "number"},
    "outputs": {"fare": "number"},
    "rules": {
        "Rule_Child": {"when": ["< 12"], "then": ["0"], "why": "[act:1] children ride free"},
        "Rule_Adult": {"when": [">= 12"], "then": ["7"], "why": "[none] everyone else"},
    },
}


def problems_of(body: str) -> list[Problem]:
    return check_model(read(body))


def with_rule(**changes: object) -> str:
    rules = {**TABLE["rules"], "Rule_Adult": {**TABLE["rules"]["Rule_Adult"], **changes}}
    return decision_xml(table_xml({**TABLE, "rules": rules}), {"age": "number"})


def test_model_without_faults_has_no_problems() -> None:
    assert problems_of(decision_xml(table_xml(TABLE), {"age": "number"})) == []


@pytest.mark.parametrize("why", ["", "everyone else", "act:2 everyone else", "[] everyone else"])
def test_rule_whose_description_opens_without_clause_is_a_problem(why: str) -> None:
    [problem] = problems_of(with_rule(why=why))

    assert problem.code is ErrorCode.DMN_NO_CLAUSE
    assert (problem.location.decision_id, problem.location.rule_id) == ("Decision_Answer", "Rule_Adult")


@pytest.mark.parametrize(
    ("changes", "code", "part", "message"),
    [
        ({"when": [">= limit"]}, ErrorCode.FEEL_UNKNOWN_NAME, 'input "age"', 'got "limit"'),
        ({"when": [">= agee"]}, ErrorCode.FEEL_UNKNOWN_NAME, 'input "age"', 'Did you mean "age"?'),
        ({"when": ["[12.."]}, ErrorCode.FEEL_SYNTAX, 'input "age"', ""),
        ({"then": ["aeg * 2"]}, ErrorCode.FEEL_UNKNOWN_NAME, 'output "fare"', 'Did you mean "age"?'),
        ({"then": ["flor(age)"]}, ErrorCode.FEEL_UNKNOWN_FUNCTION, 'output "fare"', 'Did you mean "floor"?'),
        ({"then": ["if age instance of numbr then 1 else 2"]}, ErrorCode.DMN_UNKNOWN_TYPE, 'output "fare"', '"number"'),
        ({"then": ["1 1"]}, ErrorCode.FEEL_SYNTAX, 'output "fare"', ""),
    ],
)
def test_fault_in_a_cell_is_a_problem_with_its_cell(
    changes: dict[str, object], code: ErrorCode, part: str, message: str
) -> None:
    problems = problems_of(with_rule(**changes))

    assert [problem.code for problem in problems] == [code]
    place = problems[0].location
    assert (place.file, place.decision_id, place.rule_id, place.part) == (
        "ferry.dmn",
        "Decision_Answer",
        "Rule_Adult",
        part,
    )
    assert message in problems[0].message
    assert place.text is not None
    assert place.span is not None


def test_unknown_name_says_what_is_in_scope() -> None:
    [problem] = problems_of(with_rule(then=["fee"]))

    assert problem.hint == "require it, or use one of: age"


def test_entries_of_a_context_and_fields_of_a_filter_are_known_names() -> None:
    logic = (
        '<context><contextEntry><variable name="dear ports"/><literalExpression>'
        "<text>ports[entry fee > 1 and item.name != null]</text></literalExpression></contextEntry>"
        "<contextEntry><literalExpression><text>dear ports.entry fee</text></literalExpression></contextEntry>"
        "</context>"
    )
    types = (
        '<itemDefinition name="tPorts" isCollection="true"><itemComponent name="entry fee"><typeRef>number</typeRef>'
        '</itemComponent><itemComponent name="name"><typeRef>string</typeRef></itemComponent></itemDefinition>'
    )

    assert problems_of(decision_xml(logic, {"ports": "tPorts"}, more=types)) == []


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (decision_xml("<literalExpression><text>1</text></literalExpression>", {}, result_type="numbr"), None),
        (decision_xml("<literalExpression><text>age</text></literalExpression>", {"age": "numbr"}), None),
        (
            '<itemDefinition name="tAge"><typeRef>numbr</typeRef></itemDefinition>'
            + decision_xml("<literalExpression><text>age</text></literalExpression>", {"age": "tAge"}),
            'item definition "tAge"',
        ),
        (decision_xml(table_xml({**TABLE, "inputs": {"age": "numbr"}}), {"age": "number"}), 'input "age"'),
    ],
)
def test_unknown_type_is_a_problem_with_the_nearest_name(body: str, part: str | None) -> None:
    problems = problems_of(body)

    assert {problem.code for problem in problems} == {ErrorCode.DMN_UNKNOWN_TYPE}
    assert problems[0].location.part == part
    assert 'Did you mean "number"?' in problems[0].message


@pytest.mark.parametrize(
    "type_ref",
    ["string", "dateTime", "dayTimeDuration", "yearMonthDuration", "Any", "feel:number", "list<number>", "tOwn"],
)
def test_types_of_the_standard_and_of_editors_are_known(type_ref: str) -> None:
    own = (
        '<itemDefinition name="tOwn"><itemComponent name="next"><typeRef>tOwn</typeRef></itemComponent>'
        "</itemDefinition>"
    )

    assert (
        problems_of(decision_xml("<literalExpression><text>x</text></literalExpression>", {"x": type_ref}, more=own))
        == []
    )


@pytest.mark.parametrize("kind", ["Java", "PMML"])
def test_external_function_is_refused(kind: str) -> None:
    body = (
        f'<businessKnowledgeModel id="Bkm" name="f"><variable name="f"/><encapsulatedLogic kind="{kind}"><context>'
        '<contextEntry><variable name="class"/><literalExpression><text>"java.lang.Math"</text></literalExpression>'
        "</contextEntry></context></encapsulatedLogic></businessKnowledgeModel>"
    )

    [problem] = problems_of(body)

    assert problem.code is ErrorCode.DMN_UNSUPPORTED
    assert problem.location.decision_id == "Bkm"
    assert kind in problem.message


def test_external_function_in_a_text_is_refused() -> None:
    text = 'function(x) external {java: {class: "java.lang.Math", method signature: "abs(double)"}}'

    problems = problems_of(decision_xml(f"<literalExpression><text>{text}</text></literalExpression>", {}))

    assert [problem.code for problem in problems] == [ErrorCode.DMN_UNSUPPORTED]


def test_id_that_stands_twice_in_a_file_is_a_problem() -> None:
    body = decision_xml(table_xml(TABLE), {"age": "number"}).replace('id="Rule_Adult"', 'id="Rule_Child"')

    [problem] = problems_of(body)

    assert problem.code is ErrorCode.DMN_DUPLICATE
    assert '"Rule_Child"' in problem.message


@pytest.mark.parametrize("expression", ["", "<inputExpression/>", "<inputExpression><text> </text></inputExpression>"])
def test_column_without_an_expression_is_a_problem(expression: str) -> None:
    table = f'<decisionTable id="T"><input label="Age">{expression}</input><output/></decisionTable>'

    [problem] = problems_of(f'<decision id="Decision_Answer" name="Answer">{table}</decision>')

    assert problem.code is ErrorCode.DMN_INVALID
    assert 'the column "Age"' in problem.message
    assert (problem.location.decision_id, problem.location.part) == ("Decision_Answer", 'input "Age"')


def test_two_inputs_of_one_name_are_a_problem_where_both_are_required() -> None:
    required = "".join(
        f'<informationRequirement><requiredInput href="#{each}"/></informationRequirement>' for each in "abbc"
    )
    inputs = '<inputData id="a" name="age"/><inputData id="b" name="Age"><variable name="age"/></inputData>'
    logic = "<literalExpression><text>age</text></literalExpression>"

    [problem] = problems_of(
        f'<decision id="D" name="D">{required}{logic}</decision>{inputs}<inputData id="c" name="size"/>'
    )

    assert problem.code is ErrorCode.DMN_DUPLICATE
    assert '"a" and "b" are both called "age"' in problem.message
    assert problem.location.decision_id == "D"


@pytest.mark.parametrize("part", ["allowedValues", "typeConstraint"])
def test_words_without_quotes_among_the_values_of_a_type_are_problems(part: str) -> None:
    values = f'<{part}><text>Basic, "b"</text></{part}>'
    plan = f'<itemDefinition name="tPlan"><typeRef>string</typeRef>{values}</itemDefinition>'

    [problem] = problems_of(decision_xml("<literalExpression><text>1</text></literalExpression>", {}, more=plan))

    assert problem.code is ErrorCode.FEEL_UNKNOWN_NAME
    assert 'but got the name "Basic"' in problem.message
    assert problem.hint == 'write "Basic" if that is a text'
    assert problem.location.span is not None


def test_rules_without_id_are_one_problem_of_their_table() -> None:
    body = decision_xml(table_xml(TABLE), {"age": "number"}).replace(' id="Rule_', ' label="')

    [problem] = problems_of(body)

    assert problem.code is ErrorCode.DMN_NO_ID
    assert problem.location.decision_id == "Decision_Answer"
    assert problem.message.endswith("2 of 2 have none: 1, 2.")


def test_reference_into_an_imported_model_is_judged_with_that_model() -> None:
    main = read_model(
        model_xml(
            '<decision id="D" name="D">'
            '<informationRequirement><requiredInput href="test:base#I"/></informationRequirement>'
            "<literalExpression><text>base.port</text></literalExpression></decision>",
            imports='<import name="base" namespace="test:base" importType="x"/>',
        ),
        "main.dmn",
    )
    base = read_model(model_xml('<inputData id="I" name="port"/>', namespace="test:base"), "base.dmn")

    assert check_model(main, [base]) == []
    assert [problem.code for problem in check_model(main)] == [
        ErrorCode.DMN_UNKNOWN_REFERENCE,
        ErrorCode.FEEL_UNKNOWN_NAME,
    ]


def test_problem_reads_as_place_finding_remedy() -> None:
    [problem] = problems_of(with_rule(then=["aeg * 2"]))

    assert str(problem).splitlines() == [
        f'ferry.dmn > Decision_Answer > Rule_Adult > output "fare" (line {problem.location.line})',
        'FEEL_UNKNOWN_NAME: expected a name that is in scope here, but got "aeg". Did you mean "age"?',
        "  aeg * 2",
        "  ^^^",
        "Do: require it, or use one of: age",
    ]


def test_every_check_has_a_name_in_the_style_of_the_guide() -> None:
    assert all(name == name.lower() and " " not in name for name in CHECKS)


@pytest.mark.parametrize("policy", ["PRIORITY", "OUTPUT ORDER"])
def test_ranking_hit_policy_without_output_values_is_a_problem(policy: str) -> None:
    table = {**TABLE, "hit_policy": policy}

    bare = problems_of(decision_xml(table_xml(table), {"age": "number"}))
    listed = problems_of(decision_xml(table_xml({**table, "allowed": {"fare": "7, 0"}}), {"age": "number"}))

    assert [problem.code for problem in bare] == [ErrorCode.DMN_INVALID]
    assert policy in bare[0].message
    assert listed == []


def test_sum_of_several_outputs_is_a_problem() -> None:
    rules = {"Rule_All": {"when": ["-"], "then": ["1", "2"], "why": "[act:1] all"}}
    table = {"hit_policy": "COLLECT", "aggregation": "SUM", "inputs": {"age": "number"}, "rules": rules}

    problems = problems_of(
        decision_xml(table_xml({**table, "outputs": {"a": "number", "b": "number"}}), {"age": "number"})
    )

    assert [problem.code for problem in problems] == [ErrorCode.DMN_INVALID]
