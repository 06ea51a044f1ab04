"""What amending a clause touches: everything that cites it or lies below it, and the instances of a store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import EngineError, ErrorCode, Location
from engine.law import load_package
from engine.law.questions import Question, Questions
from engine.review import build_amendment, read_coverage, resolve_clause
from engine.review.coverage import ELEMENT, NOTICE, PARAMETER, QUESTION
from engine.runtime import Engine
from engine.simulation.runner import ANALYST, Player
from tests.review.market import MANIFEST, market_runs, play_market

COVERAGE = read_coverage(load_package(MANIFEST))


@pytest.mark.parametrize(
    "written",
    [
        "lmo:3(2)",
        "3(2)",
        "3 (2)",
        "Section 3(2)",
        "§ 3(2)",
        "Ordinance 3(2)",
        "Lantern Market Ordinance 3(2)",
        "LMO:3(2)",
        "3.2",
    ],
)
def test_clause_is_found_as_people_write_it(written: str) -> None:
    assert resolve_clause(written, [COVERAGE]) == "lmo:3(2)"


def test_group_of_clauses_is_found_too() -> None:
    assert resolve_clause("Section 3", [COVERAGE]) == "lmo:3"


@pytest.mark.parametrize("written", ["3(22)", "9", "", "  ", "Section", "()", "lmo:", "other:3(2)", "31", "3(2)(a)"])
def test_what_no_register_knows_is_refused(written: str) -> None:
    with pytest.raises(EngineError) as caught:
        resolve_clause(written, [COVERAGE])

    assert caught.value.code is ErrorCode.LAW_UNKNOWN_CLAUSE


def test_amendment_shows_elements_parameters_notices_readings_and_scenarios() -> None:
    # when
    amendment = build_amendment(COVERAGE, market_runs(), "lmo:3(2)")

    # then
    assert amendment.text.startswith("If the insurance certificate is missing")
    assert [each.place for each in amendment.of_kind(PARAMETER)] == ["Rule_Certificate"]
    assert "Activity_AskForCertificate" in {each.place for each in amendment.of_kind(ELEMENT)}
    assert "last_day" in {each.place for each in amendment.of_kind(NOTICE)}
    assert {each.place for each in amendment.readings["L-01"]} == {
        "Activity_SetCertificateDeadline",
        "Rule_Certificate",
    }
    assert {Path(proof.file).stem for proof in amendment.rows[0].proofs if proof.proves} == {
        "certificate_in_time",
        "certificate_too_late",
    }
    assert amendment.instances is None


def test_amendment_of_a_group_covers_all_clauses_below_it_and_none_beside() -> None:
    amendment = build_amendment(COVERAGE, [], "lmo:3")

    assert [clause.ref for clause in amendment.clauses] == ["lmo:3(1)", "lmo:3(2)", "lmo:3(3)"]
    assert "Rule_FeeShort" not in {each.place for each in amendment.citations}


def question(name: str, *clauses: str, decision: str = "") -> Question:
    place = Location(file="package.yaml")
    return Question(name, f"What of {name}?", clauses, {}, "", decision, "", {}, "", "", place, 1)


def test_questions_that_cite_the_clause_or_run_what_does_are_touched() -> None:
    # given
    asked = [
        question("cites", "lmo:2(2)"),
        question("runs", decision="Decision_FeeOutcome"),
        question("other", "lmo:4", decision="Decision_Fine"),
    ]
    package = replace(COVERAGE.package, questions=Questions({each.id: each for each in asked}))

    # when
    amendment = build_amendment(read_coverage(package), [], "lmo:2(2)")

    # then
    assert [each.place for each in amendment.of_kind(QUESTION)] == ["cites", "runs"]


@pytest.fixture
def player(tmp_path: Path) -> Iterator[Player]:
    """A store in which one request has lapsed and another waits for its examination."""
    player = play_market(tmp_path)
    facts = {"request_number": "R-9", "keeper_name": "Eri", "keeper_street": "1 Quay", "stall_size": "large"}
    player.engine.raise_event("lantern_market", "stall requested", {**facts, "fee_paid": 200}, ANALYST)
    player.engine.run_due()
    yield player
    player.close()


def touched(engine: Engine, ref: str) -> dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]:
    found = build_amendment(COVERAGE, [], ref, engine=engine).instances or ()
    return {each.case_key: (each.status, each.stands_at, each.passed) for each in found}


def test_live_instance_stands_at_what_cites_the_clause_and_a_past_one_has_passed_it(player: Player) -> None:
    # when
    found = touched(player.engine, "lmo:3(1)")

    # then
    assert found["R-9"][:2] == ("active", ("Activity_ExamineRequest",))
    assert found["R-9"][2] == ("Decision_MarketLimit", "Activity_SetExaminationDeadline")
    assert found["R-2"][:2] == ("completed", ())
    assert "Activity_ExamineRequest" in found["R-2"][2]


def test_instance_that_has_not_come_to_the_clause_is_not_touched(player: Player) -> None:
    assert set(touched(player.engine, "lmo:3(3)")) == {"R-2"}
    assert touched(player.engine, "lmo:5(1)") == {}


def test_amendment_as_data_names_instances_only_where_a_store_was_looked_at(player: Player) -> None:
    # when
    with_store = build_amendment(COVERAGE, [], "lmo:3(1)", engine=player.engine).as_data()
    without = build_amendment(COVERAGE, [], "lmo:3(1)").as_data()

    # then
    assert [each["case"] for each in with_store["instances"]] == ["R-2", "R-9"]  # type: ignore[attr-defined]
    assert without["instances"] is None
