"""Timers: rows with a due instant, indexed by it. Nothing that is not due is ever loaded.

Timers of a suspended instance are held: they are not due, whatever their instant.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.store.instants import instant_text, optional_instant, optional_instant_text, read_instant

ELEMENT, DEADLINE, START = "element", "deadline", "start"


@dataclass(frozen=True, slots=True)
class HeldTimer:
    """A timer of a suspended instance, held since the suspension, or since it was set while the instance lay still."""

    timer_id: str
    due: datetime
    held_at: datetime


@dataclass(frozen=True, slots=True)
class TimerRow:
    """`kind` says which columns count: of an element of an instance, of a deadline of a case, of a start event."""

    id: int
    kind: str
    due: datetime
    instance_id: str | None
    timer_id: str | None
    element_id: str | None
    element_instance_id: str | None
    case_id: str | None
    deadline: str | None
    process_id: str | None
    fired: int


_COLUMNS = (
    "SELECT id, kind, due, instance_id, timer_id, element_id, element_instance_id, case_id, deadline, process_id, fired"
    " FROM timer"
)


class Timers:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def first_due(self, now: datetime) -> TimerRow | None:
        """The earliest timer that is due at *now*; of several due at one instant the one that was set first."""
        row = self._connection.execute(
            f"{_COLUMNS} WHERE due <= ? AND held_at IS NULL ORDER BY due, id LIMIT 1", (instant_text(now),)
        ).fetchone()
        return None if row is None else _timer(row)

    def next_due(self) -> datetime | None:
        return optional_instant(
            self._connection.execute("SELECT min(due) FROM timer WHERE held_at IS NULL").fetchone()[0]
        )

    def count(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM timer").fetchone()[0])

    def schedule_element(
        self,
        *,
        instance_id: str,
        timer_id: str,
        element_id: str,
        element_instance_id: str,
        due: datetime,
        held_at: datetime | None = None,
    ) -> None:
        self._connection.execute(
            "INSERT INTO timer (kind, due, instance_id, timer_id, element_id, element_instance_id, held_at)"
            " VALUES ('element',?,?,?,?,?,?)",
            (
                instant_text(due),
                instance_id,
                timer_id,
                element_id,
                element_instance_id,
                optional_instant_text(held_at),
            ),
        )

    def reschedule_element(self, instance_id: str, timer_id: str, due: datetime) -> None:
        self._connection.execute(
            "UPDATE timer SET due = ? WHERE kind = 'element' AND instance_id = ? AND timer_id = ?",
            (instant_text(due), instance_id, timer_id),
        )

    def hold(self, instance_id: str, at: datetime) -> None:
        self._connection.execute(
            "UPDATE timer SET held_at = ? WHERE kind = 'element' AND instance_id = ?", (instant_text(at), instance_id)
        )

    def release(self, instance_id: str) -> None:
        self._connection.execute(
            "UPDATE timer SET held_at = NULL WHERE kind = 'element' AND instance_id = ?", (instance_id,)
        )

    def held(self, instance_id: str) -> list[HeldTimer]:
        """The held timers of an instance, in the order in which they were set."""
        rows = self._connection.execute(
            "SELECT timer_id, due, held_at FROM timer WHERE kind = 'element' AND instance_id = ?"
            " AND held_at IS NOT NULL ORDER BY id",
            (instance_id,),
        )
        return [HeldTimer(row[0], read_instant(row[1]), read_instant(row[2])) for row in rows]

    def of_instance(self, instance_id: str) -> list[TimerRow]:
        """The timers of the elements of an instance, held or not, in the order in which they were set."""
        rows = self._connection.execute(
            f"{_COLUMNS} WHERE kind = 'element' AND instance_id = ? ORDER BY id", (instance_id,)
        )
        return [_timer(row) for row in rows]

    def of_case(self, case_id: str) -> list[TimerRow]:
        """The timers of the deadlines of a case."""
        rows = self._connection.execute(f"{_COLUMNS} WHERE kind = 'deadline' AND case_id = ? ORDER BY id", (case_id,))
        return [_timer(row) for row in rows]

    def follow_element(self, instance_id: str, element_instance_id: str, element_id: str) -> None:
        """The element has another id in a new diagram."""
        self._connection.execute(
            "UPDATE timer SET element_id = ? WHERE kind = 'element' AND instance_id = ? AND element_instance_id = ?",
            (element_id, instance_id, element_instance_id),
        )

    def cancel_element(self, instance_id: str, timer_id: str) -> None:
        self._connection.execute(
            "DELETE FROM timer WHERE kind = 'element' AND instance_id = ? AND timer_id = ?", (instance_id, timer_id)
        )

    def schedule_deadline(self, *, case_id: str, deadline: str, due: datetime) -> None:
        self.cancel_deadline(case_id, deadline)
        self._connection.execute(
            "INSERT INTO timer (kind, due, case_id, deadline) VALUES ('deadline',?,?,?)",
            (instant_text(due), case_id, deadline),
        )

    def cancel_deadline(self, case_id: str, deadline: str) -> None:
        self._connection.execute(
            "DELETE FROM timer WHERE kind = 'deadline' AND case_id = ? AND deadline = ?", (case_id, deadline)
        )

    def schedule_start(self, *, process_id: str, element_id: str, due: datetime, fired: int = 0) -> None:
        self._connection.execute(
            "INSERT INTO timer (kind, due, process_id, element_id, fired) VALUES ('start',?,?,?,?)",
            (instant_text(due), process_id, element_id, fired),
        )

    def cancel_starts(self, process_id: str) -> None:
        self._connection.execute("DELETE FROM timer WHERE kind = 'start' AND process_id = ?", (process_id,))

    def remove(self, row_id: int) -> None:
        self._connection.execute("DELETE FROM timer WHERE id = ?", (row_id,))


def _timer(row: tuple[Any, ...]) -> TimerRow:
    return TimerRow(row[0], row[1], read_instant(row[2]), *row[3:])
