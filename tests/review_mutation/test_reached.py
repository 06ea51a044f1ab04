"""What a run went through, by the process that an element or a flow really lies in."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.simulation import Reached, Shelf, load_scenario, run_scenario

SCENARIOS = Path(__file__).parents[1] / "simulation" / "mini_law" / "scenarios"


def reached_by(name: str) -> Reached:
    shelf = Shelf()
    path = SCENARIOS / f"{name}.yaml"
    scenario = load_scenario(path, shelf)
    return run_scenario(scenario, shelf.find(scenario.package_id, path)).reached


@pytest.fixture(scope="module")
def fee_short() -> Reached:
    return reached_by("fee_short")


def test_element_of_a_called_process_is_told_of_that_process_and_not_of_the_caller(fee_short: Reached) -> None:
    called = {place for place in fee_short.elements if place[0] == "request_return"}

    assert {"request_return", "Event_RequestSentBack"} <= {element for _, element in called}
    assert ("stall_permit", "Event_RequestSentBack") not in fee_short.elements
    assert ("stall_permit", "Activity_RequestReturn") in fee_short.elements


def test_flows_that_were_taken_are_told_and_the_others_are_not(fee_short: Reached) -> None:
    assert ("stall_permit", "Flow_FeeEnough_No") in fee_short.flows
    assert ("stall_permit", "Flow_FeeEnough_Yes") not in fee_short.flows


def test_element_that_was_waited_for_in_vain_is_touched_but_not_reached() -> None:
    reached = reached_by("certificate_in_time")

    given_up = reached.touched - reached.elements
    assert {element for _, element in given_up} >= {"Event_LastDayOver"}
