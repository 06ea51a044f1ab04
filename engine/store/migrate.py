"""Numbered migrations: `migrations/0001_initial.sql`, `0002_...` are applied in order, each in one transaction.

`PRAGMA user_version` holds the number of the last one. A store of a newer program is refused, never touched.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib import resources

from engine.errors import ErrorCode, failure


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str


def shipped_migrations() -> tuple[Migration, ...]:
    """The migrations of this program, in order of their numbers, which run from 1 without a hole."""
    found = []
    for entry in (resources.files(__package__) / "migrations").iterdir():
        if entry.name.endswith(".sql"):
            found.append(Migration(int(entry.name[:4]), entry.name, entry.read_text(encoding="utf-8")))
    found.sort(key=lambda migration: migration.number)
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise failure(ErrorCode.STORE_SCHEMA, f"the migrations are not numbered 1, 2, 3 ...: {[m.name for m in found]}")
    return tuple(found)


def schema_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def apply_migrations(connection: sqlite3.Connection, migrations: Sequence[Migration], *, file: str) -> bool:
    """Bring the schema up to date; True when anything was applied. Safe when several processes open one store at once.

    Errors: STORE_SCHEMA when the store is newer than this program, or its tables are not those of its version.
    """
    migrations = tuple(migrations)
    if _has_all(connection, migrations, file):
        return False
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = schema_version(connection)
        for migration in migrations[version:]:
            for statement in statements_of(migration.sql):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {migration.number:d}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return True


def _has_all(connection: sqlite3.Connection, migrations: Sequence[Migration], file: str) -> bool:
    version = schema_version(connection)
    if version > len(migrations):
        raise failure(
            ErrorCode.STORE_SCHEMA,
            f"expected a store of schema version {len(migrations)} or earlier, but got version {version}.",
            hint="open it with the newer program that wrote it",
            file=file,
        )
    if version == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise failure(
            ErrorCode.STORE_SCHEMA,
            "expected a store or an empty file, but got an SQLite database with other tables.",
            hint="give the path of a store, or of a file that does not exist yet",
            file=file,
        )
    if version == len(migrations) and not _schema_of(migrations) <= _objects(connection):
        raise failure(
            ErrorCode.STORE_SCHEMA,
            f"the store says that it has schema version {version}, but its tables are not those of that version.",
            hint="it was written by an unreleased program or changed by other means; restore a backup or start anew",
            file=file,
        )
    return version == len(migrations)


@cache
def _schema_of(migrations: Sequence[Migration]) -> frozenset[tuple[str, str, str]]:
    """What the migrations make of an empty database."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for migration in migrations:
            for statement in statements_of(migration.sql):
                connection.execute(statement)
        return _objects(connection)


def _objects(connection: sqlite3.Connection) -> frozenset[tuple[str, str, str]]:
    """Every table and index of the schema with its text. What triggers forbid, `check_chain` finds."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE type <> 'trigger' AND sql IS NOT NULL")
    return frozenset((kind, name, sql) for kind, name, sql in rows)


def statements_of(sql: str) -> list[str]:
    """The statements of a script, each complete by SQLite's own reckoning (triggers hold semicolons)."""
    found, pending = [], ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    if any(line.strip() and not line.strip().startswith("--") for line in pending.splitlines()):
        raise failure(ErrorCode.STORE_SCHEMA, f"a migration ends in the middle of a statement: {pending.strip()[:80]}")
    return found
