"""Every check of decision tables finds its faults, with an example, and says nothing of a table that is right."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import yaml

from engine.dmn import Model
from engine.dmn.checks.tables import TABLE_RULES, check_tables
from engine.errors import ErrorCode, Problem
from tests.dmn.models import decision_xml, read, table_xml

CASES = yaml.safe_load((Path(__file__).parent / "data" / "tables.yaml").read_text(encoding="utf-8"))["cases"]
LEAST_FAULTS = 5


def model_of(case: dict[str, Any]) -> Model:
    inputs, outputs = case["inputs"], case.get("outputs", {"fare": "number"})
    rules = {}
    for number, row in enumerate(case["rules"], start=1):
        cells = [cell.strip() for cell in row.split("|")]
        rules[f"R{number}"] = {"when": cells[: len(inputs)], "then": cells[len(inputs) :]}
    table: dict[str, Any] = {
        "inputs": inputs,
        "outputs": outputs,
        "rules": rules,
        "hit_policy": case.get("hit", "UNIQUE"),
    }
    table["allowed"] = dict(case.get("allowed", {}))
    if "priority" in case:
        table["allowed"]["fare"] = case["priority"]
    for part in ("aggregation", "default"):
        if part in case:
            table[part] = case[part]
    types = "".join(
        f'<itemDefinition name="{name}"><typeRef>string</typeRef><allowedValues><text>{values}</text></allowedValues>'
        "</itemDefinition>"
        for name, values in case.get("types", {}).items()
    )
    body = types + decision_xml(table_xml(table), case.get("given", inputs))
    for name, value in case.get("constant", {}).items():
        body += (
            f'<decision id="Decision_{name}" name="{name}"><variable name="{name}"/>'
            f"<literalExpression><text>{value}</text></literalExpression></decision>"
        )
        required = f'<informationRequirement><requiredDecision href="#Decision_{name}"/></informationRequirement>'
        body = body.replace("<decisionTable", f"{required}<decisionTable", 1)
    for name, rates in case.get("parameters", {}).items():
        body += parameter_xml(name, rates)
        body = body.replace("<decisionTable", required_decision(name) + "<decisionTable", 1)
    return read(body)


def required_decision(name: str) -> str:
    return f'<informationRequirement><requiredDecision href="#Decision_{name}"/></informationRequirement>'


def parameter_xml(name: str, rates: dict[str, Any]) -> str:
    """A parameter table, or the `text` over one, as a decision of this name with input data of its own."""
    head = f'<decision id="Decision_{name}" name="{name}"><variable name="{name}"/>'
    if "text" in rates:
        logic = f"<literalExpression><text>{escape(rates['text'])}</text></literalExpression>"
        return head + "".join(map(required_decision, rates["over"])) + logic + "</decision>"
    rules = {}
    for number, row in enumerate(rates["rules"], start=1):
        cells = [cell.strip() for cell in row.split("|")]
        when, then = cells[: len(rates["inputs"])], cells[len(rates["inputs"]) :]
        rules[f"{name}_{number}"] = {"when": when, "then": then}
    table = {
        "inputs": rates["inputs"],
        "outputs": rates["outputs"],
        "rules": rules,
        "hit_policy": rates.get("hit", "UNIQUE"),
    }
    data = required = ""
    for each, kind in rates["inputs"].items():
        data += f'<inputData id="{name}_{each}" name="{each}"><variable name="{each}" typeRef="{kind}"/></inputData>'
        required += f'<informationRequirement><requiredInput href="#{name}_{each}"/></informationRequirement>'
    return head + required + table_xml(table).replace("Table_Answer", f"Table_{name}") + "</decision>" + data


def findings(case: dict[str, Any]) -> list[Problem]:
    facts = {name: (kind, tuple(values)) for name, (kind, values) in case.get("facts", {}).items()}
    results = {name: frozenset({f"Decision_{each}"}) for name, each in case.get("results", {}).items()}
    return check_tables([model_of(case)], facts, results)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"].replace(" ", "_"))
def test_table_is_judged(case: dict[str, Any]) -> None:
    # when
    found = findings(case)

    # then
    told = "\n\n".join(map(str, found))
    assert {problem.check for problem in found} == set(case["finds"]), told
    for piece in case.get("says", []):
        assert piece in told, told


@pytest.mark.parametrize("name", [name for name in TABLE_RULES if name != "table-not-analysed"])
def test_every_check_of_tables_has_five_faults_at_least(name: str) -> None:
    assert Counter(check for case in CASES for check in case["finds"])[name] >= LEAST_FAULTS


def test_finding_carries_code_place_reason_remedy_and_example() -> None:
    [problem] = findings({"inputs": {"age": "number"}, "rules": ["<= 18 | 0", ">= 18 | 1"]})

    assert problem.code is ErrorCode.DMN_TABLE
    assert (problem.location.file, problem.location.decision_id, problem.location.rule_id) == (
        "ferry.dmn",
        "Decision_Answer",
        "R2",
    )
    assert problem.example == "age = 18"
    assert problem.why
    assert problem.hint
    assert problem.as_data()["check"] == "table-overlap"
