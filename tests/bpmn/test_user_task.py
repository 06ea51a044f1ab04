"""User task: form, assignment and due date; completed by a person; cancelled with its scope."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.bpmn import ElementFailed, JobCancelled, UserTaskCreated
from engine.errors import ErrorCode
from tests.bpmn.diagrams import boundary, diagram, end, path, start, timer, user
from tests.bpmn.driver import Driver, play

DETAILS = (
    '<zeebe:formDefinition formId="review_form"/>'
    '<zeebe:assignmentDefinition assignee="=clerk" candidateGroups="staff, supervisors" candidateUsers="=[clerk]"/>'
    '<zeebe:taskSchedule dueDate="={due}"/>'
)


def review(due: str, *parts: str) -> bytes:
    task = user("Review", ext=DETAILS.replace("{due}", due.replace('"', "&quot;")), name="Review application")
    return diagram(start("Start"), task, end("End"), *path("Start", "Review", "End"), *parts)


@pytest.mark.parametrize(
    ("due", "zone", "instant"),
    [
        ('date("2025-01-10")', UTC, datetime(2025, 1, 10, tzinfo=UTC)),
        ('date("2025-01-10")', ZoneInfo("America/New_York"), datetime(2025, 1, 10, 5, tzinfo=UTC)),
        ('date and time("2025-01-10T12:00:00")', ZoneInfo("America/New_York"), datetime(2025, 1, 10, 17, tzinfo=UTC)),
        ('date and time("2025-01-10T12:00:00+02:00")', UTC, datetime(2025, 1, 10, 10, tzinfo=UTC)),
    ],
)
def test_user_task_tells_form_assignment_and_due_instant(due: str, zone: ZoneInfo, instant: datetime) -> None:
    driver = play(review(due), lambda d: d.start(clerk="ann"), zone=zone)

    created = driver.all(UserTaskCreated)[0]
    assert (created.name, created.form_id, created.assignee) == ("Review application", "review_form", "ann")
    assert created.candidate_groups == ("staff", "supervisors")
    assert created.candidate_users == ("ann",)
    assert created.due == instant


def test_user_task_completion_writes_the_answers() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(clerk="ann")
        driver.complete("Review", complete=False)

    driver = play(review('date("2025-01-10")'), scenario)

    assert driver.status == "completed"
    assert driver.variables["complete"] is False


def test_user_task_without_a_due_date_at_run_time_fails_with_the_variable_named() -> None:
    driver = play(review("deadlines.review.due"), lambda d: d.start(clerk="ann"))

    problem = driver.all(ElementFailed)[0].problem
    assert problem.code == ErrorCode.BPMN_EXPRESSION
    assert problem.location.part == "due date"
    assert "deadlines is not set" in problem.message
    assert driver.open_jobs == []


def test_user_task_interrupted_by_a_timer_is_withdrawn() -> None:
    late = (boundary("Late", "Review", timer(duration="P3D")), end("Elapsed"), *path("Late", "Elapsed"))

    def scenario(driver: Driver) -> None:
        driver.start(clerk="ann")
        driver.advance("P3D")

    driver = play(review('date("2025-01-10")', *late), scenario)

    assert len(driver.all(JobCancelled)) == 1
    assert driver.status == "completed"
    assert driver.nothing_left()
