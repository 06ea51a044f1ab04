"""Intermediate catch events: message, timer by date, duration, signal, condition; what they cannot work out fails."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.bpmn import ElementFailed, MessageSubscribed, TimerScheduled
from engine.errors import EngineError, ErrorCode
from tests.bpmn.diagrams import catch, conditional, diagram, end, mapping, message, path, signal, start, timer
from tests.bpmn.driver import Driver, play


def waiting(event: str, ext: str = "") -> bytes:
    parts = (start(), catch("Wait", event, ext=ext), end())
    return diagram(*parts, *path("Start", "Wait", "End"), messages={"answer": "=case_id"}, signals=["go"])


@pytest.mark.parametrize(
    ("key", "text"),
    [("A-1", "A-1"), (7, "7"), (Decimal("7.00"), "7"), (Decimal("70.0"), "70"), (Decimal("0.50"), "0.5")],
)
def test_message_event_subscribes_with_its_key(key: str | int | Decimal, text: str) -> None:
    def scenario(driver: Driver) -> None:
        driver.start(case_id=key)
        assert not driver.message("answer", "other")
        driver.message("answer", text, ok=True)

    driver = play(waiting(message("answer")), scenario)

    subscribed = driver.all(MessageSubscribed)[0]
    assert (subscribed.message_name, subscribed.correlation_key) == ("answer", text)
    assert driver.variables == {"case_id": key, "ok": True}
    assert driver.status == "completed" and driver.nothing_left()


def test_message_event_output_mapping_picks_from_the_payload() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(case_id="A")
        driver.message("answer", "A", given={"by": "bank", "noise": 1})

    driver = play(waiting(message("answer"), ext=mapping(outputs={"source": "=given.by"})), scenario)

    assert driver.variables == {"case_id": "A", "source": "bank"}


@pytest.mark.parametrize("key", [None, True, {"a": 1}])
def test_message_event_without_a_usable_key_fails(key: object) -> None:
    driver = play(waiting(message("answer")), lambda d: d.start(case_id=key))

    problem = driver.all(ElementFailed)[0].problem
    assert (problem.code, problem.location.part) == (ErrorCode.BPMN_EXPRESSION, "correlation key")
    assert driver.nothing_left()


def test_message_for_another_name_is_refused() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(case_id="A")
        with pytest.raises(EngineError) as refused:
            driver.execution.deliver_message(next(iter(driver.messages)), "question", {})
        assert refused.value.code == ErrorCode.RUN_STATE

    play(waiting(message("answer")), scenario)


NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (timer(date='=date("2025-03-09")'), datetime(2025, 3, 9, 5, tzinfo=UTC)),
        (timer(date='=date("2025-03-10")'), datetime(2025, 3, 10, 4, tzinfo=UTC)),
        (timer(date='=date and time("2025-03-10T08:00:00")'), datetime(2025, 3, 10, 12, tzinfo=UTC)),
        (timer(date='=date and time("2025-03-10T08:00:00@Europe/Berlin")'), datetime(2025, 3, 10, 7, tzinfo=UTC)),
        (timer(date="2025-03-10T08:00:00Z"), datetime(2025, 3, 10, 8, tzinfo=UTC)),
        (timer(date="=due"), datetime(2025, 1, 2, 5, tzinfo=UTC)),
        (timer(duration="PT90M"), datetime(2025, 1, 1, 10, 30, tzinfo=UTC)),
        (timer(duration='=duration("P2D")'), datetime(2025, 1, 3, 9, tzinfo=UTC)),
        (timer(duration="P3M"), datetime(2025, 4, 1, 8, tzinfo=UTC)),
    ],
)
def test_timer_event_is_due_at_the_instant_of_its_expression(event: str, due: datetime) -> None:
    def scenario(driver: Driver) -> None:
        driver.start(due="2025-01-02")
        assert driver.all(TimerScheduled)[0].due == due
        driver.advance("P1Y")

    driver = play(waiting(event), scenario, zone=NEW_YORK)

    assert driver.status == "completed"


@pytest.mark.parametrize("value", [None, 5, "soon", "P1D", "99999-01-01"])
def test_timer_date_that_is_no_date_fails_with_the_value(value: object) -> None:
    driver = play(waiting(timer(date="=due")), lambda d: d.start(due=value))

    problem = driver.all(ElementFailed)[0].problem
    assert (problem.code, problem.location.element_id) == (ErrorCode.BPMN_EXPRESSION, "Wait")
    assert "due" in problem.message and not driver.timers


def test_timer_fired_twice_is_refused() -> None:
    def scenario(driver: Driver) -> None:
        driver.start()
        fired = next(iter(driver.timers.values()))
        driver.advance("PT1H")
        with pytest.raises(EngineError) as refused:
            driver.execution.fire_timer(fired.element_instance_id, fired.timer_id)
        assert refused.value.code == ErrorCode.RUN_STATE

    play(waiting(timer(duration="PT1H")), scenario)


def test_signal_event_hears_its_name_only() -> None:
    def scenario(driver: Driver) -> None:
        driver.start()
        driver.signal("other")
        assert driver.active == ["Wait"]
        driver.signal("go", by="all")

    driver = play(waiting(signal("go")), scenario)

    assert driver.variables == {"by": "all"} and driver.status == "completed"


def test_conditional_event_occurs_when_a_variable_makes_it_true() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(paid=0)
        driver.set_variables(paid=5)
        assert driver.active == ["Wait"]
        driver.set_variables(paid=10)

    assert play(waiting(conditional("=paid >= 10")), scenario).status == "completed"


def test_timer_beyond_the_clocks_last_year_fails() -> None:
    driver = play(waiting(timer(duration="P9999Y")), lambda d: d.start())

    assert driver.all(ElementFailed)[0].problem.code == ErrorCode.BPMN_EXPRESSION
