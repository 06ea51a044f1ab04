"""The audit log: append-only and hash-chained, with payloads that can be erased.

Row *n* carries `hash = SHA-256(hash of row n-1, JSON of [seq, at, kind, actor, case, instance, element], commitment)`,
where `commitment = SHA-256(salt, payload)`. Payload and salt lie in `log_payload`: once they are erased nothing can be
read from the commitment, and the chain still verifies. Entries of one transaction are collected and written at its
end, so that an entry may still learn the case that the command opens.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.store.codec import encode_json
from engine.store.instants import instant_text, read_instant

START_OF_CHAIN = bytes(32)


@dataclass(slots=True)
class PendingEntry:
    """An entry of the running transaction; `payload` is JSON text."""

    kind: str
    payload: str
    case_id: str | None
    instance_id: str | None
    element_id: str | None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A stored entry. `payload` is JSON text, None once it was erased."""

    seq: int
    at: datetime
    kind: str
    actor: str
    case_id: str | None
    instance_id: str | None
    element_id: str | None
    payload: str | None


@dataclass(frozen=True, slots=True)
class ChainLink:
    """All that `check_chain` needs of a row, as it stands in the store."""

    seq: int
    at: str
    kind: str
    actor: str
    case_id: str | None
    instance_id: str | None
    element_id: str | None
    commitment: bytes
    prev_hash: bytes
    hash: bytes
    salt: bytes | None
    payload: str | None


def commitment_of(salt: bytes, payload: str) -> bytes:
    return hashlib.sha256(salt + payload.encode()).digest()


def hash_of(prev_hash: bytes, row: Sequence[object], commitment: bytes) -> bytes:
    text = encode_json(row)
    return hashlib.sha256(prev_hash + text.encode() + commitment).digest()


class LogReader:
    _COLUMNS = (
        "SELECT log.seq, at, kind, actor, case_id, instance_id, element_id, payload"
        " FROM log LEFT JOIN log_payload ON log_payload.seq = log.seq"
    )

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def of_case(self, case_id: str, *, after: int = 0, limit: int) -> list[LogEntry]:
        """Entries of the case and of all instances linked to it, oldest first."""
        rows = self._connection.execute(
            f"{self._COLUMNS} WHERE log.seq IN ("
            " SELECT seq FROM log WHERE case_id = :case"
            " UNION SELECT seq FROM log WHERE instance_id IN (SELECT instance_id FROM case_link WHERE case_id = :case)"
            ") AND log.seq > :after ORDER BY log.seq LIMIT :limit",
            {"case": case_id, "after": after, "limit": limit},
        )
        return [_entry(row) for row in rows]

    def of_instance(self, instance_id: str, *, after: int = 0, limit: int) -> list[LogEntry]:
        rows = self._connection.execute(
            f"{self._COLUMNS} WHERE instance_id = ? AND log.seq > ? ORDER BY log.seq LIMIT ?",
            (instance_id, after, limit),
        )
        return [_entry(row) for row in rows]

    def all(self, *, after: int = 0, limit: int) -> list[LogEntry]:
        rows = self._connection.execute(f"{self._COLUMNS} WHERE log.seq > ? ORDER BY log.seq LIMIT ?", (after, limit))
        return [_entry(row) for row in rows]

    def of_kind(
        self, kind: str, *, case_id: str | None = None, instance_id: str | None = None, limit: int
    ) -> list[LogEntry]:
        """Entries of one kind, of a case with its instances, of an instance, or of the whole store."""
        if case_id is not None:
            scope = (
                " AND log.seq IN (SELECT seq FROM log WHERE case_id = :case UNION SELECT seq FROM log"
                " WHERE instance_id IN (SELECT instance_id FROM case_link WHERE case_id = :case))"
            )
        else:
            scope = " AND instance_id = :instance" if instance_id is not None else ""
        rows = self._connection.execute(
            f"{self._COLUMNS} WHERE kind = :kind{scope} ORDER BY log.seq LIMIT :limit",
            {"kind": kind, "case": case_id, "instance": instance_id, "limit": limit},
        )
        return [_entry(row) for row in rows]

    def actors_of_kind(self, kind: str, *, case_id: str) -> tuple[str, ...]:
        """Who made entries of one kind in a case or its instances: each actor once, in the order of their first."""
        rows = self._connection.execute(
            "SELECT actor FROM log WHERE kind = :kind AND seq IN (SELECT seq FROM log WHERE case_id = :case UNION"
            " SELECT seq FROM log WHERE instance_id IN (SELECT instance_id FROM case_link WHERE case_id = :case))"
            " GROUP BY actor ORDER BY min(seq)",
            {"kind": kind, "case": case_id},
        )
        return tuple(row[0] for row in rows)

    def links(self) -> Iterator[ChainLink]:
        """The whole chain in order, one row at a time."""
        rows = self._connection.execute(
            "SELECT log.seq, at, kind, actor, case_id, instance_id, element_id, commitment, prev_hash, hash,"
            " salt, payload FROM log LEFT JOIN log_payload ON log_payload.seq = log.seq ORDER BY log.seq"
        )
        return (ChainLink(*row) for row in rows)


class LogWriter(LogReader):
    """The log inside a transaction. `key` makes salts repeatable in simulated stores; None draws them at random."""

    def __init__(self, connection: sqlite3.Connection, *, actor: str, at: datetime, salt_key: bytes | None) -> None:
        super().__init__(connection)
        self._actor = actor
        self._at = instant_text(at)
        self._salt_key = salt_key
        self.pending: list[PendingEntry] = []

    def append(
        self,
        kind: str,
        payload: str,
        *,
        case_id: str | None = None,
        instance_id: str | None = None,
        element_id: str | None = None,
    ) -> PendingEntry:
        entry = PendingEntry(kind, payload, case_id, instance_id, element_id)
        self.pending.append(entry)
        return entry

    def give_case(self, instance_id: str, case_id: str) -> None:
        """Entries of this transaction about *instance_id* belong to *case_id*."""
        for entry in self.pending:
            if entry.instance_id == instance_id and entry.case_id is None:
                entry.case_id = case_id

    def write(self) -> None:
        """Write the collected entries; called once, at the end of the transaction."""
        if not self.pending:
            return
        row = self._connection.execute("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1").fetchone()
        seq, head = (int(row[0]), bytes(row[1])) if row else (0, START_OF_CHAIN)
        rows, payloads = [], []
        for entry in self.pending:
            seq += 1
            salt = self._salt(seq)
            commitment = commitment_of(salt, entry.payload)
            visible = (seq, self._at, entry.kind, self._actor, entry.case_id, entry.instance_id, entry.element_id)
            own = hash_of(head, visible, commitment)
            rows.append((*visible, commitment, head, own))
            payloads.append((seq, salt, entry.payload))
            head = own
        self._connection.executemany("INSERT INTO log VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
        self._connection.executemany("INSERT INTO log_payload VALUES (?,?,?)", payloads)
        self.pending = []

    def erase_payload(self, seq: int) -> None:
        """Remove payload and salt of an entry for good; the chain keeps its commitment."""
        self._connection.execute("DELETE FROM log_payload WHERE seq = ?", (seq,))

    def _salt(self, seq: int) -> bytes:
        if self._salt_key is None:
            return secrets.token_bytes(16)
        return hmac.digest(self._salt_key, str(seq).encode(), "sha256")[:16]


def _entry(row: tuple[int, str, str, str, str | None, str | None, str | None, str | None]) -> LogEntry:
    return LogEntry(row[0], read_instant(row[1]), *row[2:])
