"""Findings that a modeler has accepted, in the model itself and with a reason. There is no other place for them.

At an element: a zeebe:property named `check:<name of the check>` whose value is the reason. At a process, a decision or
a rule: `[accept <name of the check>: the reason]` in its documentation or description. It holds for the place itself;
at a process for all of its elements, at a decision for all of its rules. What blocks a deployment is never accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.bpmn import Diagram
from engine.dmn import Model
from engine.errors import ErrorCode, Location, Problem, Severity, did_you_mean

PROPERTY = "check:"
_IN_TEXT = re.compile(r"\[accept\s+(?P<check>[\w-]+)\s*(?::(?P<reason>[^\]]*))?\]")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One accepted check at one place. `within` are the ids for which it holds."""

    check: str
    reason: str
    place: Location
    within: frozenset[str]

    def covers(self, problem: Problem) -> bool:
        if problem.check != self.check or problem.location.file != self.place.file:
            return False
        named = {problem.location.element_id, problem.location.decision_id, problem.location.rule_id}
        part = (problem.location.part or "").removeprefix("condition of ")
        return bool(self.within & ({name for name in named if name} | {part}))


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding with the reason for which it was accepted."""

    problem: Problem
    reason: str


def read_suppressions(diagrams: Iterable[Diagram], models: Iterable[Model]) -> Iterator[Suppression]:
    for diagram in diagrams:
        yield from _in_diagram(diagram)
    for model in models:
        for decision in model.decisions:
            place = Location(file=model.file, decision_id=decision.id, line=decision.place.line)
            yield from _in_text(decision.description, place, {decision.id})
            for rule in decision.rules:
                yield from _in_text(rule.description, rule.place, {rule.id})


def _in_diagram(diagram: Diagram) -> Iterator[Suppression]:
    for process in diagram.processes.values():
        place = Location(file=diagram.file, element_id=process.id, line=process.line)
        yield from _in_text(process.documentation, place, {process.id, *process.elements, *process.flows})
        for element in process.elements.values():
            place = Location(file=diagram.file, element_id=element.id, line=element.line)
            within = {element.id, *element.outgoing}
            yield from _in_text(element.documentation, place, within)
            for name, value in element.properties.items():
                if name.startswith(PROPERTY):
                    yield Suppression(name.removeprefix(PROPERTY).strip(), value.strip(), place, frozenset(within))


def _in_text(text: str, place: Location, within: set[str]) -> Iterator[Suppression]:
    for match in _IN_TEXT.finditer(text):
        yield Suppression(match["check"], (match["reason"] or "").strip(), place, frozenset(within))


def apply_suppressions(
    problems: Iterable[Problem], suppressions: Iterable[Suppression], checks: Iterable[str]
) -> tuple[list[Problem], list[Accepted]]:
    """The findings that remain, and those that are accepted; *checks* are the names that can be accepted.

    A suppression without a reason accepts nothing, and neither does one of an unknown check; both are findings, and so
    is one that nothing needs any more.
    """
    names = set(checks)
    valid, remaining = [], []
    for suppression in suppressions:
        if suppression.check not in names:
            remaining.append(_unknown(suppression, names))
        elif not suppression.reason:
            remaining.append(
                _about(suppression, f"[accept {suppression.check}] gives no reason.", "say why it is accepted")
            )
        else:
            valid.append(suppression)
    accepted: list[Accepted] = []
    used: set[int] = set()
    for problem in problems:
        covering = None
        if problem.check in names:
            covering = next((each for each in valid if each.covers(problem)), None)
        if covering is None:
            remaining.append(problem)
        else:
            used.add(id(covering))
            accepted.append(Accepted(problem, covering.reason))
    for suppression in valid:
        if id(suppression) not in used:
            message = f"nothing here is found by {suppression.check} any more, so that nothing has to be accepted."
            remaining.append(_about(suppression, message, "remove it"))
    return remaining, accepted


def _unknown(suppression: Suppression, names: set[str]) -> Problem:
    message = f'there is no check "{suppression.check}" to accept findings of.{did_you_mean(suppression.check, names)}'
    return _about(suppression, message, "name a check")


def _about(suppression: Suppression, message: str, hint: str) -> Problem:
    return Problem(
        ErrorCode.TRACE_SUPPRESSION,
        message,
        suppression.place,
        Severity.WARNING,
        hint,
        check="suppression",
        why="what is accepted without need hides what is found next",
    )
