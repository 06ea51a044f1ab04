"""Question cases catch faults too: in what a question asks, without a store, before any scenario is played."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.review.mutation import Fate, Law, Outcome, Story, play_all, try_mutants
from engine.simulation import Shelf, load_question_cases, load_scenario

MINI_LAW = Path(__file__).parents[1] / "simulation" / "mini_law"
CASES = """
package: lantern_market
today: 2024-02-26
cases:
  - {title: "The fee is enough", question: fee_outcome, rules: [Rule_FeeEnough]}
  - {title: "Short of a cent", question: fee_outcome, facts: {fee_paid: 119.99}, says: is short, rules: [Rule_FeeShort]}
  - {title: "A small stall costs little", question: stall_fee, answer: 120}
"""
FATES = {
    'Decision_FeeOutcome > Rule_FeeShort > output "Outcome": outcome "short" becomes "enough"': Fate.CAUGHT,
    "Decision_FeeOutcome > Rule_FeeShort > the rule is missing": Fate.CAUGHT,
    'Decision_FeeOutcome > Rule_FeeShort > output "Reason": reason_code "fee_short" becomes "fee_enough"': (
        Fate.UNDETECTED
    ),
    'Decision_StallFee > Rule_SmallStall > output "Fee (EUR)": 120 becomes 121': Fate.CAUGHT,
    "Decision_StallFee > Rule_LargeStall > the rule is missing": Fate.NOT_REACHED,
    "Decision_Repayment > Rule_HalfRepaid > the rule is missing": Fate.NOT_REACHED,
    "stall_permit > Flow_RequestLapsed > the flow is missing": Fate.NOT_REACHED,
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented law with question cases."""
    folder = tmp_path_factory.mktemp("cases") / "law"
    shutil.copytree(MINI_LAW, folder)
    (folder / "questions").mkdir()
    (folder / "questions" / "fees.yaml").write_text(CASES, encoding="utf-8")
    return folder


def tried_with(folder: Path, scenarios: list[Path], wanted: list[str]) -> dict[str, Outcome]:
    """The fates of mutants under the question cases and these scenarios."""
    shelf = Shelf()
    package, cases = load_question_cases(folder / "questions" / "fees.yaml", shelf)
    law = Law.of(package)
    stories: list[Story] = [*(load_scenario(path, shelf) for path in scenarios), *cases]
    play_all(law, stories, jobs=1, progress=lambda what, done, total: None)
    assert all(not each.differences for each in law.played)
    mutants = [mutant for mutant in law.mutants() if mutant.id in wanted]
    found = try_mutants(law, mutants, jobs=1, progress=lambda what, done, total: None, most=1)
    return {each.mutant.id: each for some in found for each in some}


@pytest.fixture(scope="module")
def asked(copied: Path) -> dict[str, Outcome]:
    return tried_with(copied, [], list(FATES))


@pytest.mark.parametrize(("mutant", "fate"), FATES.items(), ids=FATES)
def test_fault_of_a_table_is_caught_by_the_question_that_asks_it(
    asked: dict[str, Outcome], mutant: str, fate: Fate
) -> None:
    assert asked[mutant].fate is fate


def test_what_caught_it_is_named_by_file_and_title(asked: dict[str, Outcome]) -> None:
    outcome = asked['Decision_StallFee > Rule_SmallStall > output "Fee (EUR)": 120 becomes 121']

    assert outcome.scenario.endswith("fees.yaml > A small stall costs little")
    assert outcome.detail == "expected the answer 120, got 121"


def test_question_is_asked_before_a_scenario_is_played(copied: Path) -> None:
    # given: the scenario would catch both
    both = [
        "Decision_FeeOutcome > Rule_FeeShort > the rule is missing",
        "stall_permit > Flow_FeeEnough_No > the flow is missing",
    ]

    # when
    tried = tried_with(copied, [copied / "scenarios" / "fee_short.yaml"], both)

    # then
    by = {name: Path(outcome.scenario).name.partition(" > ")[0] for name, outcome in tried.items()}
    assert by == dict(zip(both, ["fees.yaml", "fee_short.yaml"], strict=True))
