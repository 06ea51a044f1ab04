"""[improper-completion] One end event is reached twice in one run: two ways that were never joined end in it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.soundness.exploration import Exploration
from engine.bpmn.checks.soundness.finding import problem_of
from engine.errors import Problem


def check_improper_completion(found: Exploration) -> Iterator[Problem]:
    for end_id, (before, move) in found.ended_twice.items():
        end = found.process.elements[end_id]
        yield problem_of(
            found,
            end,
            f'"{end.label}" is reached twice in one run, so that its outcome is told twice.',
            "join the ways before it, or give each its own end event",
            example=found.way_to(before, move.label),
        )
