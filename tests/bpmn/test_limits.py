"""A diagram that never waits, or calls itself for ever, stops with a failure instead of hanging the engine."""

from __future__ import annotations

import pytest

from engine.bpmn import ElementFailed, Execution, compile_diagram, read_diagram
from engine.bpmn.spiff import workflow
from engine.errors import ErrorCode
from tests.bpmn.diagrams import call, diagram, end, flow, gateway, mark, path, service, start
from tests.bpmn.driver import INSTANCE, Driver


def test_loop_without_a_wait_fails_and_other_paths_have_gone_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "STEP_LIMIT", 500)
    data = diagram(
        start(),
        gateway("parallel", "Fork"),
        service("Work"),
        gateway("exclusive", "Again"),
        gateway("exclusive", "Check", default="Round"),
        end(),
        *path("Start", "Fork", "Again", "Check"),
        flow("Fork", "Work"),
        flow("Check", "Again", flow_id="Round"),
        flow("Check", "End", "=false"),
    )
    driver = Driver(compile_diagram(read_diagram(data, "demo.bpmn")), reload=False)

    driver.start()

    assert [effect.problem.code for effect in driver.all(ElementFailed)] == [ErrorCode.BPMN_LIMIT]
    assert driver.open_jobs == ["Work"]


def test_process_that_calls_itself_for_ever_fails() -> None:
    data = diagram(start(), mark("Round"), call("Call", "demo"), end(), *path("Start", "Round", "Call", "End"))
    driver = Driver(compile_diagram(read_diagram(data, "demo.bpmn")), reload=True)

    driver.start(trace=[])

    failed = driver.all(ElementFailed)
    assert [effect.problem.code for effect in failed] == [ErrorCode.BPMN_LIMIT]
    loaded = Execution.load(driver.definition, driver.execution.dump(), driver, instance_id=INSTANCE)
    assert loaded.active_elements() == driver.execution.active_elements()
