"""Multi-instance: parallel and sequential, results in the order of the items, early completion."""

from __future__ import annotations

from itertools import permutations

import pytest

from engine.bpmn import ElementFailed, JobCreated
from tests.bpmn.diagrams import boundary, diagram, end, mark, multi_instance, path, service, start, sub_process, timer
from tests.bpmn.driver import Driver, play

RESULTS = {"outputCollection": "answers", "outputElement": "=answer", "inputElement": "item"}


def each(loop: str) -> bytes:
    return diagram(start(), service("Ask", inner=loop), mark("After"), end(), *path("Start", "Ask", "After", "End"))


def complete_item(driver: Driver, item: str) -> None:
    where = next(w for w, job in driver.jobs.items() if job.variables["item"] == item)
    del driver.jobs[where]
    driver.execution.complete_job(where, {"answer": item.upper()})
    driver._settle()


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_parallel_multi_instance_collects_in_input_order(order: tuple[str, ...]) -> None:
    def scenario(driver: Driver) -> None:
        driver.start(trace=[], items=["a", "b", "c"], answer=None)
        assert [job.variables["loopCounter"] for job in driver.all(JobCreated)] == [1, 2, 3]
        for item in order:
            complete_item(driver, item)

    driver = play(each(multi_instance("=items", **{**RESULTS, "outputElement": "=item"})), scenario)

    assert driver.variables["answers"] == ["a", "b", "c"]
    assert driver.trace == ["After"]
    assert "item" not in driver.variables and "loopCounter" not in driver.variables


def test_sequential_multi_instance_runs_one_after_the_other() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(trace=[], items=["a", "b"])
        for item in ("a", "b"):
            assert [job.variables["item"] for job in driver.jobs.values()] == [item]
            complete_item(driver, item)

    driver = play(each(multi_instance("=items", sequential=True, **RESULTS)), scenario)

    assert driver.variables["answers"] == ["A", "B"]
    assert driver.trace == ["After"]


def test_multi_instance_of_an_empty_list_passes() -> None:
    driver = play(each(multi_instance("=items", **RESULTS)), lambda d: d.start(trace=[], items=[]))

    assert driver.trace == ["After"] and driver.variables["answers"] == []


def test_multi_instance_stops_early_when_its_condition_is_true() -> None:
    loop = multi_instance("=items", condition="=numberOfCompletedInstances = 2", **RESULTS)

    def scenario(driver: Driver) -> None:
        driver.start(trace=[], items=["a", "b", "c"])
        complete_item(driver, "c")
        complete_item(driver, "a")

    driver = play(each(loop), scenario)

    assert driver.trace == ["After"] and driver.nothing_left()
    assert driver.variables["answers"] == ["A", None, "C"]


def test_multi_instance_of_what_is_no_list_fails() -> None:
    driver = play(each(multi_instance("=items", **RESULTS)), lambda d: d.start(trace=[], items=7))

    assert "expected a list as input collection, but got 7" in driver.all(ElementFailed)[0].problem.message


def test_multi_instance_boundary_event_cancels_all_instances() -> None:
    data = diagram(
        start(),
        service("Ask", inner=multi_instance("=items", **RESULTS)),
        boundary("Late", "Ask", timer(duration="PT1H")),
        mark("Handled"),
        end(),
        *path("Start", "Ask", "End"),
        *path("Late", "Handled"),
    )

    def scenario(driver: Driver) -> None:
        driver.start(trace=[], items=["a", "b", "c"])
        assert len(driver.timers) == 1
        complete_item(driver, "b")
        driver.advance("PT1H")

    driver = play(data, scenario)

    assert driver.trace == ["Handled"] and driver.nothing_left()


def test_multi_instance_sub_process_writes_shared_variables_outwards() -> None:
    inner = (start("In"), mark("Inner"), end("Out"), *path("In", "Inner", "Out"))
    part = sub_process("Part", *inner, inner=multi_instance("=items"))
    data = diagram(start(), part, end(), *path("Start", "Part", "End"))

    assert play(data, lambda d: d.start(trace=[], items=[1, 2, 3])).trace == ["Inner"] * 3
