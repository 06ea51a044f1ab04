"""A file as an editor saves it: pools, lanes, artifacts, colours, templates and interchange change nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.bpmn import (
    DeployContext,
    ElementCompleted,
    JobCreated,
    SequenceFlowTaken,
    UserTaskCreated,
    check_diagram,
    read_diagram,
)
from tests.bpmn.driver import Driver, play

DATA = (Path(__file__).parent / "data" / "dog_licence.bpmn").read_bytes()


def begin(driver: Driver) -> None:
    driver.start(process_id="dog_licence", at="Event_Applied", application_number="D-7", received_on=date(2025, 1, 1))


def test_editor_file_has_neither_errors_nor_style_findings() -> None:
    diagram = read_diagram(DATA, "dog_licence.bpmn")
    known = frozenset({"application_number", "received_on", "form_complete", "number_issued"})
    context = DeployContext(job_types=None, form_ids=["check_application"], known_variables=known)

    assert check_diagram(diagram, context) == []
    assert diagram.processes["dog_licence"].clauses == ("dogs:1",)


def test_editor_file_runs_to_the_licence() -> None:
    def scenario(driver: Driver) -> None:
        begin(driver)
        driver.complete("Activity_CheckApplication", form_complete=True)
        assert driver.message("fee_paid", "D-7", amount=20)
        driver.complete("Activity_IssueLicence", number_issued=101)

    driver = play(DATA, scenario)

    task = driver.all(UserTaskCreated)[0]
    assert (task.name, task.form_id, task.candidate_groups) == ("Check application", "check_application", ("clerk",))
    assert (task.due, task.clauses) == (datetime(2025, 1, 8, tzinfo=UTC), ("dogs:2(1)",))
    job = driver.all(JobCreated)[0]
    assert (job.job_type, job.retries, job.headers) == ("licence.issue", 5, {"kind": "dog"})
    assert driver.variables["licence"] == {"number": 101}
    assert "number_issued" not in driver.variables
    assert [flow.name for flow in driver.all(SequenceFlowTaken) if flow.name] == ["Yes"]
    assert driver.status == "completed" and driver.nothing_left()


@pytest.mark.parametrize(
    ("complete", "span", "ends_at"),
    [(False, "PT1S", "Event_Refused"), (True, "P30D", "Event_Lapsed")],
)
def test_editor_file_ends_where_the_law_says(complete: bool, span: str, ends_at: str) -> None:
    def scenario(driver: Driver) -> None:
        begin(driver)
        driver.complete("Activity_CheckApplication", form_complete=complete)
        driver.advance(span)

    driver = play(DATA, scenario)

    assert driver.all(ElementCompleted)[-2].element_id == ends_at
    assert driver.status == "completed"
