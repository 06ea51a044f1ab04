"""Which faults are caught: only by an expectation that fails, and survivors say why nobody saw them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from engine.review.mutation import Fate, Law, MutationReport, Outcome, play_all, try_mutants
from engine.review.mutation.baseline import RunTooLong, bounded
from engine.simulation import Shelf, find_scenarios, load_scenario

MINI_LAW = Path(__file__).parents[1] / "simulation" / "mini_law"
TRIED = (
    'Decision_FeeOutcome > Rule_FeeEnough > output "Outcome": outcome "enough" becomes "short"',
    'Decision_FeeOutcome > Rule_FeeShort > output "Reason": reason_code "fee_short" becomes "fee_enough"',
    'Decision_Repayment > Rule_HalfRepaid > input "Paid (EUR)": > becomes >=',
    "Decision_Repayment > Rule_NothingRepaid > the rule is missing",
    'Decision_MarketLimit > Rule_Certificate > output "Amount": 5 becomes 6',
    "stall_permit > Event_LastDayOver > timer: deadlines.certificate.due becomes a day earlier",
    "stall_permit > Flow_CertificateThere_Yes > the flow is missing",
    'Decision_MarketLimit > Rule_Examination > output "Unit": unit "business days" becomes "calendar days"',
    "stall_permit > Flow_RequestLapsed > the flow is missing",
)


@pytest.fixture(scope="module")
def tried() -> dict[str, Outcome]:
    shelf = Shelf()
    law = Law.of(shelf.load(MINI_LAW / "package.yaml"))
    said: list[tuple[str, int, int]] = []

    def progress(what: str, done: int, total: int) -> None:
        said.append((what, done, total))

    play_all(
        law, [load_scenario(path, shelf) for path in find_scenarios(MINI_LAW / "scenarios")], jobs=1, progress=progress
    )
    wanted = [mutant for mutant in law.mutants() if mutant.id in TRIED]
    found = try_mutants(law, wanted, jobs=1, progress=progress)
    outcomes = {each.mutant.id: each for some in found for each in some}
    assert said[0] == ("stories of the unchanged law", 1, 4)
    assert said[-1] == ("mutants", len(wanted), len(wanted))
    return outcomes


def test_all_that_were_chosen_are_tried(tried: dict[str, Outcome]) -> None:
    assert set(tried) == set(TRIED)


@pytest.mark.parametrize(
    ("mutant", "fate"),
    list(
        zip(
            TRIED,
            [
                Fate.CAUGHT,
                Fate.UNDETECTED,
                Fate.NO_DIFFERENCE,
                Fate.NOT_REACHED,
                Fate.CAUGHT,
                Fate.CAUGHT,
                Fate.NOT_REACHED,
                Fate.UNDETECTED,
                Fate.CAUGHT,
            ],
            strict=True,
        )
    ),
    ids=TRIED,
)
def test_fault_has_its_fate(tried: dict[str, Outcome], mutant: str, fate: Fate) -> None:
    outcome = tried[mutant]

    assert outcome.fate is fate
    assert bool(outcome.scenario) == (fate is Fate.CAUGHT)
    assert outcome.survived == (fate is not Fate.CAUGHT)


def test_caught_fault_names_the_scenario_and_what_it_missed(tried: dict[str, Outcome]) -> None:
    outcome = tried[TRIED[0]]

    assert Path(outcome.scenario).name.endswith(".yaml")
    assert outcome.detail.startswith("expected ")


def test_scores_count_by_section_and_leave_out_what_is_claimed_to_change_nothing(tried: dict[str, Outcome]) -> None:
    # given: one survivor and one caught fault are claimed to change nothing
    outcomes = list(tried.values())
    claimed = [
        replace(each, mutant=replace(each.mutant, claim="it is so")) if each.mutant.id in (TRIED[7], TRIED[0]) else each
        for each in outcomes
    ]

    # when
    report = MutationReport("lantern_market", 163, 4, 0, (), tuple(claimed))

    # then
    assert (report.total.total, report.total.caught, report.total.claimed) == (9, 4, 1)
    assert report.total.share == pytest.approx(4 / 8)
    assert [each.mutant.id for each in report.refuted] == [TRIED[0]]
    assert TRIED[7] not in {each.mutant.id for each in report.survivors}
    assert [score.name for score in report.sections] == ["lmo:2", "lmo:3"]
    data = report.as_data()
    assert data["fates"] == {"caught": 4, "undetected": 2, "no-difference": 1, "not-reached": 2, "failed": 0}


def test_run_that_does_not_come_to_rest_is_stopped_by_its_computing_time() -> None:
    with pytest.raises(RunTooLong), bounded(1):
        while True:
            # what runs jobs turns every Exception into an incident
            with suppress(Exception):
                sum(range(1000))
