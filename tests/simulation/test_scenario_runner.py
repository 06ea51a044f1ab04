"""A whole invented law, played: every scenario holds, straight and with the store reopened, and repeats to the byte."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from engine.law import letters
from engine.simulation import ScenarioResult, Shelf, load_scenario, run_scenario
from engine.simulation.expectations import check_expectations
from engine.simulation.observation import Observation, SeenElement
from tools.update_golden import render

MINI_LAW = Path(__file__).parent / "mini_law"
GOLDEN = Path(__file__).parent / "golden"
SCENARIOS = sorted((MINI_LAW / "scenarios").glob("*.yaml"))
IN_TIME = MINI_LAW / "scenarios" / "certificate_in_time.yaml"


def run(path: Path, *, reopen: bool = False, directory: Path | None = None) -> ScenarioResult:
    shelf = Shelf()
    scenario = load_scenario(path, shelf)
    return run_scenario(scenario, shelf.find(scenario.package_id, path), reopen=reopen, directory=directory)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario_of_the_invented_law_holds_and_its_timeline_is_the_golden_one(path: Path) -> None:
    printed = render(path)

    assert printed == (GOLDEN / f"{path.stem}.txt").read_text(encoding="utf-8")
    assert "FAILED" not in printed
    assert max(len(line) for line in printed.splitlines()) <= 100


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario_played_twice_and_with_the_store_reopened_gives_the_same_trace(path: Path, tmp_path: Path) -> None:
    # when
    first = run(path)
    second = run(path, directory=tmp_path / "other place")
    reopened = run(path, reopen=True)

    # then
    assert first.ok
    assert second.trace() == first.trace()
    assert reopened.trace() == first.trace()
    assert reopened.differences == first.differences


@pytest.mark.parametrize("kept", [True, False])
def test_only_a_run_whose_store_is_removed_does_not_wait_for_the_disk_and_keeps_its_letters_in_memory(
    kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[int] = []
    monkeypatch.setattr(os, "fsync", waits.append)
    monkeypatch.setattr(letters, "_keeping", False)

    result = run(IN_TIME, directory=tmp_path if kept else None)

    assert result.ok
    assert bool(waits) is kept
    assert letters._keeping is not kept


def changed_law(tmp_path: Path, file: str, old: str, new: str) -> Path:
    """A copy of the invented law with one text of one file replaced."""
    copy = tmp_path / "law"
    shutil.copytree(MINI_LAW, copy)
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def test_changed_cell_of_a_limit_moves_deadline_and_notice_and_the_scenario_shows_it(tmp_path: Path) -> None:
    # given: the certificate may come within eight business days instead of five
    law = changed_law(tmp_path, "decisions/market_limits.dmn", "<text>5</text>", "<text>8</text>")

    # when
    result = run(law / "scenarios" / "certificate_in_time.yaml")

    # then
    said = [(difference.expected, difference.got) for difference in result.differences]
    assert len(said) == 2
    assert said[0][0].startswith("notice certificate_request sent on 2024-02-28")
    assert '"March 7, 2024" is not in it' in said[0][1]
    assert said[1][0] == "deadline certificate, due: 2024-03-07 (Thursday)"
    assert said[1][1].startswith("due: 2024-03-12 (Tuesday) (computed: ")
    assert [difference.line for difference in result.differences] == [20, 24]


def test_path_that_ends_before_its_end_event_is_a_difference() -> None:
    # given: no deployment takes such a diagram, but a fault that is put into a model on purpose makes one
    seen = Observation(stranded=(SeenElement("R-1", "Activity_SendReturn", date(2024, 4, 7)),))

    # when
    differences = check_expectations((), seen)

    # then
    (difference,) = differences
    assert difference.expected == "every path goes on to an end event"
    assert difference.got == "a path ended at Activity_SendReturn on 2024-04-07 (Sunday)"


def test_event_that_is_refused_though_the_scenario_does_not_say_so_is_a_difference(tmp_path: Path) -> None:
    # given
    law = changed_law(tmp_path, "scenarios/certificate_too_late.yaml", ", refused: MSG_NOBODY", "")

    # when
    result = run(law / "scenarios" / "certificate_too_late.yaml")

    # then
    (difference,) = result.differences
    assert difference.expected == 'event "certificate received" accepted'
    assert "MSG_NOBODY" in difference.got
    assert difference.path == "events[2]"


def test_event_that_should_be_refused_and_is_accepted_is_a_difference(tmp_path: Path) -> None:
    # given
    law = changed_law(
        tmp_path,
        "scenarios/certificate_in_time.yaml",
        "event: certificate received",
        "event: certificate received, refused: MSG_NOBODY",
    )

    # when
    result = run(law / "scenarios" / "certificate_in_time.yaml")

    # then
    assert ('event "certificate received" refused with MSG_NOBODY', "accepted") in [
        (difference.expected, difference.got) for difference in result.differences
    ]


def test_run_reaches_the_elements_rules_and_clauses_that_it_went_through_and_no_others() -> None:
    # when
    reached = run(IN_TIME).reached

    # then
    assert ("stall_permit", "Event_StallGranted") in reached.elements
    assert ("stall_permit", "Event_LastDayOver") not in reached.elements
    assert ("Decision_FeeOutcome", "Rule_FeeEnough") in reached.rules
    assert ("Decision_StallFee", "Rule_SmallStall") in reached.rules
    assert {"lmo:2(1)", "lmo:3(1)", "lmo:3(2)", "lmo:4"} <= reached.clauses
    assert "lmo:5(1)" not in reached.clauses
