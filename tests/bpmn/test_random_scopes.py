"""Random nests of scopes run as BPMN says: after every event the same tasks and messages are waited for."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from engine.bpmn import compile_diagram, read_diagram
from tests.bpmn.driver import Driver
from tests.bpmn.scope_drawing import ERRORS, Drawer, as_diagram
from tests.bpmn.scope_game import NobodyCatches, ScopeGame

STEPS, TASKS, RUNS = 30, 60, 5


def alone(counts: Counter[str]) -> list[str]:
    """What there is one of: of two alike nothing says which one is meant."""
    return sorted(name for name, count in counts.items() if count == 1)


def follow(seed: int) -> int:
    """Play some runs of one drawing against the game; how many events they had."""
    drawer = Drawer(random.Random(seed))
    process = drawer.process()
    definitions = compile_diagram(read_diagram(as_diagram(process, drawer), "random.bpmn"))
    return sum(
        run(ScopeGame(process), Driver(definitions, reload=True), random.Random(f"{seed} {number}"), drawer.signals)
        for number in range(RUNS)
    )


def run(game: ScopeGame, driver: Driver, chooser: random.Random, signals: list[str]) -> int:
    driver.start(trace=[])
    for done in range(STEPS):
        assert Counter(driver.open_jobs) == game.tasks()
        assert Counter(each.message_name for each in driver.messages.values()) == game.messages()
        assert Counter(driver.trace) == Counter(game.trace)
        assert (driver.status == "completed") == game.done
        tasks, messages = alone(game.tasks()), alone(game.messages())
        if not tasks or len(driver.open_jobs) > TASKS:
            return done
        kind = chooser.choice(("task",) * 14 + ("message", "message", "signal", "error", "error"))
        try:
            if kind == "message" and messages:
                name = chooser.choice(messages)
                game.message(name)
                driver.message(name, "key")
            elif kind == "signal":
                name = chooser.choice(signals)
                game.signal(name)
                driver.signal(name)
            elif kind == "error":
                task, code = chooser.choice(tasks), chooser.choice(ERRORS)
                game.throw_error(task, code)
                driver.throw_error(task, code)
            else:
                task = chooser.choice(tasks)
                game.complete(task)
                driver.complete(task)
        except NobodyCatches:
            return done
    return STEPS


@pytest.mark.parametrize("first", range(0, 80, 20))
def test_random_nest_of_scopes_runs_as_bpmn_says(first: int) -> None:
    assert sum(map(follow, range(first, first + 20))) > 200


@pytest.mark.soak
def test_a_thousand_random_nests_run_as_bpmn_says() -> None:
    assert sum(map(follow, range(1000, 2000))) > 8000
