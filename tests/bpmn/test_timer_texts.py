"""What ISO 8601 says in dates, durations and cycles is what a timer does; what it does not say is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.bpmn import TimerScheduled, compile_diagram, read_diagram
from engine.errors import EngineError, ErrorCode
from tests.bpmn.diagrams import boundary, catch, diagram, end, path, service, start, timer
from tests.bpmn.driver import Driver, play

NEW_YORK = ZoneInfo("America/New_York")  # its clocks go forward on 9 March 2025 at 2:00


def caught(event: str) -> bytes:
    return diagram(start(), catch("Wait", event), end(), *path("Start", "Wait", "End"))


def beside_work(cycle: str) -> bytes:
    edge = boundary("Edge", "Work", timer(cycle=cycle), interrupting=False)
    return diagram(
        start(), service("Work"), edge, end(), end("Told"), *path("Start", "Work", "End"), *path("Edge", "Told")
    )


def due_of(data: bytes, now: datetime, fires: int, **variables: object) -> list[datetime]:
    """When the timer is due first, and after it has fired each time."""

    def scenario(driver: Driver) -> None:
        driver.clock = now
        driver.start(**variables)
        while len(driver.all(TimerScheduled)) < fires and driver.timers:
            driver.advance("P1D")

    driver = play(data, scenario, zone=NEW_YORK)
    return [effect.due for effect in driver.all(TimerScheduled)]


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (timer(date="2025-03-01T08:00Z"), datetime(2025, 3, 1, 8, tzinfo=UTC)),
        (timer(date="2025-03-01T08:00"), datetime(2025, 3, 1, 13, tzinfo=UTC)),
        (timer(date="2025-03-01T08:00:00+01:00[Europe/Berlin]"), datetime(2025, 3, 1, 7, tzinfo=UTC)),
        (timer(date="2025-03-01T08:00:00[Europe/Berlin]"), datetime(2025, 3, 1, 7, tzinfo=UTC)),
        (timer(duration="P2W"), datetime(2025, 3, 15, 11, tzinfo=UTC)),
        (timer(duration="P1M2D"), datetime(2025, 4, 3, 11, tzinfo=UTC)),
        (timer(duration="P1Y2M3DT4H5M6.5S"), datetime(2026, 5, 4, 15, 5, 6, 500000, tzinfo=UTC)),
        (timer(duration="P10D"), datetime(2025, 3, 11, 11, tzinfo=UTC)),
        (timer(duration="PT240H"), datetime(2025, 3, 11, 12, tzinfo=UTC)),
        (timer(duration='=duration("P10D")'), datetime(2025, 3, 11, 12, tzinfo=UTC)),
        (timer(duration="=span"), datetime(2025, 3, 15, 11, tzinfo=UTC)),
    ],
)
def test_timer_is_due_when_its_text_says_on_the_calendar_of_the_zone(event: str, due: datetime) -> None:
    noon = datetime(2025, 3, 1, 12, tzinfo=UTC)

    assert due_of(caught(event), noon, 1, span="P2W") == [due]


@pytest.mark.parametrize(
    ("cycle", "rounds"),
    [
        ("R3/2025-01-31T12:00:00Z/P1M", ["2025-01-31T12", "2025-02-28T12", "2025-03-31T11"]),
        ("R3/2025-03-08T08:00:00-05:00[America/New_York]/P1D", ["2025-03-08T13", "2025-03-09T12", "2025-03-10T12"]),
        ("R3/2025-03-08T13:00:00Z/PT24H", ["2025-03-08T13", "2025-03-09T13", "2025-03-10T13"]),
        ("R2/2025-01-05T05:00:00@America/New_York/P1W", ["2025-01-05T10", "2025-01-12T10"]),
    ],
)
def test_cycle_counts_its_rounds_from_the_first_one(cycle: str, rounds: list[str]) -> None:
    new_year = datetime(2025, 1, 1, 12, tzinfo=UTC)

    found = due_of(beside_work(cycle), new_year, len(rounds))

    assert [f"{due:%Y-%m-%dT%H}" for due in found] == rounds


def test_cycle_of_a_feel_duration_has_days_of_24_hours() -> None:
    eve = datetime(2025, 3, 8, 13, tzinfo=UTC)

    found = due_of(beside_work('=duration("P1D")'), eve, 2)

    assert found == [eve + timedelta(days=1), eve + timedelta(days=2)]


def test_timer_start_counts_its_rounds_from_the_start_of_its_cycle() -> None:
    data = diagram(start("Begin", timer(cycle="R3/2025-01-31T12:00:00Z/P1M")), end(), *path("Begin", "End"))
    definition = compile_diagram(read_diagram(data, "demo.bpmn"))["demo"]
    (begin,) = definition.timer_starts
    due, now = None, datetime(2025, 1, 1, tzinfo=UTC)
    found = []

    for fired in range(4):
        due = definition.timer_due(begin, due or now, UTC, after=due, fired=fired)
        found.append(due)

    assert [each and f"{each:%m-%d}" for each in found] == ["01-31", "02-28", "03-31", None]


@pytest.mark.parametrize(
    "event",
    [
        *(
            timer(date=text)
            for text in ("2025-02-30", "2025-01-01T25:00Z", "2025-01-01T08:00[Nowhere/Else]", "08:00:00")
        ),
        *(timer(duration=text) for text in ("P", "PT", "P1H", "PT1D", "1H", "P1.5D", "P1M1Y", "P1DT", "2025-01-01")),
    ],
)
def test_timer_text_that_says_no_time_is_refused_at_its_element(event: str) -> None:
    with pytest.raises(EngineError) as refused:
        read_diagram(caught(event), "demo.bpmn")

    assert [(each.code, each.location.element_id) for each in refused.value.problems] == [
        (ErrorCode.BPMN_INVALID, "Wait")
    ]


@pytest.mark.parametrize(
    "cycle", ["R0/PT1H", "R2/soon/PT1H", "R2/2025-13-01T00:00:00Z/PT1H", "R2/PT1H/2025-01-01T00:00:00Z", "PT1H"]
)
def test_cycle_that_never_occurs_or_begins_nowhere_is_refused(cycle: str) -> None:
    with pytest.raises(EngineError) as refused:
        read_diagram(beside_work(cycle), "demo.bpmn")

    problem = refused.value.problem
    assert (problem.code, problem.location.element_id) == (ErrorCode.BPMN_INVALID, "Edge")
    assert cycle in problem.message
