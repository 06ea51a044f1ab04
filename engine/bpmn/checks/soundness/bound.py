"""[soundness-bound] The token game was not played to its end, so that no finding is no proof."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.soundness.exploration import Exploration
from engine.bpmn.checks.soundness.finding import problem_of
from engine.errors import Problem


def check_bound(found: Exploration) -> Iterator[Problem]:
    if found.bound_met:
        yield problem_of(
            found,
            found.process,
            f'the exploration of "{found.process.name or found.process.id}" was stopped at its bound of '
            f"{len(found.after)} markings; what was found up to there is told.",
            "move what runs in parallel into called processes",
        )
