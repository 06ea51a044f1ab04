"""Random block-structured processes end, leave nothing behind, and run the same with reload between all steps."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest

from engine.bpmn import ProcessDefinition, compile_diagram, read_diagram
from tests.bpmn.diagrams import (
    boundary,
    diagram,
    end,
    flow,
    gateway,
    mark,
    multi_instance,
    path,
    service,
    start,
    sub_process,
    timer,
)
from tests.bpmn.driver import Driver, play

SEEDS = 4000 if os.environ.get("CLAUSEFLOW_SOAK") else 200


class Blocks:
    """Builds nested blocks; each gives its parts, its first and its last element."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def block(self, depth: int) -> tuple[list[str], str, str]:
        kinds = (
            ["mark", "service"] if depth == 0 else ["sequence", "and", "xor", "or", "loop", "sub", "guarded", "each"]
        )
        return getattr(self, f"_{self.random.choice(kinds)}")(depth - 1)

    def _mark(self, depth: int) -> tuple[list[str], str, str]:
        name = self.name("Mark")
        return [mark(name)], name, name

    def _service(self, depth: int) -> tuple[list[str], str, str]:
        name = self.name("Work")
        return [service(name)], name, name

    def _sequence(self, depth: int) -> tuple[list[str], str, str]:
        first, second = self.block(depth), self.block(depth)
        return [*first[0], *second[0], flow(first[2], second[1])], first[1], second[2]

    def _branches(self, kind: str, depth: int, conditions: list[str | None]) -> tuple[list[str], str, str]:
        split, join = self.name("Split"), self.name("Join")
        default = {} if kind == "parallel" else {"default": f"Flow_{split}_last"}
        parts = [gateway(kind, split, **default), gateway(kind, join)]
        for index, condition in enumerate(conditions):
            inner = self.block(depth)
            flow_id = f"Flow_{split}_{'last' if index == len(conditions) - 1 else index}"
            parts += [*inner[0], flow(split, inner[1], condition, flow_id=flow_id), flow(inner[2], join)]
        return parts, split, join

    def _and(self, depth: int) -> tuple[list[str], str, str]:
        return self._branches("parallel", depth, [None] * self.random.randint(2, 3))

    def _xor(self, depth: int) -> tuple[list[str], str, str]:
        return self._branches("exclusive", depth, [self.random.choice(["=true", "=false"]), None])

    def _or(self, depth: int) -> tuple[list[str], str, str]:
        return self._branches("inclusive", depth, [*self.random.choices(["=true", "=false"], k=2), None])

    def _loop(self, depth: int) -> tuple[list[str], str, str]:
        head, check, tick = self.name("Head"), self.name("Check"), self.name("Tick")
        inner = self.block(depth)
        rounds = self.random.randint(1, 3)
        condition = f'=count(trace[item = "{tick}"]) < {rounds}'
        out = self.name("Out")
        parts = [
            gateway("exclusive", head),
            mark(tick),
            gateway("exclusive", check, default=f"Flow_{check}_out"),
            mark(out),
            *inner[0],
            flow(head, inner[1]),
            flow(inner[2], tick),
            flow(tick, check),
            flow(check, head, condition),
            flow(check, out, flow_id=f"Flow_{check}_out"),
        ]
        return parts, head, out

    def _sub(self, depth: int, inner: str = "") -> tuple[list[str], str, str]:
        name, begin, stop = self.name("Part"), self.name("In"), self.name("Out")
        body = self.block(depth)
        parts = [start(begin), *body[0], end(stop), flow(begin, body[1]), flow(body[2], stop)]
        return [sub_process(name, *parts, inner=inner)], name, name

    def _each(self, depth: int) -> tuple[list[str], str, str]:
        return self._sub(depth, multi_instance("=[1, 2, 3]", sequential=self.random.random() < 0.5))

    def _guarded(self, depth: int) -> tuple[list[str], str, str]:
        parts, name, _ = self._sub(depth)
        edge, merge = self.name("Edge"), self.name("Merge")
        interrupting = self.random.random() < 0.5
        parts += [boundary(edge, name, timer(duration="PT1H"), interrupting=interrupting)]
        if interrupting:
            parts += [gateway("exclusive", merge), flow(name, merge), flow(edge, merge)]
            return parts, name, merge
        aside, over = self.name("Aside"), self.name("Over")
        return [*parts, mark(aside), end(over), *path(edge, aside, over)], name, name


def random_process(seed: int) -> bytes:
    blocks = Blocks(seed)
    parts, first, last = blocks.block(depth=3)
    return diagram(start(), *parts, end(), *path("Start", first), *path(last, "End"))


def scenario_of(seed: int) -> Callable[[Driver], None]:
    def scenario(driver: Driver) -> None:
        chooser = random.Random(seed)
        driver.start(trace=[])
        for _ in range(2000):
            if driver.status == "completed":
                break
            assert not driver.failed
            if driver.timers and (not driver.jobs or chooser.random() < 0.2):
                driver.advance("PT1H")
            else:
                driver.complete(chooser.choice(driver.open_jobs))

    return scenario


@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_process_runs_to_its_end(seed: int) -> None:
    driver = play(random_process(seed), scenario_of(seed))

    assert driver.status == "completed", driver.active
    assert driver.nothing_left()


class Migrating(Driver):
    """Between any two commands the instance goes over to the same diagram in other bytes, and back."""

    def other(self) -> ProcessDefinition:
        """The definition that the instance is not on now."""
        one, two = self.definitions["demo"], self.definitions["demo again"]
        return two if self.definition is one else one

    def _settle(self) -> None:
        super()._settle()
        if self.status == "active":
            target = self.other()
            self.execution.migrate(target, {})
            self.definition = target
            assert self.execution.take_effects() == []


@pytest.mark.parametrize("seed", range(0, SEEDS, 4))
def test_random_process_that_migrates_between_all_steps_to_an_equal_diagram_runs_the_same(seed: int) -> None:
    drawn = random_process(seed)
    compiled = [compile_diagram(read_diagram(data, "test.bpmn"))["demo"] for data in (drawn, drawn + b"<!-- again -->")]
    definitions = {"demo": compiled[0], "demo again": compiled[1]}
    straight, migrating = Driver(definitions, False), Migrating(definitions, False)

    for driver in (straight, migrating):
        scenario_of(seed)(driver)

    assert compiled[0].diagram_hash != compiled[1].diagram_hash
    assert straight.history() == migrating.history()
    assert straight.variables == migrating.variables
    assert migrating.nothing_left()
