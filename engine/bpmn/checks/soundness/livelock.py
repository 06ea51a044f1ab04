"""[livelock] From some marking on the process only goes round: no way leads to an end any more."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.soundness.exploration import Exploration
from engine.bpmn.checks.soundness.finding import problem_of
from engine.errors import Problem


def check_livelock(found: Exploration) -> Iterator[Problem]:
    """Nothing is said where the bound cut the exploration short: what lies beyond may lead to an end."""
    if found.bound_met:
        return
    marking = next(found.without_end(), None)
    if marking is None:
        return
    round_trip, here = [marking], marking
    while (here := found.after[here][0]) not in round_trip:
        round_trip.append(here)
    names = [found.came_from[each][1] for each in round_trip[round_trip.index(here) :]]
    first = next(iter(sorted(marking)))
    element = (
        found.process.elements[found.process.flows[first.partition(":")[2]].target]
        if first.startswith("flow:")
        else found.process.elements[first.partition(":")[2]]
    )
    yield problem_of(
        found,
        element,
        f'from "{element.label}" on no way leads to an end event: the process goes round for ever.',
        "draw a way out of the loop",
        example=f"{found.way_to(marking)}, then again and again {' → '.join(names[:10])}",
    )
