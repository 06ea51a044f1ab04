"""[endless-loop] A loop without a wait whose way out asks for nothing that the loop changes: it would run for ever."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.soundness.exploration import Exploration
from engine.bpmn.checks.soundness.finding import problem_of
from engine.bpmn.expressions import is_feel, read_expression
from engine.bpmn.model import Element, ElementType, EventKind, Process
from engine.errors import EngineError, Location, Problem

WAITS = frozenset({ElementType.USER_TASK, ElementType.RECEIVE_TASK, ElementType.EVENT_BASED_GATEWAY})
# what may change any variable, or wait inside
OPEN = frozenset({ElementType.CALL_ACTIVITY, ElementType.SUB_PROCESS})


def check_endless_loop(found: Exploration) -> Iterator[Problem]:
    process = found.process
    for loop in _loops(process):
        elements = [process.elements[element_id] for element_id in loop]
        if not found.acted.issuperset(loop):
            continue  # told as dead
        if any(element.type in OPEN or element.job_type is not None for element in elements):
            continue
        written = {name for element in elements for name in _written(element)}
        asked = {name for element in elements for name in _asked(process, element)}
        if written & asked:
            continue
        first = min(elements, key=lambda element: element.line or 0)
        asks = ", ".join(sorted(asked)) or "nothing"
        yield problem_of(
            found,
            first,
            f'the loop at "{first.label}" has no wait, and its way out asks for {asks}, which nothing in it changes.',
            "let something in the loop wait, or change what the way out asks for",
            example=" → ".join(element.label for element in [*elements, elements[0]]),
        )


def _loops(process: Process) -> Iterator[list[str]]:
    """The loops of elements that do not wait: for each the elements in the order of the flow."""
    following = {
        element.id: [
            process.flows[flow].target
            for flow in element.outgoing
            if not _waits(process.elements[process.flows[flow].target])
        ]
        for element in process.elements.values()
        if not _waits(element)
    }
    told: set[str] = set()
    for start in following:
        if start in told:
            continue
        way = _way_back(start, following)
        if way:
            told.update(way)
            yield way


def _way_back(start: str, following: dict[str, list[str]]) -> list[str]:
    """The shortest way from *start* to itself; empty when there is none."""
    came_from: dict[str, str] = {}
    waiting = [start]
    while waiting:
        here = waiting.pop(0)
        for target in following.get(here, []):
            if target == start:
                way = [here]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if target not in came_from:
                came_from[target] = here
                waiting.append(target)
    return []


def _waits(element: Element) -> bool:
    catches = element.type is ElementType.INTERMEDIATE_CATCH_EVENT and element.event.kind is not EventKind.LINK
    return element.type in WAITS or catches


def _written(element: Element) -> Iterator[str]:
    if element.result_variable:
        yield element.result_variable
    yield from (rule.target.split(".")[0] for rule in element.outputs)


def _asked(process: Process, element: Element) -> Iterator[str]:
    for flow in element.outgoing:
        condition = process.flows[flow].condition
        if condition is None or not is_feel(condition):
            continue
        try:
            yield from read_expression(condition, Location()).names
        except EngineError:
            continue  # check_expressions tells
