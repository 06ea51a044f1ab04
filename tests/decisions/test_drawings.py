"""The drawings of the shipped decisions: whoever opens one sees every part of it."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from lxml import etree

from engine.drawing import Box, read_drawing

ROOT = Path(__file__).parents[2]
MODELS = sorted((ROOT / "decisions").rglob("*.dmn"))


def overlap(one: Box, other: Box) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    above = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not (beside or above)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_no_shape_of_a_decision_drawing_lies_on_another(path: Path) -> None:
    shapes = read_drawing(etree.parse(str(path)).getroot()).shapes

    hidden = [(a.element, b.element) for a, b in combinations(shapes, 2) if overlap(a.box, b.box)]

    assert shapes
    assert hidden == []
