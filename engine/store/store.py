"""The store: one file, opened once per process, used by any number of threads.

`transaction(actor)` is one command: BEGIN IMMEDIATE, so that commands that write come one after the other, and
everything of it becomes true at the commit or nothing does. `read()` is a snapshot that writers do not disturb.
A store is on the system clock, or on a simulated clock that is kept in it and moves only forward.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from engine.clock import Clock, SystemClock
from engine.errors import ErrorCode, failure
from engine.store.connections import ConnectionPool
from engine.store.idempotency import pending_reservation
from engine.store.instants import instant_text
from engine.store.meta import CLOCK, LOG_KEY, PERSON_KEY, SIMULATED_NOW, Meta
from engine.store.migrate import apply_migrations, shipped_migrations
from engine.store.transaction import Snapshot, Transaction

SYSTEM, SIMULATED = "system", "simulated"


class Store:
    """See the module. Build it with `open`."""

    def __init__(self, pool: ConnectionPool, clock: Clock | None) -> None:
        self._pool = pool
        self._clock = clock

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        clock: Clock | None = None,
        simulated_start: datetime | None = None,
        busy_timeout_in_seconds: float = 10.0,
        throwaway: bool = False,
    ) -> Store:
        """Open the store at *path*, creating or migrating it.

        *simulated_start* puts a **new** store on a simulated clock that starts there. *clock* replaces the machine's
        clock in a store on the system clock. *throwaway* is for a store that is removed after use: it does not wait for
        the disk, so that a loss of power may spoil it; the end of the process does not.
        Errors: STORE_SCHEMA, STORE_IO, STORE_BUSY; RUN_CLOCK when an existing store has the other kind of clock.
        """
        pool = ConnectionPool(path, busy_timeout_in_seconds=busy_timeout_in_seconds, throwaway=throwaway)
        try:
            with pool.connection() as database:
                apply_migrations(database.conn, shipped_migrations(), file=str(path))
                kind = _settle_clock(database.conn, simulated_start, path)
        except BaseException:
            pool.close()
            raise
        return cls(pool, (clock or SystemClock()) if kind == SYSTEM else None)

    @property
    def path(self) -> Path:
        return self._pool.path

    @property
    def is_closed(self) -> bool:
        return self._pool.is_closed

    @property
    def is_simulated(self) -> bool:
        return self._clock is None

    def now(self) -> datetime:
        """The present instant of the store's clock."""
        if self._clock is not None:
            return self._clock.now()
        with self.read() as snapshot:
            return snapshot.now

    def compact(self) -> None:
        """Write the file anew: what was removed is in no free page and in no write-ahead log afterwards.

        Errors: STORE_BUSY while another process writes; STORE_IO when the disk has no room for a second copy.
        """
        with self._pool.connection() as database:
            database.conn.execute("VACUUM")
            database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        """A consistent view; nothing that is written meanwhile is seen."""
        with self._pool.connection() as database:
            database.conn.execute("BEGIN")
            try:
                yield Snapshot(database, self._now(database.conn))
            finally:
                database.conn.execute("ROLLBACK")

    @contextmanager
    def transaction(self, actor: str, roles: Collection[str] = ()) -> Iterator[Transaction]:
        """One command by *actor*, who acts with *roles*: committed when the block ends, undone when it raises.

        Errors: STORE_BUSY when other commands hold the store longer than the busy timeout.
        """
        with self._pool.connection(to_write=True) as database:
            connection = database.conn
            connection.execute("BEGIN IMMEDIATE")
            transaction = Transaction(
                database, self._now(connection), actor=actor, roles=roles, simulated=self.is_simulated
            )
            reservation = pending_reservation()
            try:
                if reservation is not None:
                    transaction.idempotency.reserve(reservation, transaction.now)
                yield transaction
                transaction.log.write()
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            if reservation is not None:
                reservation.is_written = True

    def close(self) -> None:
        self._pool.close()

    def _now(self, connection: sqlite3.Connection) -> datetime:
        if self._clock is not None:
            return self._clock.now().astimezone(UTC)
        instant = Meta(connection).simulated_now()
        if instant is None:
            raise failure(ErrorCode.STORE_SCHEMA, "the simulated clock of the store is missing.", file=str(self.path))
        return instant


def _settle_clock(connection: sqlite3.Connection, simulated_start: datetime | None, path: Path) -> str:
    """Write the kind of clock into a new store; refuse the other kind in an existing one."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        meta = Meta(connection)
        kind = meta.get(CLOCK)
        if kind is None:
            kind = SYSTEM if simulated_start is None else SIMULATED
            meta.put(CLOCK, kind)
            if simulated_start is None:
                meta.put(PERSON_KEY, secrets.token_hex(32))
            else:
                # A simulated run must repeat to the byte, so its keys are derived; it holds no real person's data.
                start = instant_text(simulated_start)
                meta.put(SIMULATED_NOW, start)
                meta.put(LOG_KEY, hashlib.sha256(f"log {start}".encode()).hexdigest())
                meta.put(PERSON_KEY, hashlib.sha256(f"person {start}".encode()).hexdigest())
        elif simulated_start is not None and kind == SYSTEM:
            raise failure(
                ErrorCode.RUN_CLOCK,
                "expected a store on a simulated clock, but got one on the system clock.",
                hint="a store keeps the clock that it was made with; use another file",
                file=str(path),
            )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return kind
