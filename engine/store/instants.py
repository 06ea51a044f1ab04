"""Instants as text: UTC, fixed width, so that they sort as text. Dates as ISO text."""

from __future__ import annotations

from datetime import UTC, date, datetime

_last: tuple[datetime | None, str] = (None, "")  # a command has one instant and writes it again and again


def instant_text(instant: datetime) -> str:
    """*instant* (timezone-aware) as the store writes it.

    >>> instant_text(datetime(2011, 3, 8, 9, 30, tzinfo=UTC))
    '2011-03-08T09:30:00.000000+00:00'
    """
    global _last
    known, text = _last
    if known is instant:
        return text
    if instant.tzinfo is None:
        raise ValueError("the store needs a timezone-aware instant")
    text = instant.astimezone(UTC).isoformat(timespec="microseconds")
    _last = (instant, text)
    return text


def read_instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def optional_instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def optional_instant_text(instant: datetime | None) -> str | None:
    return None if instant is None else instant_text(instant)


def optional_date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
