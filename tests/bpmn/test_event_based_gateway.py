"""Event-based gateway: exactly one event wins, whichever comes first, and the others are withdrawn."""

from __future__ import annotations

from engine.bpmn import ElementCompleted, ElementFailed
from tests.bpmn.diagrams import catch, diagram, end, flow, gateway, mark, message, path, receive, start, timer
from tests.bpmn.driver import Driver, play

RACE = diagram(
    start(),
    gateway("eventBased", "Race"),
    catch("Cleared", message("cleared")),
    catch("Short", timer(duration="PT1H")),
    catch("Long", timer(date="=latest")),
    mark("A"),
    mark("B"),
    mark("C"),
    end(),
    *path("Start", "Race", "Cleared", "A", "End"),
    *path("Race", "Short", "B", "End"),
    *path("Race", "Long", "C", "End"),
    messages={"cleared": "=case_number"},
)
LATEST = "2025-01-01T09:30:00Z"


def begin(driver: Driver, latest: str = LATEST) -> None:
    driver.start(trace=[], case_number=7, latest=latest)


def test_event_based_gateway_message_wins_before_the_timers() -> None:
    def scenario(driver: Driver) -> None:
        begin(driver)
        assert driver.active == ["Race"]
        assert not driver.message("cleared", "8")
        assert driver.message("cleared", "7", document="bank letter")
        driver.advance("P1D")

    driver = play(RACE, scenario)

    assert driver.trace == ["A"]
    assert driver.variables["document"] == "bank letter"
    assert driver.status == "completed" and driver.nothing_left()
    assert [e.element_id for e in driver.all(ElementCompleted)] == ["Start", "Race", "Cleared", "A", "End", "demo"]


def test_event_based_gateway_each_timer_has_its_own_due_time() -> None:
    def scenario(driver: Driver, latest: str) -> None:
        begin(driver, latest)
        driver.advance("P1D")

    assert play(RACE, lambda d: scenario(d, LATEST)).trace == ["C"]
    assert play(RACE, lambda d: scenario(d, "2025-01-01T11:00:00Z")).trace == ["B"]


def test_event_based_gateway_that_cannot_arm_one_event_arms_none_and_can_be_retried() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(trace=[], case_number=7)
        assert driver.nothing_left()
        driver.set_variables(latest=LATEST)
        driver.retry("Race")
        driver.message("cleared", "7")

    driver = play(RACE, scenario)

    assert driver.all(ElementFailed)[0].problem.location.element_id == "Long"
    assert driver.trace == ["A"]


def test_event_based_gateway_leads_to_receive_tasks_too() -> None:
    data = diagram(
        start(),
        gateway("eventBased", "Race"),
        receive("Answer", "answer"),
        catch("Late", timer(duration="PT1H")),
        mark("A"),
        mark("B"),
        end(),
        flow("Start", "Race"),
        *path("Race", "Answer", "A", "End"),
        *path("Race", "Late", "B", "End"),
        messages={"answer": '="k"'},
    )

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        driver.message("answer", "k")

    assert play(data, scenario).trace == ["A"]
