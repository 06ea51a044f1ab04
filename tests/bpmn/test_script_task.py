"""Script task: one FEEL expression and its result variable; a null is told with its reason."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.bpmn import ElementFailed, ExpressionWarned
from engine.errors import ErrorCode
from tests.bpmn.diagrams import diagram, end, mapping, path, script, start
from tests.bpmn.driver import play


def test_script_task_writes_its_result() -> None:
    data = diagram(start(), script("Sum", "=a + b", "total"), end(), *path("Start", "Sum", "End"))

    driver = play(data, lambda d: d.start(a=1.1, b=2.2))

    assert driver.variables["total"] == 3.3


def test_script_task_mapping_moves_its_result() -> None:
    task = script("Sum", "={x: 1, y: 2}", "both", ext=mapping(outputs={"x": "=both.x"}))
    data = diagram(start(), task, end(), *path("Start", "Sum", "End"))

    driver = play(data, lambda d: d.start())

    assert driver.variables == {"x": 1}


def test_script_task_null_leaves_a_reason() -> None:
    data = diagram(start(), script("Sum", '=1 + "a"', "total"), end(), *path("Start", "Sum", "End"))

    driver = play(data, lambda d: d.start())

    assert driver.variables == {"total": None}
    warned = driver.all(ExpressionWarned)[0]
    assert (warned.element_id, warned.part) == ("Sum", "script")
    assert warned.problems[0].location.text == '1 + "a"'


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("=function(x) x + 1", "a function cannot be stored"),
        ("={inner: [function(x) x]}", "a function cannot be stored"),
    ],
)
def test_script_task_result_that_cannot_be_stored_fails(expression: str, says: str) -> None:
    data = diagram(start(), script("Make", expression, "f"), end(), *path("Start", "Make", "End"))

    driver = play(data, lambda d: d.start())

    problem = driver.all(ElementFailed)[0].problem
    assert (problem.code, problem.location.element_id) == (ErrorCode.BPMN_EXPRESSION, "Make")
    assert says in problem.message


def test_script_task_sees_the_day_of_the_laws_zone() -> None:
    data = diagram(start(), script("Day", "=today()", "day"), end(), *path("Start", "Day", "End"))
    late_evening = datetime(2025, 1, 2, 3, tzinfo=UTC)

    driver = play(data, lambda d: d.start(), zone=ZoneInfo("America/New_York"), clock=late_evening)

    assert driver.variables == {"day": "2025-01-01"}
