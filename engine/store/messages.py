"""Subscriptions of waiting elements, messages that wait for a receiver, and receipts of what senders numbered."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.feel import Value
from engine.store.codec import dump_values, load_values
from engine.store.instants import instant_text, optional_instant, optional_instant_text, read_instant

MESSAGE, SIGNAL, EVENT = "message", "signal", "event"


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """An element instance that waits for a message of this name and key, or for a signal of this name.

    A `held` one is that of a suspended instance: it gets nothing.
    """

    id: int
    kind: str
    name: str
    key: str
    instance_id: str
    process_id: str
    element_id: str
    element_instance_id: str
    held: bool = False


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message that nobody has taken yet; what it starts belongs to `case_id`."""

    id: str
    name: str
    key: str
    variables: Mapping[str, Value]
    published_at: datetime
    expires_at: datetime
    case_id: str | None = None


_MESSAGE = "m.id, m.name, m.key, m.variables, m.published_at, m.expires_at, m.case_id"


_SUBSCRIPTION = (
    "SELECT id, kind, name, key, instance_id, process_id, element_id, element_instance_id, held_at IS NOT NULL"
    " FROM subscription"
)


class Subscriptions:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(
        self,
        *,
        kind: str,
        name: str,
        key: str,
        instance_id: str,
        process_id: str,
        element_id: str,
        element_instance_id: str,
        held_at: datetime | None = None,
    ) -> None:
        self._connection.execute(
            "INSERT INTO subscription"
            " (kind, name, key, instance_id, process_id, element_id, element_instance_id, held_at)"
            " VALUES (?,?,?,?,?,?,?,?)",
            (
                kind,
                name,
                key,
                instance_id,
                process_id,
                element_id,
                element_instance_id,
                optional_instant_text(held_at),
            ),
        )

    def all_for_message(self, name: str, key: str) -> list[SubscriptionRow]:
        """Who takes such a message now, in the order in which they began to wait."""
        rows = self._connection.execute(
            f"{_SUBSCRIPTION} WHERE kind = 'message' AND name = ? AND key = ? AND held_at IS NULL ORDER BY id",
            (name, key),
        )
        return [_row(row) for row in rows]

    def of_instance(self, instance_id: str) -> list[SubscriptionRow]:
        rows = self._connection.execute(f"{_SUBSCRIPTION} WHERE instance_id = ? ORDER BY id", (instance_id,))
        return [_row(row) for row in rows]

    def hold(self, instance_id: str, at: datetime) -> None:
        self._connection.execute(
            "UPDATE subscription SET held_at = ? WHERE instance_id = ?", (instant_text(at), instance_id)
        )

    def release(self, instance_id: str) -> None:
        self._connection.execute("UPDATE subscription SET held_at = NULL WHERE instance_id = ?", (instance_id,))

    def follow_element(self, instance_id: str, element_instance_id: str, element_id: str) -> None:
        """The element has another id in a new diagram."""
        self._connection.execute(
            "UPDATE subscription SET element_id = ? WHERE instance_id = ? AND element_instance_id = ?",
            (element_id, instance_id, element_instance_id),
        )

    def for_signal(self, name: str) -> list[SubscriptionRow]:
        """Who waits for the signal, in the order in which they began to; `held` are those that are suspended."""
        rows = self._connection.execute(
            f"{_SUBSCRIPTION} WHERE kind = 'signal' AND name = ? AND key = '' ORDER BY id", (name,)
        )
        return [_row(row) for row in rows]

    def hold_signal(self, instance_id: str, name: str, variables: Mapping[str, Value], at: datetime) -> None:
        """Keep a signal for a suspended instance."""
        self._connection.execute(
            "INSERT INTO held_signal (instance_id, name, variables, thrown_at) VALUES (?,?,?,?)",
            (instance_id, name, dump_values(variables), instant_text(at)),
        )

    def take_held_signals(self, instance_id: str) -> list[tuple[str, dict[str, Value]]]:
        """The signals kept for the instance, oldest first, as name and variables; they are kept no more."""
        rows = self._connection.execute(
            "SELECT name, variables FROM held_signal WHERE instance_id = ? ORDER BY id", (instance_id,)
        ).fetchall()
        self._connection.execute("DELETE FROM held_signal WHERE instance_id = ?", (instance_id,))
        return [(name, load_values(variables)) for name, variables in rows]

    def with_key(self, key: str, *, limit: int) -> list[SubscriptionRow]:
        """Message subscriptions of this key, whatever their name: what a refused sender might have meant."""
        rows = self._connection.execute(
            f"{_SUBSCRIPTION} WHERE kind = 'message' AND key = ? ORDER BY id LIMIT ?", (key, limit)
        )
        return [_row(row) for row in rows]

    def names(self) -> list[str]:
        rows = self._connection.execute(
            "SELECT DISTINCT name FROM subscription WHERE kind = 'message' ORDER BY name LIMIT 1000"
        )
        return [str(row[0]) for row in rows]

    def cancel(self, instance_id: str, element_instance_id: str, name: str) -> None:
        self._connection.execute(
            "DELETE FROM subscription WHERE instance_id = ? AND element_instance_id = ? AND name = ?",
            (instance_id, element_instance_id, name),
        )

    def remove(self, row_id: int) -> None:
        self._connection.execute("DELETE FROM subscription WHERE id = ?", (row_id,))


