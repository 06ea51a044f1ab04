"""Settings of a store: the kind of its clock, the simulated instant, and keys that never leave it."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import datetime

from engine.store.instants import instant_text, read_instant

CLOCK = "clock"
SIMULATED_NOW = "simulated_now"
LOG_KEY = "log_key"
PERSON_KEY = "person_key"


class Meta:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> str | None:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, key: str, value: str) -> None:
        self._connection.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    def simulated_now(self) -> datetime | None:
        """The instant of a simulated clock; None in a store on the system clock."""
        text = self.get(SIMULATED_NOW)
        return None if text is None else read_instant(text)

    def move_simulated_clock(self, instant: datetime) -> None:
        self.put(SIMULATED_NOW, instant_text(instant))


def own_secret(meta: Meta) -> bytes:
    """A key for signatures, derived from the store's key of persons so that neither tells the other."""
    return hashlib.sha256(f"signing {meta.get(PERSON_KEY)}".encode()).digest()


class Counters:
    """Numbers without holes: a number is drawn inside the transaction, so a command that fails draws none."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def next(self, name: str) -> int:
        row = self._connection.execute(
            "INSERT INTO counter (name, last) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET last = last + 1"
            " RETURNING last",
            (name,),
        ).fetchone()
        return int(row[0])
