"""Associations: who besides its own people may see a case. And search keys: how a case is looked for.

An association is never deleted: it is revoked, and its row stays. At most one of a holder and a case is in force.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.store.instants import instant_text, optional_instant, read_instant


@dataclass(frozen=True, slots=True)
class AssociationRow:
    """`basis` is the key of what it rests on; `revoked_at` is None while it is in force."""

    id: str
    case_id: str
    holder: str
    role: str
    basis: str
    granted_at: datetime
    revoked_at: datetime | None = None
    reason: str = ""


_ASSOCIATION = "SELECT id, case_id, holder, role, basis, granted_at, revoked_at, reason FROM association"


class Associations:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def in_force(self, case_id: str, holder: str) -> AssociationRow | None:
        row = self._connection.execute(
            f"{_ASSOCIATION} WHERE holder = ? AND case_id = ? AND revoked_at IS NULL", (holder, case_id)
        ).fetchone()
        return None if row is None else _association(row)

    def of_case(self, case_id: str, *, limit: int) -> list[AssociationRow]:
        """All of a case, revoked ones too, in order of their grant."""
        rows = self._connection.execute(
            f"{_ASSOCIATION} WHERE case_id = ? ORDER BY granted_at, rowid LIMIT ?", (case_id, limit)
        )
        return [_association(row) for row in rows]

    def of_holder(self, holder: str, *, limit: int) -> list[AssociationRow]:
        """Those in force."""
        rows = self._connection.execute(
            f"{_ASSOCIATION} WHERE holder = ? AND revoked_at IS NULL ORDER BY granted_at, rowid LIMIT ?",
            (holder, limit),
        )
        return [_association(row) for row in rows]

    def add(self, row: AssociationRow) -> None:
        self._connection.execute(
            "INSERT INTO association (id, case_id, holder, role, basis, granted_at) VALUES (?,?,?,?,?,?)",
            (row.id, row.case_id, row.holder, row.role, row.basis, instant_text(row.granted_at)),
        )

    def revoke(self, association_id: str, *, at: datetime, reason: str) -> None:
        self._connection.execute(
            "UPDATE association SET revoked_at = ?, reason = ? WHERE id = ? AND revoked_at IS NULL",
            (instant_text(at), reason, association_id),
        )


class SearchKeys:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def replace(self, package_id: str, case_type: str, case_id: str, keys: Iterable[str]) -> None:
        """The case can be found under *keys* of this package and type, and no others."""
        self._connection.execute(
            "DELETE FROM case_search_key WHERE case_id = ? AND package_id = ? AND case_type = ?",
            (case_id, package_id, case_type),
        )
        self.add(package_id, case_type, case_id, keys)

    def add(self, package_id: str, case_type: str, case_id: str, keys: Iterable[str]) -> None:
        """The case can be found under *keys* too."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO case_search_key VALUES (?,?,?,?)",
            [(package_id, case_type, key, case_id) for key in keys],
        )

    def find(self, package_id: str, case_type: str, key: str, *, limit: int) -> list[str]:
        """The ids of cases with this key, in order of their ids."""
        rows = self._connection.execute(
            "SELECT case_id FROM case_search_key WHERE package_id = ? AND case_type = ? AND search_key = ?"
            " ORDER BY case_id LIMIT ?",
            (package_id, case_type, key, limit),
        )
        return [str(row[0]) for row in rows]


def _association(row: tuple[Any, ...]) -> AssociationRow:
    return AssociationRow(
        id=row[0],
        case_id=row[1],
        holder=row[2],
        role=row[3],
        basis=row[4],
        granted_at=read_instant(row[5]),
        revoked_at=optional_instant(row[6]),
        reason=row[7],
    )
