"""The tables of a case: facts, deadlines with their arithmetic, notices, money, and who did what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.calendars import show_amount
from engine.feel import from_wire, to_plain
from engine.law import LawPackage
from engine.review.archive_case import CaseFile
from engine.review.explain_decisions import DecisionStory
from engine.review.explain_words import ERASED, show_day, words_of
from engine.runtime import LogKind
from engine.store import LogEntry


@dataclass(frozen=True, slots=True)
class FactLine:
    """One record of a fact; *replaced* when a later record of the same name stands instead."""

    name: str
    meaning: str
    value: str
    at: datetime
    source: str
    valid_from: str
    reason: str
    replaced: bool


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """One setting of a deadline with its arithmetic, and what became of it."""

    name: str
    duty: bool
    limit: str
    reason: str
    counted_from: str
    arithmetic: tuple[str, ...]
    due: str
    outcome: str
    clauses: tuple[str, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice as it was sent: its exact text, the SHA-256 of each form, where each copy went."""

    id: str
    subject: str
    dated: str
    text: str | None
    sums: tuple[tuple[str, str, int], ...]
    copies: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MoneyLine:
    on: str
    entry: str
    amount: str
    details: str


@dataclass(frozen=True, slots=True)
class ActorLine:
    name: str
    roles: tuple[str, ...]
    did: tuple[str, ...]


def tell_facts(entries: Sequence[LogEntry], law: LawPackage | None) -> Iterator[FactLine]:
    recorded = [entry for entry in entries if entry.kind == LogKind.FACT_RECORDED]
    last = {entry.data["name"]: entry.seq for entry in recorded if entry.data}
    facts = {} if law is None else law.vocabulary.facts
    for entry in recorded:
        if entry.data is None:
            yield FactLine("", "", ERASED, entry.at, "", "", "", False)
            continue
        name = str(entry.data["name"])
        valid_from = entry.data.get("valid_from")
        yield FactLine(
            name=name,
            meaning=facts[name].meaning if name in facts else words_of(name),
            value=words_of(to_plain(from_wire(entry.data["value"]))),
            at=entry.at,
            source=_source(str(entry.data["source"])),
            valid_from="" if valid_from is None else words_of(valid_from),
            reason=str(entry.data["reason"]),
            replaced=last[name] != entry.seq,
        )


def _source(source: str) -> str:
    """What gave a fact: an event in the words of the law, or a step of the procedure."""
    process, arrow, element = source.partition(" > ")
    return f"the procedure ({words_of(process)})" if arrow and element else source


def tell_deadlines(entries: Sequence[LogEntry], parameters: Sequence[DecisionStory]) -> Iterator[DeadlineLine]:
    for number, entry in enumerate(entries):
        data = entry.data
        if entry.kind != LogKind.DEADLINE_SET or data is None:
            continue
        yield DeadlineLine(
            name=words_of(data["name"]),
            duty=bool(data["duty"]),
            limit=_how_long(int(data["amount"]), str(data["unit"])),
            reason=_reason_of_limit(entry, parameters),
            counted_from=show_day(date.fromisoformat(data["started_on"])),
            arithmetic=tuple(data["arithmetic"]),
            due=show_day(date.fromisoformat(data["due_date"])),
            outcome=_outcome(data, entries[number + 1 :]),
            clauses=tuple(data["clauses"]),
            changes=tuple(data["changes"]),
        )


def _how_long(amount: int, unit: str) -> str:
    if amount == 0:
        return f"no further {unit}"
    return f"{show_amount(abs(amount), unit)} before" if amount < 0 else show_amount(amount, unit)


def _reason_of_limit(entry: LogEntry, parameters: Iterable[DecisionStory]) -> str:
    """Why the limit is what it is: the reason of the row that the setting of the deadline had just looked up."""
    found = ""
    limit_id = (entry.data or {})["limit"]
    for story in parameters:
        if story.seq > entry.seq:
            break
        asked = dict(story.inputs).values()
        if words_of(limit_id) in asked and story.steps and story.steps[-1].applied:
            found = story.steps[-1].applied[0].reason
    return found


