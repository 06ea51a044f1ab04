"""Figures of the machine, none of them a figure of a law: leases, backoff, bounds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from engine.errors import ErrorCode, failure

SECRET_LENGTH = 16
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
LOCAL_URL = "http://127.0.0.1:8000"


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
    secret: bytes = field(default=b"", repr=False)
    public_url: str = LOCAL_URL


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that *environment* gives; the rest are defaults.

    CLAUSEFLOW_SECRET (16 characters or more) signs links and hides what people are searched by; all who share a store
    need the same one. CLAUSEFLOW_PUBLIC_URL is where links lead, https, or http on this machine.
    Errors: JOB_INPUT for a secret that is too short and an address that cannot be.
    """
    secret = environment.get("CLAUSEFLOW_SECRET", "").strip()
    if secret and len(secret) < SECRET_LENGTH:
        raise failure(
            ErrorCode.JOB_INPUT,
            f"expected a secret of {SECRET_LENGTH} characters or more, but got {len(secret)}.",
            part="CLAUSEFLOW_SECRET",
            hint="draw a random one, such as by `openssl rand -hex 32`",
        )
    url = environment.get("CLAUSEFLOW_PUBLIC_URL", "").strip().rstrip("/") or LOCAL_URL
    parts = urlsplit(url)
    local = parts.hostname in THIS_MACHINE
    if (
        not parts.hostname
        or parts.query
        or parts.fragment
        or (parts.scheme != "https" and not (parts.scheme == "http" and local))
    ):
        raise failure(
            ErrorCode.JOB_INPUT,
            f'expected an https address, but got "{url}".',
            part="CLAUSEFLOW_PUBLIC_URL",
            hint="such as https://consent.example.org",
        )
    return Settings(secret=secret.encode(), public_url=url)


def backoff(settings: Settings, key: str, attempt: int) -> timedelta:
    """How long to wait after failed attempt *attempt* (1, 2 ...): doubled each time, spread by up to a quarter.

    The spread is drawn from *key* and *attempt*, so that jobs which failed together do not return together and a
    simulated run still repeats to the byte.
    """
    doubled = settings.first_backoff * float(2 ** min(attempt - 1, 30))
    wait = min(doubled, settings.longest_backoff)
    draw = hashlib.sha256(f"{key}:{attempt}".encode()).digest()
    return wait * (1 + int.from_bytes(draw[:4], "big") / 2**32 / 4)
