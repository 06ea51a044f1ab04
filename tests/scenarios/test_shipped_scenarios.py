"""Every shipped scenario is played; a sample also with the engine closed and opened again between every two events.

All of them are played at once, in processes of their own: together they take longer than any other file of tests.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from engine.garbage import collect_seldom
from engine.review import Played, judge, read_coverage
from engine.review.limits import Edge, EdgeFinder
from engine.review.trace_results import played
from engine.simulation import Shelf, find_manifests, holds_questions, load_scenario, run_scenario
from engine.simulation.report import build_verdict

ROOT = Path(__file__).resolve().parents[2]
STORIES = [*(ROOT / "tests" / "scenarios").rglob("*.yaml"), *(ROOT / "processes").glob("*/scenarios/*.yaml")]
SCENARIOS = sorted(path for path in STORIES if not holds_questions(path))
FIRST_OF_FOLDERS = {path.parent: path for path in reversed(SCENARIOS)}.values()
SAMPLE = SCENARIOS if os.environ.get("CLAUSEFLOW_SOAK") else sorted({*FIRST_OF_FOLDERS, *SCENARIOS[::36]})
PROCESSES = 2
SHARE = 12


@dataclass(frozen=True)
class Outcome:
    """One run: what the gate needs of it, what is to be said when it fails, and whether it was the same reopened.

    *edges*: those of the limits of time (limit and edge) that it stands on.
    """

    played: Played
    edges: frozenset[tuple[str, Edge]]
    verdict: str
    same_when_reopened: bool | None


@cache
def shelf() -> Shelf:
    return Shelf(find_manifests(ROOT))


@cache
def finder_of(package_id: str) -> EdgeFinder:
    return EdgeFinder(shelf().find(package_id, ROOT))


def play(path: Path, reopened_too: bool) -> Outcome:
    scenario = load_scenario(path, shelf())
    package = shelf().find(scenario.package_id, path)
    result = run_scenario(scenario, package)
    same = run_scenario(scenario, package, reopen=True).trace() == result.trace() if reopened_too else None
    edges = {(limit_id, edge) for limit_id, run in finder_of(package.id).runs_of(result) for edge in run.edges}
    return Outcome(played(result), frozenset(edges), "\n".join(line.text for line in build_verdict(result)), same)


@pytest.fixture(scope="module")
def outcomes() -> Mapping[Path, Outcome]:
    sample = set(SAMPLE)
    # A spawned process begins empty, so that it inherits no open store and no lock.
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=spawning, initializer=collect_seldom) as pool:
        runs = pool.map(play, SCENARIOS, [path in sample for path in SCENARIOS], chunksize=SHARE)
        return dict(zip(SCENARIOS, runs, strict=True))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT).with_suffix(""))


@pytest.mark.parametrize("path", SCENARIOS, ids=named)
def test_scenario_happens_as_the_law_expects(path: Path, outcomes: Mapping[Path, Outcome]) -> None:
    outcome = outcomes[path]

    assert outcome.played.holds, outcome.verdict


@pytest.mark.parametrize("path", SAMPLE, ids=named)
def test_scenario_goes_the_same_way_when_the_engine_is_reopened_before_each_event(
    path: Path, outcomes: Mapping[Path, Outcome]
) -> None:
    assert outcomes[path].same_when_reopened is True


def test_gate_is_open_for_every_shipped_law(outcomes: Mapping[Path, Outcome]) -> None:
    for manifest in find_manifests(ROOT):
        coverage = read_coverage(shelf().load(manifest))
        mine = [each.played for each in outcomes.values() if each.played.package_id == coverage.package.id]

        findings = judge(coverage, mine)

        assert not findings, "\n\n".join(map(str, findings))


def test_some_scenario_stands_on_every_edge_that_a_limit_of_time_can_have(outcomes: Mapping[Path, Outcome]) -> None:
    for manifest in find_manifests(ROOT):
        law = shelf().load(manifest)
        stood_on = {edge for each in outcomes.values() if each.played.package_id == law.id for edge in each.edges}

        assert finder_of(law.id).missing(stood_on) == []
