"""Exclusive gateway: the first true condition, else the default, else a failure that names what was asked."""

from __future__ import annotations

from engine.bpmn import ElementFailed
from engine.errors import ErrorCode
from tests.bpmn.diagrams import diagram, end, flow, gateway, mark, path, start
from tests.bpmn.driver import Driver, play


def choice(default: str | None = "Flow_Choice_C") -> bytes:
    attributes = {} if default is None else {"default": default}
    third = flow("Choice", "C") if default else flow("Choice", "C", "=x = 3")
    return diagram(
        start("Start"),
        gateway("exclusive", "Choice", name="How many?", **attributes),
        *(mark(name) for name in "ABC"),
        end("End"),
        *path("Start", "Choice"),
        flow("Choice", "A", "=x = 1", name="one"),
        flow("Choice", "B", "=x <= 2", name="few"),
        third,
        *(flow(name, "End") for name in "ABC"),
    )


def test_exclusive_gateway_takes_the_first_true_condition() -> None:
    assert play(choice(), lambda d: d.start(trace=[], x=1)).trace == ["A"]
    assert play(choice(), lambda d: d.start(trace=[], x=2)).trace == ["B"]


def test_exclusive_gateway_without_a_true_condition_takes_the_default() -> None:
    assert play(choice(), lambda d: d.start(trace=[], x=9)).trace == ["C"]


def test_exclusive_gateway_without_true_condition_and_default_fails_and_can_be_retried() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(trace=[], x=9)
        driver.set_variables(x=3)
        driver.retry("Choice")

    driver = play(choice(default=None), scenario)

    problem = driver.all(ElementFailed)[0].problem
    assert (problem.code, problem.location.element_id) == (ErrorCode.BPMN_NO_FLOW, "Choice")
    assert "How many?" in problem.message and "one: x = 1" in problem.message and "With x = 9." in problem.message
    assert driver.trace == ["C"]


def test_exclusive_gateway_condition_that_is_null_fails_with_the_reason_although_there_is_a_default() -> None:
    driver = play(choice(), lambda d: d.start(trace=[], x="many"))

    problem = driver.all(ElementFailed)[0].problem
    assert (problem.code, problem.location.part) == (ErrorCode.BPMN_EXPRESSION, "condition of Flow_Choice_A")
    assert 'x = "many"' in problem.message


def test_exclusive_gateway_failure_leaves_other_paths_alone() -> None:
    data = diagram(
        start("Start"),
        gateway("parallel", "Fork"),
        gateway("exclusive", "Choice"),
        *(mark(name) for name in "AB"),
        mark("Other"),
        end("End"),
        *path("Start", "Fork", "Choice"),
        *path("Fork", "Other", "End"),
        flow("Choice", "A", "=x = 1"),
        flow("Choice", "B", "=x = 2"),
        *(flow(name, "End") for name in "AB"),
    )

    driver = play(data, lambda d: d.start(trace=[], x=9))

    assert driver.trace == ["Other"]
    assert driver.active == ["Choice"]
    assert driver.status == "active"
