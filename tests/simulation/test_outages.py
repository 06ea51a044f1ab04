"""An outage on the timeline of a scenario: nothing is done in it, all of it afterwards, and what is late shows."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from engine.errors import EngineError, ErrorCode
from engine.handlers.contract import Actor
from engine.review import read_coverage
from engine.review.publish.links import Links
from engine.review.publish.scenario_pages import scenario_body
from engine.simulation import (
    Outage,
    Player,
    ScenarioResult,
    Shelf,
    build_timeline,
    find_manifests,
    load_scenario,
    play,
    run_scenario,
)

MINI_LAW = Path(__file__).parent / "mini_law"
SHELF = Shelf([MINI_LAW / "package.yaml"])
STORY = """
title: The certificate does not come, and the engine is down on the day after its last day
clauses: ["lmo:3(3)"]
package: lantern_market
start: 2024-02-26
until: 2024-03-20
facts: {request_number: R-1, keeper_name: Aiko Mori, keeper_street: 3 Hill, stall_size: small, fee_paid: 120}
events:
  - {on: 2024-02-26, event: stall requested}
  - {on: 2024-02-28, event: request examined, with: {certificate_enclosed: false}}
  - {outage: {from: 2024-03-07 18:00, until: 2024-03-12 11:30}}
  - {on: 2024-03-12 11:30, event: certificate received, refused: MSG_NOBODY}
expect:
  - {deadline: certificate, due: 2024-03-07, clause: "lmo:3(2)"}
  - {state: lapsed, on: 2024-03-12, clause: "lmo:3(3)"}
  - {notice: request_lapsed, on: 2024-03-12, clause: "lmo:3(3)"}
