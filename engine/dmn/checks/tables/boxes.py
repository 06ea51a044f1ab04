"""Boxes over the columns of a table, and the question whether some of them cover another one, answered exactly.

A box holds one set of atoms for each column. The target is cut in two again and again, at the end of some box that is
in the way, until each piece lies inside a box or touches none; a table that partitions its space is answered in about
rules x log rules steps. The search is bounded, and says so when the bound is met.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.dmn.checks.tables.spaces import Atoms

Box = tuple[Atoms, ...]
RuleSet = int
BOUND = 3_000_000
FEW = 8


class BoundMet(Exception):
    """The search would take too long; nothing can be said."""


class Budget:
    """How many boxes may still be looked at, once for each column where a cut is looked for in all of them."""

    def __init__(self, steps: int = BOUND) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise BoundMet


def intersect(left: Box, right: Box) -> Box | None:
    """What two boxes share; None when they share nothing."""
    both = tuple(a & b for a, b in zip(left, right, strict=True))
    return both if all(both) else None


def contains(outer: Box, inner: Box) -> bool:
    return all(not inside & ~around for around, inside in zip(outer, inner, strict=True))


def find_uncovered(target: Box, boxes: Sequence[Box], budget: Budget) -> Box | None:
    """A part of *target* that no box touches, or None when the boxes cover it. Errors: BoundMet."""
    if not all(target):
        return None
    pieces = [
        (target, _touching(target, ((box, _cut_columns(target, box)) for box in boxes if intersect(target, box))))
    ]
    while pieces:
        piece, near = pieces.pop()
        if near is None:
            continue
        if not near:
            return piece
        budget.spend(len(near) * (len(piece) if len(near) > FEW else 1))
        column, part = _choose_cut(piece, near)
        for half in (piece[column] & ~part, piece[column] & part):
            if half:
                smaller = (*piece[:column], half, *piece[column + 1 :])
                pieces.append((smaller, _after_cut(smaller, column, near)))
    return None


def widen(gap: Box, domain: Box, boxes: Sequence[Box], ordered: Sequence[bool]) -> Box:
    """A large box around a point of *gap* that touches none of *boxes*; in *ordered* columns without a break."""
    grown = [_run(atoms, around) if order else atoms for atoms, around, order in zip(gap, domain, ordered, strict=True)]
    for column, order in enumerate(ordered):
        taken = 0
        for box in boxes:
            if all(box[other] & grown[other] for other in range(len(grown)) if other != column):
                taken |= box[column]
        free = domain[column] & ~taken
        grown[column] = _run(free, domain[column], grown[column]) if order else free
    return tuple(grown)


def _run(atoms: Atoms, domain: Atoms, seed: Atoms = 0) -> Atoms:
    """The part of *atoms* around *seed* (around the lowest without one) that no other atom of *domain* breaks."""
    start = seed or atoms
    low = (start & -start).bit_length() - 1
    barriers = domain & ~atoms
    below, above = barriers & ((1 << low) - 1), barriers >> low
    first = below.bit_length()
    last = low + (above & -above).bit_length() - 1 if above else atoms.bit_length()
    return atoms & ((1 << last) - 1) & ~((1 << first) - 1)


# ---- the pieces of the search: a box near the piece, and the columns in which it does not span the piece ----------

Near = list[tuple[Box, int]]


def _cut_columns(piece: Box, box: Box) -> int:
    return sum(1 << column for column, atoms in enumerate(piece) if atoms & ~box[column])


def _touching(piece: Box, near: object) -> Near | None:
    """The boxes near *piece*; None when one of them spans it."""
    found: Near = []
    for box, cuts in near:  # type: ignore[attr-defined]
        if not cuts:
            return None
        found.append((box, cuts))
    return found


def _after_cut(piece: Box, column: int, near: Near) -> Near | None:
    atoms, bit = piece[column], 1 << column
    found: Near = []
    for box, cuts in near:
        shared = box[column] & atoms
        if not shared:
            continue
        if shared == atoms:
            cuts &= ~bit
            if not cuts:
                return None
        found.append((box, cuts))
    return found


def _choose_cut(piece: Box, near: Near) -> tuple[int, Atoms]:
    """A column, and the part of it to cut off: in the middle of many boxes, along the edge of one of few."""
    if len(near) <= FEW:
        box, cuts = min(near, key=lambda each: each[1].bit_count())
        column = (cuts & -cuts).bit_length() - 1
        return column, box[column]
    best: tuple[int, int, Atoms] | None = None
    for column, atoms in enumerate(piece):
        bit = 1 << column
        first, last = (atoms & -atoms).bit_length() - 1, atoms.bit_length()
        spans = []
        for box, cuts in near:
            if cuts & bit:
                shared = box[column] & atoms
                spans.append(((shared & -shared).bit_length() - 1, shared.bit_length()))
        if not spans:
            continue
        ends = sorted(end for span in spans for end in span if first < end < last)
        whole = len(near) - len(spans)
        if not ends:
            continue
        middle = ends[len(ends) // 2]
        left = sum(start < middle for start, _ in spans)
        right = sum(end > middle for _, end in spans)
        score = max(left, right) + whole
        if best is None or score < best[0]:
            best = (score, column, (1 << middle) - 1)
    if best is not None:
        return best[1], best[2]
    box, cuts = min(near, key=lambda each: each[1].bit_count())
    column = (cuts & -cuts).bit_length() - 1
    return column, box[column]
