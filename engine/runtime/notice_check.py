"""The notices of a case, how they were sent and what was reported of that, held against its log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.runtime.log_kinds import LogKind
from engine.store import DeliveryRow, LogEntry, NoticeRow, Snapshot
from engine.store.instants import instant_text

_MANY = 1_000_000


def check_notices(snapshot: Snapshot, case_id: str, entries: Sequence[LogEntry]) -> Iterator[str]:
    """A sentence for each row that the log does not give as it stands."""
    rows = {row.id: row for row in snapshot.notices.of_case(case_id, limit=_MANY)}
    sent = _sent(entries)
    for entry in entries:
        if entry.kind != LogKind.NOTICE_ISSUED or entry.data is None:
            continue
        row = rows.pop(entry.data["notice_id"], None)
        if row is None or _seen(row) != _logged(entry.data):
            yield f"the notice {entry.data['notice_id']} is not the one that the log gives."
            continue
        deliveries = snapshot.deliveries.of_notice(row.id)
        if [delivery.channel for delivery in deliveries] != entry.data["channels"]:
            yield f"the deliveries of the notice {row.id} are not those that the log gives."
        for delivery in deliveries:
            if not _was_sent_so(delivery, sent.get(delivery.id, ())):
                yield f"when and how the notice {row.id} was sent by {delivery.channel} is not what the log gives."
            if _reports(snapshot, delivery.id) != _logged_reports(entries, delivery.id):
                yield f"the reports on the notice {row.id} by {delivery.channel} are not those that the log gives."
    for notice_id in rows:
        yield f"the log gives no notice {notice_id}."


def _logged(data: Mapping[str, Any]) -> tuple[object, ...]:
    return (data["type"], data["dated"], data["subject"], data["source"], data["sha256"])


def _seen(row: NoticeRow) -> tuple[object, ...]:
    return (row.type, row.dated.isoformat(), row.subject, row.source_hash, dict(row.sha256))


def _sent(entries: Sequence[LogEntry]) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """By delivery, when it went out and what was said of that: by its channel, or by who says that it has arrived."""
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for entry in entries:
        data = entry.data or {}
        if entry.kind == LogKind.NOTICE_SENT:
            found.setdefault(data["delivery_id"], []).append((instant_text(entry.at), data["delivered"]))
        elif entry.kind == LogKind.NOTICE_REPORTED and data["outcome"] == "delivered":
            arrived = instant_text(datetime.fromisoformat(data["at"]))
            found.setdefault(data["delivery_id"], []).append((arrived, {"report": data["report_id"]}))
    return found


def _was_sent_so(row: DeliveryRow, logged: Sequence[tuple[str, dict[str, Any]]]) -> bool:
    if row.sent_at is None:
        return row.state != "sent" and not any("report" not in facts for _, facts in logged)
    return (instant_text(row.sent_at), dict(row.facts)) in logged


def _reports(snapshot: Snapshot, delivery_id: str) -> list[tuple[str, ...]]:
    return [
        (row.id, row.outcome, instant_text(row.at), row.reason, row.reported_by, instant_text(row.recorded_at))
        for row in snapshot.deliveries.reports(delivery_id)
    ]


def _logged_reports(entries: Sequence[LogEntry], delivery_id: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for entry in entries:
        data = entry.data or {}
        if entry.kind == LogKind.NOTICE_REPORTED and data["delivery_id"] == delivery_id:
            at = instant_text(datetime.fromisoformat(data["at"]))
            said = (data["report_id"], data["outcome"], at, data["reason"])
            found.append((*said, entry.actor, instant_text(entry.at)))
    return found
