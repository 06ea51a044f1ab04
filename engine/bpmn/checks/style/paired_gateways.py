"""[paired-gateways] Ways that a gateway opens side by side meet again at a gateway of the same kind, and the reverse.

Looked at for parallel and inclusive gateways. The ways of an exclusive or event-based one may end each by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from engine.bpmn.checks.style.page import Page
from engine.bpmn.model import Element, ElementType, Process
from engine.errors import Problem

PAIRED = {ElementType.PARALLEL_GATEWAY: "parallel", ElementType.INCLUSIVE_GATEWAY: "inclusive"}
Reach = Callable[[str], frozenset[str]]


def check_paired_gateways(page: Page) -> Iterator[Problem]:
    for process in page.diagram.processes.values():
        gateways = [element for element in process.elements.values() if element.type in PAIRED]
        if gateways:
            reach = _reach(process)
            for gateway in gateways:
                yield from _faults(page, process, gateway, reach)


def _faults(page: Page, process: Process, gateway: Element, reach: Reach) -> Iterator[Problem]:
    kind = PAIRED[gateway.type]
    alike = [element for element in process.elements.values() if element.type is gateway.type]
    ways = [process.flows[flow].target for flow in gateway.outgoing]
    if len(ways) > 1 and not any(
        len(join.incoming) > 1 and all(join.id in reach(way) for way in ways) for join in alike
    ):
        yield page.problem(
            gateway.id,
            f'"{gateway.label}" opens {len(ways)} ways, but no {kind} gateway joins all of them.',
            f"join them in a {kind} gateway, and let what ends early end before the split",
            gateway.line,
        )
    sources = [process.flows[flow].source for flow in gateway.incoming]
    if len(sources) > 1 and not any(
        len(split.outgoing) > 1 and all(source in reach(split.id) for source in sources) for split in alike
    ):
        yield page.problem(
            gateway.id,
            f'"{gateway.label}" joins {len(sources)} ways, but no {kind} gateway opens all of them.',
            "join them in a gateway of the kind that opened them",
            gateway.line,
        )


def _reach(process: Process) -> Reach:
    """For the id of an element the ids of all that flows and boundary events lead to, itself among them."""
    following: dict[str, set[str]] = {}
    for flow in process.flows.values():
        following.setdefault(flow.source, set()).add(flow.target)
    for element in process.elements.values():
        if element.attached_to is not None:
            following.setdefault(element.attached_to, set()).add(element.id)

    @cache
    def reached(start: str) -> frozenset[str]:
        found, waiting = {start}, [start]
        while waiting:
            new = following.get(waiting.pop(), set()) - found
            found |= new
            waiting.extend(new)
        return frozenset(found)

    return reached
