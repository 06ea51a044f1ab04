"""The audit log in plain words, which stand in `timeline_words.py`.

Entries that only the machine needs (variables, subscriptions, unnamed flows ...) are shown when detail is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from engine.feel import wire_to_plain
from engine.runtime.log_kinds import LogKind
from engine.runtime.questions import decision_record
from engine.runtime.timeline_words import WORDS, Data
from engine.runtime.views import TimelineEntry, WholeLog
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


def read_whole_log(snapshot: Snapshot) -> WholeLog:
    """Everything that was logged, read and put into words once. For a store of modest size, such as a rehearsal's."""
    decisions, entries, timeline = [], [], []
    after = 0
    while page := snapshot.history.all(after=after, limit=_PAGE):
        after = page[-1].seq
        # Before the timeline makes the values in them plain.
        decisions += [decision_record(entry) for entry in page if entry.kind == LogKind.DECISION_EVALUATED]
        for shown, is_detail in _lines(page, detail=True):
            entries.append(shown)
            if not is_detail:
                timeline.append(shown)
    return WholeLog(tuple(entries), tuple(timeline), tuple(decisions))


def timeline_of(entries: Iterable[LogEntry], *, detail: bool) -> list[TimelineEntry]:
    return [shown for shown, _ in _lines(entries, detail=detail)]


def _lines(entries: Iterable[LogEntry], *, detail: bool) -> Iterator[tuple[TimelineEntry, bool]]:
    """Each entry in words, and whether only the machine needs it; such entries only when *detail* is asked for."""
    for entry in entries:
        line = WORDS[LogKind(entry.kind)]
        is_detail = line.detail or (entry.data is not None and _is_silent(entry, entry.data))
        if is_detail and not detail:
            continue
        if entry.data is None:
            yield _entry(entry, line.kind, "erased", {}), is_detail
            continue
        data = _plain(entry.data)
        yield _entry(entry, line.kind, line.words(entry, data), data), is_detail


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
            payload[name] = {key: wire_to_plain(value) for key, value in payload[name].items()}
    if "value" in payload:
        payload["value"] = wire_to_plain(payload["value"])
    return payload
