"""[crossing-flows] No two flows of one plane cross. Lines that touch, or share a stretch, are none that cross."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from engine.bpmn.checks.style.page import Page
from engine.drawing import Drawing
from engine.errors import Problem

Point = tuple[float, float]
Piece = tuple[float, float, float, float, Point, Point, str]
"""Left, right, top and bottom, both ends, and the flow."""


def check_crossing_flows(page: Page) -> Iterator[Problem]:
    flows = {flow.id for _, flow in page.flows()}
    for plane in page.planes:
        told: set[frozenset[str]] = set()
        for left, right, (x, y) in _crossings(plane, flows):
            if frozenset((left, right)) not in told:
                told.add(frozenset((left, right)))
                yield page.problem(
                    left,
                    f"the flow crosses {right} at x = {x:.0f}, y = {y:.0f}.",
                    "lead one of the two round, or move what they connect",
                )


def _crossings(plane: Drawing, flows: set[str]) -> Iterator[tuple[str, str, Point]]:
    pieces: list[Piece] = sorted(
        (min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), max(a[1], b[1]), a, b, edge.element)
        for edge in plane.edges
        if edge.element in flows
        for a, b in pairwise(edge.points)
    )
    for number, (_, right, top, bottom, a, b, flow) in enumerate(pieces):
        for other in range(number + 1, len(pieces)):
            left, _, high, low, c, d, second = pieces[other]
            if left >= right:
                break  # sorted by their left ends: nothing that follows reaches this piece
            if high < bottom and low > top and second != flow and (place := _meet(a, b, c, d)) is not None:
                yield flow, second, place


def _meet(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    """Where the inner parts of two pieces cross; None for those that only touch or run along each other."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = a, b, c, d
    along = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    if along == 0:
        return None
    first = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / along
    second = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / along
    if not (0 < first < 1 and 0 < second < 1):
        return None
    return ax + first * (bx - ax), ay + first * (by - ay)
