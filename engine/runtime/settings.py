"""Figures of the machine, none of them a figure of a law: leases, backoff, bounds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Settings:
    """All with defaults that fit one machine.

    `external_job_types` are job types without a handler here, whose jobs others complete through the facade.
    `secret` signs links and hides what people are searched by; without one the store's own key does. `public_url` is
    where links lead.
    """

    lease: timedelta = timedelta(minutes=5)
    first_backoff: timedelta = timedelta(seconds=10)
    longest_backoff: timedelta = timedelta(hours=1)
    delivery_retries: int = 5
    message_time_to_live: timedelta = timedelta(days=1)
    result_bytes: int = 1_000_000
    jobs_per_command: int = 10_000
    external_job_types: frozenset[str] = frozenset()
    secret: bytes = b""
    public_url: str = "http://127.0.0.1:8000"


def backoff(settings: Settings, key: str, attempt: int) -> timedelta:
    """How long to wait after failed attempt *attempt* (1, 2 ...): doubled each time, spread by up to a quarter.

    The spread is drawn from *key* and *attempt*, so that jobs which failed together do not return together and a
    simulated run still repeats to the byte.
    """
    doubled = settings.first_backoff * float(2 ** min(attempt - 1, 30))
    wait = min(doubled, settings.longest_backoff)
    draw = hashlib.sha256(f"{key}:{attempt}".encode()).digest()
    return wait * (1 + int.from_bytes(draw[:4], "big") / 2**32 / 4)
