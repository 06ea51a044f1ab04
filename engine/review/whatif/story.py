"""What came from outside in a store: events with their facts, answers of people, messages; and what cannot come again.

Read from the log alone. Timers, jobs and everything that follows from a step are not part of a story: the replay makes
them anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.feel import from_wire, to_plain
from engine.handlers.contract import ENGINE, Actor
from engine.law import CompleteUserTask, LawPackage
from engine.runtime.log_kinds import LogKind
from engine.store import LogEntry, Snapshot, Store

PAGE = 5_000
# What an operator did to a case by hand: it answers to a diagram as it was, and says nothing of another one.
BY_HAND = {
    LogKind.INSTANCE_CANCELLED: "an instance was cancelled by hand",
    LogKind.INSTANCE_SUSPENDED: "an instance was suspended by hand",
    LogKind.INSTANCE_MIGRATED: "an instance was migrated by hand",
    LogKind.TOKEN_MOVED: "a token was moved by hand",
    LogKind.INCIDENT_RESOLVED: "an incident was resolved by hand",
}
EVENT, TASK, MESSAGE = "event", "task", "message"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing from outside: `name` is the event, the element of the task or the message, `key` that of the case.

    `values` are plain for an event, as a person would give them, else typed.
    """

    kind: str
    at: datetime
    actor: Actor
    name: str
    key: str
    values: dict[str, Any]


@dataclass(slots=True)
class Story:
    """Everything that came from outside, in order, the deployments between, and why single cases cannot be replayed."""

    package_id: str
    steps: list[Step] = field(default_factory=list)
    deployments: list[tuple[datetime, LawPackage]] = field(default_factory=list)
    unable: dict[str, str] = field(default_factory=dict)
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def package(self) -> LawPackage:
        """The law as it stood at the end."""
        return self.deployments[-1][1]


def read_story(store: Store, package_id: str, packages: list[tuple[datetime, LawPackage]]) -> Story:
    """The story of *package_id* in *store*; *packages* are its versions with the instants of their deployment."""
    story = Story(package_id, deployments=packages)
    with store.read() as snapshot:
        keys = {row.id: row.key for row in snapshot.cases.find(limit=1_000_000) if row.package_id == package_id}
        reader = _Reader(story, keys)
        for entry in _entries(snapshot):
            reader.take(entry)
        story.ended_at = snapshot.now
    story.started_at = packages[0][0]
    return story


def _entries(snapshot: Snapshot) -> Iterator[LogEntry]:
    after = 0
    while page := snapshot.history.all(after=after, limit=PAGE):
        yield from page
        after = page[-1].seq
        if len(page) < PAGE:
            return


class _Reader:
    """Goes through the log once. What follows in the same command as an event belongs to that event."""

    def __init__(self, story: Story, keys: dict[str, str]) -> None:
        self._story = story
        self._keys = keys
        self._event: tuple[datetime, str] | None = None
        self._by_event: frozenset[str] = frozenset()

    def take(self, entry: LogEntry) -> None:
        kind = LogKind(entry.kind)
        if kind in BY_HAND:
            self._unable(entry, f"{BY_HAND[kind]} on {entry.at:%Y-%m-%d} by {entry.actor}")
        elif kind is LogKind.EVENT_RAISED:
            self._take_event(entry)
        elif kind is LogKind.TASK_COMPLETED:
            if not (self._same_command(entry) and entry.element_id in self._by_event):
                self._take_step(entry, TASK, entry.element_id or "", self._keys.get(entry.case_id or "", ""))
        elif kind is LogKind.MESSAGE_PUBLISHED and entry.actor != ENGINE.id and not self._same_command(entry):
            data = entry.data or {}
            self._take_step(entry, MESSAGE, str(data.get("name", "")), str(data.get("key", "")))

    def _take_event(self, entry: LogEntry) -> None:
        data = entry.data
        law = self._story.package
        if data is not None and data["event"] not in law.vocabulary.events:
            return  # an event of another law in the same store
        self._event = (entry.at, entry.actor)
        if data is None:
            self._unable(entry, "its facts were erased")
            return
        does = law.vocabulary.events[data["event"]].does
        self._by_event = frozenset(effect.element for effect in does if isinstance(effect, CompleteUserTask))
        actor = Actor(entry.actor, frozenset(entry.roles))
        values = _plain(data["facts"])
        self._story.steps.append(Step(EVENT, entry.at, actor, data["event"], data["case_key"], values))

    def _take_step(self, entry: LogEntry, kind: str, name: str, key: str) -> None:
        if entry.case_id is not None and entry.case_id not in self._keys:
            return
        if entry.data is None:
            self._unable(entry, "what was answered was erased")
            return
        actor = Actor(entry.actor, frozenset(entry.roles))
        values = {name: from_wire(value) for name, value in entry.data.get("variables", {}).items()}
        self._story.steps.append(Step(kind, entry.at, actor, name, key, values))

    def _same_command(self, entry: LogEntry) -> bool:
        return self._event == (entry.at, entry.actor)

    def _unable(self, entry: LogEntry, reason: str) -> None:
        key = self._keys.get(entry.case_id or "")
        if key is not None:
            self._story.unable.setdefault(key, reason)


def _plain(stored: dict[str, Any]) -> dict[str, Any]:
    return {name: to_plain(from_wire(value)) for name, value in stored.items()}
