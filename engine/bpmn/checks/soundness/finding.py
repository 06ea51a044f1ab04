"""How a finding of the token game is told."""

from __future__ import annotations

from engine.bpmn.checks.soundness.exploration import Exploration
from engine.bpmn.model import Element, Process
from engine.errors import ErrorCode, Location, Problem


def problem_of(
    found: Exploration, element: Element | Process, message: str, hint: str, *, example: str | None = None
) -> Problem:
    """A problem at *element*; the file is filled in by the caller, who knows it."""
    place = Location(element_id=element.id, line=element.line)
    return Problem(ErrorCode.BPMN_SOUNDNESS, message, place, hint=hint, example=example)
