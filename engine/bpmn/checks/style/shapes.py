"""[undrawn-element] What runs is drawn. [standard-size] Shapes have the usual size. [colour] Nothing is coloured.

Sub-processes are as large as what they hold. A file without any picture is told once for each process.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.style.page import Page
from engine.bpmn.model import EVENTS, GATEWAYS, TASKS, ElementType
from engine.drawing import Edge, Shape
from engine.errors import Problem

SIZES: dict[ElementType, tuple[float, float]] = {
    **dict.fromkeys((*TASKS, ElementType.CALL_ACTIVITY), (100.0, 80.0)),
    **dict.fromkeys(EVENTS, (36.0, 36.0)),
    **dict.fromkeys(GATEWAYS, (50.0, 50.0)),
}
"""Width and height in pixels, as modelers draw them."""


def check_undrawn_element(page: Page) -> Iterator[Problem]:
    if not page.shapes:
        for process in page.diagram.processes.values():
            yield page.problem(
                process.id,
                f'the process "{process.name or process.id}" is not drawn at all.',
                "open the file in a modeler and draw it, or let a layout tool do so",
                process.line,
            )
        return
    for _, element in page.elements():
        if element.id not in page.shapes:
            yield page.problem(
                element.id, f'"{element.label}" has no shape in the picture.', "draw it, or remove it", element.line
            )
    for _, flow in page.flows():
        if flow.id not in page.edges:
            yield page.problem(
                flow.id,
                f"the flow from {flow.source} to {flow.target} has no line in the picture.",
                "draw it, or remove it",
            )


def check_standard_size(page: Page) -> Iterator[Problem]:
    for _, element in page.elements():
        shape, size = page.shapes.get(element.id), SIZES.get(element.type)
        if shape is not None and size is not None and (shape.box.width, shape.box.height) != size:
            yield page.problem(
                element.id,
                f'expected "{element.label}" to be {size[0]:g} x {size[1]:g}, but it is '
                f"{shape.box.width:g} x {shape.box.height:g}.",
                "draw it in the usual size",
                element.line,
            )


def check_colour(page: Page) -> Iterator[Problem]:
    parts: list[Shape | Edge] = [*page.shapes.values(), *page.edges.values()]
    for part in parts:
        if part.coloured:
            yield page.problem(part.element, "it is coloured.", "take the colour out, and say in words what it meant")
