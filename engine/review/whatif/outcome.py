"""What a case came to, as a list of outcomes, dates, notices and amounts; and how two such lists differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engine.runtime import Engine, TimelineEntry
from engine.simulation.observation import EVERYTHING, read_timeline
from engine.simulation.values import show_value


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that a case came to. `kind` is state, deadline, notice, amount, decision, fact or incident.

    `said` is what can differ: a date, an amount, a value. `detail` is the text of a notice.
    """

    kind: str
    name: str
    said: str
    clauses: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What is otherwise under the candidate models, as a sentence, with the clauses of both.

    `kind` is that of an `Outcome`, or event: one that is not refused as it was.
    """

    kind: str
    name: str
    sentence: str
    clauses: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        return {"kind": self.kind, "name": self.name, "sentence": self.sentence, "clauses": list(self.clauses)}


def outcomes_of(engine: Engine, zone: ZoneInfo) -> dict[str, list[Outcome]]:
    """The outcomes of every case in the store of *engine*, by the key of the case, in the order of time."""
    keys = {case.id: case.key for case in engine.cases(limit=EVERYTHING)}
    texts = {
        # plain text first: what differs is shown by its first line, and pages repeat it between tags
        notice.id: "\n".join(text for _, text in sorted(notice.texts.items(), reverse=True))
        for notice in engine.notices(limit=EVERYTHING)
    }
    found: dict[str, list[Outcome]] = {key: [] for key in keys.values()}
    for entry in read_timeline(engine):
        key = keys.get(entry.case_id or "")
        read = READERS.get(entry.kind)
        if key is not None and read is not None:
            found[key].extend(read(entry, zone, texts))
    return found


def differences(before: Iterable[Outcome], after: Iterable[Outcome]) -> Iterator[Change]:
    """Outcomes of one kind and name are paired in the order of time."""
    sides = [_by_name(before), _by_name(after)]
    for place in dict.fromkeys((*sides[0], *sides[1])):
        old, new = (side.get(place, []) for side in sides)
        for number in range(max(len(old), len(new))):
            was = old[number] if number < len(old) else None
            now = new[number] if number < len(new) else None
            change = _change(place, was, now)
            if change is not None:
                yield change


def _by_name(outcomes: Iterable[Outcome]) -> dict[tuple[str, str], list[Outcome]]:
    found: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        found[outcome.kind, outcome.name].append(outcome)
    return found


def _change(place: tuple[str, str], was: Outcome | None, now: Outcome | None) -> Change | None:
    kind, name = place
    clauses = tuple(dict.fromkeys(clause for each in (now, was) if each is not None for clause in each.clauses))
    what = f"{WORDS[kind]} {name}"
    if was is None and now is not None:
        return Change(kind, name, f"{what} is new: {now.said}", clauses)
    if now is None and was is not None:
        return Change(kind, name, f"{what} is gone, was {was.said}", clauses)
    assert was is not None and now is not None
    if was.said != now.said:
        return Change(kind, name, f"{what} is {now.said}, was {was.said}", clauses)
    if was.detail != now.detail:
        text = f"{what} ({now.said}) has another text: {_other_words(was.detail, now.detail)}"
        return Change(kind, name, text, clauses)
    return None


def _other_words(was: str, now: str) -> str:
    """The first line that is new and the first that is gone; further ones are counted."""
    before, after = was.splitlines(), now.splitlines()
    said = []
    for verb, here, there in (("now", after, before), ("no longer", before, after)):
        lines = list(dict.fromkeys(line.strip() for line in here if line.strip() and line not in there))
        if lines:
            more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
            said.append(f'{verb} "{lines[0]}"{more}')
    return ", ".join(said) or "its lines stand in another order"


# ---- reading the timeline -------------------------------------------------------------------------------------------

_Read = Callable[[TimelineEntry, ZoneInfo, Mapping[str, str]], Iterator[Outcome]]


def _day(entry: TimelineEntry, zone: ZoneInfo) -> str:
    return entry.at.astimezone(zone).date().isoformat()


def _state(entry: TimelineEntry, zone: ZoneInfo, texts: Mapping[str, str]) -> Iterator[Outcome]:
    yield Outcome("state", str(entry.data.get("state", "")), f"reached on {_day(entry, zone)}", entry.clauses)


def _deadline(entry: TimelineEntry, zone: ZoneInfo, texts: Mapping[str, str]) -> Iterator[Outcome]:
    data = entry.data
    if "started_on" in data:
        yield Outcome("deadline", data["name"], f"due {data['due_date']}", entry.clauses)
    elif "on" in data:
        late = " (late)" if data.get("late") else ""
        yield Outcome("met", data["name"], f"on {data['on']}{late}", entry.clauses)
    else:
        yield Outcome("breach", str(data.get("name", "")), f"on {_day(entry, zone)}", entry.clauses)


def _notice(entry: TimelineEntry, zone: ZoneInfo, texts: Mapping[str, str]) -> Iterator[Outcome]:
    data = entry.data
    name = str(data["type"])
    text = texts.get(str(data["notice_id"]), "")
    yield Outcome("notice", name, f"dated {data['dated']}", entry.clauses, text)


def _amount(entry: TimelineEntry, zone: ZoneInfo, texts: Mapping[str, str]) -> Iterator[Outcome]:
    data = entry.data
    yield Outcome("amount", str(data["entry"]), f"{data['amount']} on {data['on']}", entry.clauses)


def _decision(entry: TimelineEntry, zone: ZoneInfo, texts: Mapping[str, str]) -> Iterator[Outcome]:
    if entry.decision_id is not None:
        yield Outcome("decision", entry.decision_id, show_value(entry.data.get("value")), entry.clauses)


def _fact(entry: TimelineEntry, zone: ZoneInfo, texts: Mapping[str, str]) -> Iterator[Outcome]:
    yield Outcome("fact", str(entry.data["name"]), show_value(entry.data.get("value")), entry.clauses)


def _incident(entry: TimelineEntry, zone: ZoneInfo, texts: Mapping[str, str]) -> Iterator[Outcome]:
    place = f" at {entry.element_id}" if entry.element_id else ""
    code = str((entry.data.get("problem") or {}).get("code", ""))
    yield Outcome("incident", code, f"on {_day(entry, zone)}{place}", entry.clauses)


READERS: Mapping[str, _Read] = {
    "state": _state,
    "deadline": _deadline,
    "notice": _notice,
    "payment": _amount,
    "decision": _decision,
    "fact": _fact,
    "incident": _incident,
}
WORDS: Mapping[str, str] = {
    "state": "the state",
    "deadline": "the deadline",
    "met": "the fulfilment of the deadline",
    "breach": "the missed deadline",
    "notice": "the notice",
    "amount": "the amount",
    "decision": "the decision",
    "fact": "the fact",
    "incident": "the incident",
}
