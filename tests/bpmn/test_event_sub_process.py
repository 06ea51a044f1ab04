"""Event sub-processes: armed with their scope; interrupting ones end everything else in it."""

from __future__ import annotations

import pytest

from tests.bpmn.diagrams import (
    conditional,
    diagram,
    end,
    error,
    escalation,
    event_sub_process,
    mark,
    message,
    path,
    service,
    start,
    sub_process,
    throw,
    timer,
)
from tests.bpmn.driver import Driver, play


def handler(event: str, *, interrupting: bool = True) -> str:
    begin = start("Trigger", event, isInterrupting="true" if interrupting else "false")
    return event_sub_process(
        "Handler", begin, mark("Handled"), end("HandlerEnd"), *path("Trigger", "Handled", "HandlerEnd")
    )


def process_with(event: str, *, interrupting: bool = True) -> bytes:
    return diagram(
        start(),
        service("Work"),
        mark("Done"),
        end(),
        *path("Start", "Work", "Done", "End"),
        handler(event, interrupting=interrupting),
        messages={"cancelled": "=case_id"},
        errors=["E1"],
        escalations=["LATE"],
    )


EVENTS = {
    "timer": (timer(duration="PT1H"), lambda d: d.advance("PT1H")),
    "message": (message("cancelled"), lambda d: d.message("cancelled", "c1")),
    "conditional": (conditional("=urgent"), lambda d: d.set_variables(urgent=True)),
}


@pytest.mark.parametrize("kind", EVENTS)
def test_interrupting_event_sub_process_ends_everything_else(kind: str) -> None:
    event, occur = EVENTS[kind]

    def scenario(driver: Driver) -> None:
        driver.start(trace=[], case_id="c1", urgent=False)
        occur(driver)

    driver = play(process_with(event), scenario)

    assert driver.trace == ["Handled"]
    assert driver.status == "completed" and driver.nothing_left()


@pytest.mark.parametrize("kind", EVENTS)
def test_non_interrupting_event_sub_process_runs_beside(kind: str) -> None:
    event, occur = EVENTS[kind]

    def scenario(driver: Driver) -> None:
        driver.start(trace=[], case_id="c1", urgent=False)
        occur(driver)
        driver.complete("Work")

    driver = play(process_with(event, interrupting=False), scenario)

    assert driver.trace == ["Handled", "Done"]
    assert driver.status == "completed" and driver.nothing_left()


def test_event_sub_process_is_withdrawn_when_its_scope_completes() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        driver.complete("Work")

    driver = play(process_with(timer(duration="PT1H")), scenario)

    assert driver.trace == ["Done"]
    assert driver.status == "completed" and driver.nothing_left()


def test_event_sub_process_catches_the_error_of_a_job() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        driver.throw_error("Work", "E1")

    driver = play(process_with(error("E1")), scenario)

    assert driver.trace == ["Handled"]
    assert driver.status == "completed"


@pytest.mark.parametrize("interrupting", [True, False])
def test_event_sub_process_catches_an_escalation_from_a_nested_scope(interrupting: bool) -> None:
    inner = (start("In"), throw("Raise", escalation("LATE")), mark("On"), end("Out"), *path("In", "Raise", "On", "Out"))
    data = diagram(
        start(),
        sub_process("Part", *inner),
        end(),
        *path("Start", "Part", "End"),
        handler(escalation("LATE"), interrupting=interrupting),
        escalations=["LATE"],
    )

    driver = play(data, lambda d: d.start(trace=[]))

    assert sorted(driver.trace) == (["Handled"] if interrupting else ["Handled", "On"])
    assert driver.status == "completed"


def test_event_sub_process_in_a_sub_process_leaves_the_process_alone() -> None:
    inner = (start("In"), service("Work"), end("Out"), *path("In", "Work", "Out"), handler(timer(duration="PT1H")))
    data = diagram(start(), sub_process("Part", *inner), mark("After"), end(), *path("Start", "Part", "After", "End"))

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        driver.advance("PT1H")

    assert play(data, scenario).trace == ["Handled", "After"]
