"""[id-prefix] Ids begin with the general kind, which stays when a task becomes a service task."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.style.page import Page
from engine.bpmn.model import ACTIVITIES, EVENTS, GATEWAYS, ElementType
from engine.errors import Problem

PREFIXES: dict[ElementType, str] = {
    **dict.fromkeys((*ACTIVITIES, ElementType.EVENT_SUB_PROCESS), "Activity_"),
    **dict.fromkeys(EVENTS, "Event_"),
    **dict.fromkeys(GATEWAYS, "Gateway_"),
}


def check_id_prefix(page: Page) -> Iterator[Problem]:
    named = [
        (element.id, element.type.value, PREFIXES[element.type], element.line)
        for _, element in page.elements()
        if element.type in PREFIXES
    ]
    named += [(flow.id, "sequenceFlow", "Flow_", None) for _, flow in page.flows()]
    for given, kind, prefix, line in named:
        if not given.startswith(prefix):
            yield page.problem(
                given,
                f'expected {prefix} before the id of a {kind}, but got "{given}".',
                f"call it {prefix}{_rest(given)}",
                line,
            )


def _rest(given: str) -> str:
    """What stays of an id whose first part, if it has several, was the kind."""
    return given.partition("_")[2] or given
