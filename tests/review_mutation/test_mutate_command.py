"""`clauseflow mutate` as an analyst meets it: what it prints, what it writes, and what it says to nonsense."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tools.cli import main

MINI_LAW = Path(__file__).parents[1] / "simulation" / "mini_law"
LAW = [str(MINI_LAW), "--scenarios", str(MINI_LAW)]


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["mutate", *arguments])
    return int(stopped.value.code or 0)


def test_survivors_are_listed_with_their_reason_and_the_share_decides_the_exit(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    # when
    report = tmp_path / "report.json"
    code = run(*LAW, "--in", "Decision_FeeOutcome", "--least", "0.95", "--out", str(report))

    # then
    printed = capsys.readouterr().out
    assert code == 1
    assert 'Rule_FeeShort  output "Reason": reason_code "fee_short" becomes "fee_enough"' in printed
    assert "a run differs, but no expectation looks at what differs" in printed
    assert "lantern_market: mutants tried with 4 scenarios: " in printed
    written = json.loads(report.read_text(encoding="utf-8"))
    assert written["tried"] == written["total"]["mutants"] == sum(written["fates"].values())

    # when: once more, from where the report ends
    code = run(*LAW, "--in", "Decision_FeeOutcome", "--again", str(report), "--json")

    # then
    captured = capsys.readouterr()
    again = json.loads(captured.out)
    assert code == 0
    assert (again["tried"], again["total"]) == (written["tried"], written["total"])
    assert again["caught"] == written["caught"]
    assert again["survivors"] == written["survivors"] != []


def test_again_leaves_out_what_was_caught(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    # given
    run(str(MINI_LAW), "--list", "--in", "Decision_FeeOutcome")
    listed = [line.split(maxsplit=1)[1] for line in capsys.readouterr().out.splitlines()[:-1]]
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"caught": {listed[0]: "a scenario"}}), encoding="utf-8")

    # when
    run(str(MINI_LAW), "--list", "--in", "Decision_FeeOutcome", "--again", str(report))

    # then
    left = [line.split(maxsplit=1)[1] for line in capsys.readouterr().out.splitlines()[:-1]]
    assert left == listed[1:]


@pytest.mark.parametrize(
    "place",
    [("--in", "Decision_FeeOutcome"), pytest.param(("--section", "5"), marks=pytest.mark.soak)],
    ids=["decision", "section"],
)
def test_work_shared_out_to_processes_gives_the_same(
    place: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = [*place, "--kind", "removed-rule", "--json"]
    run(*LAW, *chosen)
    alone = json.loads(capsys.readouterr().out)
    run(*LAW, *chosen, "--jobs", "2")
    shared = json.loads(capsys.readouterr().out)

    assert shared["survivors"] == alone["survivors"]
    assert shared["total"] == alone["total"]


def test_same_seed_picks_the_same_sample(capsys: pytest.CaptureFixture[str]) -> None:
    listings = []
    for seed in ("7", "7", "8"):
        run(str(MINI_LAW), "--list", "--sample", "5", "--seed", seed)
        listings.append(capsys.readouterr().out)

    assert listings[0] == listings[1] != listings[2]
    assert listings[0].endswith("5 mutants.\n")


def test_section_takes_its_clauses_and_no_others(capsys: pytest.CaptureFixture[str]) -> None:
    run(str(MINI_LAW), "--list", "--section", "4")
    listed = capsys.readouterr().out

    assert "Flow_SendPermit" in listed
    assert "Decision_Fine" not in listed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["/nowhere"], "LAW_MANIFEST"),
        ([str(MINI_LAW), "--section", "44"], 'no register knows the section or clause "44"'),
        ([str(MINI_LAW), "--in", "Decision_FeeOutcom"], 'Did you mean "Decision_FeeOutcome"?'),
        ([str(MINI_LAW), "--again", "/nowhere.json"], "the report cannot be read"),
        ([str(MINI_LAW), "--again", str(MINI_LAW / "package.yaml")], "expected a report of mutants in JSON"),
        ([str(MINI_LAW), "--kind", "explosion"], "explosion"),
        ([str(MINI_LAW), "--sample", "0"], "--sample"),
        ([str(MINI_LAW), "--jobs", "0"], "--jobs"),
    ],
)
def test_nonsense_ends_with_two_and_says_what_was_expected(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert run(*arguments) == 2

    printed = capsys.readouterr()
    assert said in printed.err
    assert "Traceback" not in printed.err


def test_of_a_package_that_lies_elsewhere_its_own_scenarios_are_played_and_without_any_nothing_is_tried(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    monkeypatch.chdir(tmp_path)
    copy = tmp_path / "law"
    shutil.copytree(MINI_LAW, copy)

    # when
    found = run(str(copy), "--in", "Decision_FeeOutcome", "--sample", "1")
    tried = capsys.readouterr().out
    shutil.rmtree(copy / "scenarios")
    without = run(str(copy), "--in", "Decision_FeeOutcome", "--sample", "1")

    # then
    assert found == 0 and "mutants tried with 4 scenarios" in tried
    assert without == 2
    assert "expected scenarios or question cases of lantern_market, but there are none" in capsys.readouterr().err


def test_broken_package_is_refused_with_its_problems(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    copy = tmp_path / "law"
    shutil.copytree(MINI_LAW, copy)
    diagram = copy / "stall_permit.bpmn"
    diagram.write_text(diagram.read_text(encoding="utf-8").replace("<bpmn:process ", "<bpmn:proces "), encoding="utf-8")

    assert run(str(copy)) == 2
    assert "BPMN_XML" in capsys.readouterr().err


def test_scenario_that_fails_on_the_unchanged_law_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    # given
    copy = tmp_path / "law"
    shutil.copytree(MINI_LAW, copy)
    scenario = copy / "scenarios" / "two_fines.yaml"
    scenario.write_text(scenario.read_text(encoding="utf-8").replace("settled", "overdue"), encoding="utf-8")

    # when
    code = run(str(copy), "--scenarios", str(scenario), "--in", "Decision_Fine", "--kind", "removed-rule")

    # then
    assert code == 1
    assert "FAILS on the unchanged law" in capsys.readouterr().out
