"""The record of an evaluation: what was used, what was reached, which rules counted, and why the others did not."""

from __future__ import annotations

import json
from decimal import Decimal

from engine.dmn import DecisionLibrary
from engine.errors import ErrorCode, Severity
from engine.feel import FeelDate
from tests.dmn.models import decision_xml, read, table_xml

TABLE = {
    "inputs": {"age": "number", "day": "date", "age * 2": "number"},
    "outputs": {"fare": "number", "class": "string"},
    "rules": {
        "Rule_Child": {"when": ["< 12", "-", "-"], "then": ["0", '"b"'], "why": "[act:1; R-01] children ride free"},
        "Rule_Summer": {
            "when": [">= 12", '[@"2020-06-01"..@"2020-09-01")', "-"],
            "then": ["7", '"a"'],
            "why": "[act:2] in summer",
        },
        "Rule_Winter": {
            "when": [">= 12", 'not([@"2020-06-01"..@"2020-09-01"))', "< 200"],
            "then": ["3", '"a"'],
            "why": "[act:3] else",
        },
    },
}
GIVEN = {"age": Decimal(30), "day": FeelDate(2020, 7, 1)}


def library(**changes: object) -> DecisionLibrary:
    return DecisionLibrary([read(decision_xml(table_xml({**TABLE, **changes}), {"age": "number", "day": "date"}))])


def test_audit_holds_inputs_rules_outputs_and_the_hash_of_the_model() -> None:
    model = library().models[0]

    audit = library().evaluate("Decision_Answer", {**GIVEN, "unused": Decimal(1)}).audit

    assert audit.inputs == GIVEN
    assert (audit.decision_id, audit.decision_name, audit.file, audit.model_hash) == (
        "Decision_Answer",
        "Answer",
        "ferry.dmn",
        model.hash,
    )
    [decision] = audit.decisions
    [rule] = decision.matched
    assert (rule.rule_id, rule.index, rule.clauses, rule.reason) == ("Rule_Summer", 2, ("act:2",), "in summer")
    assert rule.outputs == {"fare": Decimal(7), "class": "a"}
    assert decision.unmatched == ()
    assert audit.clauses == ("act:2",)


def test_explanation_names_for_each_other_rule_the_first_cell_that_failed() -> None:
    result = library().evaluate("Decision_Answer", GIVEN, explain=True)

    unmatched = result.audit.decisions[0].unmatched
    assert [(rule.rule_id, rule.input, rule.cell, rule.value) for rule in unmatched] == [
        ("Rule_Child", "age", "< 12", Decimal(30)),
        ("Rule_Winter", "day", 'not([@"2020-06-01"..@"2020-09-01"))', FeelDate(2020, 7, 1)),
    ]
    assert unmatched[0].clauses == ("act:1", "R-01")


def test_explanation_without_a_hit_covers_every_rule() -> None:
    result = library().evaluate("Decision_Answer", {"age": Decimal(300), "day": FeelDate(2020, 1, 1)}, explain=True)

    assert [warning.code for warning in result.warnings] == [ErrorCode.DMN_NO_RULE]
    assert [(rule.rule_id, rule.input) for rule in result.audit.decisions[0].unmatched] == [
        ("Rule_Child", "age"),
        ("Rule_Summer", "day"),
        ("Rule_Winter", "age * 2"),
    ]
    assert "age = 300" in result.warnings[0].message


def test_explanation_changes_neither_value_nor_warnings() -> None:
    for age in (3, 30, 300):
        given = {**GIVEN, "age": Decimal(age)}
        plain, explained = (library().evaluate("Decision_Answer", given, explain=flag) for flag in (False, True))
        assert (plain.value, plain.warnings) == (explained.value, explained.warnings)


def test_rule_that_the_policy_passed_over_is_explained_as_such() -> None:
    rules = {**TABLE["rules"], "Rule_All": {"when": ["-", "-", "-"], "then": ["9", '"c"']}}

    result = library(hit_policy="FIRST", rules=rules).evaluate("Decision_Answer", GIVEN, explain=True)

    last = result.audit.decisions[0].unmatched[-1]
    assert (last.rule_id, last.input) == ("Rule_All", None)
    assert "FIRST takes another rule" in last.reason


def test_clash_names_rules_and_clauses_and_is_an_error() -> None:
    rules = {**TABLE["rules"], "Rule_All": {"when": ["-", "-", "-"], "then": ["9", '"c"'], "why": "[act:4] all"}}

    [warning] = library(rules=rules).evaluate("Decision_Answer", GIVEN).warnings

    assert warning.code is ErrorCode.DMN_HIT_POLICY
    assert warning.severity is Severity.ERROR
    assert "Rule_Summer [act:2]; Rule_All [act:4]" in warning.message


def test_record_is_plain_json() -> None:
    audit = library().evaluate("Decision_Answer", GIVEN, explain=True).audit

    data = json.loads(json.dumps(audit.as_data()))

    assert data["inputs"] == {"age": 30, "day": "2020-07-01"}
    assert data["decisions"][0]["matched"][0]["outputs"] == {"fare": 7, "class": "a"}
    assert data["clauses"] == ["act:2"]


def test_warning_has_file_decision_rule_and_cell() -> None:
    rules = {"Rule_Odd": {"when": ["-", "-", "-"], "then": ["1 / 0", '"a"'], "why": "[act:1] odd"}}

    [warning] = library(rules=rules).evaluate("Decision_Answer", GIVEN).warnings

    place = warning.location
    assert (place.file, place.decision_id, place.rule_id, place.part, place.text) == (
        "ferry.dmn",
        "Decision_Answer",
        "Rule_Odd",
        'output "fare"',
        "1 / 0",
    )


def test_explanation_of_cells_that_call_functions_records_nothing_twice() -> None:
    inner = table_xml(
        {
            "inputs": {"n": "number"},
            "outputs": {"ok": "boolean"},
            "rules": {"Rule_Ok": {"when": ["> 1"], "then": ["true"]}},
        }
    )
    more = (
        '<businessKnowledgeModel id="B" name="big"><variable name="big"/><encapsulatedLogic><formalParameter name="n"/>'
        f"{inner}</encapsulatedLogic></businessKnowledgeModel>"
    )
    rules = {"Rule_Big": {"when": ["big(?)"], "then": ["1"]}, "Rule_One": {"when": ["1"], "then": ["2"]}}
    table = table_xml({"inputs": {"n": "number"}, "outputs": {"x": "number"}, "rules": rules})
    arrow = '<knowledgeRequirement><requiredKnowledge href="#B"/></knowledgeRequirement>'
    models = [read(decision_xml(arrow + table, {"n": "number"}, more=more))]

    plain, explained = (
        DecisionLibrary(models).evaluate("Decision_Answer", {"n": Decimal(1)}, explain=flag) for flag in (False, True)
    )

    assert plain.audit.decisions[0].matched == explained.audit.decisions[0].matched
    assert plain.warnings == explained.warnings
    assert explained.audit.decisions[0].unmatched[-1].cell == "big(?)"
