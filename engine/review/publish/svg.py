"""A drawing as SVG: every shape is a link to the words about it, with a title that a screen reader reads."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from engine.drawing import Box, Drawing, Edge, Shape

LINE = 13
LETTER = 6.1
"""The height of a line and the mean width of a letter at twelve pixels."""


class Outline(StrEnum):
    TASK = "task"
    GATEWAY = "gateway"
    EVENT = "event"
    GROUP = "group"
    NOTE = "note"
    DECISION = "decision"
    INPUT = "input"
    KNOWLEDGE = "knowledge"


@dataclass(frozen=True, slots=True)
class Figure:
    """How the element of a shape looks: its outline, the sign in it, and the strength of its border."""

    outline: Outline
    label: str
    sign: str = ""
    rings: int = 1
    dashed: bool = False
    thick: bool = False
    title: str = ""
    href: str = ""


def draw(
    drawing: Drawing, figures: Mapping[str, Figure], lines: Mapping[str, str], name: str, described_by: str = ""
) -> str:
    """The picture. *figures* by element id, *lines* the labels of flows; what neither knows is left out."""
    extent = drawing.extent
    size = f"{extent.x:g} {extent.y:g} {extent.width:g} {extent.height:g}"
    described = f' aria-describedby="{escape(described_by)}"' if described_by else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" width="{extent.width:g}" height="{extent.height:g}"'
        f' role="group" aria-label="{escape(name)}"{described}>',
        '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" orient="auto">'
        '<path d="M0 0 10 5 0 10z"/></marker></defs>',
    ]
    groups = [shape for shape in drawing.shapes if _outline(figures, shape) is Outline.GROUP]
    nodes = [shape for shape in drawing.shapes if shape.element in figures and shape not in groups]
    parts.extend(_shape(each, figures[each.element]) for each in groups)
    parts.extend(_edge(each, lines[each.element]) for each in drawing.edges if each.element in lines)
    parts.extend(_shape(each, figures[each.element]) for each in nodes)
    return "\n".join([*parts, "</svg>"])


def _outline(figures: Mapping[str, Figure], shape: Shape) -> Outline | None:
    return figures[shape.element].outline if shape.element in figures else None


def _edge(edge: Edge, label: str) -> str:
    path = " ".join(f"{x:g},{y:g}" for x, y in edge.points)
    line = f'<polyline class="flow" points="{path}" marker-end="url(#arrow)"/>'
    if not label:
        return line
    if edge.label is not None:
        x, y = edge.label.middle
        return line + _text(label, x, y, max(edge.label.width, 60))
    (x1, y1), (x2, y2) = edge.points[0], edge.points[1]
    return line + _text(label, (x1 + x2) / 2, (y1 + y2) / 2 - 8, 90)


def _shape(shape: Shape, figure: Figure) -> str:
    inner = f"<title>{escape(figure.title or figure.label)}</title>{_OUTLINES[figure.outline](shape, figure)}"
    if not figure.href:
        return f"<g>{inner}</g>"
    return f'<a href="{escape(figure.href)}">{inner}</a>'


def _border(figure: Figure) -> str:
    style = " thick" if figure.thick else ""
    return f'class="shape{style}"' + (' stroke-dasharray="5 3"' if figure.dashed else "")


def _event(shape: Shape, figure: Figure) -> str:
    x, y = shape.box.middle
    radius = min(shape.box.width, shape.box.height) / 2
    rings = "".join(
        f'<circle cx="{x:g}" cy="{y:g}" r="{radius - 3 * n:g}" {_border(figure)}/>' for n in range(figure.rings)
    )
    sign = f'<text class="sign" x="{x:g}" y="{y + 5:g}">{escape(figure.sign)}</text>' if figure.sign else ""
    return rings + sign + _outside(shape, figure.label)


def _gateway(shape: Shape, figure: Figure) -> str:
    box, (x, y) = shape.box, shape.box.middle
    points = f"{x:g},{box.y:g} {box.x + box.width:g},{y:g} {x:g},{box.y + box.height:g} {box.x:g},{y:g}"
    sign = f'<text class="sign" x="{x:g}" y="{y + 6:g}">{escape(figure.sign)}</text>' if figure.sign else ""
    return f'<polygon points="{points}" {_border(figure)}/>{sign}' + _outside(shape, figure.label)


def _outside(shape: Shape, label: str) -> str:
    """The label of a shape that is too small to hold it: where the editor put it, else below."""
    if not label:
        return ""
    if shape.label is not None:
        x, y = shape.label.middle
        return _text(label, x, y, max(shape.label.width, 60))
    x = shape.box.middle[0]
    lines = len(_wrapped(label, 100))
    return _text(label, x, shape.box.y + shape.box.height + 6 + lines * LINE / 2, 100)


def _box(shape: Shape, figure: Figure, corner: int = 8) -> str:
    box, (x, y) = shape.box, shape.box.middle
    frame = f'<rect {_place(box)} rx="{corner}" {_border(figure)}/>'
    sign = (
        f'<text class="mark" x="{box.x + 5:g}" y="{box.y + 14:g}">{escape(figure.sign)}</text>' if figure.sign else ""
    )
    return frame + sign + _text(figure.label, x, y + (4 if figure.sign else 0), box.width - 8)


def _group(shape: Shape, figure: Figure) -> str:
    box = shape.box
    label = f'<text x="{box.x + 8:g}" y="{box.y + 16:g}">{escape(figure.label)}</text>'
    return f'<rect {_place(box)} rx="8" {_border(figure)}/>{label}'


def _note(shape: Shape, figure: Figure) -> str:
    box = shape.box
    edge = f"M{box.x + 10:g} {box.y:g}H{box.x:g}V{box.y + box.height:g}h10"
    return f'<path class="flow" d="{edge}"/>' + _text(figure.label, *box.middle, box.width - 12)


def _input(shape: Shape, figure: Figure) -> str:
    return _box(shape, figure, corner=int(shape.box.height / 2))


def _square(shape: Shape, figure: Figure) -> str:
    return _box(shape, figure, corner=0)


def _place(box: Box) -> str:
    return f'x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"'


def _wrapped(text: str, width: float) -> list[str]:
    return textwrap.wrap(text, max(int(width / LETTER), 6), break_long_words=False) or [""]


def _text(text: str, x: float, y: float, width: float) -> str:
    """Lines around the point, centred both ways."""
    lines = _wrapped(text, width)
    top = y - (len(lines) - 1) * LINE / 2 + 4
    spans = "".join(f'<tspan x="{x:g}" y="{top + n * LINE:g}">{escape(line)}</tspan>' for n, line in enumerate(lines))
    return f'<text class="label">{spans}</text>'


_OUTLINES: Mapping[Outline, Callable[[Shape, Figure], str]] = {
    Outline.TASK: _box,
    Outline.GATEWAY: _gateway,
    Outline.EVENT: _event,
    Outline.GROUP: _group,
    Outline.NOTE: _note,
    Outline.DECISION: _square,
    Outline.INPUT: _input,
    Outline.KNOWLEDGE: _box,
}
