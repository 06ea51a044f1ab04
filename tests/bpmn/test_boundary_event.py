"""Boundary events: interrupting ones cancel at once and re-arm in loops, others run beside the activity."""

from __future__ import annotations

import pytest

from engine.bpmn import ElementFailed, ElementTerminated
from engine.errors import ErrorCode
from tests.bpmn.diagrams import (
    boundary,
    conditional,
    diagram,
    end,
    escalation,
    flow,
    gateway,
    mark,
    message,
    path,
    service,
    signal,
    start,
    sub_process,
    throw,
    timer,
)
from tests.bpmn.driver import Driver, play


def guarded(event: str, *, interrupting: bool = True) -> bytes:
    return diagram(
        start(),
        service("Work"),
        boundary("Edge", "Work", event, interrupting=interrupting),
        mark("Handled"),
        mark("Done"),
        end(),
        *path("Start", "Work", "Done", "End"),
        *path("Edge", "Handled"),
        messages={"cancelled": "=case_id"},
        signals=["stop"],
    )


EVENTS = {
    "timer": (timer(duration="PT1H"), lambda d: d.advance("PT1H")),
    "message": (message("cancelled"), lambda d: d.message("cancelled", "c1", reason="late")),
    "signal": (signal("stop"), lambda d: d.signal("stop", reason="late")),
    "conditional": (conditional("=urgent"), lambda d: d.set_variables(urgent=True)),
}


@pytest.mark.parametrize("kind", EVENTS)
def test_interrupting_boundary_event_cancels_its_activity(kind: str) -> None:
    event, occur = EVENTS[kind]

    def scenario(driver: Driver) -> None:
        driver.start(trace=[], case_id="c1", urgent=False)
        occur(driver)

    driver = play(guarded(event), scenario)

    assert driver.trace == ["Handled"]
    assert [effect.element_id for effect in driver.all(ElementTerminated)] == ["Work"]
    assert driver.status == "completed" and driver.nothing_left()


@pytest.mark.parametrize("kind", EVENTS)
def test_non_interrupting_boundary_event_leaves_its_activity_active(kind: str) -> None:
    event, occur = EVENTS[kind]

    def scenario(driver: Driver) -> None:
        driver.start(trace=[], case_id="c1", urgent=False)
        occur(driver)
        assert driver.trace == ["Handled"] and driver.active == ["Work"]
        driver.complete("Work")

    driver = play(guarded(event, interrupting=False), scenario)

    assert driver.trace == ["Handled", "Done"]
    assert driver.status == "completed" and driver.nothing_left()


def test_boundary_event_is_withdrawn_when_its_activity_completes() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        assert len(driver.timers) == 1
        driver.complete("Work")

    driver = play(guarded(timer(duration="PT1H")), scenario)

    assert driver.trace == ["Done"] and driver.nothing_left()


def test_non_interrupting_message_and_signal_may_occur_again() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(trace=[], case_id="c1")
        driver.message("cancelled", "c1")
        driver.message("cancelled", "c1")

    driver = play(guarded(message("cancelled"), interrupting=False), scenario)

    assert driver.trace == ["Handled", "Handled"]


def test_non_interrupting_condition_occurs_again_only_after_it_was_false() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(trace=[], urgent=False)
        for urgent in (True, True, False, True):
            driver.set_variables(urgent=urgent)

    driver = play(guarded(conditional("=urgent"), interrupting=False), scenario)

    assert driver.trace == ["Handled", "Handled"]


def test_cycle_fires_as_often_as_it_says_at_fixed_distances() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        driver.advance("PT25M")
        assert driver.trace == ["Handled", "Handled"]
        driver.advance("PT5M")
        assert driver.trace == ["Handled"] * 3
        driver.advance("P1D")

    driver = play(guarded(timer(cycle="R3/PT10M"), interrupting=False), scenario)

    assert driver.trace == ["Handled"] * 3
    assert driver.active == ["Work"] and not driver.timers


@pytest.mark.parametrize("interval", ['duration("PT0S")', 'duration("-PT1H")', 'duration("P0M")', '"R/PT0S"'])
def test_cycle_whose_interval_comes_out_as_nothing_is_a_failure_and_no_endless_firing(interval: str) -> None:
    def scenario(driver: Driver) -> None:
        driver.start(trace=[], rounds=1)
        driver.advance("P1D")

    data = guarded(timer(cycle=f"=if rounds = 1 then {interval} else null"), interrupting=False)

    driver = play(data, scenario)

    assert [effect.problem.code for effect in driver.failed.values()] == [ErrorCode.BPMN_EXPRESSION]
    assert not driver.timers


def test_interrupting_boundary_event_that_loops_back_to_its_activity_leaves_one_activity_open() -> None:
    data = diagram(
        start(),
        gateway("exclusive", "Again"),
        service("Work"),
        boundary("Edge", "Work", timer(duration="PT1H")),
        mark("Reminded"),
        end(),
        *path("Start", "Again", "Work", "End"),
        *path("Edge", "Reminded", "Again"),
    )

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        for _ in range(6):
            driver.advance("PT1H")
            assert driver.open_jobs == ["Work"] and len(driver.timers) == 1
        driver.complete("Work")

    driver = play(data, scenario)

    assert driver.trace == ["Reminded"] * 6
    assert driver.status == "completed" and driver.nothing_left()


def test_condition_that_is_true_from_the_start_occurs_before_the_sub_process_does_anything() -> None:
    data = diagram(
        start(),
        sub_process("Part", start("In"), mark("Inner"), end("Out"), *path("In", "Inner", "Out")),
        boundary("Edge", "Part", conditional("=urgent")),
        mark("Handled"),
        end(),
        *path("Start", "Part", "End"),
        *path("Edge", "Handled"),
    )

    assert play(data, lambda d: d.start(trace=[], urgent=True)).trace == ["Handled"]
    assert play(data, lambda d: d.start(trace=[], urgent=False)).trace == ["Inner"]


def test_boundary_timer_that_cannot_be_worked_out_stops_the_activity_before_it_begins() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        assert driver.open_jobs == [] and not driver.timers
        driver.set_variables(due="2025-01-02")
        driver.retry("Work")

    driver = play(guarded(timer(date="=due")), scenario)

    problem = driver.all(ElementFailed)[0].problem
    assert "expected a date or a date and time, but got null" in problem.message
    assert problem.location.element_id == "Edge"
    assert driver.open_jobs == ["Work"] and len(driver.timers) == 1


def test_interrupting_escalation_from_inside_stops_the_thrower() -> None:
    data = diagram(
        start(),
        sub_process(
            "Part",
            start("In"),
            throw("Raise", escalation("LATE")),
            mark("Never"),
            end("Out"),
            *path("In", "Raise", "Never", "Out"),
        ),
        boundary("Edge", "Part", escalation("LATE")),
        mark("Handled"),
        end(),
        *path("Start", "Part", "End"),
        flow("Edge", "Handled"),
        escalations=["LATE"],
    )

    driver = play(data, lambda d: d.start(trace=[]))

    assert driver.trace == ["Handled"]
    assert driver.status == "completed"
