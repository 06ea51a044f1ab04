"""What happened in a case, line by line, in the words of its law; and what there is to say of it in short."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.law import LawPackage
from engine.review.explain_decisions import DecisionStory
from engine.review.explain_words import ERASED, show_day, words_of
from engine.runtime import LogKind
from engine.runtime.timeline import timeline_of
from engine.store import LogEntry


@dataclass(frozen=True, slots=True)
class Said:
    """Whose words a line is told in: the law, its zone, the type of the case."""

    law: LawPackage | None
    zone: ZoneInfo
    case_type: str


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the story. *decision* is the number of a decision that is told in full further down."""

    at: datetime
    kind: str
    what: str
    actor: str
    clauses: tuple[str, ...]
    decision: int | None = None


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


def tell_events(entries: Sequence[LogEntry], said: Said, decisions: Sequence[DecisionStory]) -> Iterator[Event]:
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
            what = _IN_WORDS[LogKind(kind)](shown.data, said)
        told = "created" if kind == LogKind.TASK_CREATED else shown.kind
        yield Event(shown.at, told, what, shown.actor, shown.clauses, numbers.get(shown.seq))


def _copy(entry: LogEntry) -> LogEntry:
    """A copy for the timeline, which turns stored values into plain ones in place, with the names inside in words."""
    data = None if entry.data is None else dict(entry.data)
    for name, show in _NAMES.get(LogKind(entry.kind), {}).items():
        if data is not None and data.get(name) is not None:
            data[name] = show(data[name])
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


def _quoted(name: object) -> str:
    return f"“{words_of(name)}”"


_NAMES: Mapping[LogKind, Mapping[str, Callable[[object], str]]] = {
    LogKind.DEADLINE_SET: {"name": _quoted},
    LogKind.DEADLINE_MET: {"name": _quoted},
    LogKind.DEADLINE_BREACHED: {"name": _quoted},
    LogKind.NOTICE_SENT: {"type": _quoted},
    LogKind.LEDGER_POSTED: {"entry": words_of},
    LogKind.CASE_OPENED: {"type": words_of},
    LogKind.ASSOCIATION_GRANTED: {"role": words_of},
}
"""The names inside a line of the timeline that a reader knows in words. What else differs stands in `_IN_WORDS`."""


Data = Mapping[str, Any]


def _event_raised(data: Data, said: Said) -> str:
    return f"{data['event'][:1].upper()}{data['event'][1:]}: {data['meaning']}"


def _task_created(data: Data, said: Said) -> str:
    groups = ", ".join(words_of(group) for group in data["candidate_groups"])
    whom = f" by {groups}" if groups else ""
    due = ""
    if data.get("due"):
        first_late = datetime.fromisoformat(data["due"]).astimezone(said.zone)
        if first_late.time() == time(0):
            due = f", by the end of {show_day(first_late.date() - timedelta(days=1))}"
        else:
            due = f", before {first_late:%H:%M} on {show_day(first_late.date())}"
    return f"To be done{whom}: {data['name']}{due}"


def _case_state(data: Data, said: Said) -> str:
    return f"State of the case: {data['state']}{_state_meaning(said, str(data['state']))}"


def _state_meaning(said: Said, state: str) -> str:
    case_type = None if said.law is None else said.law.case_types.get(said.case_type)
    meanings = {} if case_type is None else case_type.states
    return f" ({meanings[state]})" if state in meanings else ""


_IN_WORDS = {
    LogKind.EVENT_RAISED: _event_raised,
    LogKind.TASK_CREATED: _task_created,
    LogKind.CASE_STATE: _case_state,
}


def summarise(entries: Sequence[LogEntry], said: Said, states: Sequence[str]) -> Iterator[tuple[str, str]]:
    if not entries:
        return
    zone = said.zone
    first, last = entries[0].at.astimezone(zone), entries[-1].at.astimezone(zone)
    if states:
        yield "State of the case", f"{states[-1]}{_state_meaning(said, states[-1])}"
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
