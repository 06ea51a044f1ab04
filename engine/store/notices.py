"""Notices as issued, with their exact texts and letters, the outbox of their deliveries, and what was reported of them.

A delivery is written with its notice. A worker leases it (`sending`), hands it to a channel under the delivery's key,
and marks it `sent`. A crash in between sends again under the same key. What becomes of it outside comes back later as
reports: delivered, bounced, returned.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from engine.store.instants import instant_text, optional_instant, read_instant

QUEUED, SENDING, SENT, FAILED = "queued", "sending", "sent", "failed"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """`texts` and `files` by media type; `sha256` of each one's bytes (UTF-8 for a text) is computed by the store.

    Lists of notices come without the bytes of `files`.
    """

    id: str
    case_id: str | None
    instance_id: str | None
    type: str
    dated: date
    subject: str
    required: tuple[Mapping[str, Any], ...]
    source_hash: str
    issued_at: datetime
    texts: Mapping[str, str]
    sha256: Mapping[str, str]
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """`facts` is what the channel said of it."""

    id: str
    notice_id: str
    channel: str
    address: Mapping[str, str]
    key: str
    state: str
    attempts: int
    retries: int
    available_at: datetime
    lease_owner: str | None = None
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeliveryReportRow:
    """What became of a delivery, as *reported_by* says: *outcome* is delivered, bounced or returned, *at* when."""

    id: str
    delivery_id: str
    outcome: str
    at: datetime
    reason: str
    reported_by: str
    recorded_at: datetime


_NOTICE = "SELECT id, case_id, instance_id, type, dated, subject, required, source_hash, issued_at FROM notice"
_DELIVERY = (
    "SELECT id, notice_id, channel, address, key, state, attempts, retries, available_at, lease_owner, lease_until,"
    " sent_at, facts FROM delivery"
)


def sha256_of(content: str | bytes) -> str:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


class Notices:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, row: NoticeRow) -> None:
        self._connection.execute(
            "INSERT INTO notice VALUES (?,?,?,?,?,?,?,?,?)",
            (
                row.id,
                row.case_id,
                row.instance_id,
                row.type,
                row.dated.isoformat(),
                row.subject,
                json.dumps([dict(entry) for entry in row.required], ensure_ascii=False),
                row.source_hash,
                instant_text(row.issued_at),
            ),
        )
        self._connection.executemany(
            "INSERT INTO notice_text VALUES (?,?,?,?)",
            [(row.id, media_type, text, sha256_of(text)) for media_type, text in row.texts.items()],
        )
        self._connection.executemany(
            "INSERT INTO notice_file VALUES (?,?,?,?)",
            [(row.id, media_type, data, sha256_of(data)) for media_type, data in row.files.items()],
        )

    def get(self, notice_id: str) -> NoticeRow | None:
        row = self._connection.execute(f"{_NOTICE} WHERE id = ?", (notice_id,)).fetchone()
        if row is None:
            return None
        files = self._connection.execute(
            "SELECT media_type, content FROM notice_file WHERE notice_id = ? ORDER BY media_type", (notice_id,)
        )
        return replace(self._notice(row), files=dict(files.fetchall()))

    def file(self, notice_id: str, media_type: str) -> bytes | None:
        row = self._connection.execute(
            "SELECT content FROM notice_file WHERE notice_id = ? AND media_type = ?", (notice_id, media_type)
        ).fetchone()
        return None if row is None else bytes(row[0])

    def of_case(
        self,
        case_id: str | None,
        *,
        case_ids: Sequence[str] | None = None,
        after: str | None = None,
        newest_first: bool = False,
        limit: int,
    ) -> list[NoticeRow]:
        """Notices of a case in order of issue; of every case when None, or of *case_ids*; *after* is an id."""
        comparison, direction = ("<", "DESC") if newest_first else (">", "ASC")
        conditions = [] if case_id is None else ["case_id = :case"]
        if case_ids is not None:
            conditions.append("case_id IN (SELECT value FROM json_each(:cases))")
        if after is not None:
            conditions.append(
                f"(issued_at, rowid) {comparison} (SELECT issued_at, rowid FROM notice WHERE id = :after)"
            )
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self._connection.execute(
            f"{_NOTICE}{where} ORDER BY issued_at {direction}, rowid {direction} LIMIT :limit",
            {"case": case_id, "cases": json.dumps(case_ids), "after": after, "limit": limit},
        ).fetchall()
        return [self._notice(row) for row in rows]

    def altered_texts(self) -> Iterable[tuple[str, str]]:
        """(notice id, media type) of every stored text and file that is no longer the one that was hashed."""
        for notice_id, media_type, content, sha256 in self._connection.execute(
            "SELECT notice_id, media_type, text, sha256 FROM notice_text"
            " UNION ALL SELECT notice_id, media_type, content, sha256 FROM notice_file ORDER BY notice_id, media_type"
        ):
            if sha256_of(content) != sha256:
                yield notice_id, media_type

    def _notice(self, row: tuple[Any, ...]) -> NoticeRow:
        texts = self._connection.execute(
            "SELECT media_type, text, sha256 FROM notice_text WHERE notice_id = ? ORDER BY media_type", (row[0],)
        ).fetchall()
        files = self._connection.execute(
            "SELECT media_type, sha256 FROM notice_file WHERE notice_id = ? ORDER BY media_type", (row[0],)
        ).fetchall()
        return NoticeRow(
            id=row[0],
            case_id=row[1],
            instance_id=row[2],
            type=row[3],
            dated=date.fromisoformat(row[4]),
            subject=row[5],
            required=tuple(json.loads(row[6])),
            source_hash=row[7],
            issued_at=read_instant(row[8]),
            texts={media_type: text for media_type, text, _ in texts},
            sha256={**{media_type: sha256 for media_type, _, sha256 in texts}, **dict(files)},
        )


class Deliveries:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, row: DeliveryRow) -> None:
        self._connection.execute(
            "INSERT INTO delivery VALUES (?,?,?,?,?,?,?,?,?,NULL,NULL,NULL,'{}')",
            (
                row.id,
                row.notice_id,
                row.channel,
                json.dumps(dict(row.address), ensure_ascii=False),
                row.key,
                row.state,
                row.attempts,
                row.retries,
                instant_text(row.available_at),
            ),
        )

    def get(self, delivery_id: str) -> DeliveryRow | None:
        row = self._connection.execute(f"{_DELIVERY} WHERE id = ?", (delivery_id,)).fetchone()
        return None if row is None else _delivery(row)

    def with_key(self, key: str) -> DeliveryRow | None:
        row = self._connection.execute(f"{_DELIVERY} WHERE key = ?", (key,)).fetchone()
        return None if row is None else _delivery(row)

    def add_report(self, row: DeliveryReportRow) -> None:
        self._connection.execute(
            "INSERT INTO delivery_report VALUES (?,?,?,?,?,?,?)",
            (
                row.delivery_id,
                row.id,
                row.outcome,
                instant_text(row.at),
                row.reason,
                row.reported_by,
                instant_text(row.recorded_at),
            ),
        )

    def reports(self, delivery_id: str) -> list[DeliveryReportRow]:
        """What was reported of a delivery, in the order of the reports."""
        rows = self._connection.execute(
            "SELECT id, delivery_id, outcome, at, reason, reported_by, recorded_at FROM delivery_report"
            " WHERE delivery_id = ? ORDER BY rowid",
            (delivery_id,),
        )
        return [
            DeliveryReportRow(id, delivery, outcome, read_instant(at), reason, reported_by, read_instant(recorded_at))
            for id, delivery, outcome, at, reason, reported_by, recorded_at in rows
        ]

    def of_notice(self, notice_id: str) -> list[DeliveryRow]:
        rows = self._connection.execute(f"{_DELIVERY} WHERE notice_id = ? ORDER BY rowid", (notice_id,))
        return [_delivery(row) for row in rows]

    def lost(self, now: datetime, *, limit: int) -> list[DeliveryRow]:
        """Deliveries whose lease ended while they were being sent."""
        rows = self._connection.execute(
            f"{_DELIVERY} WHERE state = 'sending' AND lease_until <= ? ORDER BY lease_until, rowid LIMIT ?",
            (instant_text(now), limit),
        )
        return [_delivery(row) for row in rows]

    def lease(self, owner: str, *, now: datetime, until: datetime, limit: int) -> list[DeliveryRow]:
        """Take up to *limit* deliveries that are due, in order of their instants."""
        due = [
            str(row[0])
            for row in self._connection.execute(
                "SELECT id FROM delivery WHERE state = 'queued' AND available_at <= ?"
                " ORDER BY available_at, rowid LIMIT ?",
                (instant_text(now), limit),
            )
        ]
        for delivery_id in due:
            self._connection.execute(
                "UPDATE delivery SET state = 'sending', lease_owner = ?, lease_until = ?, attempts = attempts + 1"
                " WHERE id = ?",
                (owner, instant_text(until), delivery_id),
            )
        return [row for delivery_id in due if (row := self.get(delivery_id)) is not None]

    def renew(self, delivery_id: str, *, attempt: int, now: datetime, until: datetime) -> bool:
        """Begin to send under a lease that still holds and lasts from now; False when it was lost."""
        changed = self._connection.execute(
            "UPDATE delivery SET lease_until = ?"
            " WHERE id = ? AND state = 'sending' AND attempts = ? AND lease_until > ?",
            (instant_text(until), delivery_id, attempt, instant_text(now)),
        )
        return changed.rowcount == 1

    def requeue(self, delivery_id: str, *, retries: int, available_at: datetime) -> None:
        self._connection.execute(
            "UPDATE delivery SET state = 'queued', lease_owner = NULL, lease_until = NULL, retries = ?,"
            " available_at = ? WHERE id = ?",
            (retries, instant_text(available_at), delivery_id),
        )

    def fail(self, delivery_id: str) -> None:
        self._connection.execute(
            "UPDATE delivery SET state = 'failed', lease_owner = NULL, lease_until = NULL, retries = 0 WHERE id = ?",
            (delivery_id,),
        )

    def mark_sent(self, delivery_id: str, *, at: datetime, facts: Mapping[str, Any]) -> None:
        self._connection.execute(
            "UPDATE delivery SET state = 'sent', lease_owner = NULL, lease_until = NULL, sent_at = ?, facts = ?"
            " WHERE id = ?",
            (instant_text(at), json.dumps(dict(facts), ensure_ascii=False), delivery_id),
        )

    def next_available(self) -> datetime | None:
        row = self._connection.execute(
            "SELECT min(at) FROM (SELECT min(available_at) AS at FROM delivery WHERE state = 'queued'"
            " UNION ALL SELECT min(lease_until) FROM delivery WHERE state = 'sending')"
        ).fetchone()
        return optional_instant(row[0])


def _delivery(row: tuple[Any, ...]) -> DeliveryRow:
    return DeliveryRow(
        id=row[0],
        notice_id=row[1],
        channel=row[2],
        address=json.loads(row[3]),
        key=row[4],
        state=row[5],
        attempts=row[6],
        retries=row[7],
        available_at=read_instant(row[8]),
        lease_owner=row[9],
        lease_until=optional_instant(row[10]),
        sent_at=optional_instant(row[11]),
        facts=json.loads(row[12]),
    )
