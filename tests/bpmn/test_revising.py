"""Values that were wrong are put right where they still stand; what waits on them waits anew, tokens stay."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.bpmn import ElementFailed, TimerPostponed, UserTaskRevised, VariablesChanged
from engine.feel import from_python
from tests.bpmn.diagrams import catch, diagram, end, path, start, timer, user
from tests.bpmn.driver import Driver, play

DUE = '<zeebe:taskSchedule dueDate="=limits.answer"/>'


def waiting(*parts: str) -> bytes:
    names = [part.split('id="')[1].split('"')[0] for part in parts]
    return diagram(start(), *parts, end(), *path("Start", *names, "End"))


def revise(driver: Driver, *revisions: tuple[str, Any, Any]) -> None:
    found = [(name.split("."), from_python(was), from_python(now)) for name, was, now in revisions]
    assert driver.execution.holds_any(found)
    driver.execution.revise(found)
    driver._settle()


def date(day: int) -> Any:
    return datetime(2025, 1, day, tzinfo=UTC)


def test_timer_on_a_date_that_was_wrong_moves_with_it() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(due=date(20), other=1)
        revise(driver, ("due", date(20), date(10)))

    driver = play(waiting(catch("Wait", timer(date="=due"))), scenario)

    (moved,) = driver.all(TimerPostponed)
    assert (moved.element_id, moved.due) == ("Wait", date(10))
    assert driver.active == ["Wait"]


def test_timer_on_something_else_stays() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(due=date(20), fee=5)
        revise(driver, ("fee", 5, 7))

    driver = play(waiting(catch("Wait", timer(date="=due"))), scenario)

    assert driver.all(TimerPostponed) == []
    assert driver.variables["fee"] == 7


def test_user_task_shows_the_entry_of_a_context_and_its_day_as_they_are_now() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(limits={"answer": date(20), "appeal": date(25)})
        revise(driver, ("limits.answer", date(20), date(10)))

    driver = play(waiting(user("Ask", ext=DUE)), scenario)

    (revised,) = driver.all(UserTaskRevised)
    assert revised.due == date(10)
    assert revised.variables["limits"] == {"answer": from_python(date(10)), "appeal": from_python(date(25))}
    assert driver.open_jobs == ["Ask"]


def test_value_that_is_not_the_wrong_one_any_more_stays() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(due=date(21))
        assert not driver.execution.holds_any([(["due"], from_python(date(20)), from_python(date(10)))])

    driver = play(waiting(catch("Wait", timer(date="=due"))), scenario)

    assert driver.all(TimerPostponed) == []


def test_value_is_put_right_in_each_scope_that_holds_it() -> None:
    inner = user("Ask", ext='<zeebe:ioMapping><zeebe:input source="=fee" target="shown"/></zeebe:ioMapping>')

    def scenario(driver: Driver) -> None:
        driver.start(fee=5)
        revise(driver, ("fee", 5, 7), ("shown", 5, 7))
        driver.complete("Ask")

    driver = play(waiting(inner), scenario)

    changed = [dict(effect.changed) for effect in driver.all(VariablesChanged)][-2:]
    assert [set(each) for each in changed] == [{"fee"}, {"shown"}]
    assert driver.status == "completed"


@pytest.mark.parametrize("nonsense", ["soon", None])
def test_timer_that_cannot_be_worked_out_any_more_stops_its_element_alone(nonsense: object) -> None:
    def scenario(driver: Driver) -> None:
        driver.start(due=date(20))
        revise(driver, ("due", date(20), nonsense))

    driver = play(waiting(catch("Wait", timer(date="=due"))), scenario)

    assert [each.element_id for each in driver.all(ElementFailed)] == ["Wait"]
