"""Past cases under other models: what each would have come to, and honest words where that cannot be said."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from engine.errors import EngineError, ErrorCode
from engine.handlers.contract import Actor
from engine.law import LawPackage
from engine.review.whatif import CaseResult, WhatIf, replay_scenarios, replay_store
from engine.review.whatif.outcome import Outcome, differences
from engine.simulation import Shelf, load_scenario, run_scenario
from engine.wiring import open_engine
from tools.cli import main

MINI_LAW = Path(__file__).parents[1] / "simulation" / "mini_law"
SCENARIOS = MINI_LAW / "scenarios"
LIMIT = '<outputEntry id="Rule_Certificate_Out1">\n          <text>5</text>'
OPERATOR = Actor("operator", frozenset({"operator"}))


def law(folder: Path = MINI_LAW) -> LawPackage:
    return Shelf().load(folder / "package.yaml")


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    """The small law with eight business days for the certificate instead of five."""
    copy = tmp_path / "candidate"
    shutil.copytree(MINI_LAW, copy)
    table = copy / "decisions" / "market_limits.dmn"
    table.write_text(table.read_text(encoding="utf-8").replace(LIMIT, LIMIT.replace("5", "8"), 1), encoding="utf-8")
    return copy


def played_store(tmp_path: Path, name: str) -> Path:
    """The store of a scenario as it was left, as if its cases had been."""
    folder = tmp_path / "store"
    path = SCENARIOS / f"{name}.yaml"
    run_scenario(load_scenario(path, Shelf()), law(), directory=folder)
    return folder


def sentences(result: CaseResult) -> list[str]:
    return [change.sentence for change in result.changes]


def test_case_of_a_store_is_told_each_date_notice_state_and_amount_that_changes(
    tmp_path: Path, candidate: Path
) -> None:
    # given
    store = played_store(tmp_path, "certificate_too_late")
    before = {path.name: path.read_bytes() for path in store.iterdir() if path.is_file()}

    # when
    (result,) = replay_store(store, law(candidate))

    # then: the certificate that came too late is in time under the longer limit
    assert result.case == "R-2"
    said = sentences(result)
    assert "the deadline certificate is due 2024-03-13, was due 2024-03-10" in said
    assert "the state lapsed is gone, was reached on 2024-03-11" in said
    assert "the amount repayment is gone, was -100.00 on 2024-03-11" in said
    assert "the notice request_lapsed is gone, was dated 2024-03-11" in said
    (text,) = (
        each for each in said if each.startswith("the notice certificate_request (dated 2024-02-29) has another")
    )
    assert 'now "March 13, 2024' in text and 'no longer "March 10, 2024' in text
    deadline = next(change for change in result.changes if change.kind == "deadline")
    assert deadline.clauses == ("lmo:3(2)",)
    assert {path.name: path.read_bytes() for path in store.iterdir() if path.is_file()} == before


def test_same_models_change_nothing(tmp_path: Path) -> None:
    store = played_store(tmp_path, "two_fines")

    results = replay_store(store, law())

    assert len(results) == 2
    assert all(not result.changes and not result.reason for result in results)


def test_case_that_an_operator_stepped_into_is_not_replayed_and_says_so(tmp_path: Path, candidate: Path) -> None:
    # given: a request that waits for its certificate, cancelled by hand
    store = tmp_path / "store"
    scenario = load_scenario(SCENARIOS / "certificate_in_time.yaml", Shelf())
    store.mkdir()
    engine = open_engine(store / "store.sqlite", clock=scenario.start)
    engine.deploy(law(), OPERATOR)
    event = scenario.events[0]
    engine.raise_event("lantern_market", event.name, event.facts, event.actor)
    engine.cancel_instance(engine.instances()[0].id, OPERATOR, reason="entered twice")
    engine.close()

    # when
    (result,) = replay_store(store, law(candidate))

    # then
    assert result.reason.startswith("an instance was cancelled by hand on ")
    assert result.changes == ()


def test_task_that_a_person_completed_directly_is_answered_again(tmp_path: Path, candidate: Path) -> None:
    # given: the examination is completed as a task, not by an event
    store = tmp_path / "store"
    scenario = load_scenario(SCENARIOS / "certificate_in_time.yaml", Shelf())
    store.mkdir()
    engine = open_engine(store / "store.sqlite", clock=scenario.start)
    engine.deploy(law(), OPERATOR)
    requested, examined = scenario.events[:2]
    engine.raise_event("lantern_market", requested.name, requested.facts, requested.actor)
    engine.advance_clock(examined.at, OPERATOR)
    task = engine.user_tasks()[0]
    answer = law().vocabulary.read_facts(examined.name, {**examined.facts, "examined_on": "2024-02-28"})
    engine.complete_user_task(task.id, answer, Actor("clerk", frozenset({"market_clerk"})))
    engine.advance_clock(examined.at + timedelta(days=1), OPERATOR)
    engine.close()

    # when
    (result,) = replay_store(store, law(candidate))

    # then
    assert result.reason == ""
    assert any(said.startswith("the deadline certificate is due 2024-03-12, was") for said in sentences(result))


def test_event_that_the_candidate_takes_otherwise_ends_the_replay_with_the_reason(tmp_path: Path) -> None:
    # given: a fee that nobody has paid
    copy = tmp_path / "dear"
    shutil.copytree(MINI_LAW, copy)
    fees = copy / "decisions" / "stall_fee.dmn"
    fees.write_text(
        fees.read_text(encoding="utf-8").replace("<text>120</text>", "<text>130</text>", 1), encoding="utf-8"
    )
    scenario = load_scenario(SCENARIOS / "certificate_in_time.yaml", Shelf())

    # when
    (result,) = replay_scenarios([scenario], law(), law(copy))

    # then
    assert result.reason.startswith('an event is taken otherwise: event "request examined" accepted, but refused')
    assert "the amount repayment is new: -120.00 on 2024-02-26" in sentences(result)


def test_event_that_the_candidate_no_longer_refuses_is_a_change_of_a_story_that_went_to_its_end(
    candidate: Path,
) -> None:
    # given: a certificate after the last day, which the longer limit lets come in time
    scenario = load_scenario(SCENARIOS / "certificate_too_late.yaml", Shelf())

    # when
    (result,) = replay_scenarios([scenario], law(), law(candidate))

    # then
    assert result.reason == ""
    assert (result.changes[0].kind, result.changes[0].name) == ("event", "certificate received")
    assert sentences(result)[0] == 'the event "certificate received" is accepted, was refused: MSG_NOBODY'


def test_outcomes_are_paired_by_kind_and_name_in_the_order_of_time() -> None:
    before = [Outcome("notice", "bill", "dated 1", ("a:1",)), Outcome("notice", "bill", "dated 2")]
    after = [
        Outcome("notice", "bill", "dated 1", ("a:1",), "new words"),
        Outcome("notice", "bill", "dated 3", ("a:2",)),
    ]

    found = [(change.sentence, change.clauses) for change in differences(before, [*after, Outcome("state", "x", "y")])]

    assert found == [
        ('the notice bill (dated 1) has another text: now "new words"', ("a:1",)),
        ("the notice bill is dated 3, was dated 2", ("a:2",)),
        ("the state x is new: y", ()),
    ]


def test_summary_counts_cases_and_changes_by_clause(candidate: Path) -> None:
    scenarios = [load_scenario(path, Shelf()) for path in sorted(SCENARIOS.glob("certificate_*.yaml"))]

    report = WhatIf("lantern_market", "candidate", replay_scenarios(scenarios, law(), law(candidate)))

    assert len(report.changed) == 2
    assert report.by_clause["lmo:3(2)"][0] == 2
    assert report.as_data()["changed"] == 2


# ---- bad input ------------------------------------------------------------------------------------------------------


def test_store_without_the_law_and_no_store_at_all_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    open_engine(folder / "store.sqlite").close()

    with pytest.raises(EngineError) as nothing:
        replay_store(tmp_path / "nowhere", law())
    with pytest.raises(EngineError) as other:
        replay_store(folder, law())

    assert nothing.value.code is ErrorCode.STORE_IO
    assert other.value.code is ErrorCode.LAW_UNKNOWN_PACKAGE


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["whatif", *arguments])
    return int(stopped.value.code or 0)


def test_command_prints_cases_with_clauses_and_a_sum(candidate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = SCENARIOS / "certificate_too_late.yaml"

    assert run("--with", str(candidate), "--scenarios", str(scenario)) == 0

    printed = capsys.readouterr().out
    assert "case R-2" in printed
    assert "  the deadline certificate is due 2024-03-13, was due 2024-03-10  [lmo:3(2)]" in printed
    assert "1 would come to something else" in printed

    assert run("--with", str(candidate), "--scenarios", str(scenario), "--json") == 0
    assert json.loads(capsys.readouterr().out)["clauses"]["lmo:3(2)"]["cases"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--with", "/nowhere"], "LAW_MANIFEST"),
        (["--with", str(MINI_LAW), "--store", "/nowhere"], "STORE_IO"),
        (["--with", str(MINI_LAW), "--store", "a", "--scenarios", str(SCENARIOS)], "got both"),
        (["--with", str(MINI_LAW), "--scenarios", str(MINI_LAW / "law")], "expected scenarios, but there are none"),
        ([], "--with"),
    ],
)
def test_nonsense_ends_with_two_and_says_what_was_expected(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert run(*arguments) == 2

    printed = capsys.readouterr().err
    assert said in printed
    assert "Traceback" not in printed


def test_candidate_that_cannot_be_deployed_is_refused_before_anything_is_played(
    candidate: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    diagram = candidate / "stall_permit.bpmn"
    text = diagram.read_text(encoding="utf-8").replace("=certificate_enclosed", "=certificate_enclsed")
    diagram.write_text(text, encoding="utf-8")

    assert run("--with", str(candidate), "--scenarios", str(SCENARIOS)) == 2
    assert "FEEL_UNKNOWN_NAME" in capsys.readouterr().err
