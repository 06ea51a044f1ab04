"""Whatever stands in a file, reading, checking and evaluating it give a result or an error of ours."""

from __future__ import annotations

import os
import random
from decimal import Decimal

import pytest

from engine.dmn import DecisionLibrary, check_model, read_model
from engine.errors import EngineError, Problem
from engine.feel import Value
from tests.dmn.models import decision_xml, load_cases, model_xml

FILES = ["unique.yaml", "priority.yaml", "collect.yaml", "context.yaml", "filter.yaml", "function_definition.yaml"]
SCRAPS = [
    b"<x/>",
    b'"',
    b">",
    b"(",
    b"[1..",
    b"not(",
    b" in ",
    b"null",
    b"-",
    b"&lt;",
    b"for ",
    b"{a:",
    b"number",
    b"<text>",
]
VALUES: list[Value] = [None, True, Decimal(1), "a", [Decimal(1)], {"a": "b"}]


def sources() -> list[bytes]:
    bodies = {case.body for file in FILES for case in load_cases(file)}
    bodies.add(decision_xml("<literalExpression><text>x</text></literalExpression>", {"x": "tGrade"}))
    return [model_xml(body) for body in sorted(bodies)]


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(changed))
        match chance.randrange(3):
            case 0:
                del changed[place : place + chance.randint(1, 30)]
            case 1:
                changed[place:place] = chance.choice(SCRAPS)
            case _:
                other = chance.randrange(len(changed))
                changed[place : place + 5] = changed[other : other + chance.randint(1, 40)]
    return bytes(changed)


def go_through(data: bytes, chance: random.Random) -> bool:
    """Read, check and evaluate; whether it came to an evaluation. Only EngineError may be raised."""
    try:
        model = read_model(data, "any.dmn")
        assert all(isinstance(problem, Problem) for problem in check_model(model))
        library = DecisionLibrary([model])
        for decision_id in library.decision_ids:
            info = library.info(decision_id)
            given = {each.name: chance.choice(VALUES) for each in info.inputs}
            library.evaluate(decision_id, given, explain=True).audit.as_data()
    except EngineError as error:
        assert error.problems
        return False
    return True


@pytest.mark.parametrize("seed", range(4))
def test_mutated_models_raise_nothing_but_our_error(seed: int) -> None:
    chance = random.Random(seed)
    files = sources()

    outcomes = [go_through(mutated(chance.choice(files), chance), chance) for _ in range(250)]

    assert any(outcomes)
    assert not all(outcomes)


@pytest.mark.soak
@pytest.mark.skipif(os.environ.get("CLAUSEFLOW_SOAK") != "1", reason="full counts: make soak")
@pytest.mark.parametrize("seed", range(100, 140))
def test_many_mutated_models_raise_nothing_but_our_error(seed: int) -> None:
    chance = random.Random(seed)
    files = sources()

    outcomes = [go_through(mutated(chance.choice(files), chance), chance) for _ in range(2500)]

    assert any(outcomes)
