"""The values that one input can have, cut into finitely many atoms that no cell of the column tells apart.

A set of atoms is a whole number used as a bit set. What an atom is depends on the kind of the column: see
ordered_space.py (numbers, dates, times, durations) and choice_spaces.py (texts, booleans, lists).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.dmn.checks.tables.conditions import AllOf, Always, AnyOf, Condition, Negation, Never, Point, Symbol
from engine.feel import Value, format_value

Atoms = int


class Space(Protocol):
    """All atoms of one column. `domain` are those that an input can really have."""

    size: int
    domain: Atoms
    null_atom: int | None

    def leaf(self, condition: Condition) -> tuple[Atoms, Atoms]:
        """The atoms for which a test without parts is true, and those for which it is undecided."""
        ...

    def show(self, atoms: Atoms, name: str) -> str:
        """The atoms as a condition on *name*."""
        ...

    def example(self, atom: int, name: str) -> tuple[str, Value | None]:
        """One value of the atom as a fact, and the value itself where it is known before evaluation."""
        ...

    def is_end(self, atom: int) -> bool:
        """Whether the atom is the end of an interval with values on both sides."""
        ...


def atoms_of(space: Space, condition: Condition) -> tuple[Atoms, Atoms]:
    """True and undecided atoms of *condition*, by three-valued logic, as the cell would judge them."""
    everything = (1 << space.size) - 1
    match condition:
        case Always():
            return everything, 0
        case Never():
            return 0, 0
        case Negation(inner):
            true, unknown = atoms_of(space, inner)
            return everything & ~true & ~unknown, unknown
        case AnyOf(parts):
            true = unknown = 0
            for part in parts:
                each_true, each_unknown = atoms_of(space, part)
                true, unknown = true | each_true, unknown | each_unknown
            return true, unknown & ~true
        case AllOf(parts):
            true = possible = everything
            for part in parts:
                each_true, each_unknown = atoms_of(space, part)
                true, possible = true & each_true, possible & (each_true | each_unknown)
            return true, possible & ~true
    return space.leaf(condition)


def bits_of(atoms: Atoms) -> list[int]:
    found = []
    while atoms:
        lowest = atoms & -atoms
        found.append(lowest.bit_length() - 1)
        atoms ^= lowest
    return found


def show_point(point: Point) -> str:
    return point.text if isinstance(point, Symbol) else format_value_of(point.value)


def format_value_of(value: Value) -> str:
    """*value* as FEEL writes it."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return format_value(value)


@dataclass(frozen=True, slots=True)
class Cut:
    """How a column was cut: its space, or why it could not be; *assumes* says what the order of names rests on."""

    space: Space | None
    reason: str = ""
    assumes: str = ""
