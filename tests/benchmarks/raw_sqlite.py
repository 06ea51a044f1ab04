"""The bound: as many raw transactions as an engine makes commands, with nothing of an engine in them.

One transaction reads and updates a row of 2 kB, inserts two rows and deletes one; synchronous FULL, one commit a
completed job, leases taken in batches. The bare commit is less than that: one row of a few bytes updated, which tells
how much of a wall time is the disk alone.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

BARE = "bare commit"
BATCH = 100


class RawStore:
    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE instance (id INTEGER PRIMARY KEY, state TEXT NOT NULL)",
            "CREATE TABLE job (id INTEGER PRIMARY KEY, instance INTEGER NOT NULL, lease TEXT)",
            "CREATE TABLE log (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL)",
            "CREATE TABLE single (number INTEGER NOT NULL)",
            "INSERT INTO single VALUES (0)",
        ):
            self.connection.execute(statement)

    def commit_one_row(self) -> None:
        """The bare commit."""
        self.connection.execute("UPDATE single SET number = number + 1")

    def run_instances(self, count: int, tasks: int) -> None:
        """*count* instances of *tasks* jobs each, from their start to their end."""
        run = self.connection.execute
        for _ in range(count):
            run("BEGIN IMMEDIATE")
            added = run("INSERT INTO instance (state) VALUES (?)", ("s" * 2048,))
            run("INSERT INTO job (instance) VALUES (?)", (added.lastrowid,))
            run("INSERT INTO log (entry) VALUES (?)", ("e" * 200,))
            run("COMMIT")
        for task in range(tasks):
            done = 0
            while done < count:
                run("BEGIN IMMEDIATE")
                jobs = run("SELECT id, instance FROM job WHERE lease IS NULL ORDER BY id LIMIT ?", (BATCH,)).fetchall()
                self.connection.executemany("UPDATE job SET lease = 'me' WHERE id = ?", [job[:1] for job in jobs])
                run("COMMIT")
                for job, instance in jobs:
                    self._complete(job, instance, last=task == tasks - 1)
                done += len(jobs)

    def _complete(self, job: int, instance: int, *, last: bool) -> None:
        run = self.connection.execute
        run("BEGIN IMMEDIATE")
        state = run("SELECT state FROM instance WHERE id = ?", (instance,)).fetchone()[0]
        run("UPDATE instance SET state = ? WHERE id = ?", (state, instance))
        run("INSERT INTO log (entry) VALUES (?)", ("e" * 200,))
        if last:
            run("INSERT INTO log (entry) VALUES (?)", ("e" * 200,))
        else:
            run("INSERT INTO job (instance) VALUES (?)", (instance,))
        run("DELETE FROM job WHERE id = ?", (job,))
        run("COMMIT")

    def close(self) -> None:
        self.connection.close()
