"""End and intermediate throw events: message jobs, signals, links, terminate; implicit and conditional splits."""

from __future__ import annotations

from engine.bpmn import JobCreated, SignalThrown
from engine.feel import to_plain
from tests.bpmn.diagrams import (
    TERMINATE,
    catch,
    diagram,
    end,
    flow,
    gateway,
    link,
    mapping,
    mark,
    message,
    path,
    service,
    signal,
    start,
    throw,
)
from tests.bpmn.driver import Driver, play

SEND = '<zeebe:taskDefinition type="send"/>'


def test_message_events_are_jobs() -> None:
    data = diagram(
        start(),
        throw("Tell", message("told"), ext=SEND),
        end("Bye", message("told"), ext=SEND),
        *path("Start", "Tell", "Bye"),
        messages={"told": None},
    )

    def scenario(driver: Driver) -> None:
        driver.start()
        driver.complete("Tell")
        driver.complete("Bye")

    driver = play(data, scenario)

    assert [job.job_type for job in driver.all(JobCreated)] == ["send", "send"]
    assert driver.status == "completed"


def test_signal_reaches_the_own_instance_before_the_thrower_goes_on() -> None:
    data = diagram(
        start(),
        gateway("parallel", "Fork"),
        catch("Hear", signal("go")),
        mark("Heard"),
        service("First"),
        throw("Call", signal("go"), ext=mapping({"what": '="fire"'})),
        mark("On"),
        end(),
        *path("Start", "Fork", "Hear", "Heard", "End"),
        *path("Fork", "First", "Call", "On"),
        signals=["go"],
    )

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        driver.complete("First")

    driver = play(data, scenario)

    assert sorted(driver.trace) == ["Heard", "On"]
    assert driver.completed().index("Hear") < driver.completed().index("On")
    thrown = driver.all(SignalThrown)[0]
    assert (thrown.signal_name, to_plain(dict(thrown.variables))) == ("go", {"what": "fire"})


def test_link_jumps_to_the_catch_event_of_its_name() -> None:
    data = diagram(
        start(),
        throw("Leave", link("far")),
        catch("Arrive", link("far")),
        mark("There"),
        end(),
        *path("Start", "Leave"),
        *path("Arrive", "There", "End"),
    )

    driver = play(data, lambda d: d.start(trace=[]))

    assert driver.trace == ["There"]
    assert driver.completed() == ["Start", "Leave", "Arrive", "There", "End", "demo"]


def test_terminate_ends_the_process_with_all_that_is_open() -> None:
    data = diagram(
        start(),
        gateway("parallel", "Fork"),
        service("Open"),
        service("Stop"),
        end(),
        end("Kill", TERMINATE),
        *path("Start", "Fork", "Open", "End"),
        *path("Fork", "Stop", "Kill"),
    )

    def scenario(driver: Driver) -> None:
        driver.start()
        driver.complete("Stop")

    driver = play(data, scenario)

    assert driver.status == "completed" and driver.nothing_left()


def test_elements_may_be_called_start_and_end_in_any_case() -> None:
    data = diagram(start("End"), service("Root"), end("Start"), *path("End", "Root", "Start"))

    def scenario(driver: Driver) -> None:
        driver.start()
        driver.complete("Root")

    assert play(data, scenario).completed() == ["End", "Root", "Start", "demo"]


def test_task_with_several_ways_out_takes_those_that_are_true() -> None:
    data = diagram(
        start(),
        mark("Split", default="Flow_Split_C"),
        mark("A"),
        mark("B"),
        mark("C"),
        flow("Start", "Split"),
        flow("Split", "A", "=x > 1"),
        flow("Split", "B", "=x > 2"),
        flow("Split", "C"),
    )

    assert play(data, lambda d: d.start(trace=[], x=3)).trace == ["Split", "A", "B"]
    assert play(data, lambda d: d.start(trace=[], x=0)).trace == ["Split", "C"]
