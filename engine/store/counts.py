"""How much waits in the store: for monitors, never for decisions."""

from __future__ import annotations

import sqlite3

_COUNTS = {
    "open_incidents": "SELECT count(*) FROM incident WHERE state = 'open'",
    "open_user_tasks": "SELECT count(*) FROM job WHERE kind = 'user_task' AND state = 'open'",
    "waiting_jobs": "SELECT count(*) FROM job WHERE kind = 'worker' AND state = 'open' AND held_at IS NULL",
    "leased_jobs": "SELECT count(*) FROM job WHERE state = 'leased'",
    "queued_deliveries": "SELECT count(*) FROM delivery WHERE state = 'queued'",
    "failed_deliveries": "SELECT count(*) FROM delivery WHERE state = 'failed'",
    "breached_deadlines": "SELECT count(*) FROM deadline WHERE breached = 1",
    "timers": "SELECT count(*) FROM timer",
}


def count_waiting(connection: sqlite3.Connection) -> dict[str, int]:
    return {name: int(connection.execute(sql).fetchone()[0]) for name, sql in _COUNTS.items()}
