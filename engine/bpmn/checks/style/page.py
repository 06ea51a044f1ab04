"""A diagram beside its pictures: one for each plane, as a closed sub-process has a plane of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.bpmn.model import Diagram, Element, Process, SequenceFlow
from engine.bpmn.reading.xml import read_xml
from engine.drawing import Drawing, Edge, Shape, read_drawing
from engine.errors import ErrorCode, Location, Problem

DI = "http://www.omg.org/spec/BPMN/20100524/DI"


@dataclass(frozen=True, slots=True)
class Page:
    """`shapes` and `edges` are those of all planes, by the id of what they show."""

    diagram: Diagram
    planes: tuple[Drawing, ...]
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    edges: Mapping[str, Edge] = field(default_factory=dict)

    def elements(self) -> Iterator[tuple[Process, Element]]:
        for process in self.diagram.processes.values():
            for element in process.elements.values():
                yield process, element

    def flows(self) -> Iterator[tuple[Process, SequenceFlow]]:
        for process in self.diagram.processes.values():
            for flow in process.flows.values():
                yield process, flow

    def problem(self, element: str, message: str, hint: str, line: int | None = None) -> Problem:
        place = Location(file=self.diagram.file, element_id=element, line=line)
        return Problem(ErrorCode.BPMN_STYLE, message, place, hint=hint)


def read_page(diagram: Diagram, data: bytes) -> Page:
    """Errors: EngineError (BPMN_XML)."""
    root = read_xml(data, diagram.file)
    planes = tuple(map(read_drawing, root.iter(f"{{{DI}}}BPMNPlane")))
    shapes = {shape.element: shape for plane in planes for shape in plane.shapes}
    edges = {edge.element: edge for plane in planes for edge in plane.edges}
    return Page(diagram, planes, shapes, edges)
