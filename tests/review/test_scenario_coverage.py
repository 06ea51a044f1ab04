"""What scenarios and question cases go through: what counts, what stands apart, and how the command says it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.law import load_package
from engine.review import Played, asked, read_coverage
from engine.review.scenario_coverage import (
    CLAUSES,
    ELEMENTS,
    FLOWS,
    FOR_PEOPLE,
    KEPT,
    OUT_OF_SCOPE,
    RULES,
    ScenarioCoverage,
    build_scenario_coverage,
)
from engine.simulation import QuestionPlayer, Shelf, load_question_cases
from tests.review.market import MINI_LAW, market_runs
from tests.tools.project import make_project, replace_in, run_cli

CASES = """package: lantern_market
today: 2024-03-01
cases:
  - {title: Large, question: stall_fee, facts: {stall_size: large}, answer: 200, clauses: ["lmo:2(1)"]}
  - {title: Short, question: fee_outcome, facts: {fee_paid: 1, received_on: 2024-02-26}, says: short,
     clauses: ["lmo:2(2)"]}
"""
LEAFLET = """
  <decision id="Decision_Leaflet" name="What the leaflet says">
    <variable id="Decision_Leaflet_Variable" name="leaflet" typeRef="string" />
    <decisionTable id="Decision_Leaflet_Table" hitPolicy="UNIQUE">
      <input id="Decision_Leaflet_Input1" label="Size">
        <inputExpression id="Decision_Leaflet_Input1_Expression" typeRef="string">
          <text>stall_size</text>
        </inputExpression>
      </input>
      <output id="Decision_Leaflet_Output1" label="Words" name="words" typeRef="string" />
      <rule id="Rule_Leaflet">
        <description>[lmo:2(1)] for people</description>
        <inputEntry id="Rule_Leaflet_In1"><text>-</text></inputEntry>
        <outputEntry id="Rule_Leaflet_Out1"><text>"see the ordinance"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>"""


@pytest.fixture
def law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path, monkeypatch)


@pytest.fixture
def cases(law: Path) -> Path:
    path = law / "scenarios" / "questions" / "fees.yaml"
    path.parent.mkdir()
    path.write_text(CASES, encoding="utf-8")
    return path


def runs_of_cases(path: Path) -> list[Played]:
    package, found = load_question_cases(path, Shelf())
    player = QuestionPlayer()
    return [asked(player.play(case, package)) for case in found]


def build(law: Path, runs: list[Played]) -> ScenarioCoverage:
    return build_scenario_coverage(read_coverage(load_package(law / "package.yaml")), runs)


# ---- counting ----


def test_scenarios_of_the_market_leave_out_what_only_others_would_reach() -> None:
    built = build(MINI_LAW, list(market_runs()))

    assert (built.scenarios, built.question_cases, built.failing) == (4, 0, ())
    assert built.share(CLAUSES) == 1
    assert {each.place for each in built.of(RULES)} > {"Rule_SmallStall", "Rule_FeeShort"}
    assert all(each.times for each in built.of(ELEMENTS) if each.place == "Event_RequestSentBack")


def test_run_that_does_not_hold_counts_for_nothing() -> None:
    runs = [replace(run, holds=False) for run in market_runs()]

    built = build(MINI_LAW, runs)

    assert built.share(ELEMENTS) == built.share(FLOWS) == built.share(RULES) == 0
    assert list(built.failing) == [run.file for run in runs]


def test_question_cases_reach_rules_and_clauses(law: Path, cases: Path) -> None:
    # when
    built = build(law, runs_of_cases(cases))

    # then
    assert (built.scenarios, built.question_cases) == (0, 2)
    reached = {each.place: each.times for each in built.of(RULES) if each.times}
    assert reached == {"Rule_LargeStall": 1, "Rule_SmallStall": 1, "Rule_FeeShort": 1}
    assert {each.place for each in built.of(CLAUSES) if each.times} == {"lmo:2(1)", "lmo:2(2)"}


def test_question_case_that_fails_is_named_with_its_title(law: Path, cases: Path) -> None:
    replace_in(cases, "answer: 200", "answer: 201")

    built = build(law, runs_of_cases(cases))

    assert built.failing == (f"{cases} (Large)",)
    assert "Rule_LargeStall" in {each.place for each in built.unreached(RULES)}


# ---- what stands apart ----


def definition(register: Path) -> None:
    replace_in(
        register,
        "groups:",
        '  - {id: "2(9)", text: A stall is small or large., citation: Ordinance 2(9), kind: definition, home: data'
        " definition, status: found, used_by: [Rule_LargeStall]}\ngroups:",
    )


def out_of_scope(register: Path) -> None:
    replace_in(
        register,
        "groups:",
        '  - {id: "5(4)", text: The ordinance may be read., citation: Ordinance 5(4), kind: permission, home: data'
        " definition, status: found, out_of_scope: nobody applies for it}\ngroups:",
    )


def test_definition_counts_as_reached_by_what_uses_it(law: Path, cases: Path) -> None:
    definition(law / "law" / "register.yaml")

    [found] = [each for each in build(law, runs_of_cases(cases)).of(CLAUSES) if each.place == "lmo:2(9)"]

    assert (found.times, found.why) == (1, "definition in use")


def test_clause_that_its_register_leaves_out_stands_apart_with_the_reason(law: Path) -> None:
    out_of_scope(law / "law" / "register.yaml")

    [apart] = build(law, []).apart(CLAUSES)

    assert (apart.place, apart.apart, apart.why) == ("lmo:5(4)", OUT_OF_SCOPE, "nobody applies for it")


def leaflet(law: Path) -> None:
    path = law / "decisions" / "stall_fee.dmn"
    text = path.read_text(encoding="utf-8")
    before, _, after = text.partition("  <dmndi:DMNDI>")
    assert after
    before += LEAFLET.removesuffix("</definitions>").lstrip("\n")
    path.write_text(f"{before}  <dmndi:DMNDI>{after}", encoding="utf-8")


def completing(law: Path) -> None:
    path = law / "decisions" / "stall_fee.dmn"
    replace_in(path, "[lmo:2(1)] a large stall costs EUR 200", "[lmo:2(1)] a large stall [not reached: none is\n left]")


@pytest.mark.parametrize(
    ("edit", "rule", "kind", "why"),
    [
        (leaflet, "Rule_Leaflet", FOR_PEOPLE, ""),
        (completing, "Rule_LargeStall", KEPT, "none is left"),
    ],
)
def test_rule_that_nothing_can_reach_stands_apart(
    law: Path, edit: Callable[[Path], None], rule: str, kind: str, why: str
) -> None:
    edit(law)

    built = build(law, [])

    assert [(each.place, each.apart, each.why) for each in built.apart(RULES)] == [(rule, kind, why)]
    assert rule not in {each.place for each in built.of(RULES)}


def test_rule_that_claims_not_to_be_reached_counts_when_it_is(law: Path, cases: Path) -> None:
    completing(law)

    built = build(law, runs_of_cases(cases))

    assert built.apart(RULES) == ()
    assert [each.times for each in built.of(RULES) if each.place == "Rule_LargeStall"] == [1]


def test_element_and_flow_that_nothing_can_reach_stand_apart(law: Path) -> None:
    # given a gateway that says so of one of its flows, and the end that only this flow leads to
    diagram = law / "stall_permit.bpmn"
    gateway = re.search(r'id="Gateway_FeeEnough".*?<bpmn:documentation>[^<]*', diagram.read_text("utf-8"), re.S)
    assert gateway
    replace_in(diagram, gateway[0], f'{gateway[0]} [not reached "No": everybody pays]')
    sent_back = re.search(r'id="Activity_RequestReturn".*?<bpmn:documentation>[^<]*', diagram.read_text("utf-8"), re.S)
    assert sent_back
    replace_in(diagram, sent_back[0], f"{sent_back[0]} [not reached: everybody pays]")

    # when
    built = build(law, [])

    # then
    assert [(each.place, each.apart, each.why) for each in built.apart(FLOWS)] == [
        ("Flow_FeeEnough_No", KEPT, "everybody pays")
    ]
    assert [each.place for each in built.apart(ELEMENTS)] == ["Activity_RequestReturn"]
    assert built.apart(ELEMENTS)[0].owner == "stall_permit"


def test_claim_without_a_reason_claims_nothing(law: Path) -> None:
    replace_in(law / "decisions" / "stall_fee.dmn", "a large stall costs EUR 200", "a large stall [not reached: ]")

    assert build(law, []).apart(RULES) == ()


# ---- the command ----


def test_command_says_what_counts_what_stands_apart_and_what_is_left(
    law: Path, cases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    out_of_scope(law / "law" / "register.yaml")
    leaflet(law)

    # when
    code = run_cli("coverage", "--scenarios", cases)

    # then
    out = capsys.readouterr().out
    assert code == 0
    assert "lantern_market: 2 of 9 clauses (22.2%)" in out
    assert "as their register has them: 9 carried out" in out
    assert f"not counted: 1 {OUT_OF_SCOPE}" in out
    assert f"not counted: 1 {FOR_PEOPLE}" in out
    assert "Rule_FeeEnough" in out and "Rule_FeeShort" not in out
    assert "lmo:5(4): Ordinance 5(4): nobody applies for it" in out
    assert "0 scenarios played and 2 question cases asked, 0 failed." in out


def test_command_reads_the_results_that_simulate_wrote(
    law: Path, cases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    assert run_cli("simulate", cases, "--json", "results.json") == 0
    assert "2 question cases asked, 0 failed." in capsys.readouterr().out

    # when
    code = run_cli("coverage", "--scenarios", cases, "--results", "results.json", "--json")
    [data] = json.loads(capsys.readouterr().out)

    # then
    assert code == 0
    assert (data["question_cases"], data["rules"]["reached"]) == (2, 3)
    assert run_cli("coverage", "--scenarios", cases, "--json") == 0
    assert json.loads(capsys.readouterr().out) == [data]


def test_results_and_edges_of_limits_do_not_go_together(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli("coverage", "--limits", "--results", "results.json") == 2
    assert "need the scenarios played" in capsys.readouterr().err


def test_question_case_that_fails_fails_both_commands(
    law: Path, cases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replace_in(cases, "says: short", "says: enough")

    assert run_cli("simulate", cases, "-v") == 1
    out = capsys.readouterr().out
    assert "FAILED  Short" in out and "The request is short." in out
    assert run_cli("coverage", "--scenarios", cases, "--summary") == 1
    assert "counts for nothing" in capsys.readouterr().out


def test_check_reads_question_cases_too(law: Path, cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # when
    assert run_cli("check") == 0

    # then
    assert "4 scenarios, 2 question cases." in capsys.readouterr().out

    # and a fault in them is a finding
    replace_in(cases, "question: stall_fee", "question: stal_fee")
    assert run_cli("check") == 1
    assert 'Did you mean "stall_fee"?' in capsys.readouterr().out


def test_gate_takes_a_question_case_for_the_proof_of_a_clause(
    law: Path, cases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    run_cli("trace", "--scenarios", cases, "--format", "json")

    # then
    rows = {row["clause"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["lmo:2(2)"]["proven"]
    assert [each["title"] for each in rows["lmo:2(2)"]["scenarios"] if each["proves"]] == ["Short"]
    # and one that asks the law of no certain day proves nothing
    assert rows["lmo:2(1)"]["open"] == ["no expectation that cites it names a date"]
