"""A retry goes on at the phase that failed: what was done before is not done twice."""

from __future__ import annotations

import pytest

from engine.bpmn import ElementActivated, ElementFailed, JobCreated
from engine.errors import EngineError, ErrorCode
from tests.bpmn.diagrams import boundary, diagram, end, flow, mapping, mark, path, service, start, timer
from tests.bpmn.driver import Driver, play


def test_retry_after_a_failed_choice_does_not_write_the_outputs_again() -> None:
    data = diagram(
        start(),
        mark("Split"),
        mark("A"),
        mark("B"),
        flow("Start", "Split"),
        flow("Split", "A", "=chosen = 1"),
        flow("Split", "B", "=chosen = 2"),
    )

    def scenario(driver: Driver) -> None:
        driver.start(trace=[], chosen=7)
        driver.set_variables(chosen=2)
        driver.retry("Split")

    driver = play(data, scenario)

    assert driver.all(ElementFailed)[0].problem.code == ErrorCode.BPMN_NO_FLOW
    assert driver.trace == ["Split", "B"]


def test_retry_after_a_failed_output_mapping_keeps_the_result_of_the_job() -> None:
    task = service("Work", ext=mapping(outputs={"kept": "=if usable then result_value else function(x) x"}))
    data = diagram(start(), task, end(), *path("Start", "Work", "End"))

    def scenario(driver: Driver) -> None:
        driver.start(usable=False)
        driver.complete("Work", result_value=42)
        assert driver.active == ["Work"]
        driver.set_variables(usable=True)
        driver.retry("Work")

    driver = play(data, scenario)

    assert driver.variables == {"usable": True, "kept": 42}
    assert len(driver.all(JobCreated)) == 1
    assert [e.element_id for e in driver.all(ElementActivated)] == ["demo", "Start", "Work", "End"]


def test_failed_element_can_still_be_interrupted() -> None:
    data = diagram(
        start(),
        service("Work", '="job" + missing'),
        boundary("Late", "Work", timer(duration="PT1H")),
        mark("Handled"),
        end(),
        *path("Start", "Work", "End"),
        *path("Late", "Handled"),
    )

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        assert len(driver.failed) == 1
        driver.advance("PT1H")

    driver = play(data, scenario)

    assert driver.trace == ["Handled"] and driver.status == "completed"


def test_retry_of_what_has_not_failed_is_refused() -> None:
    data = diagram(start(), service("Work"), end(), *path("Start", "Work", "End"))

    def scenario(driver: Driver) -> None:
        driver.start()
        with pytest.raises(EngineError) as refused:
            driver.execution.retry(next(iter(driver.jobs)))
        assert refused.value.code == ErrorCode.RUN_STATE

    play(data, scenario)
