"""Instants as text: UTC, fixed width, so that they sort as text. Dates as ISO text."""

from __future__ import annotations

from datetime import UTC, date, datetime


def instant_text(instant: datetime) -> str:
    """*instant* (timezone-aware) as the store writes it.

    >>> instant_text(datetime(2011, 3, 8, 9, 30, tzinfo=UTC))
    '2011-03-08T09:30:00.000000+00:00'
    """
    if instant.tzinfo is None:
        raise ValueError("the store needs a timezone-aware instant")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def read_instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def optional_instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def optional_instant_text(instant: datetime | None) -> str | None:
    return None if instant is None else instant_text(instant)


def optional_date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