def _outcome(deadline: Mapping[str, Any], later: Iterable[LogEntry]) -> str:
    name, breached = deadline["name"], ""
    for entry in later:
        data = entry.data or {}
        if data.get("name") != name:
            continue
        if entry.kind == LogKind.DEADLINE_MET:
            if data.get("reason") and not data["late"]:
                return f"{data['reason']}, on {show_day(date.fromisoformat(data['on']))}"
            late = ", too late" if data["late"] else ""
            return f"met on {show_day(date.fromisoformat(data['on']))}{late}"
        if entry.kind == LogKind.DEADLINE_BREACHED:
            breached = "missed"
        if entry.kind == LogKind.DEADLINE_SET:
            return breached or "replaced by a later one of this name"
    return breached or ("not yet met" if deadline["duty"] else "no duty: it marks a day for the procedure")


def tell_notices(case_file: CaseFile, entries: Sequence[LogEntry], zone: ZoneInfo) -> Iterator[NoticeLine]:
    for entry in entries:
        if entry.kind != LogKind.NOTICE_ISSUED or entry.data is None:
            continue
        notice_id = str(entry.data["notice_id"])
        contents = case_file.notices.get(notice_id, {})
        text = contents.get("text/plain")
        yield NoticeLine(
            id=notice_id,
            subject=str(entry.data["subject"]),
            dated=show_day(date.fromisoformat(entry.data["dated"])),
            text=None if text is None else text.decode(errors="replace"),
            sums=tuple(
                (media_type, str(sha256), len(contents.get(media_type, b"")))
                for media_type, sha256 in sorted(entry.data["sha256"].items())
            ),
            copies=tuple(_copies(notice_id, entries, zone)),
            clauses=tuple(entry.data["clauses"]),
        )


def _copies(notice_id: str, entries: Iterable[LogEntry], zone: ZoneInfo) -> Iterator[str]:
    for entry in entries:
        data = entry.data or {}
        if data.get("notice_id") == notice_id and entry.kind in (LogKind.NOTICE_SENT, LogKind.NOTICE_REPORTED):
            word = "sent" if entry.kind == LogKind.NOTICE_SENT else str(data["outcome"])
            reason = f" ({data['reason']})" if data.get("reason") else ""
            yield f"{word} by {data['channel']} on {show_day(entry.at.astimezone(zone).date())}{reason}"


def tell_money(entries: Iterable[LogEntry]) -> Iterator[MoneyLine]:
    for entry in entries:
        if entry.kind == LogKind.LEDGER_POSTED and entry.data is not None:
            details = {name: to_plain(from_wire(value)) for name, value in entry.data["details"].items()}
            yield MoneyLine(
                on=words_of(entry.data["on"]),
                entry=words_of(entry.data["entry"]),
                amount=f"{entry.data['amount']} {entry.data['currency']}",
                details=words_of(details) if details else "",
            )


def tell_actors(entries: Iterable[LogEntry]) -> Iterator[ActorLine]:
    did: dict[tuple[str, tuple[str, ...]], dict[str, int]] = {}
    for entry in entries:
        deeds = did.setdefault((entry.actor, entry.roles), {})
        word = _DEEDS.get(entry.kind)
        if word is not None and entry.data is not None:
            named = str(entry.data.get("event") or entry.data.get("name") or entry.data.get("subject") or "")
            deed = f"{word} {named}".strip()
            deeds[deed] = deeds.get(deed, 0) + 1
    for (actor, roles), deeds in did.items():
        yield ActorLine(
            actor, roles, tuple(deed if times == 1 else f"{deed} ({times} times)" for deed, times in deeds.items())
        )


_DEEDS: Mapping[str, str] = {
    LogKind.EVENT_RAISED: "reported:",
    LogKind.TASK_COMPLETED: "did:",
    LogKind.INCIDENT_RESOLVED: "repaired an incident",
    LogKind.TOKEN_MOVED: "moved the procedure by hand",
    LogKind.INSTANCE_CANCELLED: "ended the procedure by hand",
    LogKind.INSTANCE_SUSPENDED: "suspended the procedure",
    LogKind.INSTANCE_RESUMED: "resumed the procedure",
    LogKind.INSTANCE_MIGRATED: "moved the procedure to another version",
    LogKind.TIMER_FIRED: "acted when a time had come",
    LogKind.NOTICE_SENT: "sent copies of notices",
}
