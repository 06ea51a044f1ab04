"""Commands under a key of their sender, so that the same one sent again has its effect once and its answer again.

The key is written in the first transaction of the command: a command that is undone leaves no key, and a process that
dies after the commit leaves the key without an answer, by which the same command is not carried out twice. The answer
follows in a transaction of its own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.errors import ErrorCode, failure
from engine.store.codec import encode_json
from engine.store.instants import instant_text

KEPT_FOR = timedelta(days=1)


@dataclass(slots=True)
class Reservation:
    """A command under way; `is_written` once one of its transactions has committed."""

    caller: str
    key: str
    fingerprint: bytes
    is_written: bool = False


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was answered; `status` is None when the command was carried out and its answer is not known."""

    fingerprint: bytes
    status: int | None
    headers: Mapping[str, str]
    body: bytes


_CURRENT: ContextVar[Reservation | None] = ContextVar("reservation", default=None)


@contextmanager
def reserving(reservation: Reservation) -> Iterator[Reservation]:
    """The transactions begun in this block, in this thread or in those that take over its context, belong to it."""
    token = _CURRENT.set(reservation)
    try:
        yield reservation
    finally:
        _CURRENT.reset(token)


def pending_reservation() -> Reservation | None:
    """The reservation of the running command, while it is not written."""
    reservation = _CURRENT.get()
    return None if reservation is None or reservation.is_written else reservation


class IdempotencyKeys:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, caller: str, key: str, *, now: datetime) -> KeptAnswer | None:
        """What is known of this key of this caller, for a day."""
        row = self._connection.execute(
            "SELECT fingerprint, status, headers, body FROM idempotency"
            " WHERE caller = ? AND key = ? AND accepted_at > ?",
            (caller, key, instant_text(now - KEPT_FOR)),
        ).fetchone()
        if row is None:
            return None
        return KeptAnswer(bytes(row[0]), row[1], json.loads(row[2] or "{}"), bytes(row[3] or b""))

    def reserve(self, reservation: Reservation, now: datetime) -> None:
        """Write the key with the command. Errors: API_IN_PROGRESS when another command holds it."""
        self.forget(now)
        written = self._connection.execute(
            "INSERT INTO idempotency (caller, key, fingerprint, accepted_at) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
            (reservation.caller, reservation.key, reservation.fingerprint, instant_text(now)),
        )
        if written.rowcount == 0:
            raise failure(
                ErrorCode.API_IN_PROGRESS,
                "another command under this idempotency key came first.",
                hint="send it again to get its answer",
            )

    def forget(self, now: datetime) -> None:
        """Remove what has been kept for a day: answers say what callers were told of a person."""
        self._connection.execute("DELETE FROM idempotency WHERE accepted_at <= ?", (instant_text(now - KEPT_FOR),))

    def keep_answer(self, reservation: Reservation, answer: KeptAnswer, now: datetime) -> None:
        """The answer of a command, which may have been refused and then has written no key."""
        self._connection.execute(
            "INSERT INTO idempotency VALUES (?,?,?,?,?,?,?) ON CONFLICT (caller, key) DO UPDATE"
            " SET status = excluded.status, headers = excluded.headers, body = excluded.body"
            " WHERE fingerprint = excluded.fingerprint AND status IS NULL",
            (
                reservation.caller,
                reservation.key,
                reservation.fingerprint,
                instant_text(now),
                answer.status,
                encode_json(dict(answer.headers)),
                answer.body,
            ),
        )
