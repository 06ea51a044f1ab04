"""Tables that were drawn without requirements answer as they were meant, and others stay as they are."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from engine.dmn import DecisionLibrary, check_model, quoted, with_undeclared_inputs, words_in_cells
from engine.errors import ErrorCode
from tests.dmn.models import DATA, decision_xml, feel, read, table_xml

MODELS: dict[str, dict[str, Any]] = yaml.safe_load((DATA / "undeclared.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", MODELS)
def test_model_answers_as_it_was_meant(name: str) -> None:
    wanted = MODELS[name]
    library = DecisionLibrary([with_undeclared_inputs(read(wanted["model"]))])

    info = library.info(wanted["decision"])

    assert {each.name: each.type for each in info.inputs} == wanted["inputs"]
    for case in wanted["cases"]:
        given = {each: feel(text) for each, text in case["given"].items()}
        assert library.evaluate(wanted["decision"], given).value == feel(case["gives"]), case


@pytest.mark.parametrize("name", MODELS)
def test_model_that_is_completed_has_no_unknown_name_left(name: str) -> None:
    model = with_undeclared_inputs(read(MODELS[name]["model"]))

    codes = {problem.code for problem in check_model(model)}

    assert not codes & {ErrorCode.FEEL_UNKNOWN_NAME, ErrorCode.FEEL_SYNTAX, ErrorCode.DMN_UNKNOWN_REFERENCE}


def test_model_whose_names_are_declared_comes_back_as_it_is() -> None:
    table = {"inputs": {"age": "number"}, "outputs": {"fare": "number"}, "rules": {"r": {"when": ["-"], "then": ["1"]}}}
    model = read(decision_xml(table_xml(table), {"age": "number"}))

    assert with_undeclared_inputs(model) is model


def test_model_with_a_broken_graph_comes_back_as_it_is() -> None:
    body = '<informationRequirement><requiredInput href="#nowhere"/></informationRequirement>'
    model = read(f'<decision id="D" name="D">{body}<literalExpression><text>age</text></literalExpression></decision>')

    assert with_undeclared_inputs(model) is model


def test_value_that_is_not_given_is_said_to_be_missing() -> None:
    library = DecisionLibrary([with_undeclared_inputs(read(next(iter(MODELS.values()))["model"]))])

    result = library.evaluate("Fare", {})

    assert [(warning.code, warning.location.part) for warning in result.warnings if "given" in warning.message] == [
        (ErrorCode.FEEL_NOT_FOUND, 'input "age"')
    ]


def test_words_that_only_cells_read_are_told_from_those_that_columns_read() -> None:
    table = {
        "inputs": {"plan": "string", "day - first day": "number"},
        "outputs": {"fare": "string"},
        "rules": {
            "r1": {"when": ["Basic", "> limit"], "then": ["Free"]},
            "r2": {"when": ['"b"', "-"], "then": ["plan"]},
        },
    }
    body = f'<decision id="D" name="D">{table_xml(table)}</decision><decision id="E" name="E">'

    model = with_undeclared_inputs(read(f"{body}<literalExpression><text>plan</text></literalExpression></decision>"))

    assert words_in_cells(model) == {"D": ["Basic", "limit", "Free"]}
    assert [quoted(word) for word in ("Basic", "TRUE", "Null")] == ['"Basic"', "true", "null"]
