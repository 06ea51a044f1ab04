"""The audit log in plain words, which stand in `timeline_words.py`.

Entries that only the machine needs (variables, subscriptions, unnamed flows ...) are shown when detail is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.feel import from_wire, to_plain
from engine.runtime.log_kinds import LogKind
from engine.runtime.timeline_words import WORDS, Data
from engine.runtime.views import TimelineEntry
from engine.store import LogEntry, Snapshot

_PAGE = 2000


def read_timeline(
    snapshot: Snapshot, *, case_id: str | None, instance_id: str | None, after: int, limit: int, detail: bool
) -> list[TimelineEntry]:
    """Up to *limit* entries after *after*: fewer only when there are no more."""
    shown: list[TimelineEntry] = []
    while len(shown) < limit:
        if case_id is not None:
            entries = snapshot.history.of_case(case_id, after=after, limit=_PAGE)
        elif instance_id is not None:
            entries = snapshot.history.of_instance(instance_id, after=after, limit=_PAGE)
        else:
            entries = snapshot.history.all(after=after, limit=_PAGE)
        shown.extend(timeline_of(entries, detail=detail))
        if len(entries) < _PAGE:
            break
        after = entries[-1].seq
    return shown[:limit]


def timeline_of(entries: Iterable[LogEntry], *, detail: bool) -> list[TimelineEntry]:
    shown = []
    for entry in entries:
        line = WORDS[LogKind(entry.kind)]
        if line.detail and not detail:
            continue
        if entry.data is None:
            shown.append(_entry(entry, line.kind, "erased", {}))
            continue
        data = _plain(entry.data)
        if not detail and _is_silent(entry, data):
            continue
        shown.append(_entry(entry, line.kind, line.words(entry, data), data))
    return shown


def _is_silent(entry: LogEntry, data: Data) -> bool:
    """A flow without a label tells a reader nothing; that a process is gone through is said of the instance."""
    return (entry.kind == LogKind.FLOW_TAKEN and not data.get("name")) or data.get("type") == "process"


def _entry(entry: LogEntry, kind: str, what: str, data: Data) -> TimelineEntry:
    audit = data.get("audit") or {}
    rules = [rule["rule_id"] for decision in audit.get("decisions", ()) for rule in decision.get("matched", ())]
    return TimelineEntry(
        seq=entry.seq,
        at=entry.at,
        kind=kind,
        what=what,
        actor=entry.actor,
        roles=entry.roles,
        case_id=entry.case_id,
        instance_id=entry.instance_id,
        element_id=entry.element_id,
        decision_id=data.get("decision_id"),
        rule_ids=tuple(rules),
        clauses=tuple(data.get("clauses", ())),
        arithmetic=tuple(data.get("arithmetic", ())),
        data=data,
    )


_STORED_VALUES = ("variables", "facts", "details")


def _plain(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload with its stored values as people read them."""
    for name in _STORED_VALUES:
        if isinstance(payload.get(name), dict):
            payload[name] = {key: to_plain(from_wire(value)) for key, value in payload[name].items()}
    if "value" in payload:
        payload["value"] = to_plain(from_wire(payload["value"]))
    return payload
