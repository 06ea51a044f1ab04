"""The audit log: append-only and hash-chained, with payloads that can be erased.

One row holds what one command did to one instance or case, as a list of entries; every entry has a number of its own,
and the row carries that of its last one, so that the log grows by a constant per command. A row's
`hash = SHA-256(hash of the row before, JSON of [number, at, actor, roles, case, instance, entries], commitment)`, where
`entries` gives kind and element of each entry, and `commitment = SHA-256(salt, payload)`. Payload and salt are outside
the hash: once they are erased nothing can be read from the commitment, and the chain still verifies. Entries of one
transaction are collected and written at its end, so that an entry may still learn the case that the command opens.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from engine.json_text import decode_any_json, decode_json, encode_json
from engine.store.instants import instant_text, read_instant

START_OF_CHAIN = bytes(32)


PendingEntry = tuple[str, Mapping[str, Any], str | None, str | None, str | None]
"""An entry of the running transaction: kind, data, case id, instance id, element id.

The data is plain JSON that nobody changes any more. The kind is text and no enum, which is slow to write; a class of
its own would cost three times as much to make, and a command makes dozens.
"""


class LogEntry(NamedTuple):
    """A stored entry. `roles` are those that the actor had; `data` is plain JSON, None once it was erased."""

    seq: int
    at: datetime
    kind: str
    actor: str
    roles: tuple[str, ...]
    case_id: str | None
    instance_id: str | None
    element_id: str | None
    data: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class ChainLink:
    """All that `check_chain` needs of a row, as it stands in the store."""

    seq: int
    at: str
    actor: str
    roles: str
    case_id: str | None
    instance_id: str | None
    entries: str
    commitment: bytes
    prev_hash: bytes
    hash: bytes
    salt: bytes | None
    payload: str | None

    @property
    def visible(self) -> tuple[object, ...]:
        """What the hash covers beside the commitment."""
        return (self.seq, self.at, self.actor, self.roles, self.case_id, self.instance_id, self.entries)


def commitment_of(salt: bytes, payload: str) -> bytes:
    return hashlib.sha256(salt + payload.encode()).digest()


def hash_of(prev_hash: bytes, row: Sequence[object], commitment: bytes) -> bytes:
    text = encode_json(row)
    return hashlib.sha256(prev_hash + text.encode() + commitment).digest()


class LogReader:
    _COLUMNS = "SELECT seq, at, actor, roles, case_id, instance_id, entries, payload FROM log"
    _OF_CASE = (
        "seq IN (SELECT seq FROM log WHERE case_id = :case UNION SELECT seq FROM log"
        " WHERE instance_id IN (SELECT instance_id FROM case_link WHERE case_id = :case))"
    )

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def of_case(self, case_id: str, *, after: int = 0, limit: int) -> list[LogEntry]:
        """Entries of the case and of all instances linked to it, oldest first."""
        return self._page(self._OF_CASE, after=after, limit=limit, case=case_id)

    def of_instance(self, instance_id: str, *, after: int = 0, limit: int) -> list[LogEntry]:
        return self._page("instance_id = :instance", after=after, limit=limit, instance=instance_id)

    def all(self, *, after: int = 0, limit: int) -> list[LogEntry]:
        return self._page("1", after=after, limit=limit)

    def of_kind(
        self, kind: str, *, case_id: str | None = None, instance_id: str | None = None, limit: int
    ) -> list[LogEntry]:
        """Entries of one kind, of a case with its instances, of an instance, or of the whole store."""
        scope = self._OF_CASE if case_id is not None else "1" if instance_id is None else "instance_id = :instance"
        return self._page(
            f"{scope} AND instr(entries, :mark)",
            limit=limit,
            kind=kind,
            mark=f'["{kind}",',
            case=case_id,
            instance=instance_id,
        )

    def actors_of_kind(self, kind: str, *, case_id: str) -> tuple[str, ...]:
        """Who made entries of one kind in a case or its instances: each actor once, in the order of their first."""
        rows = self._connection.execute(
            f"SELECT actor FROM log WHERE {self._OF_CASE} AND instr(entries, :mark) GROUP BY actor ORDER BY min(seq)",
            {"mark": f'["{kind}",', "case": case_id},
        )
        return tuple(row[0] for row in rows)

    def links(self, *, after: int = 0, limit: int = -1) -> Iterator[ChainLink]:
        """The chain in order, one row at a time: from the row behind number *after*, and all when *limit* is -1."""
        return self._links("seq > :after", limit=limit, after=after)

    def links_of_case(self, case_id: str) -> Iterator[ChainLink]:
        """The rows of the case and of all instances linked to it, in order."""
        return self._links(self._OF_CASE, case=case_id)

    def links_of_instance(self, instance_id: str) -> Iterator[ChainLink]:
        return self._links("instance_id = :instance", instance=instance_id)

    def links_of_kind(self, kind: str) -> Iterator[ChainLink]:
        """The rows that hold an entry of this kind, in order."""
        return self._links("instr(entries, :mark)", mark=f'["{kind}",')

    def head(self) -> tuple[int, bytes]:
        """Number of the last entry and hash of its row; 0 and the start of the chain when there is none."""
        row = self._connection.execute("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1").fetchone()
        return (0, START_OF_CHAIN) if row is None else (int(row[0]), bytes(row[1]))

    def _links(self, condition: str, *, limit: int = -1, **values: Any) -> Iterator[ChainLink]:
        rows = self._connection.execute(
            "SELECT seq, at, actor, roles, case_id, instance_id, entries, commitment, prev_hash, hash, salt, payload"
            f" FROM log WHERE {condition} ORDER BY seq LIMIT :limit",
            {"limit": limit, **values},
        )
        return (ChainLink(*row) for row in rows)

    def _page(
        self, condition: str, *, after: int = 0, limit: int, kind: str | None = None, **values: Any
    ) -> list[LogEntry]:
        """Up to *limit* entries after number *after*, of rows that meet *condition*; the first row may be cut."""
        rows = self._connection.execute(
            f"{self._COLUMNS} WHERE {condition} AND seq > :after ORDER BY seq", {"after": after, **values}
        )
        found: list[LogEntry] = []
        for row in rows:
            found += (entry for entry in _entries(row) if entry.seq > after and kind in (None, entry.kind))
            if len(found) >= limit:
                break
        return found[:limit]


class LogWriter(LogReader):
    """The log inside a transaction. `key` makes salts repeatable in simulated stores; None draws them at random."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        actor: str,
        roles: Collection[str] = (),
        at: datetime,
        salt_key: bytes | None,
    ) -> None:
        super().__init__(connection)
        self._who = (instant_text(at), actor, encode_json(sorted(roles)) if roles else "[]")
        self._salt_key = salt_key
        self.pending: list[PendingEntry] = []
        self._given: list[int] = []

    def append(
        self,
        kind: str,
        data: Mapping[str, Any],
        *,
        case_id: str | None = None,
        instance_id: str | None = None,
        element_id: str | None = None,
    ) -> int:
        """Collect an entry; its place among those of this transaction."""
        self.pending.append((str(kind), data, case_id, instance_id, element_id))
        return len(self.pending) - 1

    def put_in_case(self, place: int, case_id: str | None) -> None:
        """The entry at *place* belongs to *case_id*, as is known by now."""
        kind, data, _, instance_id, element_id = self.pending[place]
        self.pending[place] = (kind, data, case_id, instance_id, element_id)

    def give_case(self, instance_id: str, case_id: str) -> None:
        """Entries of this transaction about *instance_id* belong to *case_id*."""
        for place, (_, _, case, instance, _) in enumerate(self.pending):
            if instance == instance_id and case is None:
                self.put_in_case(place, case_id)
                self._given.append(place)

    def mark(self) -> tuple[int, int]:
        """Where the collected entries stand now, for `go_back_to`."""
        return len(self.pending), len(self._given)

    def go_back_to(self, mark: tuple[int, int]) -> None:
        """Forget the entries since *mark*, and the case that earlier ones were given since."""
        pending, given = mark
        del self.pending[pending:]
        for place in self._given[given:]:
            if place < pending:
                self.put_in_case(place, None)
        del self._given[given:]

    def write(self) -> None:
        """Write the collected entries; called once, at the end of the transaction."""
        if not self.pending:
            return
        seq, head = self.head()
        for entries in _by_owner(self.pending):
            _, _, case_id, instance_id, _ = entries[0]
            seq += len(entries)
            payload = encode_json([data for _, data, _, _, _ in entries])
            salt = self._salt(seq)
            commitment = commitment_of(salt, payload)
            listed = encode_json([(kind, element_id) for kind, _, _, _, element_id in entries])
            visible = (seq, *self._who, case_id, instance_id, listed)
            own = hash_of(head, visible, commitment)
            self._connection.execute(
                "INSERT INTO log VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", (*visible, commitment, head, own, salt, payload)
            )
            head = own
        self.pending, self._given = [], []

    def erase_payload(self, seq: int) -> None:
        """Remove payload and salt of entry *seq*, and of all entries of its row, for good; the commitment stays."""
        self._connection.execute(
            "UPDATE log SET salt = NULL, payload = NULL WHERE seq = (SELECT min(seq) FROM log WHERE seq >= ?)", (seq,)
        )

    def _salt(self, seq: int) -> bytes:
        if self._salt_key is None:
            return os.urandom(16)
        return hmac.digest(self._salt_key, str(seq).encode(), "sha256")[:16]


