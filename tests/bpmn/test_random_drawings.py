"""Random drawings, sound or not, run as BPMN's token game says: after every task the tokens are where they may be."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from engine.bpmn import compile_diagram, read_diagram
from engine.errors import EngineError
from tests.bpmn.driver import Driver
from tests.bpmn.token_game import Drawing, GoesOnForEver, TokenGame, random_drawing

STEPS, TOKENS = 20, 40
FIXED = Drawing(
    {"Fork": "parallel", "A": "task", "B": "task", "C": "task", "Merge": "exclusive", "Join": "inclusive", "X": "task"},
    {
        "F0": ("Start", "Fork"),
        "F1": ("Fork", "A"),
        "F2": ("Fork", "B"),
        "F3": ("Fork", "C"),
        "F4": ("A", "Merge"),
        "F5": ("B", "Merge"),
        "F6": ("Merge", "Join"),
        "F7": ("C", "Join"),
        "F8": ("Join", "X"),
        "F9": ("X", "Join"),
        "F10": ("X", "End"),
    },
)


def follow(drawing: Drawing, seed: int) -> int:
    """Play one run of *drawing* against the token game; how many tasks were completed."""
    definitions = compile_diagram(read_diagram(drawing.data(), "random.bpmn"))
    game, driver, chooser = TokenGame(drawing), Driver(definitions, reload=True), random.Random(seed)
    driver.start()
    for done in range(STEPS):
        allowed = [dict(game.at_elements(state)) for state in game.states]
        game.keep(Counter(driver.active))
        assert game.states, f"after {done} tasks tokens are at {driver.active}, but may be at {allowed}"
        assert (driver.status == "completed") == (not driver.active)
        if not driver.open_jobs or len(driver.active) > TOKENS:
            return done
        task = chooser.choice(sorted(driver.open_jobs))
        game.complete(task)
        driver.complete(task)
    return STEPS


def follow_seeds(seeds: range) -> int:
    played = 0
    for seed in seeds:
        try:
            played += follow(random_drawing(seed), seed)
        except (EngineError, GoesOnForEver):
            continue  # refused as drawn, or without a rest to look at
    return played


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_random_drawing_runs_as_the_token_game_says(first: int) -> None:
    assert follow_seeds(range(first, first + 50)) > 50


@pytest.mark.soak
def test_thousands_of_random_drawings_run_as_the_token_game_says() -> None:
    assert follow_seeds(range(1000, 6000)) > 5000


@pytest.mark.parametrize("seed", range(6))
def test_second_token_of_an_inclusive_join_waits_for_what_the_first_has_sent_round(seed: int) -> None:
    assert follow(FIXED, seed) > 4
