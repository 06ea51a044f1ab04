"""`clauseflow check` writes its findings as text, JSON and SARIF, and ends as a build server expects."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ErrorCode, Location, Problem, Severity
from engine.review.checks.sarif import as_sarif, rule_id
from engine.review.checks.suppressions import Accepted
from tests.tools.project import MINI_LAW, run_cli


@pytest.fixture
def law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "processes" / "lantern_market"
    shutil.copytree(MINI_LAW, copy)
    monkeypatch.chdir(tmp_path)
    return copy


def spoil(law: Path, *, reason: str = "") -> None:
    """A value that the table of fees never returns, and the acceptance of it."""
    path = law / "stall_permit.bpmn"
    text = path.read_text(encoding="utf-8").replace('fee_outcome.outcome = "enough"', 'fee_outcome.outcome = "plenty"')
    accept = f"[accept unreachable-condition: {reason}] " if reason else ""
    path.write_text(text.replace("[lmo:2(1)] A request for", f"[lmo:2(1)] {accept}A request for"), encoding="utf-8")


def test_text_names_check_reason_and_remedy_and_warnings_do_not_fail(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    spoil(law)

    # when
    code = run_cli("check")

    # then
    out, err = capsys.readouterr()
    assert code == 0
    assert out.startswith("warning: ")
    assert "[unreachable-condition]" in out
    assert "Why: " in out
    assert "\n\nChecked: " in out and "0 errors, 1 warning." in out
    assert err == ""


def test_scenario_that_lies_elsewhere_is_checked_against_the_law_of_the_working_directory(
    law: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "mine.yaml"
    elsewhere.write_text((law / "scenarios" / "fee_short.yaml").read_text(encoding="utf-8"), encoding="utf-8")

    # when
    code = run_cli("check", elsewhere)

    # then
    assert code == 0
    assert "1 scenario. 0 errors" in capsys.readouterr().out


def test_strict_check_fails_for_a_warning_and_passes_when_it_is_accepted(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    spoil(law)
    assert run_cli("check", "--strict") == 1

    # when
    spoil(law, reason="fees rise next year")
    code = run_cli("check", "--strict")

    # then
    assert code == 0
    assert "1 accepted in the models" in capsys.readouterr().out


def test_json_holds_counts_problems_and_accepted_findings(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    spoil(law, reason="fees rise next year")

    # when
    code = run_cli("check", "--format", "json")

    # then
    data = json.loads(capsys.readouterr().out)
    assert code == 0
    assert data["counts"] == {"error": 0, "warning": 0, "information": 0, "accepted": 1}
    assert data["problems"] == []
    [accepted] = data["accepted"]
    assert accepted["check"] == "unreachable-condition"
    assert accepted["reason"] == "fees rise next year"
    assert accepted["file"].endswith("stall_permit.bpmn")


def test_sarif_holds_one_result_for_each_finding_with_its_line(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    spoil(law)

    # when
    run_cli("check", "--format", "sarif")

    # then
    data = json.loads(capsys.readouterr().out)
    [run] = data["runs"]
    [result] = run["results"]
    assert (data["version"], result["level"], result["ruleId"]) == ("2.1.0", "warning", "unreachable-condition")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "unreachable-condition"
    place = result["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"].endswith("stall_permit.bpmn")
    assert place["physicalLocation"]["region"]["startLine"] > 1
    assert "Gateway_FeeEnough" in place["logicalLocations"][0]["fullyQualifiedName"]


def test_accepted_finding_is_suppressed_in_source_with_its_reason() -> None:
    # given
    problem = Problem(ErrorCode.DMN_TABLE, "a gap", Location(file="a.dmn", line=3), Severity.WARNING, check="table-gap")

    # when
    data: dict[str, Any] = as_sarif([], [Accepted(problem, "cannot be")])

    # then
    [result] = data["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "inSource", "justification": "cannot be"}]


@pytest.mark.parametrize(
    ("problem", "name"),
    [
        (Problem(ErrorCode.DMN_TABLE, "a gap", check="table-gap"), "table-gap"),
        (Problem(ErrorCode.BPMN_STYLE, '[default-flow] "Paid?" has no default flow'), "default-flow"),
        (Problem(ErrorCode.FEEL_SYNTAX, "expected a number"), "FEEL_SYNTAX"),
    ],
)
def test_rule_of_a_finding_is_its_check_its_style_rule_or_its_code(problem: Problem, name: str) -> None:
    assert rule_id(problem) == name
