"""Results of scenarios in a file: the same judgement as playing them, and refused when they speak of anything else."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import EngineError, ErrorCode
from engine.law import load_package
from engine.review import Played, play_scenarios, read_results, write_results
from tests.review.market import MANIFEST, MINI_LAW, market_runs


@pytest.fixture
def law(tmp_path: Path) -> Path:
    shutil.copytree(MINI_LAW, tmp_path / "law")
    return tmp_path / "law"


def scenarios(law: Path) -> list[Path]:
    return sorted((law / "scenarios").glob("*.yaml"))


def hashes(law: Path) -> dict[str, str]:
    package = load_package(law / "package.yaml")
    return {package.id: package.content_hash}


@pytest.fixture
def results(law: Path) -> Path:
    path = law / "results.json"
    write_results(path, runs_of(law), hashes(law))
    return path


def runs_of(law: Path) -> list[Played]:
    """The first two runs of the market law, as if its copy had been played."""
    return [replace(run, file=str(path)) for run, path in zip(market_runs(), scenarios(law), strict=True)][:2]


def test_results_that_are_read_are_those_that_were_played(law: Path, results: Path) -> None:
    assert read_results(results, scenarios(law)[:2], hashes(law)) == runs_of(law)


def test_playing_tells_how_far_it_is() -> None:
    # given
    told: list[int] = []

    # when
    play_scenarios(scenarios(MINI_LAW)[:2], [MANIFEST], tell=told.append)

    # then
    assert told == [1, 2]


def test_several_processes_give_the_same_runs_in_the_same_order() -> None:
    shared, _ = play_scenarios(scenarios(MINI_LAW), [MANIFEST], jobs=2)
    assert tuple(shared) == market_runs()


def test_scenario_that_cannot_be_read_is_a_problem_and_the_others_are_played(law: Path) -> None:
    # given
    spoiled = scenarios(law)[0]
    spoiled.write_text("title: broken\npackage: lantern_market\n", encoding="utf-8")

    # when
    runs, problems = play_scenarios(scenarios(law)[:2], [law / "package.yaml"])

    # then
    assert len(runs) == 1
    assert {problem.code for problem in problems} == {ErrorCode.SCENARIO_INVALID}


def test_results_of_other_models_are_refused(law: Path, results: Path) -> None:
    # given
    notice = law / "notices" / "fine.md"
    notice.write_text(notice.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    # then
    assert 'the models of "lantern_market" are not those that were played.' in refused(
        results, scenarios(law)[:2], hashes(law)
    )


def test_results_without_a_scenario_that_is_there_are_refused(law: Path, results: Path) -> None:
    assert "two_fines.yaml was not played" in refused(results, scenarios(law), hashes(law))


def test_results_with_a_scenario_that_is_not_asked_for_are_refused(law: Path, results: Path) -> None:
    assert "is not among those asked for" in refused(results, scenarios(law)[:1], hashes(law))


def test_results_of_a_scenario_that_was_changed_since_are_refused(law: Path, results: Path) -> None:
    # given
    changed = scenarios(law)[1]
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    # then
    assert "was changed after it was played" in refused(results, scenarios(law)[:2], hashes(law))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"format": 3, "packages": {}, "scenarios": []}',
        '{"format": 2, "scenarios": [{}], "packages": {}}',
    ],
)
def test_file_that_holds_no_results_is_refused(law: Path, content: str) -> None:
    # given
    path = law / "other.json"
    path.write_text(content, encoding="utf-8")

    # then
    assert "expected the results of scenarios" in refused(path, [], {})


def test_file_that_is_not_there_is_refused(law: Path) -> None:
    assert "cannot be read" in refused(law / "none.json", [], {})


def test_results_hold_nothing_but_what_the_matrix_needs(results: Path) -> None:
    data = json.loads(results.read_text(encoding="utf-8"))
    assert set(data) == {"format", "packages", "scenarios"}
    assert "Ben Ito" not in results.read_text(encoding="utf-8")


def refused(path: Path, paths: list[Path], packages: dict[str, str]) -> str:
    with pytest.raises(EngineError) as caught:
        read_results(path, paths, packages)
    assert caught.value.code is ErrorCode.TRACE_RESULTS
    return "\n".join(problem.message for problem in caught.value.problems)
