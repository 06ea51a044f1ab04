"""The edges of limits: which a limit can have, which a scenario stands on, what is suggested for the rest."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from engine.calendars import Limit
from engine.dmn import read_model
from engine.law import LawPackage
from engine.review.limits import EDGES, Edge, LimitEdges, LimitOfLaw, find_edges, read_limits, suggest_scenario
from engine.review.limits.edges import count_days, edges_without
from engine.review.limits.held import dates_held
from engine.simulation import ScenarioResult, Shelf, load_scenario, run_scenario
from tests.review.market import MANIFEST, MINI_LAW

ROOT = Path(__file__).parents[2]
LIMITS = "decisions/market_limits.dmn"


@cache
def market() -> LawPackage:
    return Shelf([MANIFEST]).load(MANIFEST)


@cache
def market_results() -> tuple[ScenarioResult, ...]:
    return tuple(played(path) for path in sorted((MINI_LAW / "scenarios").glob("*.yaml")))


def played(path: Path, manifest: Path = MANIFEST) -> ScenarioResult:
    shelf = Shelf([manifest])
    return run_scenario(load_scenario(path, shelf), shelf.load(manifest))


def edges_of(limit_id: str, results: Iterable[ScenarioResult], law: LawPackage | None = None) -> LimitEdges:
    [found] = [each for each in find_edges(law or market(), results) if each.limit.id == limit_id]
    return found


def stems(found: LimitEdges) -> dict[Edge, set[str]]:
    return {edge: {Path(file).stem for file in files} for edge, files in found.standing.items()}


# ---- what a limit can have ------------------------------------------------------------------------------------------

WAYS = {
    "business days skip closed days, and may end on the last of a month": (5, "business days", "forward", set()),
    "a limit of no business days can end on a day that was moved": (0, "business days", "forward", set()),
    "calendar days may end on any day": (30, "calendar days", "forward", set()),
    "the first business day of a month is neither its end nor after its leap day": (
        1,
        "business day of the month",
        "none",
        {Edge.MONTH_END, Edge.LEAP_DAY},
    ),
    "no holiday comes after the last business day of a month": (
        -1,
        "business day of the month",
        "none",
        {Edge.HOLIDAY},
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_limit_cannot_have_the_days_that_its_way_of_counting_never_gives(way: str) -> None:
    # given
    amount, unit, roll, never = WAYS[way]
    limit = LimitOfLaw("wait", (), unit, (Limit("wait", "", amount, unit, roll=roll),), {})

    # when
    [without] = edges_without(market(), [limit]).values()

    # then
    assert set(without) == never


def test_limit_of_seconds_has_only_the_three_edges_around_its_last_instant() -> None:
    # when
    [without] = edges_without(market(), [LimitOfLaw("answer", (), "seconds", (), {})]).values()

    # then
    assert set(Edge) - set(without) == {Edge.BEFORE, Edge.ON, Edge.AFTER}
    assert set(without.values()) == {"seconds are counted, whatever the day"}


CLOSED = {
    # Friday and Saturday are the weekend; 3 March 2024 is Lantern Day, a Sunday; 8 April 2024 is River Day, a Monday.
    "business days over closed days": (2, "business days", "forward", "2024-02-29", ["03-01", "03-02", "03-03"]),
    "business days back over a weekend": (-1, "business days", "forward", "2024-03-10", ["03-08", "03-09"]),
    "a last day on a holiday is moved": (14, "calendar days", "forward", "2024-03-25", ["04-08"]),
    "a weekend and holiday after it": (1, "calendar days", "forward", "2024-02-29", ["03-01", "03-02", "03-03"]),
    "a last day on a weekend stays": (1, "calendar days", "none", "2024-02-29", ["03-01"]),
    "a weekend inside calendar days does not count": (14, "calendar days", "forward", "2024-02-26", []),
    "the first business day of a month that begins with a holiday": (
        1,
        "business day of the month",
        "none",
        "2024-03-20",
        ["03-01", "03-02", "03-03"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CLOSED)
def test_count_gives_the_closed_days_that_it_skipped_or_fell_upon(case: str) -> None:
    # given
    amount, unit, roll, start, closed = CLOSED[case]
    limit = Limit("wait", "", amount, unit, roll=roll)

    # when
    count = count_days(market(), limit, date.fromisoformat(start), market().calendar)

    # then
    assert [f"{day:%m-%d}" for day in count.closed] == closed


# ---- where scenarios stand ------------------------------------------------------------------------------------------


def test_duty_stands_where_it_was_met_and_after_its_last_day_when_it_was_not() -> None:
    # when
    found = edges_of("examination", market_results())

    # then
    assert stems(found)[Edge.ON] == {"certificate_in_time"}
    assert stems(found)[Edge.AFTER] == {"certificate_too_late"}
    assert Edge.BEFORE in found.missing


def test_limit_stands_on_the_day_of_an_event_and_after_its_last_day_when_it_ran_out() -> None:
    # when
    found = edges_of("certificate", market_results())

    # then
    assert stems(found)[Edge.ON] == {"certificate_in_time"}
    assert stems(found)[Edge.AFTER] == {"certificate_too_late"}
    assert stems(found)[Edge.WEEKEND] == {"certificate_in_time", "certificate_too_late"}


def test_events_of_another_case_do_not_count() -> None:
    # when: the fine F-1 is paid on the last day, F-2 never
    found = edges_of("fine_payment", market_results())

    # then
    assert {run.edges & {Edge.ON, Edge.AFTER} for run in found.runs} == {
        frozenset({Edge.ON}),
        frozenset({Edge.AFTER}),
    }


def test_scenario_that_does_not_hold_stands_nowhere() -> None:
    # given
    failing = [replace(result, differences=(None,)) for result in market_results()]  # type: ignore[arg-type]

    # when
    found = find_edges(market(), failing)

    # then
    assert all(not each.runs and not each.standing for each in found)


def test_postmark_is_held_against_the_last_day_and_not_the_day_on_which_the_application_arrived() -> None:
    # given: 26 January 2012 is the third business day before the month in which the application arrives
    manifest = ROOT / "processes" / "kentucky_access" / "package.yaml"
    law = Shelf([manifest]).load(manifest)
    path = ROOT / "tests" / "scenarios" / "section_3" / "reading_last_days_postmark_on_the_third_business_day.yaml"

    # when
    found = edges_of("last_business_days", [played(path, manifest)], law)

    # then
    assert Edge.ON in found.standing
    assert Edge.AFTER not in found.standing


def test_dates_are_held_against_each_other_through_decisions_that_are_required() -> None:
    # given
    file = ROOT / "decisions" / "kentucky_access" / "month_of_application.dmn"

    # when
    pairs = dates_held(read_model(file.read_bytes(), file.name), "Decision_MonthOfApplication")

    # then
    assert ("last_business_days_begin", "application_postmarked_on") in pairs
    assert ("application_postmarked_on", "last_business_days_begin") in pairs
    assert ("submitted_on", "application_postmarked_on") not in pairs


# ---- claims of a row ------------------------------------------------------------------------------------------------


def law_with_claim(tmp_path: Path, claim: str) -> LawPackage:
    copy = tmp_path / "law"
    shutil.copytree(MINI_LAW, copy)
    table = copy / LIMITS
    text = table.read_text(encoding="utf-8")
    rule = text.index("Rule_Examination")
    end = text.index("</description>", rule)
    table.write_text(f"{text[:end]} {claim}{text[end:]}", encoding="utf-8")
    return Shelf([copy / "package.yaml"]).load(copy / "package.yaml")


def test_edge_that_a_row_claims_not_to_be_is_not_missing_and_its_reason_is_shown(tmp_path: Path) -> None:
    # given
    law = law_with_claim(tmp_path, "[no edge before: nobody can be quicker]")

    # when
    found = edges_of("examination", market_results(), law)

    # then
    assert found.without == {Edge.BEFORE: "nobody can be quicker"}
    assert Edge.BEFORE not in found.missing
    assert not found.in_vain


@pytest.mark.parametrize("said", ["on", "full moon"])
def test_claim_about_an_edge_that_is_stood_on_or_that_does_not_exist_is_in_vain(tmp_path: Path, said: str) -> None:
    # given
    law = law_with_claim(tmp_path, f"[no edge {said}: it never comes]")

    # when
    found = edges_of("examination", market_results(), law)

    # then
    assert found.in_vain == (said,)


def test_law_without_a_table_of_limits_has_none() -> None:
    assert read_limits(replace(market(), parameters={})) == ()


# ---- what is suggested ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit_id", "edge"),
    [
        ("examination", Edge.BEFORE),
        ("certificate", Edge.BEFORE),
        ("fine_payment", Edge.WEEKEND),
        ("examination", Edge.MONTH_END),
    ],
)
def test_suggested_scenario_holds_and_stands_on_the_edge(tmp_path: Path, limit_id: str, edge: Edge) -> None:
    # given
    found = edges_of(limit_id, market_results())
    assert edge in found.missing

    # when
    written = suggest_scenario(market(), found, edge)

    # then
    assert written is not None
    path = tmp_path / "suggested.yaml"
    path.write_text(written, encoding="utf-8")
    result = played(path)
    assert result.ok, result.differences
    assert edge in edges_of(limit_id, [result]).standing
    assert EDGES[edge] in result.scenario.title


def test_nothing_is_suggested_where_no_scenario_sets_the_limit_running() -> None:
    assert suggest_scenario(market(), edges_of("certificate", ()), Edge.ON) is None
