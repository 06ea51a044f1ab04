"""`clauseflow coverage --limits` and `--suggest`, as an analyst calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tools.project import make_project, replace_in, run_cli


@pytest.fixture
def law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path, monkeypatch)


def only(law: Path, scenario: str) -> list[str]:
    return ["--scenarios", str(law / "scenarios" / f"{scenario}.yaml")]


def test_edges_are_shown_with_their_scenarios_and_those_that_are_missing(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    code = run_cli("coverage", "--limits", *only(law, "certificate_in_time"))

    # then
    out = capsys.readouterr().out.splitlines()
    assert code == 0
    assert "examination  [lmo:3(1)]" in out
    assert "  the last day                             certificate_in_time" in out
    assert "  the day before the last day              MISSING" in out
    assert "  no scenario sets it running" in out
    assert out[-1] == "3 limits, 21 edges: 0 cannot be, 16 that no scenario stands on."


def test_edge_that_a_row_claims_not_to_be_is_shown_with_the_reason_and_a_vain_claim_too(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    said = "two business days from receipt, a duty of the office"
    claims = "[no edge before: nobody is quicker] [no edge full moon: it is never looked at]"
    replace_in(law / "decisions" / "market_limits.dmn", said, f"{said} {claims}")

    # when
    run_cli("coverage", "--limits", *only(law, "certificate_in_time"))

    # then
    out = capsys.readouterr().out
    assert "  the day before the last day              cannot be: nobody is quicker" in out
    assert "its row says that the edge full moon cannot be, but there is none so called" in " ".join(out.split())


def test_edges_as_data_name_scenarios_what_is_missing_and_what_cannot_be(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    run_cli("coverage", "--limits", "--json", *only(law, "certificate_in_time"))

    # then
    [examination, *_] = json.loads(capsys.readouterr().out)
    assert examination["limit"] == "examination"
    assert [Path(file).stem for file in examination["edges"]["on"]] == ["certificate_in_time"]
    assert "before" in examination["missing"]
    assert examination["cannot_be"] == {}


def test_edges_are_not_looked_for_in_several_processes(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # when
    code = run_cli("coverage", "--limits", "-j", "2", *only(law, "certificate_in_time"))

    # then
    assert code == 2
    assert "--jobs" in capsys.readouterr().err


def test_suggestions_are_written_for_the_missing_edges_of_one_limit(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    code = run_cli("coverage", "--suggest", "examination", "--out", "begun", *only(law, "certificate_in_time"))

    # then
    assert code == 0
    written = {path.name for path in Path("begun").iterdir()}
    assert "examination_before.yaml" in written
    assert "examination_on.yaml" not in written
    assert not any(name.startswith("certificate") for name in written)


def test_limit_that_no_scenario_sets_running_has_none_to_begin_with(
    law: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    code = run_cli("coverage", "--suggest", "examination", *only(law, "fee_short"))

    # then
    captured = capsys.readouterr()
    assert (code, captured.out) == (0, "")
    assert captured.err == "examination: no scenario sets it running, so that there is none to begin with\n"


def test_limit_that_no_law_has_is_refused_with_the_nearest(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # when
    code = run_cli("coverage", "--suggest", "examinaton", *only(law, "certificate_in_time"))

    # then
    assert code != 0
    assert 'Did you mean "examination"?' in capsys.readouterr().err


def test_limit_of_seconds_speaks_of_seconds_and_has_no_kinds_of_days(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    monkeypatch.chdir(Path(__file__).parents[2])
    story = Path("tests/scenarios/agent_consent/accepted_at_90_seconds.yaml")

    # when
    run_cli("coverage", "processes/agent_consent", "--limits", "--scenarios", story)

    # then
    out = capsys.readouterr().out.splitlines()
    assert "  the last second                          accepted_at_90_seconds" in out
    assert "  the second after the last second         MISSING" in out
    assert "  a legal holiday skipped, or at the end   cannot be: seconds are counted, whatever the day" in out
