"""[lack-of-synchronisation] Two tokens meet on one way: what follows is done twice, at the same time."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.soundness.exploration import Exploration
from engine.bpmn.checks.soundness.finding import problem_of
from engine.errors import Problem


def check_lack_of_synchronisation(found: Exploration) -> Iterator[Problem]:
    elements, flows = found.process.elements, found.process.flows
    told: set[str] = set()
    for place, (before, move) in found.doubled.items():
        kind, _, identifier = place.partition(":")
        element = elements[flows[identifier].target if kind == "flow" else identifier]
        acting = elements[move.element_id]
        if acting.id in told:
            continue
        told.add(acting.id)
        where = f'the way to "{element.label}"' if kind == "flow" else f'"{element.label}"'
        yield problem_of(
            found,
            acting,
            f'"{acting.label}" sends a token onto {where}, where another one is already.',
            "join the ways that run at the same time with a parallel or inclusive gateway before it",
            example=found.way_to(before, move.label),
        )
