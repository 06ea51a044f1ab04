"""BPMN's token game on one drawing without data, written down as the standard says it: what an engine may come to.

It knows tasks, gateways and one end, counts tokens on sequence flows, and follows every order in which inclusive joins
that are enabled together may go on (BPMN 13.3, 13.4). Nothing of the engine is used here.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.bpmn.diagrams import diagram, end, flow, gateway, service, start

Places = tuple[tuple[str, int], ...]  # sequence flows and active tasks with how many tokens each holds, sorted
STEPS = 300


class GoesOnForEver(Exception):
    """The drawing runs round without a wait, or into too many tokens to follow."""


@dataclass
class Drawing:
    """`kinds` of the elements between Start and End: task, exclusive, parallel or inclusive. `flows` by id."""

    kinds: dict[str, str] = field(default_factory=dict)
    flows: dict[str, tuple[str, str]] = field(default_factory=dict)
    true: dict[str, bool] = field(default_factory=dict)  # the conditions, of flows that have one
    default: dict[str, str] = field(default_factory=dict)

    def connect(self, source: str, target: str) -> None:
        self.flows[f"F{len(self.flows)}"] = (source, target)

    def ways_out(self, element: str) -> list[str]:
        return [flow_id for flow_id, (source, _) in self.flows.items() if source == element]

    def ways_in(self, element: str) -> list[str]:
        return [flow_id for flow_id, (_, target) in self.flows.items() if target == element]

    def data(self) -> bytes:
        parts = [start(), end()]
        for element, kind in self.kinds.items():
            default = {"default": self.default[element]} if element in self.default else {}
            parts.append(service(element) if kind == "task" else gateway(kind, element, **default))
        for flow_id, (source, target) in self.flows.items():
            condition = f"={str(self.true[flow_id]).lower()}" if flow_id in self.true else None
            parts.append(flow(source, target, condition, flow_id=flow_id))
        return diagram(*parts)


def random_drawing(seed: int) -> Drawing:
    """Four to eleven elements, loops included, each to be reached from Start; seldom one that ends well."""
    chooser = random.Random(seed)
    names = [f"N{number}" for number in range(chooser.randint(4, 11))]
    kinds = ("task", "task", "task", "exclusive", "parallel", "inclusive", "inclusive")
    drawing = Drawing({name: chooser.choice(kinds) for name in names})
    drawing.connect("Start", names[0])
    for number, name in enumerate(names[1:], 1):
        drawing.connect(chooser.choice(names[max(0, number - 3) : number]), name)
    for _ in range(chooser.randint(1, len(names))):
        one, other = chooser.sample(range(len(names)), 2)
        forward = chooser.random() < 0.7
        drawing.connect(*(names[each] for each in (sorted((one, other)) if forward else (one, other))))
    for name in names:
        if not drawing.ways_out(name) or chooser.random() < 0.15:
            drawing.connect(name, "End")
        ways_out = drawing.ways_out(name)
        if drawing.kinds[name] in ("exclusive", "inclusive") and len(ways_out) > 1:
            drawing.default[name] = chooser.choice(ways_out)
            others = [flow_id for flow_id in ways_out if flow_id != drawing.default[name]]
            drawing.true.update({flow_id: chooser.random() < 0.6 for flow_id in others})
    return drawing


class TokenGame:
    """All states at rest that *drawing* may be in: each a marking of its flows and tasks."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        joins = [name for name, kind in drawing.kinds.items() if kind == "inclusive"]
        self._reaching = {way: self._search(join, way) for join in joins for way in drawing.ways_in(join)}
        self.states = self._at_rest(Counter(drawing.ways_out("Start")))

    def complete(self, task: str) -> None:
        after: set[Places] = set()
        for state in self.states:
            marking = Counter(dict(state))
            marking[task] -= 1
            after |= self._at_rest(marking + Counter(self.drawing.ways_out(task)))
        self.states = after

    def keep(self, seen: Counter[str]) -> None:
        """Only those states stay in which as many tokens are at each element as *seen* says."""
        self.states = {state for state in self.states if self.at_elements(state) == seen}

    def at_elements(self, state: Places) -> Counter[str]:
        counts: Counter[str] = Counter()
        for place, count in state:
            counts[self.drawing.flows[place][1] if place in self.drawing.flows else place] += count
        return counts

    # ---- rules ---------------------------------------------------------------------------------------------------

    def _at_rest(self, marking: Counter[str]) -> set[Places]:
        found, seen = set(), set()
        waiting = [marking]
        while waiting:
            moved = self._run(waiting.pop())
            state = tuple(sorted((place, count) for place, count in moved.items() if count > 0))
            if state in seen:
                continue
            seen.add(state)
            if len(seen) > STEPS:
                raise GoesOnForEver
            enabled = [
                name for name, kind in self.drawing.kinds.items() if kind == "inclusive" and self._on(name, moved)
            ]
            waiting += [self._through_inclusive(name, moved) for name in enabled]
            if not enabled:
                found.add(state)
        if not found:
            raise GoesOnForEver
        return found

    def _run(self, marking: Counter[str]) -> Counter[str]:
        """Everything but the inclusive joins that wait, whose order is free."""
        marking = +marking
        for _ in range(STEPS):
            step = next(self._steps(marking), None)
            if step is None:
                return marking
            marking = +step
            if marking.total() > STEPS:
                break
        raise GoesOnForEver

    def _steps(self, marking: Counter[str]) -> Iterator[Counter[str]]:
        for flow_id in [place for place in marking if place in self.drawing.flows]:
            target = self.drawing.flows[flow_id][1]
            kind = self.drawing.kinds.get(target, "end")
            ways_in = self.drawing.ways_in(target)
            left = marking - Counter([flow_id])
            if kind == "end":
                yield left
            elif kind == "task":
                yield left + Counter([target])
            elif kind == "exclusive":
                yield left + Counter(self._true_ways(target)[:1])
            elif all(marking[way] > 0 for way in ways_in):
                ways_out = self.drawing.ways_out(target) if kind == "parallel" else self._true_ways(target)
                yield marking - Counter(ways_in) + Counter(ways_out)

    def _true_ways(self, element: str) -> list[str]:
        ways_out, default = self.drawing.ways_out(element), self.drawing.default.get(element)
        if default is None:
            return ways_out
        return [way for way in ways_out if self.drawing.true.get(way)] or [default]

    def _through_inclusive(self, element: str, marking: Counter[str]) -> Counter[str]:
        served = [way for way in self.drawing.ways_in(element) if marking[way] > 0]
        return marking - Counter(served) + Counter(self._true_ways(element))

    def _on(self, join: str, marking: Counter[str]) -> bool:
        """BPMN 13.4.3: no token elsewhere has a path to a way in without token, unless it has one to a served way."""
        ways_in = self.drawing.ways_in(join)
        served = [way for way in ways_in if marking[way] > 0]
        missing = [way for way in ways_in if marking[way] <= 0]
        elsewhere = {place if place in self.drawing.kinds else self.drawing.flows[place][1] for place in marking} - {
            join
        }
        return bool(served) and not any(
            any(each in self._reaching[way] for way in missing)
            and not any(each in self._reaching[way] for way in served)
            for each in elsewhere
        )

    def _search(self, join: str, way: str) -> frozenset[str]:
        """The elements with a path to *way* that does not visit *join*."""
        found: set[str] = set()
        waiting = [self.drawing.flows[way][0]]
        while waiting:
            element = waiting.pop()
            if element not in found and element != join:
                found.add(element)
                waiting += [self.drawing.flows[each][0] for each in self.drawing.ways_in(element)]
        return frozenset(found)
