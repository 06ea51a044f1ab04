"""The only place where the wall clock is read.

Instants are timezone-aware and in UTC. Everything that needs the time gets a `Clock`; a run on a `SimulatedClock`
can be replayed to the byte.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Protocol

from engine.errors import ErrorCode, failure


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, timezone-aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock. It may jump back; no caller may assume that two readings are in order."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def stopwatch() -> Callable[[], float]:
    """Started now; each call tells the seconds since, by a clock that nothing moves. For figures, not for law."""
    start = perf_counter()
    return lambda: perf_counter() - start


class SimulatedClock:
    """A clock that stands still until it is moved, and never moves back."""

    def __init__(self, start: datetime) -> None:
        self._now = _in_utc(start)

    def now(self) -> datetime:
        return self._now

    def advance_to(self, instant: datetime) -> None:
        """Move to *instant*. Errors: RUN_CLOCK when it lies in the past."""
        target = _in_utc(instant)
        if target < self._now:
            raise failure(
                ErrorCode.RUN_CLOCK,
                f"expected an instant at or after {self._now.isoformat()}, but got {target.isoformat()}.",
                hint="a simulated clock only moves forward; start a new run to go back in time",
            )
        self._now = target

    def advance(self, by: timedelta) -> None:
        self.advance_to(self._now + by)


def _in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("a clock needs a timezone-aware instant")
    return instant.astimezone(UTC)
