"""The whole content of a store as text, for comparing two stores or one before and after a command."""

from __future__ import annotations

from engine.store.transaction import Snapshot


def dump_tables(snapshot: Snapshot) -> dict[str, list[str]]:
    """Every row of every table, in order of its values, as text."""
    content: dict[str, list[str]] = {}
    for name in sorted(snapshot.database.table_names()):
        rows = snapshot.database.conn.execute(f'SELECT * FROM "{name}"').fetchall()
        content[name] = sorted(repr(tuple(row)) for row in rows)
    return content


def dump_schema(snapshot: Snapshot) -> list[str]:
    """The schema as SQLite keeps it, white space reduced."""
    rows = snapshot.database.conn.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
    return [" ".join(f"{kind} {name} {sql}".split()) for kind, name, sql in rows]
