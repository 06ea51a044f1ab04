"""Who catches what is thrown in a scope: its event sub-processes, then the events at its border, then outwards."""

from __future__ import annotations

import pytest

from tests.bpmn.diagrams import (
    boundary,
    call,
    diagram,
    end,
    error,
    escalation,
    event_sub_process,
    flow,
    mark,
    message,
    multi_instance,
    path,
    start,
    sub_process,
    throw,
    timer,
    user,
)
from tests.bpmn.driver import Driver, play


def started(data: bytes, *more: bytes) -> Driver:
    return play(data, lambda driver: driver.start(trace=[]), *more)


def handler(event: str, *inside: str, last: str = "", interrupting: bool = True) -> str:
    """An event sub-process E: its trigger, a mark `handled`, what else is *inside*, and an end that throws *last*."""
    begin = start("Trigger", event, isInterrupting="true" if interrupting else "false")
    ways = path("Trigger", "handled", "HandlerEnd")
    return event_sub_process("E", begin, mark("handled"), *inside, end("HandlerEnd", last), *ways)


def around(scope: str, *borders: str) -> bytes:
    """Start -> S -> after -> End; whoever catches at the border B goes to `outside`."""
    ways = [*path("Start", "S", "after", "End"), *path("B", "outside", "End")]
    parts = (start(), scope, *borders, mark("after"), mark("outside"), end(), *ways)
    return diagram(*parts, errors=["x", "y"], escalations=["x"], messages={"m": "=1"})


FAILING = (start("In"), end("Fail", error("x")), *path("In", "Fail"))


@pytest.mark.parametrize("caught", ["x", ""])
def test_event_sub_process_catches_before_the_border_of_its_scope(caught: str) -> None:
    data = around(sub_process("S", *FAILING, handler(error(caught))), boundary("B", "S", error("x")))

    assert started(data).trace == ["handled", "after"]


@pytest.mark.parametrize("again", ["x", "y"])
def test_error_thrown_by_a_handler_is_caught_at_the_border(again: str) -> None:
    data = around(sub_process("S", *FAILING, handler(error("x"), last=error(again))), boundary("B", "S", error(again)))

    driver = started(data)

    assert driver.trace == ["handled", "outside"]
    assert driver.status == "completed" and not driver.failed


def test_border_stays_armed_while_an_interrupting_handler_runs() -> None:
    inside = (start("In"), user("Work"), end("Out"), *path("In", "Work", "Out"))
    begin = start("Trigger", message("m"))
    slow = event_sub_process("E", begin, user("Wait"), end("HandlerEnd"), *path("Trigger", "Wait", "HandlerEnd"))
    data = around(sub_process("S", *inside, slow), boundary("B", "S", timer(duration="PT1H")))

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        assert driver.message("m", "1")
        assert driver.active == ["S", "E", "Wait"]
        driver.advance("PT1H")

    driver = play(data, scenario)

    assert driver.trace == ["outside"]
    assert driver.status == "completed" and driver.nothing_left()


def test_handler_does_not_catch_what_it_throws_itself() -> None:
    inside = (start("In"), throw("Tell", escalation("x")), end("Out"), *path("In", "Tell", "Out"))
    calling = handler(escalation("x"), last=escalation("x"), interrupting=False)
    data = around(sub_process("S", *inside, calling), boundary("B", "S", escalation("x"), interrupting=False))

    assert sorted(started(data).trace) == ["after", "handled", "outside"]


def test_handler_catches_what_the_one_beside_it_throws() -> None:
    begin = start("Told", message("m"), isInterrupting="false")
    teller = event_sub_process("Teller", begin, end("Fail", error("x")), *path("Told", "Fail"))
    inside = (start("In"), user("Work"), end("Out"), *path("In", "Work", "Out"))
    data = around(sub_process("S", *inside, teller, handler(error("x"))), boundary("B", "S", error("x")))

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        driver.message("m", "1")

    assert play(data, scenario).trace == ["handled", "after"]


def test_handler_of_a_called_process_catches_before_the_call() -> None:
    called = diagram(*FAILING, handler(error("x")), process_id="called", errors=["x"])
    data = around(call("S", "called", attributes='propagateAllChildVariables="false"'), boundary("B", "S", error("x")))

    driver = started(data, called)

    assert driver.trace == ["after"]
    assert "handled" in driver.completed()


def test_escalation_of_a_called_process_reaches_the_call() -> None:
    parts = (start("In"), throw("Tell", escalation("x")), user("Work"), end("Out"), *path("In", "Tell", "Work", "Out"))
    called = diagram(*parts, process_id="called", escalations=["x"])
    border = boundary("B", "S", escalation("x"), interrupting=False)
    data = around(call("S", "called", attributes='propagateAllChildVariables="false"'), border)

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        assert driver.trace == ["outside"]
        driver.complete("Work")

    assert play(data, scenario, called).trace == ["outside", "after"]


def test_handler_in_one_of_several_instances_interrupts_that_one_alone() -> None:
    data = diagram(
        start(),
        sub_process(
            "S",
            start("In"),
            user("Work"),
            end("Out"),
            *path("In", "Work", "Out"),
            handler(message("m")),
            inner=multi_instance("=items", inputElement="item"),
        ),
        end(),
        flow("Start", "S"),
        flow("S", "End"),
        messages={"m": "=item"},
    )

    def scenario(driver: Driver) -> None:
        driver.start(trace=[], items=["a", "b", "c"])
        assert driver.message("m", "b")
        assert driver.open_jobs == ["Work", "Work"]
        driver.complete("Work")
        driver.complete("Work")

    driver = play(data, scenario)

    assert driver.trace == ["handled"]
    assert driver.status == "completed" and driver.nothing_left()


def test_handler_inside_a_handler_waits_only_while_that_one_runs() -> None:
    inner = event_sub_process(
        "F", start("Again", message("n")), mark("deeper"), end("FEnd"), *path("Again", "deeper", "FEnd")
    )
    outer = event_sub_process(
        "E", start("Trigger", message("m")), user("Wait"), end("EEnd"), *path("Trigger", "Wait", "EEnd"), inner
    )
    parts = (start(), user("Work"), end(), *path("Start", "Work", "End"), outer)
    data = diagram(*parts, messages={"m": "=1", "n": "=2"})

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        assert not driver.message("n", "2")
        driver.message("m", "1")
        assert driver.message("n", "2")

    driver = play(data, scenario)

    assert driver.trace == ["deeper"]
    assert driver.status == "completed"
