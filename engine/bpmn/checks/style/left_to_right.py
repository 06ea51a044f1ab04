"""[left-to-right] Time runs to the right: a flow may lead back to the left only where something is done again.

Looked at is where the shapes stand. A way of several steps that leads back is a repetition when its end leads to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.style.page import Page
from engine.bpmn.model import Process
from engine.errors import Problem


def check_left_to_right(page: Page) -> Iterator[Problem]:
    for process in page.diagram.processes.values():
        following: dict[str, list[str]] | None = None
        for flow in process.flows.values():
            source, target = page.shapes.get(flow.source), page.shapes.get(flow.target)
            if source is None or target is None or target.box.middle[0] >= source.box.x:
                continue
            following = following or _following(process)
            if not _leads(following, flow.target, flow.source):
                yield page.problem(
                    flow.id,
                    f"the flow from {flow.source} leads back to the left, to {flow.target}, and nothing is done again.",
                    "draw what comes next to the right of what comes before",
                )


def _following(process: Process) -> dict[str, list[str]]:
    """What comes after each element; after one with boundary events, these too."""
    found: dict[str, list[str]] = {}
    for flow in process.flows.values():
        found.setdefault(flow.source, []).append(flow.target)
    for element in process.elements.values():
        if element.attached_to is not None:
            found.setdefault(element.attached_to, []).append(element.id)
    return found


def _leads(following: dict[str, list[str]], start: str, end: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        element = waiting.pop()
        if element == end:
            return True
        new = [each for each in following.get(element, ()) if each not in seen]
        seen.update(new)
        waiting.extend(new)
    return False
