"""The life of a case for a hearing: facts, decisions, deadlines, notices, money, and who did what, from its case file.

Everything comes from the log and the models that were in force; what was erased is said to be erased. The words are
those of the law's own vocabulary, registers and tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel import from_wire, to_plain
from engine.law import LawPackage
from engine.review.archive_case import CaseFile
from engine.review.archive_models import Laws
from engine.review.explain_decisions import DecisionStory, tell_decision
from engine.review.explain_words import show_day, words_of
from engine.runtime import LogKind
from engine.runtime.timeline import timeline_of
from engine.store import LogEntry

ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the story. *decision* is the number of a decision that is told in full further down."""

    at: datetime
    kind: str
    what: str
    actor: str
    clauses: tuple[str, ...]
    decision: int | None = None


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


@dataclass(frozen=True, slots=True)
class ClauseLine:
    ref: str
    citation: str
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole story, ready to be rendered."""

    title: str
    law: str
    language: str
    zone: ZoneInfo
    case_file: CaseFile
    states: tuple[str, ...]
    summary: tuple[tuple[str, str], ...]
    events: tuple[Event, ...]
    facts: tuple[FactLine, ...]
    decisions: tuple[DecisionStory, ...]
    parameters: tuple[DecisionStory, ...]
    deadlines: tuple[DeadlineLine, ...]
    notices: tuple[NoticeLine, ...]
    money: tuple[MoneyLine, ...]
    actors: tuple[ActorLine, ...]
    clauses: tuple[ClauseLine, ...]
    readings: tuple[str, ...]
    erased: int


def build_explanation(case_file: CaseFile) -> Explanation:
    """Tell *case_file*. Errors: ARCHIVE_DIFFERS, and EngineError when the law of then cannot be read."""
    laws = Laws(case_file)
    entries = tuple(case_file.log())
    law = laws.at(entries[-1].seq).law if entries else None
    zone = laws.at(entries[-1].seq).zone if entries else ZoneInfo("UTC")
    names = _element_names(entries)
    lists = frozenset() if law is None else frozenset(law.parameters.values())
    told = [
        tell_decision(entry, laws, names.get(entry.element_id or "", ""))
        for entry in entries
        if entry.kind == LogKind.DECISION_EVALUATED and entry.data is not None
    ]
    decisions = tuple(story for story in told if story.decision_id not in lists)
    events = tuple(_events(entries, law, zone, decisions))
    cited = _cited(entries, told)
    case = case_file.case
    states = tuple(str(entry.data["state"]) for entry in entries if entry.kind == LogKind.CASE_STATE and entry.data)
    return Explanation(
        title=f"{words_of(case.type).capitalize()} {case.key}" if case else f"Process instance {case_file.subject}",
        law=case_file.package_id if law is None else law.title,
        language="en",
        zone=zone,
        case_file=case_file,
        states=states,
        summary=tuple(_summary(case_file, entries, law, zone, states)),
        events=events,
        facts=tuple(_facts(entries, law)),
        decisions=decisions,
        parameters=tuple(story for story in told if story.decision_id in lists),
        deadlines=tuple(_deadlines(entries)),
        notices=tuple(_notices(case_file, entries)),
        money=tuple(_money(entries)),
        actors=tuple(_actors(entries)),
        clauses=tuple(_clauses(cited, law)),
        readings=tuple(sorted({ref for ref in cited if ":" not in ref})),
        erased=sum(entry.data is None for entry in entries),
    )


# ---- what happened --------------------------------------------------------------------------------------------------

TOLD = frozenset(
    {
        "event",
        "case",
        "task",
        "state",
        "decision",
        "deadline",
        "notice",
        "delivery",
        "payment",
        "incident",
        "association",
    }
)
"""The kinds of a timeline that tell the story; facts have their own table, and elements only lead to what they do."""


def _events(
    entries: Sequence[LogEntry], law: LawPackage | None, zone: ZoneInfo, decisions: Sequence[DecisionStory]
) -> Iterator[Event]:
    numbers = {story.seq: number for number, story in enumerate(decisions, 1)}
    stories = {story.seq: story for story in decisions}
    by_seq = {entry.seq: entry for entry in entries}
    for shown in timeline_of((_copy(entry) for entry in entries), detail=False):
        if shown.what == ERASED:
            yield Event(shown.at, ERASED, "What is recorded here was erased.", shown.actor, ())
            continue
        if shown.kind not in TOLD or (shown.kind == "decision" and shown.seq not in numbers):
            continue
        what = shown.what
        if shown.seq in stories:
            story = stories[shown.seq]
            what = f"{story.name}: {story.answer}"
        kind = by_seq[shown.seq].kind
        if kind in _IN_WORDS:
            what = _IN_WORDS[LogKind(kind)](shown.data, law, zone)
        yield Event(shown.at, shown.kind, what, shown.actor, shown.clauses, numbers.get(shown.seq))


def _copy(entry: LogEntry) -> LogEntry:
    """The timeline turns stored values into plain ones in place; the entries here are read again later."""
    data = None if entry.data is None else dict(entry.data)
    return LogEntry(
        entry.seq,
        entry.at,
        entry.kind,
        entry.actor,
        entry.roles,
        entry.case_id,
        entry.instance_id,
        entry.element_id,
        data,
    )


Data = Mapping[str, Any]


def _event_raised(data: Data, law: LawPackage | None, zone: ZoneInfo) -> str:
    return f"{data['event'][:1].upper()}{data['event'][1:]}: {data['meaning']} (by {words_of(data['by'])})"


def _task_created(data: Data, law: LawPackage | None, zone: ZoneInfo) -> str:
    groups = ", ".join(words_of(group) for group in data["candidate_groups"])
    whom = f" by {groups}" if groups else ""
    due = ""
    if data.get("due"):
        # The instant is the first that is too late; the day meant is the one before it.
        last = datetime.fromisoformat(data["due"]).astimezone(zone)
        due = f", before {show_day(last.date())}, {last:%H:%M}"
    return f"To be done{whom}: {data['name']}{due}"


def _case_state(data: Data, law: LawPackage | None, zone: ZoneInfo) -> str:
    return f"State of the case: {data['state']}{_state_meaning(law, str(data['state']))}"


def _state_meaning(law: LawPackage | None, state: str) -> str:
    meanings = (
        {} if law is None else {name: each for kind in law.case_types.values() for name, each in kind.states.items()}
    )
    return f" ({meanings[state]})" if state in meanings else ""


def _deadline_set(data: Data, law: LawPackage | None, zone: ZoneInfo) -> str:
    what = "Duty" if data["duty"] else "Limit"
    return f"{what} “{words_of(data['name'])}” set: {show_day(date.fromisoformat(data['due_date']))}"


_IN_WORDS = {
    LogKind.EVENT_RAISED: _event_raised,
    LogKind.TASK_CREATED: _task_created,
    LogKind.CASE_STATE: _case_state,
    LogKind.DEADLINE_SET: _deadline_set,
}


def _summary(
    case_file: CaseFile,
    entries: Sequence[LogEntry],
    law: LawPackage | None,
    zone: ZoneInfo,
    states: Sequence[str],
) -> Iterator[tuple[str, str]]:
    if not entries:
        return
    first, last = entries[0].at.astimezone(zone), entries[-1].at.astimezone(zone)
    if states:
        yield "State of the case", f"{states[-1]}{_state_meaning(law, states[-1])}"
    yield "First entry", show_day(first.date())
    yield "Last entry", show_day(last.date())
    breached = [str(entry.data["name"]) for entry in entries if entry.kind == LogKind.DEADLINE_BREACHED and entry.data]
    yield "Duties that were missed", ", ".join(dict.fromkeys(map(words_of, breached))) or "none"
    done = {entry.data["task_id"] for entry in entries if entry.kind in _TASK_ENDS and entry.data}
    waiting = [
        str(entry.data["name"])
        for entry in entries
        if entry.kind == LogKind.TASK_CREATED and entry.data and entry.data["task_id"] not in done
    ]
    yield "Still to be done", ", ".join(waiting) or "nothing"
    yield "Days and times", f"on the clock of {zone.key}"


_TASK_ENDS = frozenset({LogKind.TASK_COMPLETED, LogKind.TASK_CANCELLED})


# ---- facts, deadlines, notices, money, people -----------------------------------------------------------------------


def _facts(entries: Sequence[LogEntry], law: LawPackage | None) -> Iterator[FactLine]:
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


def _deadlines(entries: Sequence[LogEntry]) -> Iterator[DeadlineLine]:
    for number, entry in enumerate(entries):
        data = entry.data
        if entry.kind != LogKind.DEADLINE_SET or data is None:
            continue
        yield DeadlineLine(
            name=words_of(data["name"]),
            duty=bool(data["duty"]),
            limit=f"{data['amount']} {data['unit']}",
            counted_from=show_day(date.fromisoformat(data["started_on"])),
            arithmetic=tuple(data["arithmetic"]),
            due=show_day(date.fromisoformat(data["due_date"])),
            outcome=_outcome(data["name"], entries[number + 1 :]),
            clauses=tuple(data["clauses"]),
            changes=tuple(data["changes"]),
        )


def _outcome(name: str, later: Iterable[LogEntry]) -> str:
    breached = ""
    for entry in later:
        data = entry.data or {}
        if data.get("name") != name:
            continue
        if entry.kind == LogKind.DEADLINE_MET:
            late = ", too late" if data["late"] else ""
            return f"met on {show_day(date.fromisoformat(data['on']))}{late}"
        if entry.kind == LogKind.DEADLINE_BREACHED:
            breached = "missed"
        if entry.kind == LogKind.DEADLINE_SET:
            return breached or "replaced by a later one of this name"
    return breached or "nothing is recorded of its end"


def _notices(case_file: CaseFile, entries: Sequence[LogEntry]) -> Iterator[NoticeLine]:
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
            copies=tuple(_copies(notice_id, entries)),
            clauses=tuple(entry.data["clauses"]),
        )


def _copies(notice_id: str, entries: Iterable[LogEntry]) -> Iterator[str]:
    for entry in entries:
        data = entry.data or {}
        if data.get("notice_id") == notice_id and entry.kind in (LogKind.NOTICE_SENT, LogKind.NOTICE_REPORTED):
            word = "sent" if entry.kind == LogKind.NOTICE_SENT else str(data["outcome"])
            reason = f" ({data['reason']})" if data.get("reason") else ""
            yield f"{word} by {data['channel']} on {show_day(entry.at.date())}{reason}"


def _money(entries: Iterable[LogEntry]) -> Iterator[MoneyLine]:
    for entry in entries:
        if entry.kind == LogKind.LEDGER_POSTED and entry.data is not None:
            details = {name: to_plain(from_wire(value)) for name, value in entry.data["details"].items()}
            yield MoneyLine(
                on=words_of(entry.data["on"]),
                entry=words_of(entry.data["entry"]),
                amount=f"{entry.data['amount']} {entry.data['currency']}",
                details=words_of(details) if details else "",
            )


def _actors(entries: Iterable[LogEntry]) -> Iterator[ActorLine]:
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


# ---- the law --------------------------------------------------------------------------------------------------------


def _element_names(entries: Iterable[LogEntry]) -> Mapping[str, str]:
    return {
        entry.element_id: str(entry.data["name"])
        for entry in entries
        if entry.kind == LogKind.ELEMENT_ACTIVATED and entry.element_id and entry.data and entry.data.get("name")
    }


def _cited(entries: Iterable[LogEntry], told: Iterable[DecisionStory]) -> frozenset[str]:
    """Every clause and reading that what is told here cites, those of rules that did not apply included."""
    refs = {
        str(ref)
        for entry in entries
        if entry.data and entry.kind not in _NOT_CITING
        for ref in entry.data.get("clauses", ())
    }
    for story in told:
        for step in story.steps:
            refs.update(step.clauses)
            refs.update(ref for rule in step.applied for ref in rule.clauses)
            refs.update(ref for other in step.not_applied for ref in other.clauses)
    return frozenset(refs)


_NOT_CITING = frozenset({LogKind.VARIABLES_CHANGED, LogKind.DECISION_EVALUATED})


def _clauses(cited: frozenset[str], law: LawPackage | None) -> Iterator[ClauseLine]:
    known = {} if law is None else law.clauses.clauses
    for ref, clause in known.items():
        if ref in cited:
            yield ClauseLine(ref, clause.citation, " ".join(clause.text.split()))
