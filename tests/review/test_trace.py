"""Which clause is cited where, and when a scenario proves it."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.errors import ErrorCode, Severity
from engine.law import load_package
from engine.review import build_back_trace, build_trace, check_coverage, clauses_in_force, read_coverage
from engine.simulation import Expectation, Reached, Scenario, ScenarioResult

MINI_LAW = Path(__file__).parents[1] / "simulation" / "mini_law"
COVERAGE = read_coverage(load_package(MINI_LAW / "package.yaml"))
ON_THAT_DAY = {"on": date(2024, 3, 7)}


def result(
    *, reaches: tuple[str, ...] = (), expects: tuple[Expectation, ...] = (), ok: bool = True, file: str = "one.yaml"
) -> ScenarioResult:
    """A run that reached elements citing *reaches* and was held against *expects*."""
    now = datetime(2024, 3, 7, tzinfo=UTC)
    scenario = Scenario(file, "A story", (), "lantern_market", now, None, (), expects)
    elements = frozenset({("stall_permit", "Event_StallGranted")})
    reached = Reached(elements, frozenset({("Decision_Fine", "Rule_Noise")}), frozenset(reaches))
    differences = () if ok else ("differs",)
    return ScenarioResult(scenario, (), differences, reached, now)  # type: ignore[arg-type]


def expectation(clause: str, **terms: object) -> Expectation:
    return Expectation("state", "granted", (clause,), terms)


CASES = [
    (
        "reached and expected on a date",
        result(reaches=("lmo:4",), expects=(expectation("lmo:4", **ON_THAT_DAY),)),
        True,
        (),
    ),
    (
        "expected without a date",
        result(reaches=("lmo:4",), expects=(expectation("lmo:4"),)),
        False,
        ("no expectation that cites it names a date",),
    ),
    ("reached only", result(reaches=("lmo:4",)), False, ("no scenario expects anything of it",)),
    (
        "expected only",
        result(expects=(expectation("lmo:4", **ON_THAT_DAY),)),
        False,
        ("no scenario reaches what cites it",),
    ),
    (
        "the scenario fails",
        result(reaches=("lmo:4",), expects=(expectation("lmo:4", **ON_THAT_DAY),), ok=False),
        False,
        ("one.yaml fails",),
    ),
    (
        "nothing speaks of it",
        result(),
        False,
        ("no scenario reaches what cites it", "no scenario expects anything of it"),
    ),
]


@pytest.mark.parametrize(("name", "run", "proven", "still_open"), CASES, ids=[case[0] for case in CASES])
def test_clause_is_proven_only_when_one_holding_scenario_reaches_and_expects_it_on_a_date(
    name: str, run: ScenarioResult, proven: bool, still_open: tuple[str, ...]
) -> None:
    # when
    (row,) = build_trace(COVERAGE, [run], prefixes=["lmo:4"])

    # then
    assert row.proven is proven
    assert row.open == still_open


def test_clause_reached_by_one_scenario_and_expected_by_another_is_not_proven() -> None:
    # given
    runs = [
        result(reaches=("lmo:4",), file="reaches.yaml"),
        result(expects=(expectation("lmo:4", **ON_THAT_DAY),), file="expects.yaml"),
    ]

    # when
    (row,) = build_trace(COVERAGE, runs, prefixes=["lmo:4"])

    # then
    assert not row.proven
    assert row.open == ("the scenarios that expect it do not reach it",)


def test_citations_come_from_diagrams_tables_parameters_notices_manifest_and_calendar() -> None:
    # when
    found = {(citation.kind, citation.place) for citation in COVERAGE.citations}

    # then
    assert {
        ("element", "Activity_AskForCertificate"),
        ("element", "stall_fine"),
        ("rule", "Rule_FeeShort"),
        ("rule", "Decision_FineWhenLate"),
        ("parameter", "Rule_Certificate"),
        ("notice", "last_day"),
        ("manifest", "stall requested"),
        ("calendar", "lantern_market_office"),
    } <= found


def test_prefix_covers_clauses_below_it_and_nothing_beside_it() -> None:
    # when
    refs = [row.clause.ref for row in build_trace(COVERAGE, [], prefixes=["lmo:3"])]

    # then
    assert refs == ["lmo:3(1)", "lmo:3(2)", "lmo:3(3)"]


def test_without_prefix_only_clauses_in_force_are_asked_when_wanted() -> None:
    # when
    everything = [row.clause.ref for row in build_trace(COVERAGE, [])]
    in_force = [row.clause.ref for row in build_trace(COVERAGE, [], in_force_only=True)]

    # then
    assert set(everything) - set(in_force) == {"lmo:1(1)", "lmo:1(2)", "lmo:1(3)"}
    assert in_force == [clause.ref for clause in clauses_in_force(COVERAGE.package)]


def test_back_trace_gives_each_place_its_clauses_and_the_scenarios_that_go_through_it() -> None:
    # when
    rows = {row.place: row for row in build_back_trace(COVERAGE, [result()])}

    # then
    assert rows["Activity_SetCertificateDeadline"].clauses == ("lmo:3(2)", "L-01")
    assert rows["Event_StallGranted"].scenarios == ("one.yaml",)
    assert rows["Rule_Noise"].scenarios == ("one.yaml",)
    assert rows["Rule_FireLane"].scenarios == ()


def test_clause_in_force_that_nobody_cites_is_a_warning_in_its_register(tmp_path: Path) -> None:
    # given
    law = tmp_path / "law"
    shutil.copytree(MINI_LAW, law)
    register = law / "law" / "register.yaml"
    text = register.read_text(encoding="utf-8")
    added = (
        '  - {id: "5(4)", text: A fine may be forgiven., citation: Ordinance 5(4), kind: permission, '
        "home: decision, status: found}\ngroups:"
    )
    register.write_text(text.replace("groups:", added), encoding="utf-8")

    # when
    (problem,) = check_coverage(read_coverage(load_package(law / "package.yaml")))

    # then
    assert problem.code is ErrorCode.TRACE_CLAUSE
    assert problem.severity is Severity.WARNING
    assert problem.location.file == "law/register.yaml"
    assert problem.location.part == "clauses > 5(4)"


def test_row_as_data_names_places_scenarios_and_what_is_open() -> None:
    # when
    (row,) = build_trace(COVERAGE, [result(reaches=("lmo:4",))], prefixes=["lmo:4"])
    data = row.as_data()

    # then
    assert data["clause"] == "lmo:4"
    assert data["proven"] is False
    assert data["open"] == ["no scenario expects anything of it"]
    assert data["scenarios"] == [{"file": "one.yaml", "title": "A story", "proves": False}]
