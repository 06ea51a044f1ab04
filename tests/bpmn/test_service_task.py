"""Service task: a job with type, retries, headers and variables; its result; BPMN errors thrown by its handler."""

from __future__ import annotations

import pytest

from engine.bpmn import ElementFailed, ElementTerminated, JobCreated
from engine.errors import EngineError, ErrorCode
from tests.bpmn.diagrams import boundary, diagram, element, end, error, mapping, mark, path, service, start
from tests.bpmn.driver import Driver, play

HEADERS = '<zeebe:taskHeaders><zeebe:header key="limit_id" value="cure"/></zeebe:taskHeaders>'


def simple(*, ext: str = "", job_type: str = "check") -> bytes:
    parts = (start("Start"), service("Check", job_type, ext=ext, doc="[act:3(1)] check it"), end("End"))
    return diagram(*parts, *path("Start", "Check", "End"))


def test_service_task_creates_a_job_and_waits() -> None:
    driver = play(simple(ext=HEADERS), lambda d: d.start(amount=3))

    job = driver.all(JobCreated)[0]
    assert (job.job_type, job.retries, job.headers) == ("check", 3, {"limit_id": "cure"})
    assert job.variables == {"amount": 3}
    assert job.clauses == ("act:3(1)",)
    assert driver.status == "active"
    assert driver.active == ["Check"]


def test_service_task_completed_job_writes_its_variables_and_goes_on() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(amount=3)
        driver.complete("Check", sufficient=True)

    driver = play(simple(), scenario)

    assert driver.status == "completed"
    assert driver.variables == {"amount": 3, "sufficient": True}
    assert driver.completed() == ["Start", "Check", "End", "demo"]


def test_service_task_with_mappings_keeps_its_result_local() -> None:
    ext = mapping({"doubled": "=amount * 2"}, {"case.total": "=doubled + extra"})

    def scenario(driver: Driver) -> None:
        driver.start(amount=3, case={"id": "A-1"})
        driver.complete("Check", extra=4)

    driver = play(simple(ext=ext), scenario)

    assert driver.all(JobCreated)[0].variables["doubled"] == 6
    assert driver.variables == {"amount": 3, "case": {"id": "A-1", "total": 10}}


def test_service_task_job_type_may_be_feel() -> None:
    driver = play(simple(job_type='="check." + kind'), lambda d: d.start(kind="bank"))

    assert driver.all(JobCreated)[0].job_type == "check.bank"


def test_service_task_without_a_job_type_at_run_time_fails_and_can_be_retried() -> None:
    def scenario(driver: Driver) -> None:
        driver.start()
        assert driver.failed and driver.open_jobs == []
        driver.set_variables(kind="bank")
        driver.retry("Check")

    driver = play(simple(job_type='="check." + kind'), scenario)

    problem = driver.all(ElementFailed)[0].problem
    assert (problem.code, problem.location.element_id) == (ErrorCode.BPMN_EXPRESSION, "Check")
    assert driver.open_jobs == ["Check"]


def test_service_task_completed_twice_is_refused() -> None:
    def scenario(driver: Driver) -> None:
        driver.start()
        where = driver.all(JobCreated)[0].element_instance_id
        driver.complete("Check")
        with pytest.raises(EngineError) as refused:
            driver.execution.complete_job(where, {})
        assert refused.value.code == ErrorCode.RUN_STATE

    play(simple(), scenario)


def test_service_task_thrown_error_leaves_by_the_boundary_event_of_its_code() -> None:
    data = diagram(
        start("Start"),
        service("Check"),
        boundary("Refused", "Check", error("REFUSED")),
        boundary("Other", "Check", error()),
        mark("OnRefused"),
        mark("OnOther"),
        end("End"),
        *path("Start", "Check", "End"),
        *path("Refused", "OnRefused"),
        *path("Other", "OnOther"),
        errors=["REFUSED"],
    )

    def scenario(driver: Driver, code: str) -> None:
        driver.start(trace=[])
        driver.throw_error("Check", code, reason="late")

    exact = play(data, lambda d: scenario(d, "REFUSED"))
    other = play(data, lambda d: scenario(d, "LOST"))

    assert exact.trace == ["OnRefused"]
    assert exact.variables["reason"] == "late"
    assert [effect.element_id for effect in exact.all(ElementTerminated)] == ["Check"]
    assert other.trace == ["OnOther"]


def test_service_task_error_that_nobody_catches_is_a_failure_and_can_be_retried() -> None:
    def scenario(driver: Driver) -> None:
        driver.start()
        driver.throw_error("Check", "LOST")
        assert driver.open_jobs == []
        driver.retry("Check")
        driver.complete("Check")

    driver = play(simple(), scenario)

    problem = driver.all(ElementFailed)[0].problem
    assert problem.code == ErrorCode.BPMN_UNHANDLED_ERROR
    assert "LOST" in problem.message and "it broke" in problem.message
    assert problem.location.clause == "act:3(1)"
    assert driver.status == "completed"


@pytest.mark.parametrize("tag", ["businessRuleTask", "scriptTask", "sendTask"])
def test_rule_script_and_send_tasks_with_a_job_type_are_jobs(tag: str) -> None:
    task = element(tag, "Work", ext='<zeebe:taskDefinition type="python"/>')

    driver = play(diagram(start(), task, end(), *path("Start", "Work", "End")), lambda d: d.start())

    assert driver.all(JobCreated)[0].job_type == "python"


def test_output_mapping_sees_those_before_it() -> None:
    job = service("Work", ext=mapping(outputs={"sum.net": "=net", "sum.gross": "=sum.net + 1", "told": "=sum.gross"}))

    def scenario(driver: Driver) -> None:
        driver.start()
        driver.complete("Work", net=4)

    driver = play(diagram(start(), job, end(), *path("Start", "Work", "End")), scenario)

    assert driver.variables == {"sum": {"net": 4, "gross": 5}, "told": 5}
