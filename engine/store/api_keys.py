"""API keys: who acts with one, in which roles, until when. A key itself is never stored, only its digest.

A row is never deleted: a key is revoked, and the row says since when.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.store.codec import encode_json
from engine.store.instants import instant_text, optional_instant, optional_instant_text, read_instant


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    """`digest` is the SHA-256 of the whole key; `expires_at` is None for one that does not expire by itself."""

    id: str
    digest: bytes = field(repr=False)
    person: str
    roles: tuple[str, ...]
    party: str
    note: str
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_in_force(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


_KEY = "SELECT id, digest, person, roles, party, note, created_at, created_by, expires_at, revoked_at FROM api_key"


class ApiKeys:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, key_id: str) -> ApiKeyRow | None:
        row = self._connection.execute(f"{_KEY} WHERE id = ?", (key_id,)).fetchone()
        return None if row is None else _key(row)

    def exist(self) -> bool:
        """Whether a key was ever given out, revoked ones counted too."""
        return self._connection.execute("SELECT 1 FROM api_key LIMIT 1").fetchone() is not None

    def all(self, *, limit: int) -> list[ApiKeyRow]:
        """Every key in order of its making, revoked ones too."""
        rows = self._connection.execute(f"{_KEY} ORDER BY created_at, rowid LIMIT ?", (limit,))
        return [_key(row) for row in rows]

    def add(self, row: ApiKeyRow) -> None:
        self._connection.execute(
            "INSERT INTO api_key VALUES (?,?,?,?,?,?,?,?,?,NULL)",
            (
                row.id,
                row.digest,
                row.person,
                encode_json(row.roles),
                row.party,
                row.note,
                instant_text(row.created_at),
                row.created_by,
                optional_instant_text(row.expires_at),
            ),
        )

    def revoke(self, key_id: str, at: datetime) -> None:
        self._connection.execute(
            "UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (instant_text(at), key_id)
        )


def _key(row: tuple[Any, ...]) -> ApiKeyRow:
    return ApiKeyRow(
        id=row[0],
        digest=bytes(row[1]),
        person=row[2],
        roles=tuple(json.loads(row[3])),
        party=row[4],
        note=row[5],
        created_at=read_instant(row[6]),
        created_by=row[7],
        expires_at=optional_instant(row[8]),
        revoked_at=optional_instant(row[9]),
    )
