"""[distinct-ends] Two end events of one process or sub-process name two outcomes; one outcome has one end event."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.style.page import Page
from engine.bpmn.model import Element, ElementType
from engine.errors import Problem


def check_distinct_ends(page: Page) -> Iterator[Problem]:
    first: dict[tuple[str, str], Element] = {}
    for _, element in page.elements():
        if element.type is not ElementType.END_EVENT or not element.name:
            continue
        same = first.setdefault((element.parent, " ".join(element.name.casefold().split())), element)
        if same is not element:
            yield page.problem(
                element.id,
                f'expected an outcome of its own, but "{element.name}" is the name of {same.id} too.',
                "name what is different, or join the two ways before one end event",
                element.line,
            )
