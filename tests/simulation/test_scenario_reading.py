"""Reading scenarios: what is right becomes a Scenario, what is wrong is said all at once with its line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.errors import EngineError
from engine.simulation import Scenario, Shelf, load_scenario

HERE = Path(__file__).parent
MINI_LAW = HERE / "mini_law"
BAD = yaml.safe_load((HERE / "data" / "bad_scenarios.yaml").read_text(encoding="utf-8"))
SHELF = Shelf([MINI_LAW / "package.yaml"])


def read_text(text: str, folder: Path) -> Scenario:
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path, SHELF)


def test_base_of_the_bad_scenarios_is_right_itself(tmp_path: Path) -> None:
    assert read_text(BAD["base"], tmp_path).title == "A request"


@pytest.mark.parametrize("case", BAD["cases"], ids=lambda case: case["name"])
def test_bad_scenario_is_refused_with_every_problem_and_its_place(case: dict[str, Any], tmp_path: Path) -> None:
    # given
    text = BAD["base"]
    for old, new in case["replace"].items():
        assert old == "*" or old in text
        text = new if old == "*" else text.replace(old, new)

    # when
    with pytest.raises(EngineError) as caught:
        read_text(text, tmp_path)

    # then
    found = [(str(p.code), p.location.line, p.location.part) for p in caught.value.problems]
    assert found == [(wanted["code"], wanted["line"], wanted["part"]) for wanted in case["problems"]]
    for problem, wanted in zip(caught.value.problems, case["problems"], strict=True):
        assert wanted["says"] in problem.message
        assert problem.location.file == str(tmp_path / "scenario.yaml")


def test_scenario_is_read_with_its_dates_in_the_zone_of_the_law() -> None:
    # when
    scenario = load_scenario(MINI_LAW / "scenarios" / "certificate_in_time.yaml", SHELF)

    # then
    assert scenario.start == datetime(2024, 2, 26, 0, 0, tzinfo=UTC)
    assert [event.at for event in scenario.events][1] == datetime(2024, 2, 28, 1, 15, tzinfo=UTC)
    assert scenario.events[0].facts["fee_paid"] == 120
    assert scenario.events[0].actor.id == "keeper"
    assert scenario.events[1].actor.id == "market_office"
    deadline = next(expectation for expectation in scenario.expectations if expectation.kind == "deadline")
    assert deadline.terms == {"due": date(2024, 2, 28), "met_on": date(2024, 2, 28), "breached": False}
    assert deadline.clauses == ("lmo:3(1)",)


def test_event_gets_only_those_shared_facts_that_it_takes() -> None:
    # when
    scenario = load_scenario(MINI_LAW / "scenarios" / "certificate_in_time.yaml", SHELF)

    # then
    assert dict(scenario.events[2].facts) == {"request_number": "R-1"}


def test_label_of_a_case_stands_for_the_key_that_its_first_event_gives() -> None:
    # when
    scenario = load_scenario(MINI_LAW / "scenarios" / "two_fines.yaml", SHELF)

    # then
    assert [event.facts["report_number"] for event in scenario.events] == ["F-1", "F-2", "F-1"]
    assert {expectation.case for expectation in scenario.expectations} == {"F-1", "F-2"}


def test_number_as_a_string_fact_keeps_its_leading_zeros_and_money_stays_exact() -> None:
    # when
    scenario = load_scenario(MINI_LAW / "scenarios" / "fee_short.yaml", SHELF)

    # then
    assert scenario.events[0].facts["request_number"] == "0017"
    assert scenario.events[0].facts["fee_paid"] == Decimal("199.99")


def test_unreadable_path_is_a_problem_with_the_path(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        load_scenario(tmp_path / "nothing.yaml", SHELF)

    assert str(caught.value.problem.location.file).endswith("nothing.yaml")
    assert "cannot be read" in caught.value.problem.message


def test_event_with_a_named_person_is_raised_by_that_person_in_the_role_of_its_party(tmp_path: Path) -> None:
    # given
    text = (MINI_LAW / "scenarios" / "certificate_in_time.yaml").read_text(encoding="utf-8")
    text = text.replace("event: certificate received}", "event: certificate received, by: Aiko}")

    # when
    scenario = read_text(text, tmp_path)

    # then
    last = scenario.events[-1].actor
    assert (last.id, scenario.events[0].actor.id) == ("Aiko", "keeper")
    assert last.roles == frozenset({"keeper"})
