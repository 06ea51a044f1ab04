"""A timer event: a date, a duration from now, or a cycle `R3/PT10M`. Only its due instant is kept.

The next round of a cycle is due one interval after the last one was *due*, so that late firing does not add up. Months
and days are counted from the first round on, so that the 31st does not become the 28th for good.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from typing import Any

from engine.bpmn.effects import TimerCancelled, TimerPostponed, TimerScheduled
from engine.bpmn.expressions import show
from engine.bpmn.instants import Cycle, as_instant, later, read_cycle, read_duration
from engine.bpmn.model import Element, TimerKind
from engine.bpmn.spiff.elements.base import ElementSpec
from engine.bpmn.spiff.events.base import Trigger
from engine.bpmn.spiff.task import ElementTask
from engine.bpmn.spiff.variables import visible_variables
from engine.feel import Value

WANTED = {
    TimerKind.DATE: "a date or a date and time",
    TimerKind.DURATION: "a duration such as P3D or PT1H",
    TimerKind.CYCLE: "a cycle such as R3/PT10M",
}


class TimerTrigger(Trigger):
    def __init__(self, spec: ElementSpec, element: Element) -> None:
        super().__init__(spec, element)
        self.kind = self.event.timer or TimerKind.DURATION
        self.expression = spec.compile(self.event.expression or "", self.kind.value)

    def arm(self, task: ElementTask) -> None:
        value = self.spec.wanted(task, self.expression, WANTED[self.kind])
        due, cycle = self._first_due(task, value)
        if cycle is not None:
            task.notes["cycle"] = [cycle.times, cycle.interval, *_anchor(cycle.interval, due)]
        self._schedule(task, due)

    def disarm(self, task: ElementTask) -> None:
        timer = task.notes.pop("timer", None)
        if timer is not None:
            task.workflow.report(TimerCancelled, task, timer_id=timer["id"])

    def postpone(self, task: ElementTask, due: datetime) -> None:
        """The armed timer is due at another instant; a cycle goes on from there."""
        timer = task.notes["timer"]
        timer["due"] = due.isoformat()
        if "cycle" in task.notes:
            times, interval, *_ = task.notes["cycle"]
            task.notes["cycle"] = [times, interval, *_anchor(interval, due)]
        task.workflow.report(TimerPostponed, task, timer_id=timer["id"], due=due)

    def on_revised(self, task: ElementTask, names: Set[str]) -> None:
        """A date that rests on what was put right is worked out anew; durations and cycles run on as they began."""
        timer = task.notes.get("timer")
        if timer is None or self.kind is not TimerKind.DATE or not self.expression.names & names:
            return
        due, _ = self._first_due(task, self.spec.wanted(task, self.expression, WANTED[self.kind]))
        if due != datetime.fromisoformat(timer["due"]):
            self.postpone(task, due)

    def used_up(self, task: ElementTask) -> None:
        task.notes.pop("timer", None)

    def waits_on(self, task: ElementTask) -> bool:
        timer: dict[str, Any] = task.notes.pop("timer")
        if "cycle" not in task.notes:
            return False
        times, interval, *anchor = task.notes["cycle"]
        if times is not None:
            times -= 1
            if times <= 0:
                return False
        first, rounds = anchor or (timer["due"], 0)
        span = read_duration(interval)
        if span is None:
            raise ValueError(f"the interval {interval!r} of a stored cycle is no duration")
        due = later(datetime.fromisoformat(first), span.times(rounds + 1), task.workflow.services.time_zone)
        task.notes["cycle"] = [times, interval, *((first, rounds + 1) if anchor else ())]
        if due is None:
            return False
        self._schedule(task, due)
        return True

    def _schedule(self, task: ElementTask, due: datetime) -> None:
        number = task.notes.get("timers", 0) + 1
        task.notes["timers"] = number
        timer_id = f"{task.id}:{number}"
        task.notes["timer"] = {"id": timer_id, "due": due.isoformat()}
        task.workflow.report(TimerScheduled, task, timer_id=timer_id, due=due)

    def _first_due(self, task: ElementTask, value: Value) -> tuple[datetime, Cycle | None]:
        services = task.workflow.services
        if self.kind is TimerKind.DATE:
            due = as_instant(value, services.time_zone)
            if due is not None:
                return due, None
        elif self.kind is TimerKind.DURATION:
            duration = read_duration(value)
            due = None if duration is None else later(services.now(), duration, services.time_zone)
            if due is not None:
                return due, None
        else:
            cycle = read_cycle(value)
            interval = None if cycle is None else read_duration(cycle.interval)
            if cycle is not None and interval is not None:
                first = as_instant(cycle.start, services.time_zone) if cycle.start else None
                due = first or later(services.now(), interval, services.time_zone)
                if due is not None:
                    return due, cycle
        raise self.expression.failure(f"expected {WANTED[self.kind]}, but got {show(value)}.", visible_variables(task))


def _anchor(interval: str, first: datetime) -> tuple[str, int] | tuple[()]:
    """The first round and the rounds since, for an interval that is counted on the calendar."""
    span = read_duration(interval)
    return (first.isoformat(), 0) if span is not None and (span.months or span.days) else ()
