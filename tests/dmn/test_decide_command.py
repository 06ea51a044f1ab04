"""`clauseflow decide`: value, explanation, data, exit codes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.dmn.models import decision_xml, model_xml, table_xml
from tools.cli import main

TABLE = {
    "inputs": {"age": "number", "day": "date"},
    "outputs": {"fare": "number"},
    "rules": {
        "Rule_Child": {"when": ["< 12", "-"], "then": ["0"], "why": "[act:1] children ride free"},
        "Rule_Adult": {"when": [">= 12", '>= @"2020-06-01"'], "then": ["7.50"], "why": "[act:2] everyone else"},
        "Rule_Clash": {"when": ["> 90", "-"], "then": ["1"], "why": "[act:3] clashes"},
    },
}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "fares.dmn"
    path.write_bytes(model_xml(decision_xml(table_xml(TABLE), {"age": "number", "day": "date"}, name="Fare")))
    return path


def decide(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["decide", *map(str, arguments)])
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def given(folder: Path, text: str) -> Path:
    path = folder / "given.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_value_is_printed(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inputs = given(tmp_path, "age: 30\nday: 2020-07-01\n")

    assert decide(capsys, model, "--decision", "Fare", "--input", inputs) == (0, "7.50\n", "")


def test_explanation_shows_inputs_rules_clauses_and_the_cell_that_failed(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = given(tmp_path, "age: 30\nday: 2020-07-01\n")

    code, out, _ = decide(capsys, model, "--input", inputs, "--explain")

    assert code == 0
    for line in (
        "  day = 2020-07-01",
        "  + rule 2 Rule_Adult [act:2] everyone else",
        "      fare = 7.50",
        "  - rule 1 Rule_Child [act:1]",
        "      age: 30 does not satisfy < 12",
        "Clauses: act:2",
    ):
        assert line in out.splitlines()


def test_explanation_tells_what_was_not_given_and_what_went_wrong_where_it_did(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, error = decide(capsys, model, "--input", given(tmp_path, "age: 91\nday: 2020-07-01\n"), "--explain")

    assert code == 1
    lines = out.splitlines()
    [clash] = [number for number, line in enumerate(lines) if line.startswith("  ! ")]
    assert "Rule_Adult [act:2]; Rule_Clash [act:3]" in lines[clash]
    assert lines[clash + 1] == "  = null  (no answer)"
    assert "Rule_Clash" in error

    _, out, error = decide(capsys, model, "--input", given(tmp_path, "age: 30\n"), "--explain")

    assert "  day = null  (not given)" in out.splitlines()
    assert '      day: null does not satisfy >= @"2020-06-01"' in out.splitlines()
    assert "  = null  (no rule matches)" in out.splitlines()
    assert error == ""


def test_inputs_without_a_value_are_said_in_one_sentence(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, error = decide(capsys, model)

    assert "expected a value for each input, but 2 had none and are null: age, day." in error
    assert error.count("FEEL_NOT_FOUND") == 1


def test_data_holds_value_and_record(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inputs = given(tmp_path, '{"age": 3}')

    _, out, _ = decide(capsys, model, "--input", inputs, "--json")

    data = json.loads(out)
    assert data["value"] == 0
    assert data["decisions"][0]["matched"][0]["rule_id"] == "Rule_Child"


def test_clashing_rules_end_with_one_and_name_the_rules(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = given(tmp_path, "age: 91\nday: 2020-07-01\n")

    code, out, error = decide(capsys, model, "--input", inputs)

    assert (code, out) == (1, "null\n")
    assert "Rule_Adult [act:2]; Rule_Clash [act:3]" in error


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("age: thirty\n", "expected number"),
        ("agee: 30\n", 'Did you mean "age"?'),
        ("age: [1\n", "expected YAML"),
        ("- 1\n", "a mapping from name to value"),
    ],
)
def test_inputs_that_do_not_fit_are_refused_with_file_and_name(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    code, out, error = decide(capsys, model, "--input", given(tmp_path, text))

    assert (code, out) == (2, "")
    assert message in error
    assert "given.yaml" in error


def test_unknown_decision_and_missing_files_are_refused(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 'Did you mean "Fare"?' in decide(capsys, model, "--decision", "Fair")[2]
    assert "there is no such file" in decide(capsys, tmp_path / "none.dmn")[2]
    assert "there is none" in decide(capsys, model, "--input", tmp_path / "none.yaml")[2]


def test_table_drawn_alone_is_asked_by_the_names_that_its_columns_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "alone.dmn"
    path.write_bytes(model_xml(f'<decision id="Fare" name="Fare">{table_xml(TABLE)}</decision>'))

    assert decide(capsys, path, "--input", given(tmp_path, "age: 30\nday: 2020-07-01\n")) == (0, "7.50\n", "")
    code, out, errors = decide(capsys, path, "--input", given(tmp_path, "age: 30\nyear: 2020\n"))
    assert (code, out) == (2, "")
    assert "its inputs are: age, day" in errors


def test_files_beside_the_model_that_it_does_not_import_are_not_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    uses = '<knowledgeRequirement><requiredKnowledge href="test:rates#K"/></knowledgeRequirement>'
    logic = f"{uses}<literalExpression><text>rates.rate()</text></literalExpression>"
    main_model = model_xml(
        f'<decision id="D" name="Fee">{logic}</decision>',
        imports='<import name="rates" namespace="test:rates" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
    )
    rates = model_xml(
        '<businessKnowledgeModel id="K" name="rate"><encapsulatedLogic><literalExpression><text>7</text>'
        "</literalExpression></encapsulatedLogic></businessKnowledgeModel>",
        name="Rates",
        namespace="test:rates",
    )
    unreadable = model_xml("<decision/>", name="Other", namespace="test:other")
    for name, data in {"a.dmn": b"<no", "b.dmn": unreadable, "fee.dmn": main_model, "rates.dmn": rates}.items():
        (tmp_path / name).write_bytes(data)

    assert decide(capsys, tmp_path / "fee.dmn") == (0, "7\n", "")


def test_texts_of_cells_that_lack_their_quotes_are_hinted_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = {
        "inputs": {"plan": "string"},
        "outputs": {"f": "number"},
        "rules": {"r": {"when": ["Basic"], "then": ["1"]}},
    }
    path = tmp_path / "plans.dmn"
    path.write_bytes(model_xml(f'<decision id="D" name="D">{table_xml(table)}</decision>'))

    code, out, error = decide(capsys, path, "--input", given(tmp_path, "plan: Basic\n"))

    assert (code, out) == (0, "null\n")
    assert 'a value in a cell is written as "Basic"' in error


DRAWN = """
<inputData id="Data_1" name="Building costs"/>
<decision id="rate" name="Rate"><decisionTable><output name="percent"/><output name="least"/>
<rule id="r1"><outputEntry><text>0.02</text></outputEntry><outputEntry><text>150</text></outputEntry></rule>
</decisionTable></decision>
<decision id="fee" name="Fee of a permit">
<informationRequirement><requiredInput href="#Data_1"/></informationRequirement>
<informationRequirement><requiredDecision href="#rate"/></informationRequirement>
<decisionTable hitPolicy="COLLECT" aggregation="MAX">
<input><inputExpression typeRef="double"><text>buildingCosts</text></inputExpression></input><output name="fee"/>
<rule id="r2"><inputEntry/><outputEntry><text>buildingCosts * percent</text></outputEntry></rule>
<rule id="r3"><inputEntry/><outputEntry><text>least</text></outputEntry></rule></decisionTable></decision>
<decision id="end" name="End"><informationRequirement><requiredDecision href="#fee"/></informationRequirement>
<literalExpression><text>fee &gt; 200</text></literalExpression></decision>
"""


@pytest.mark.parametrize(
    ("decision", "name", "value", "result"),
    [
        ("fee", "Building costs", "50000", (0, "1000.00\n", "")),
        ("fee", "buildingCosts", "50000", (0, "1000.00\n", "")),
        ("Fee of a permit", "Building costs", "1", (0, "150\n", "")),
        ("end", "Building costs", "50000", (0, "true\n", "")),
    ],
)
def test_model_of_an_editor_without_types_is_asked_by_its_ids_and_names(
    decision: str,
    name: str,
    value: str,
    result: tuple[int, str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "permit.dmn"
    path.write_bytes(model_xml(DRAWN))

    inputs = given(tmp_path, f"{name}: {value}\n")

    assert decide(capsys, path, "--decision", decision, "--input", inputs) == result


def test_text_for_a_column_of_numbers_is_refused_before_the_table_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "permit.dmn"
    path.write_bytes(model_xml(DRAWN))

    code, out, error = decide(capsys, path, "--decision", "fee", "--input", given(tmp_path, 'Building costs: "5000"\n'))

    assert (code, out) == (2, "")
    assert 'expected number, but got the string "5000"' in error


def test_name_with_a_hyphen_that_is_read_as_a_subtraction_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = {
        "inputs": {"ship-size": "number"},
        "outputs": {"f": "number"},
        "rules": {"r": {"when": ["1"], "then": ["1"]}},
    }
    path = tmp_path / "ships.dmn"
    path.write_bytes(model_xml(f'<decision id="D" name="D">{table_xml(table)}</decision>'))

    code, out, error = decide(capsys, path, "--input", given(tmp_path, "ship-size: 1\n"))

    assert (code, out) == (2, "")
    assert '"ship-size" is read as a calculation with ship and size' in error