def _by_owner(entries: list[PendingEntry]) -> Iterator[list[PendingEntry]]:
    """Runs of entries about one instance or case. Most commands have one run, and need no copy of it."""
    first = 0
    _, _, last_case, last_instance, _ = entries[0]
    for number, (_, _, case_id, instance_id, _) in enumerate(entries):
        if instance_id != last_instance or case_id != last_case:
            yield entries[first:number]
            first, last_case, last_instance = number, case_id, instance_id
    yield entries[first:] if first else entries


def entries_of(link: ChainLink) -> Iterator[LogEntry]:
    """The entries that a row of the chain holds."""
    row = (link.seq, link.at, link.actor, link.roles, link.case_id, link.instance_id, link.entries, link.payload)
    return _entries(row)


def _entries(row: tuple[int, str, str, str, str | None, str | None, str, str | None]) -> Iterator[LogEntry]:
    last, at, actor, roles, case_id, instance_id, listed, payload = row
    kinds = decode_json(listed)
    contents: list[dict[str, Any] | None] = [None] * len(kinds) if payload is None else decode_any_json(payload)
    instant, who = read_instant(at), tuple(decode_json(roles))
    for seq, (kind, element_id), data in zip(range(last - len(kinds) + 1, last + 1), kinds, contents, strict=True):
        yield LogEntry(seq, instant, kind, actor, who, case_id, instance_id, element_id, data)