"""


def run(text: str, folder: Path, *, reopen: bool = False) -> ScenarioResult:
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    scenario = load_scenario(path, SHELF)
    return run_scenario(scenario, SHELF.find(scenario.package_id, path), reopen=reopen)


def test_what_fell_due_in_an_outage_is_done_when_it_ends_and_before_the_next_event(tmp_path: Path) -> None:
    # when
    result = run(STORY, tmp_path)

    # then
    assert result.ok, result.differences


def test_scenario_with_an_outage_goes_the_same_way_when_the_engine_is_reopened_before_each_event(
    tmp_path: Path,
) -> None:
    assert run(STORY, tmp_path, reopen=True).trace() == run(STORY, tmp_path).trace()


def test_event_at_the_instant_in_which_an_outage_begins_comes_in_and_its_jobs_wait(tmp_path: Path) -> None:
    # given
    text = STORY.replace("{outage:", "{on: 2024-03-07 18:00, event: certificate received}\n  - {outage:")

    # when
    result = run(text, tmp_path)

    # then
    assert [entry.data["state"] for entry in result.timeline if entry.kind == "state"] == ["granted"]
    sent = next(entry for entry in result.timeline if entry.what == "Notice stall_permit sent by mail")
    assert sent.at == datetime.fromisoformat("2024-03-12T11:30:00+09:00")


def test_duty_that_falls_due_in_an_outage_is_breached(tmp_path: Path) -> None:
    # given: the request shall be examined by 28 February
    text = STORY.replace(
        "  - {on: 2024-02-28, event: request examined, with",
        "  - {outage: {from: 2024-02-27, until: 2024-03-04}}\n  - {on: 2024-03-04, event: request examined, with",
    )
    text = f"{text[: text.index('expect:')]}expect:\n"
    text += '  - {deadline: examination, due: 2024-02-28, met_on: 2024-03-04, breached: true, clause: "lmo:3(1)"}\n'

    # when
    result = run(text, tmp_path)

    # then
    assert result.ok, result.differences
    breach = next(entry for entry in result.timeline if entry.what.startswith("Duty breached"))
    assert breach.at == datetime.fromisoformat("2024-03-04T09:00:00+09:00")


def test_printed_timeline_shows_from_when_to_when_the_engine_was_down(tmp_path: Path) -> None:
    # given
    result = run(STORY, tmp_path)

    # when
    lines = [line.text for line in build_timeline(result.timeline, SHELF.load(MINI_LAW / "package.yaml").time_zone)]

    # then
    down = lines.index("18:00  clock                           The engine is down")
    assert "11:30  clock                           The engine is up again" in lines[down:]


def test_page_of_the_story_tells_the_outage_on_its_day(tmp_path: Path) -> None:
    # given
    path = tmp_path / "scenario.yaml"
    path.write_text(STORY, encoding="utf-8")
    law = SHELF.load(MINI_LAW / "package.yaml")

    # when
    page = scenario_body(load_scenario(path, SHELF), None, law, Links(read_coverage(law), [str(path)]))

    # then
    day = page[page.index("Thursday, 7 March 2024") :]
    assert day.index("18:00: the engine is down until 2024-03-12 11:30") < day.index("Tuesday, 12 March 2024")


def test_outage_is_read_with_its_dates_in_the_zone_of_the_law(tmp_path: Path) -> None:
    # given
    path = tmp_path / "scenario.yaml"
    path.write_text(STORY.replace("2024-03-07 18:00", "2024-03-08"), encoding="utf-8")

    # when
    scenario = load_scenario(path, SHELF)

    # then
    at, until = "2024-03-08T09:00:00+09:00", "2024-03-12T11:30:00+09:00"
    assert scenario.outages == (Outage(datetime.fromisoformat(at), datetime.fromisoformat(until)),)
    assert len(scenario.events) == 3


FAULTS = {
    "an event in an outage": (
        "{on: 2024-03-12 11:30, event",
        "{on: 2024-03-11, event",
        ErrorCode.SCENARIO_DATE,
        "lies before 2024-03-12 (Tuesday) 11:30 (the end of the outage in line 11)",
    ),
    "an outage that begins before the event above it": (
        "from: 2024-03-07 18:00",
        "from: 2024-02-27",
        ErrorCode.SCENARIO_DATE,
        "2024-02-27 (Tuesday) lies before 2024-02-28 (Wednesday) (the event in line 10)",
    ),
    "an outage that ends before it begins": (
        "until: 2024-03-12 11:30",
        "until: 2024-03-07",
        ErrorCode.SCENARIO_DATE,
        "2024-03-07 (Thursday) lies before 2024-03-07 (Thursday) 18:00 (the outage in line 11)",
    ),
    "an outage of no length": (
        "until: 2024-03-12 11:30",
        "until: 2024-03-07 18:00",
        ErrorCode.SCENARIO_INVALID,
        "expected an end after the beginning of the outage",
    ),
    "an outage without an end": (", until: 2024-03-12 11:30", "", ErrorCode.SCENARIO_INVALID, '"until" is missing'),
    "an outage with an event": (
        "{outage: {",
        "{event: fine paid, outage: {",
        ErrorCode.SCENARIO_INVALID,
        '"event" is not known here',
    ),
    "an outage that is a word": (
        "{outage: {from: 2024-03-07 18:00, until: 2024-03-12 11:30}}",
        "{outage: all day}",
        ErrorCode.SCENARIO_INVALID,
        "expected a mapping",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_outage_that_cannot_be_is_refused_with_its_place(fault: str, tmp_path: Path) -> None:
    # given
    old, new, code, said = FAULTS[fault]
    assert old in STORY

    # when
    with pytest.raises(EngineError) as caught:
        run(STORY.replace(old, new), tmp_path)

    # then
    assert [problem for problem in caught.value.problems if problem.code == code and said in problem.message]


def test_clock_is_not_skipped_back(tmp_path: Path) -> None:
    # given
    player = Player(tmp_path, datetime.fromisoformat("2024-03-07T18:00:00+09:00"))

    # when
    with pytest.raises(EngineError) as caught:
        player.engine.skip_clock(datetime.fromisoformat("2024-03-07T17:00:00+09:00"), Actor("analyst", frozenset()))

    # then
    player.close()
    assert caught.value.code == ErrorCode.RUN_CLOCK


def test_missed_duty_that_was_done_late_stays_listed_when_its_name_goes_to_the_next(tmp_path: Path) -> None:
    # given: the bill of May goes out a day late, and the next billing day is set at once
    root = Path(__file__).parents[2]
    shelf = Shelf(find_manifests(root))
    path = root / "tests" / "scenarios" / "boundaries" / "monthly_billing_after_by_an_outage.yaml"
    scenario = load_scenario(path, shelf)
    player = Player(tmp_path, scenario.start)

    # when
    play(player, scenario, shelf.find(scenario.package_id, path))
    missed = [record.deadline for record in player.engine.deadlines(breached=True)]
    standing = [record.deadline for record in player.engine.deadlines() if record.deadline.name == "billing"]
    player.close()

    # then
    assert [(deadline.name, deadline.met_on) for deadline in missed] == [("billing, due 2011-05-02", date(2011, 5, 3))]
    assert [(deadline.due_date, deadline.met_on) for deadline in standing] == [(date(2011, 6, 1), None)]