class Messages:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def buffer(self, row: MessageRow) -> None:
        self._connection.execute(
            "INSERT INTO message VALUES (?,?,?,?,?,?,?)",
            (
                row.id,
                row.name,
                row.key,
                dump_values(row.variables),
                instant_text(row.published_at),
                instant_text(row.expires_at),
                row.case_id,
            ),
        )

    def oldest(self, name: str, key: str, now: datetime) -> MessageRow | None:
        """The message of this name and key that has waited longest and has not expired."""
        row = self._connection.execute(
            f"SELECT {_MESSAGE} FROM message AS m"
            " WHERE name = ? AND key = ? AND expires_at > ? ORDER BY published_at, rowid LIMIT 1",
            (name, key, instant_text(now)),
        ).fetchone()
        return None if row is None else _message(row)

    def waiting_to_start(self, process_id: str, key: str, now: datetime) -> tuple[MessageRow, str] | None:
        """The oldest message of this key that the process starts with, and the id of the start event."""
        row = self._connection.execute(
            f"SELECT s.element_id, {_MESSAGE} FROM start_subscription AS s JOIN message AS m ON m.name = s.name"
            " WHERE s.process_id = ? AND s.kind = 'message' AND m.key = ? AND m.expires_at > ?"
            " ORDER BY m.published_at, m.rowid LIMIT 1",
            (process_id, key, instant_text(now)),
        ).fetchone()
        return None if row is None else (_message(row[1:]), str(row[0]))

    def first_expired(self, now: datetime) -> MessageRow | None:
        row = self._connection.execute(
            f"SELECT {_MESSAGE} FROM message AS m WHERE expires_at <= ? ORDER BY expires_at, rowid LIMIT 1",
            (instant_text(now),),
        ).fetchone()
        return None if row is None else _message(row)

    def next_expiry(self) -> datetime | None:
        return optional_instant(self._connection.execute("SELECT min(expires_at) FROM message").fetchone()[0])

    def remove(self, message_id: str) -> None:
        self._connection.execute("DELETE FROM message WHERE id = ?", (message_id,))


class Receipts:
    """What was accepted under an id that its sender chose: a repeat is answered and does nothing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, kind: str, sender_id: str) -> str | None:
        """The outcome of the first time (JSON text), or None."""
        row = self._connection.execute(
            "SELECT outcome FROM message_receipt WHERE kind = ? AND sender_id = ?", (kind, sender_id)
        ).fetchone()
        return None if row is None else str(row[0])

    def add(self, kind: str, sender_id: str, outcome: str, at: datetime) -> None:
        self._connection.execute(
            "INSERT INTO message_receipt VALUES (?,?,?,?)", (kind, sender_id, outcome, instant_text(at))
        )


def _row(row: tuple[int, str, str, str, str, str, str, str, int]) -> SubscriptionRow:
    return SubscriptionRow(*row[:8], bool(row[8]))


def _message(row: tuple[str, str, str, str, str, str, str | None]) -> MessageRow:
    return MessageRow(*row[:3], load_values(row[3]), read_instant(row[4]), read_instant(row[5]), row[6])
