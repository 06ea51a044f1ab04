"""What an instance waits for as its log gives it: jobs and user tasks, timers, subscriptions.

A rebuild tells it every effect and every answer; `differences` then holds it against the rows of the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.bpmn import (
    Effect,
    ElementMigrated,
    JobCancelled,
    JobCreated,
    MessageSubscribed,
    SignalSubscribed,
    SubscriptionCancelled,
    TimerCancelled,
    TimerPostponed,
    TimerScheduled,
    UserTaskCreated,
    UserTaskRevised,
)
from engine.feel import Value, from_wire
from engine.runtime.log_kinds import LogKind
from engine.store import JobRow, Snapshot, SubscriptionRow, TimerRow

_MANY = 1_000_000
_ANSWERS = frozenset({LogKind.JOB_COMPLETED, LogKind.JOB_ERROR, LogKind.TASK_COMPLETED})
_CLAIMS = frozenset({LogKind.TASK_CLAIMED, LogKind.TASK_UNCLAIMED})


@dataclass(frozen=True, slots=True)
class AwaitedTimer:
    element_id: str
    element_instance_id: str
    due: datetime


@dataclass(frozen=True, slots=True)
class AwaitedWork:
    """A job or a user task; what only a user task has is empty in a job. `stopped`: an incident waits for repair."""

    element_id: str
    name: str
    clauses: tuple[str, ...]
    variables: Mapping[str, Value]
    type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    form_id: str | None = None
    assignee: str | None = None
    groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    due: datetime | None = None
    is_task: bool = False
    stopped: bool = False


@dataclass(slots=True)
class Awaited:
    """`subscriptions` is by element instance and name: kind, key, element id."""

    timers: dict[str, AwaitedTimer] = field(default_factory=dict)
    work: dict[str, AwaitedWork] = field(default_factory=dict)
    subscriptions: dict[tuple[str, str], tuple[str, str, str]] = field(default_factory=dict)
    claims: dict[str, str | None] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)  # element instances of incidents: their timer may have been refused

    # ---- what the rebuild tells ------------------------------------------------------------------------------

    def answered(self, kind: str, data: Mapping[str, Any]) -> None:
        """An entry of the log that ends a wait, or changes what stands in its row, by other means than an effect."""
        where = data.get("element_instance_id")
        if kind in _ANSWERS:
            self.work.pop(str(where), None)
        elif kind == LogKind.TIMER_FIRED:
            self.timers.pop(data["timer_id"], None)
        elif kind in _CLAIMS:
            self.claims[data["task_id"]] = data["by"] if kind == LogKind.TASK_CLAIMED else None
        elif kind == LogKind.INCIDENT_RAISED and where is not None and data["job_id"] is None:
            self.refused.add(where)
        elif kind == LogKind.INCIDENT_RAISED and where in self.work:
            self.work[where] = replace(self.work[where], stopped=True)
        elif kind == LogKind.INCIDENT_RESOLVED and data["runs_again"] == "job" and where in self.work:
            given = {name: from_wire(value) for name, value in data.get("variables", {}).items()}
            variables = {**self.work[where].variables, **given}
            self.work[where] = replace(self.work[where], variables=variables, stopped=False)

    def follow(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            self._follow(effect)

    def _follow(self, effect: Effect) -> None:
        where = effect.element_instance_id
        match effect:
            case JobCreated():
                self.work[where] = AwaitedWork(
                    effect.element_id,
                    effect.name,
                    tuple(effect.clauses),
                    effect.variables,
                    effect.job_type,
                    effect.headers,
                )
            case UserTaskCreated():
                self.work[where] = AwaitedWork(
                    effect.element_id,
                    effect.name,
                    tuple(effect.clauses),
                    effect.variables,
                    form_id=effect.form_id,
                    assignee=effect.assignee,
                    groups=effect.candidate_groups,
                    users=effect.candidate_users,
                    due=effect.due,
                    is_task=True,
                )
            case UserTaskRevised() if where in self.work:
                self.work[where] = replace(self.work[where], due=effect.due, variables=effect.variables)
            case JobCancelled():
                self.work.pop(where, None)
            case TimerScheduled():
                self.timers[effect.timer_id] = AwaitedTimer(effect.element_id, where, effect.due)
            case TimerPostponed():
                self.timers[effect.timer_id] = replace(self.timers[effect.timer_id], due=effect.due)
            case TimerCancelled():
                self.timers.pop(effect.timer_id, None)
            case MessageSubscribed():
                self.subscriptions[where, effect.message_name] = ("message", effect.correlation_key, effect.element_id)
            case SignalSubscribed():
                self.subscriptions[where, effect.signal_name] = ("signal", "", effect.element_id)
            case SubscriptionCancelled():
                self.subscriptions.pop((where, effect.name), None)
            case ElementMigrated():
                self._migrated(effect)

    def _migrated(self, effect: ElementMigrated) -> None:
        where, to = effect.element_instance_id, effect.element_id
        if where in self.work:
            clauses = tuple(effect.clauses)
            self.work[where] = replace(self.work[where], element_id=to, name=effect.name, clauses=clauses)
        self.timers = {
            timer_id: replace(timer, element_id=to) if timer.element_instance_id == where else timer
            for timer_id, timer in self.timers.items()
        }
        self.subscriptions = {
            place: (kind, key, to if place[0] == where else element_id)
            for place, (kind, key, element_id) in self.subscriptions.items()
        }

    # ---- against the store -----------------------------------------------------------------------------------

    def differences(self, snapshot: Snapshot, instance_id: str, *, held: bool) -> Iterator[str]:
        """A sentence for each row that the log does not give as it stands, and for each that is missing.

        *held*: the instance is suspended, so that all its rows are.
        """
        yield from self._timers(snapshot.timers.of_instance(instance_id))
        yield from self._subscriptions(snapshot.subscriptions.of_instance(instance_id), held=held)
        yield from self._work(snapshot, instance_id, held=held)
        if len(snapshot.timers.held(instance_id)) != (len(snapshot.timers.of_instance(instance_id)) if held else 0):
            yield "its timers are not held as the log gives it."

    def _timers(self, rows: Sequence[TimerRow]) -> Iterator[str]:
        stored = {row.timer_id: row for row in rows}
        for timer_id, timer in self.timers.items():
            row = stored.pop(timer_id, None)
            if row is None:
                if timer.element_instance_id not in self.refused:
                    yield f"the timer {timer_id} of {timer.element_id} is missing."
            elif AwaitedTimer(row.element_id or "", row.element_instance_id or "", row.due) != timer:
                yield f"the timer {timer_id} of {timer.element_id} is not the one that the log gives."
        for row in stored.values():
            yield f"the log gives no timer {row.timer_id} of {row.element_id}."

    def _subscriptions(self, rows: Sequence[SubscriptionRow], *, held: bool) -> Iterator[str]:
        if any(row.held != held for row in rows):
            yield "its subscriptions are not held as the log gives it."
        stored = {(row.element_instance_id, row.name): (row.kind, row.key, row.element_id) for row in rows}
        for (where, name), wanted in self.subscriptions.items():
            if stored.pop((where, name), None) != wanted:
                yield f'{wanted[2]} does not wait for the {wanted[0]} "{name}" as the log gives it.'
        for (_, name), (kind, _, element_id) in stored.items():
            yield f'{element_id} waits for the {kind} "{name}", which the log does not give.'

    def _work(self, snapshot: Snapshot, instance_id: str, *, held: bool) -> Iterator[str]:
        for where, work in self.work.items():
            row = snapshot.jobs.of_element(instance_id, where)
            if row is None:
                yield f"the work at {work.element_id} is missing."
            elif self._seen(row) != work or (row.held_at is not None) != held:
                yield f"the work {row.id} at {work.element_id} is not the one that the log gives."
        rows = [
            *snapshot.jobs.waiting(instance_id=instance_id, limit=_MANY),
            *snapshot.jobs.user_tasks(instance_id=instance_id, state="open", limit=_MANY),
            *snapshot.jobs.held_inline(instance_id),
        ]
        for row in rows:
            if row.element_instance_id not in self.work:
                yield f"the log gives no work {row.id} at {row.element_id}."

    def _seen(self, row: JobRow) -> AwaitedWork:
        """The row as work; who has claimed a task is told where the log does not tell the same."""
        claimed = self.claims.get(row.id, self.work[row.element_instance_id].assignee)
        assignee = self.work[row.element_instance_id].assignee if row.assignee == claimed else row.assignee
        return AwaitedWork(
            row.element_id,
            row.element_name,
            row.clauses,
            row.variables,
            row.type,
            row.headers,
            row.form_id,
            assignee,
            row.candidate_groups,
            row.candidate_users,
            row.due,
            row.kind == "user_task",
            row.state == "incident",
        )
