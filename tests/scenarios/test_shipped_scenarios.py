"""Every shipped scenario is played; a sample also with the engine closed and opened again between every two events."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from engine.review import judge, read_coverage
from engine.simulation import ScenarioResult, Shelf, find_manifests, load_scenario, run_scenario
from engine.simulation.report import build_verdict

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = sorted([*(ROOT / "tests" / "scenarios").rglob("*.yaml"), *(ROOT / "processes").glob("*/scenarios/*.yaml")])
SAMPLE = SCENARIOS if os.environ.get("CLAUSEFLOW_SOAK") else SCENARIOS[::6]


@cache
def shelf() -> Shelf:
    return Shelf(find_manifests(ROOT))


@cache
def played(path: Path) -> ScenarioResult:
    scenario = load_scenario(path, shelf())
    return run_scenario(scenario, shelf().find(scenario.package_id, path))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT).with_suffix(""))


@pytest.mark.parametrize("path", SCENARIOS, ids=named)
def test_scenario_happens_as_the_law_expects(path: Path) -> None:
    result = played(path)

    assert result.ok, "\n".join(line.text for line in build_verdict(result))


@pytest.mark.parametrize("path", SAMPLE, ids=named)
def test_scenario_goes_the_same_way_when_the_engine_is_reopened_before_each_event(path: Path) -> None:
    scenario = load_scenario(path, shelf())

    reopened = run_scenario(scenario, shelf().find(scenario.package_id, path), reopen=True)

    assert reopened.trace() == played(path).trace()


def test_gate_is_open_for_every_shipped_law() -> None:
    for manifest in find_manifests(ROOT):
        coverage = read_coverage(shelf().load(manifest))
        results = [played(path) for path in SCENARIOS]
        mine = [result for result in results if result.scenario.package_id == coverage.package.id]

        findings = judge(coverage, mine)

        assert not findings, "\n\n".join(map(str, findings))
