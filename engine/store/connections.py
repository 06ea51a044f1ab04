"""Connections to the embedded database: one place that sets how SQLite must behave, and a pool of them.

A connection is used by one thread at a time. Write-ahead log and synchronous FULL: a commit that returned survives
the loss of power. Only a throw-away store, which nobody opens again after such a loss, does not wait for the disk.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlite_utils

from engine.errors import EngineError, ErrorCode, failure

_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA temp_store = MEMORY",
)
_WAIT_FOR_DISK, _NO_WAIT = "PRAGMA synchronous = FULL", "PRAGMA synchronous = OFF"
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class ConnectionPool:
    """Connections that are handed out and taken back; as many as threads ask at once, kept for the next."""

    def __init__(self, path: Path, *, busy_timeout_in_seconds: float, throwaway: bool = False) -> None:
        self.path = path
        self._settings = (*_SETTINGS, _NO_WAIT if throwaway else _WAIT_FOR_DISK)
        self._busy_timeout = busy_timeout_in_seconds
        self._idle: list[sqlite_utils.Database] = []
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._closed = False

    @property
    def is_closed(self) -> bool:
        return self._closed

    @contextmanager
    def connection(self, *, to_write: bool = False) -> Iterator[sqlite_utils.Database]:
        """Lend a connection, *to_write* when it is the turn of this thread.

        Errors: STORE_BUSY, STORE_IO instead of SQLite's own; constraint violations are bugs and pass as they are.
        """
        if to_write:
            self._wait_for_turn()
        try:
            database = self._take()
            try:
                yield database
            finally:
                self._give_back(database)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                raise
            raise _as_engine_error(error, self.path) from error
        finally:
            if to_write:
                self._turn.release()

    def _wait_for_turn(self) -> None:
        """The threads of this process that write queue, where SQLite's own waiting is a lottery.

        Errors: STORE_BUSY when the turn does not come within the busy timeout.
        """
        if not self._turn.acquire(timeout=self._busy_timeout):
            raise failure(
                ErrorCode.STORE_BUSY,
                "another command of this process keeps the store locked; nothing was changed.",
                hint="try again; if it stays so, look for a command that hangs",
                file=str(self.path),
            )

    def _take(self) -> sqlite_utils.Database:
        with self._lock:
            if self._closed:
                raise failure(ErrorCode.STORE_IO, "the store was closed.", file=str(self.path))
            if self._idle:
                return self._idle.pop()
        connection = sqlite3.connect(
            self.path,
            timeout=self._busy_timeout,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        for setting in self._settings:
            connection.execute(setting)
        return sqlite_utils.Database(connection, recursive_triggers=True, execute_plugins=False)

    def _give_back(self, database: sqlite_utils.Database) -> None:
        if database.conn.in_transaction:
            database.conn.execute("ROLLBACK")
        with self._lock:
            if not self._closed:
                self._idle.append(database)
                return
        database.close()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for database in idle:
            database.close()


def _as_engine_error(error: sqlite3.DatabaseError, path: Path) -> EngineError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _BUSY:
        return failure(
            ErrorCode.STORE_BUSY,
            f"another process keeps the store locked ({error}); nothing was changed.",
            hint="try again; if it stays so, look for a process that hangs in a command",
            file=str(path),
        )
    return failure(
        ErrorCode.STORE_IO,
        f"the store cannot be read or written ({error}); nothing was changed.",
        hint="check the path, the free space and the rights of the folder and its files",
        file=str(path),
    )
