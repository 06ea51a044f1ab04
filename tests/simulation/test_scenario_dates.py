"""Dates as analysts write them, in the zone of the law."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from engine.simulation.dates import When, read_when

NINE = time(9)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2024-02-29", When(date(2024, 2, 29))),
        ("2024-04-03 14:30", When(date(2024, 4, 3), time(14, 30))),
        ("2024-04-03T00:00", When(date(2024, 4, 3), time(0))),
        ("2024-04-03 14:30:10", When(date(2024, 4, 3), time(14, 30, 10))),
    ],
)
def test_written_date_is_read_with_its_time(text: str, when: When) -> None:
    assert read_when(text) == when


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2023-02-29", 'there is no "2023-02-29"'),
        ("2024-04-03 24:00", 'there is no "2024-04-03 24:00"'),
        ("3.4.2024", "expected a date like 2011-03-08"),
        ("2024-04-03 14:30:60", 'there is no "2024-04-03 14:30:60"'),
        ("2024-04-03 14:30:1", "expected a date like"),
        ("tomorrow", 'got "tomorrow"'),
        ("", 'got ""'),
    ],
)
def test_text_that_is_no_date_is_refused_with_what_was_expected(text: str, said: str) -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        read_when(text)

    assert said in str(caught.value)


def test_date_alone_means_the_office_opening_of_that_day_in_the_zone() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")

    assert read_when("2024-04-03").instant(tokyo, NINE) == datetime(2024, 4, 3, 0, 0, tzinfo=UTC)
    assert read_when("2024-04-03 00:30").instant(tokyo, NINE) == datetime(2024, 4, 2, 15, 30, tzinfo=UTC)


def test_time_that_the_clocks_skip_has_no_instant() -> None:
    paris = ZoneInfo("Europe/Paris")

    assert read_when("2024-03-31 02:30").instant(paris, NINE) is None
    assert read_when("2024-03-31 03:30").instant(paris, NINE) == datetime(2024, 3, 31, 1, 30, tzinfo=UTC)
