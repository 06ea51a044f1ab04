"""What the token game concludes is what the engine does: random diagrams, run with all answers, in random order."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from engine.bpmn import Diagram, ElementActivated, compile_diagram, read_diagram
from engine.bpmn.checks.review import review_diagrams
from tests.bpmn.diagrams import diagram
from tests.bpmn.driver import Driver
from tests.checks.sketches import parts_of

SEEDS = range(120)
MOST_RUNS = 64


def random_sketch(rnd: random.Random) -> str:
    """A diagram without loops: each element leads to some that come later; what leads nowhere is an end."""
    count = rnd.randint(4, 9)
    kinds = ["S", *(rnd.choice("XXPPOUU") for _ in range(count))]
    ways: dict[int, list[int]] = {number: [] for number in range(count + 1)}
    for number in range(1, count + 1):
        sources = [each for each in range(number) if kinds[each] in "XPO" or not ways[each]] or [number - 1]
        for source in rnd.sample(sources, k=min(len(sources), rnd.choice([1, 1, 2]))):
            ways[source].append(number)
    names = [f"{kind if ways[number] else 'E'}{number}" for number, kind in enumerate(kinds)]
    return " ".join(
        f"{names[source]}>{','.join(names[target] for target in targets)}"
        for source, targets in ways.items()
        if targets
    )


def play(read: Diagram, answers: Mapping[str, bool], rnd: random.Random) -> tuple[str, Counter[str]]:
    """One run with these answers; gives its status and how often each element was active."""
    driver = Driver(compile_diagram(read), reload=False)
    given: dict[str, Any] = {"due": "2030-01-01T00:00:00Z", **answers}
    driver.start(**given)
    while driver.jobs:
        driver.complete(rnd.choice([effect.element_id for effect in driver.jobs.values()]))
    assert not driver.failed
    return driver.status, Counter(
        effect.element_id for effect in driver.effects if isinstance(effect, ElementActivated)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_foretold_happens_and_nothing_else_goes_wrong(seed: int) -> None:
    # given
    rnd = random.Random(seed)
    drawn = random_sketch(rnd)
    data = diagram(*parts_of(drawn, asks_for=lambda source, target: f"{source}_{target}"))
    read = read_diagram(data, "random.bpmn")
    found = review_diagrams([read])
    checks = {problem.check for problem in found}
    dead = {problem.location.element_id for problem in found if problem.check == "dead-element"}
    asked = [f"{flow.source}_{flow.target}" for flow in read.processes["demo"].flows.values() if flow.condition]
    every = list(itertools.product((True, False), repeat=len(asked)))

    # when
    statuses: set[str] = set()
    twice: set[str] = set()
    for answers in every if len(every) <= MOST_RUNS else rnd.sample(every, MOST_RUNS):
        status, reached = play(read, dict(zip(asked, answers, strict=True)), rnd)
        statuses.add(status)
        twice.update(element_id for element_id, count in reached.items() if count > 1)
        assert not dead & set(reached), drawn

    # then
    if "active" in statuses:
        assert checks & {"deadlock", "lack-of-synchronisation"}, drawn
    if twice:
        assert checks & {"improper-completion", "lack-of-synchronisation"}, drawn
    if len(every) <= MOST_RUNS:
        if "deadlock" in checks:
            assert "active" in statuses, drawn
        if checks & {"improper-completion", "lack-of-synchronisation"}:
            assert twice, drawn
