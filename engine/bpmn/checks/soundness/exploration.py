"""All markings that a process can reach, up to a bound, with the shortest way to each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.bpmn.checks.soundness.marking import Marking, Move, Outcome
from engine.bpmn.checks.soundness.net import Net
from engine.bpmn.model import Process

BOUND = 8_000
"""Markings of one process that are looked at, at most."""
SHOWN_STEPS = 14


@dataclass
class Exploration:
    """What was found. `doubled` and `ended_twice` give, by place and end event, the marking before the faulty move."""

    net: Net
    after: dict[Marking, tuple[Marking, ...]] = field(default_factory=dict)
    came_from: dict[Marking, tuple[Marking | None, str]] = field(default_factory=dict)
    acted: set[str] = field(default_factory=set)
    doubled: dict[str, tuple[Marking, Move]] = field(default_factory=dict)
    ended_twice: dict[str, tuple[Marking, Move]] = field(default_factory=dict)
    faulty: set[Marking] = field(default_factory=set)
    bound_met: bool = False

    @property
    def process(self) -> Process:
        return self.net.process

    def way_to(self, marking: Marking, *last: str) -> str:
        """The elements on the shortest way to *marking*, by name; then *last*."""
        labels: list[str] = []
        here: Marking | None = marking
        while here is not None:
            here, label = self.came_from[here]
            labels.append(label)
        steps = [*reversed(labels), *last]
        if len(steps) > SHOWN_STEPS:
            steps = [steps[0], "...", *steps[-SHOWN_STEPS + 2 :]]
        return " → ".join(steps)

    def stuck(self) -> Iterator[Marking]:
        """Markings with tokens of which none can move, nearest first."""
        for marking, following in self.after.items():
            if not following and not self.net.is_complete(marking) and marking not in self.faulty:
                yield marking

    def without_end(self) -> Iterator[Marking]:
        """Markings that go on and on, nearest first: no way from them leads to an end, to a standstill, to a fault."""
        before: dict[Marking, list[Marking]] = {}
        for marking, following in self.after.items():
            for each in following:
                before.setdefault(each, []).append(marking)
        ends = [
            marking
            for marking, following in self.after.items()
            if not following or self.net.is_complete(marking) or marking in self.faulty
        ]
        reaching = set(ends)
        while ends:
            for marking in before.get(ends.pop(), ()):
                if marking not in reaching:
                    reaching.add(marking)
                    ends.append(marking)
        return (marking for marking in self.after if marking not in reaching)

    def outcome(self) -> Outcome:
        """How the process may end, for those that call it."""
        completes = any(self.net.is_complete(marking) and not _errors(marking) for marking in self.after)
        errors = frozenset(code for marking in self.after for code in _errors(marking))
        jobs = any(element.job_type is not None for element in self.process.elements.values())
        return Outcome(
            completes or self.bound_met,
            None if jobs or self.bound_met else errors,
            None if self.bound_met else frozenset(self.net.scopes.uncaught_escalations),
        )


def explore(process: Process, outcomes: Mapping[str, Outcome], bound: int = BOUND) -> Exploration:
    """Play the token game of *process* from each of its start events, breadth first."""
    net = Net(process, outcomes)
    found = Exploration(net)
    waiting: deque[Marking] = deque()
    for start_id, marking in net.initial_markings():
        found.acted.add(start_id)
        if marking not in found.came_from:
            found.came_from[marking] = (None, process.elements[start_id].label)
            waiting.append(marking)
    while waiting:
        marking = waiting.popleft()
        if len(found.after) >= bound:
            found.bound_met = True
            break
        following: list[Marking] = []
        for move in net.moves(marking):
            found.acted.update((move.element_id, move.caught_by))
            if move.doubled:
                found.doubled.setdefault(move.doubled, (marking, move))
                found.faulty.add(marking)
                continue  # what would follow is a consequence of the same fault
            if move.ended_twice:
                found.ended_twice.setdefault(move.ended_twice, (marking, move))
            following.append(move.after)
            if move.after not in found.came_from:
                found.came_from[move.after] = (marking, move.label)
                waiting.append(move.after)
        found.after[marking] = tuple(following)
    return found


def explore_all(processes: Iterable[Process], bound: int = BOUND) -> list[Exploration]:
    """Explore the processes, called ones first, so that a call ends as the called process can."""
    by_id = {process.id: process for process in processes}
    outcomes: dict[str, Outcome] = {}
    done: dict[str, Exploration] = {}
    under_way: set[str] = set()

    def visit(process: Process) -> None:
        under_way.add(process.id)
        for element in process.elements.values():
            called = by_id.get(element.called_process or "")
            if called is not None and called.id not in under_way:
                visit(called)
        done[process.id] = explore(process, outcomes, bound)
        outcomes[process.id] = done[process.id].outcome()

    for process in by_id.values():
        if process.id not in under_way:
            visit(process)
    return [done[process_id] for process_id in by_id]


def _errors(marking: Marking) -> list[str]:
    return [place.removeprefix("error:") for place in marking if place.startswith("error:")]
