"""The picture that an editor keeps in a model file: BPMN 2.0 chapter 12 and DMN 1.5 chapter 13 (diagram interchange).

Only geometry is read here; what a shape stands for comes from the model by the id that it names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

SHAPES = frozenset({"BPMNShape", "DMNShape"})
EDGES = frozenset({"BPMNEdge", "DMNEdge"})
MARGIN = 20.0


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Shape:
    """The node of one element; *expanded* tells an open sub-process from a closed one."""

    element: str
    box: Box
    label: Box | None
    expanded: bool
    coloured: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """The line of one flow, association or requirement, through its points."""

    element: str
    points: tuple[tuple[float, float], ...]
    label: Box | None
    coloured: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture in the units of its file (pixels at 100 %)."""

    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]

    @property
    def extent(self) -> Box:
        """The rectangle around everything, with a margin."""
        parts: list[Shape | Edge] = [*self.shapes, *self.edges]
        boxes = [box for each in parts for box in _boxes(each)]
        left = min((box.x for box in boxes), default=0) - MARGIN
        top = min((box.y for box in boxes), default=0) - MARGIN
        right = max((box.x + box.width for box in boxes), default=0) + MARGIN
        bottom = max((box.y + box.height for box in boxes), default=0) + MARGIN
        return Box(left, top, right - left, bottom - top)


def _boxes(part: Shape | Edge) -> Iterator[Box]:
    if part.label is not None:
        yield part.label
    if isinstance(part, Shape):
        yield part.box
    else:
        yield from (Box(x, y, 0, 0) for x, y in part.points)


def read_drawing(root: etree._Element) -> Drawing:
    """The picture below *root*; one without any shape when the file holds no picture."""
    shapes, edges = [], []
    for node in root.iter():
        name = _local(node)
        element = (node.get("bpmnElement") or node.get("dmnElementRef") or "").rpartition(":")[2]
        if name in SHAPES:
            box = _bounds(node)
            if box is not None:
                shapes.append(Shape(element, box, _label(node), node.get("isExpanded") != "false", _coloured(node)))
        elif name in EDGES:
            points = tuple((_number(each, "x"), _number(each, "y")) for each in node if _local(each) == "waypoint")
            if len(points) > 1:
                edges.append(Edge(element, points, _label(node), _coloured(node)))
    return Drawing(tuple(shapes), tuple(edges))


def _label(node: etree._Element) -> Box | None:
    return next((_bounds(each) for each in node if _local(each) in ("BPMNLabel", "DMNLabel")), None)


def _coloured(node: etree._Element) -> bool:
    # two ways to write it, BPMN in Color and the one before it, with "color" in the namespace of either
    return any("color" in str(name) for name in node.attrib)


def _bounds(node: etree._Element) -> Box | None:
    for each in node:
        if _local(each) == "Bounds":
            return Box(*(_number(each, name) for name in ("x", "y", "width", "height")))
    return None


def _number(node: etree._Element, name: str) -> float:
    """A co-ordinate that is no number was not written by an editor; the picture then shows it at nought."""
    try:
        value = float(node.get(name) or 0)
    except ValueError:
        return 0.0
    return value if abs(value) < 1e6 else 0.0


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""
