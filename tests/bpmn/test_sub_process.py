"""Embedded sub-process and call activity: own scopes, completion, and what comes back."""

from __future__ import annotations

import pytest

from engine.bpmn import ElementFailed, ElementTerminated
from engine.errors import ErrorCode
from tests.bpmn.diagrams import (
    TERMINATE,
    boundary,
    call,
    diagram,
    end,
    error,
    gateway,
    mapping,
    mark,
    path,
    script,
    service,
    start,
    sub_process,
    timer,
)
from tests.bpmn.driver import Driver, play


def test_sub_process_ends_when_its_last_token_ends() -> None:
    inner = (
        start("In"),
        gateway("parallel", "Fork"),
        service("A"),
        service("B"),
        end("OutA"),
        end("OutB"),
        *path("In", "Fork", "A", "OutA"),
        *path("Fork", "B", "OutB"),
    )
    data = diagram(start(), sub_process("Part", *inner), mark("After"), end(), *path("Start", "Part", "After", "End"))

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        driver.complete("A")
        assert driver.trace == [] and driver.active == ["Part", "B"]
        driver.complete("B")

    assert play(data, scenario).trace == ["After"]


def test_sub_process_input_is_local_and_its_results_go_outwards() -> None:
    inner = (start("In"), script("Add", "=base + 1", "sum"), end("Out"), *path("In", "Add", "Out"))
    part = sub_process("Part", *inner, ext=mapping({"base": "=x * 10"}))
    data = diagram(start(), part, end(), *path("Start", "Part", "End"))

    driver = play(data, lambda d: d.start(x=2))

    assert driver.variables == {"x": 2, "sum": 21}


def test_sub_process_terminate_ends_the_sub_process_only() -> None:
    inner = (
        start("In"),
        gateway("parallel", "Fork"),
        service("A"),
        service("B"),
        end("Stop", TERMINATE),
        end("Out"),
        *path("In", "Fork", "A", "Stop"),
        *path("Fork", "B", "Out"),
    )
    data = diagram(start(), sub_process("Part", *inner), mark("After"), end(), *path("Start", "Part", "After", "End"))

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        driver.complete("A")

    driver = play(data, scenario)

    assert driver.trace == ["After"]
    assert [effect.element_id for effect in driver.all(ElementTerminated)] == ["B"]
    assert driver.nothing_left()


def test_sub_process_interrupted_by_a_timer_withdraws_all_that_is_in_it() -> None:
    inner = (start("In"), service("Work"), end("Out"), *path("In", "Work", "Out"))
    data = diagram(
        start(),
        sub_process("Part", sub_process("Deep", *inner), start("Begin"), end("Stop"), *path("Begin", "Deep", "Stop")),
        boundary("Late", "Part", timer(duration="PT1H")),
        mark("Handled"),
        end(),
        *path("Start", "Part", "End"),
        *path("Late", "Handled"),
    )

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        driver.advance("PT1H")

    driver = play(data, scenario)

    assert driver.trace == ["Handled"]
    assert [effect.element_id for effect in driver.all(ElementTerminated)] == ["Work", "Deep", "Part"]
    assert driver.status == "completed" and driver.nothing_left()


def test_error_goes_to_the_handler_of_its_own_scope_and_not_to_a_sibling() -> None:
    def part(name: str) -> str:
        inner = (start(f"In{name}"), service(f"Work{name}"), end(f"Throw{name}", error("E1")))
        return sub_process(f"Part{name}", *inner, *path(f"In{name}", f"Work{name}", f"Throw{name}"))

    data = diagram(
        start(),
        gateway("parallel", "Fork"),
        part("A"),
        part("B"),
        boundary("EdgeA", "PartA", error("E1")),
        boundary("EdgeB", "PartB", error("E1")),
        mark("HandledA"),
        mark("HandledB"),
        *path("Start", "Fork", "PartA"),
        *path("Fork", "PartB"),
        *path("EdgeA", "HandledA"),
        *path("EdgeB", "HandledB"),
        errors=["E1"],
    )

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        driver.complete("WorkB")
        assert driver.trace == ["HandledB"]
        assert driver.open_jobs == ["WorkA"]

    play(data, scenario)


def test_error_end_event_that_nobody_catches_fails_there() -> None:
    data = diagram(start(), end("Throw", error("E1")), *path("Start", "Throw"), errors=["E1"])

    driver = play(data, lambda d: d.start())

    problem = driver.all(ElementFailed)[0].problem
    assert (problem.code, problem.location.element_id) == (ErrorCode.BPMN_UNHANDLED_ERROR, "Throw")
    assert driver.status == "active"


# ---- call activity --------------------------------------------------------------------------------------------------

CALLED = diagram(
    start("CalledStart"),
    service("CalledWork"),
    end("CalledEnd", error("E1")),
    *path("CalledStart", "CalledWork", "CalledEnd"),
    process_id="called_failing",
    errors=["E1"],
)
COUNTING = diagram(
    start("CalledStart"),
    service("CalledWork"),
    end("CalledEnd"),
    *path("CalledStart", "CalledWork", "CalledEnd"),
    process_id="called",
)


@pytest.mark.parametrize(
    ("attributes", "ext", "seen", "left"),
    [
        ("", "", {"x": 1}, {"x": 1, "y": 2}),
        ('propagateAllParentVariables="false"', "", {}, {"x": 1, "y": 2}),
        ('propagateAllChildVariables="false"', "", {"x": 1}, {"x": 1}),
        ('propagateAllParentVariables="false"', mapping({"z": "=x + 1"}, {"w": "=y"}), {"z": 2}, {"x": 1, "w": 2}),
    ],
)
def test_call_activity_hands_variables_over_and_takes_them_back(
    attributes: str, ext: str, seen: dict[str, int], left: dict[str, int]
) -> None:
    data = diagram(
        start(), call("Call", "called", attributes=attributes, ext=ext), end(), *path("Start", "Call", "End")
    )

    def scenario(driver: Driver) -> None:
        driver.start(x=1)
        assert driver.jobs[next(iter(driver.jobs))].variables == seen
        assert driver.active == ["Call", "CalledWork"]
        driver.complete("CalledWork", y=2)

    driver = play(data, scenario, COUNTING)

    assert driver.variables == left
    assert driver.status == "completed"


def test_call_activity_catches_the_error_of_the_called_process() -> None:
    data = diagram(
        start(),
        call("Call", "called_failing"),
        boundary("Edge", "Call", error("E1")),
        mark("Handled"),
        end(),
        *path("Start", "Call", "End"),
        *path("Edge", "Handled"),
        errors=["E1"],
    )

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        driver.complete("CalledWork")

    assert play(data, scenario, CALLED).trace == ["Handled"]


def test_call_activity_of_a_process_that_is_not_deployed_fails() -> None:
    data = diagram(start(), call("Call", "nobody"), end(), *path("Start", "Call", "End"))

    driver = play(data, lambda d: d.start())

    problem = driver.all(ElementFailed)[0].problem
    assert (problem.code, problem.location.element_id) == (ErrorCode.RUN_UNKNOWN_PROCESS, "Call")
