"""Who has read which case: append-only, each row bound to the one before by its hash.

`hash = SHA-256(hash of the row before, JSON of [number, at, actor, roles, case, what])`. The chain is one of its own,
so that a question never waits for the log of the commands to be written.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.errors import ErrorCode, Location, Problem
from engine.store.codec import encode_json
from engine.store.instants import instant_text, read_instant
from engine.store.verify import CHANGED

START = bytes(32)


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One reading of one case; `what` names the question. `prev_hash` and `hash` are those of the chain."""

    seq: int
    at: datetime
    actor: str
    roles: tuple[str, ...]
    case_id: str
    what: str
    prev_hash: bytes
    hash: bytes


_ROW = "SELECT seq, at, actor, roles, case_id, what, prev_hash, hash FROM access_log"


class AccessLog:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, reads: Iterable[tuple[str, str]], *, actor: str, roles: Iterable[str], at: datetime) -> None:
        """Write that *actor* reads these (case, question)."""
        last = self._connection.execute("SELECT seq, hash FROM access_log ORDER BY seq DESC LIMIT 1").fetchone()
        seq, head = (int(last[0]), bytes(last[1])) if last else (0, START)
        who = (instant_text(at), actor, encode_json(sorted(roles)))
        for case_id, what in reads:
            if self._connection.execute("SELECT 1 FROM case_record WHERE id = ?", (case_id,)).fetchone() is None:
                continue  # a question about a case that does not exist
            seq += 1
            row = (seq, *who, case_id, what)
            own = _hash(head, row)
            self._connection.execute("INSERT INTO access_log VALUES (?,?,?,?,?,?,?,?)", (*row, head, own))
            head = own

    def find(self, *, case_id: str | None = None, after: int = 0, limit: int) -> list[AccessRow]:
        """Readings, of one case or of all, in order, after number *after*."""
        where = "seq > :after" if case_id is None else "seq > :after AND case_id = :case"
        rows = self._connection.execute(
            f"{_ROW} WHERE {where} ORDER BY seq LIMIT :limit", {"after": after, "case": case_id, "limit": limit}
        )
        return [_access(row) for row in rows]

    def all(self) -> Iterator[AccessRow]:
        return (_access(row) for row in self._connection.execute(f"{_ROW} ORDER BY seq"))


def check_access_log(rows: Iterable[AccessRow]) -> tuple[int, tuple[Problem, ...]]:
    """How many rows the chain has, and where it is broken. Problems carry STORE_CHAIN."""
    problems: list[Problem] = []
    head, count = START, 0
    for row in rows:
        count += 1
        visible = (row.seq, instant_text(row.at), row.actor, encode_json(sorted(row.roles)), row.case_id, row.what)
        if row.seq != count or row.prev_hash != head or _hash(row.prev_hash, visible) != row.hash:
            problems.append(
                Problem(
                    ErrorCode.STORE_CHAIN,
                    f"entry {row.seq} of the access log does not follow from the one before it.",
                    Location(part=f"access log entry {row.seq}"),
                    hint=CHANGED,
                )
            )
            count = row.seq
        head = row.hash
    return count, tuple(problems)


def _hash(head: bytes, row: tuple[object, ...]) -> bytes:
    return hashlib.sha256(head + encode_json(row).encode()).digest()


def _access(row: tuple[int, str, str, str, str, str, bytes, bytes]) -> AccessRow:
    return AccessRow(
        row[0], read_instant(row[1]), row[2], tuple(json.loads(row[3])), row[4], row[5], bytes(row[6]), bytes(row[7])
    )
