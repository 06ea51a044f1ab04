"""The values that one input can have, cut into finitely many atoms that no cell of the column tells apart.

A set of atoms is a whole number used as a bit set. Between and on the ends of all intervals of an ordered column every
test gives one answer, so that ends and the open intervals between them are enough; of texts, the ones that are named
and "any other" are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key
from math import floor
from typing import Any, Protocol

from engine.dmn.checks.tables.conditions import (
    AllOf,
    Always,
    AnyOf,
    Between,
    Condition,
    Constant,
    Contains,
    Equal,
    Negation,
    Never,
    Point,
    Symbol,
)
from engine.feel import FeelDate, Value, YearsMonthsDuration, compare, format_value, kind_of

Atoms = int
DISCRETE = ("date", "years and months duration")


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


# ---- numbers, dates, times, durations ---------------------------------------------------------------------------


class OrderedSpace:
    """Ends in order: atom 2i is the open interval before end i, atom 2i+1 is end i itself; null, if any, comes last."""

    def __init__(self, ends: Sequence[Point], kind: str, *, whole: bool, has_null: bool) -> None:
        self._ends = list(ends)
        self._position = {end: number for number, end in enumerate(self._ends)}
        self._kind = kind
        self._whole = whole or kind in DISCRETE
        self._last = 2 * len(self._ends)
        self.size = self._last + 1 + has_null
        self.null_atom = self._last + 1 if has_null else None
        self.domain = (1 << self.size) - 1
        for atom in range(0, self._last + 1, 2):
            if self._is_empty(atom):
                self.domain &= ~(1 << atom)
        if whole:
            for number, end in enumerate(self._ends):
                if isinstance(end, Constant) and isinstance(end.value, Decimal) and end.value % 1:
                    self.domain &= ~(1 << (2 * number + 1))

    @classmethod
    def order(cls, values: Sequence[Value]) -> list[Point]:
        """Constants of one kind in their order, each once."""
        unique = list(dict.fromkeys(values))
        if all(type(value) is Decimal for value in unique):
            return [Constant(value) for value in sorted(unique)]  # type: ignore[type-var]
        return [Constant(value) for value in sorted(unique, key=cmp_to_key(_in_order))]

    def leaf(self, condition: Condition) -> tuple[Atoms, Atoms]:
        null = 0 if self.null_atom is None else 1 << self.null_atom
        match condition:
            case Equal(Constant(None)):
                return null, 0
            case Equal(point):
                if point not in self._position:
                    return 0, (1 << self.size) - 1
                return 1 << (2 * self._position[point] + 1), 0
            case Between(low, low_closed, high, high_closed):
                if any(end is not None and end not in self._position for end in (low, high)):
                    return 0, (1 << self.size) - 1
                first = 0 if low is None else 2 * self._position[low] + (1 if low_closed else 2)
                final = self._last if high is None else 2 * self._position[high] + (1 if high_closed else 0)
                # Both ends may be one value: each of them must let it in, else the interval is empty.
                return ((1 << (final + 1)) - (1 << first) if final >= first else 0), null
        return 0, (1 << self.size) - 1

    def _is_empty(self, atom: int) -> bool:
        """Whether an open interval holds no value: two neighbouring days, or whole numbers."""
        if not self._whole or atom in (0, self._last):
            return False
        low, high = self._ends[atom // 2 - 1], self._ends[atom // 2]
        if isinstance(low, Symbol) or isinstance(high, Symbol):
            return False
        return _first_above(low.value) >= _step(high.value)

    def is_end(self, atom: int) -> bool:
        if atom == self.null_atom or atom % 2 == 0:
            return False
        return all(self.domain >> side & 1 for side in (atom - 1, atom + 1))

    def show(self, atoms: Atoms, name: str) -> str:
        parts = []
        if self.null_atom is not None and atoms >> self.null_atom & 1:
            parts.append(f"{name} = null")
            atoms &= ~(1 << self.null_atom)
        # Atoms that no input can have stand between those that can: a run goes on over them.
        bits, run = bits_of(atoms & self.domain), []
        for position, atom in enumerate(bits):
            run.append(atom)
            following = bits[position + 1] if position + 1 < len(bits) else None
            gap = 0 if following is None else ((1 << following) - (1 << (atom + 1))) & self.domain
            if following is None or gap:
                parts.append(self._show_run(run[0], run[-1], name))
                run = []
        return " or ".join(parts)

    def _show_run(self, first: int, last: int, name: str) -> str:
        if first == last and first % 2:
            return f"{name} = {show_point(self._ends[first // 2])}"
        low = None if first == 0 else self._ends[(first - 1) // 2 if first % 2 == 0 else first // 2]
        high = None if last == self._last else self._ends[last // 2]
        if low is None and high is None:
            return f"{name} is anything"
        if low is None and high is not None:
            return f"{name} {'<=' if last % 2 else '<'} {show_point(high)}"
        if high is None and low is not None:
            return f"{name} {'>=' if first % 2 else '>'} {show_point(low)}"
        assert low is not None
        assert high is not None
        return f"{name} in {'[' if first % 2 else '('}{show_point(low)}..{show_point(high)}{']' if last % 2 else ')'}"

    def example(self, atom: int, name: str) -> tuple[str, Value | None]:
        if atom == self.null_atom:
            return f"{name} = null", None
        ends = self._ends
        if any(isinstance(end, Symbol) for end in ends):
            return self._show_run(atom, atom, name), None
        if not ends:
            return f"{name} = {format_value_of(_SAMPLES[self._kind])}", _SAMPLES[self._kind]
        if atom % 2:
            value = ends[atom // 2].value  # type: ignore[union-attr]
        else:
            low = None if atom == 0 else ends[atom // 2 - 1].value  # type: ignore[union-attr]
            high = None if atom == self._last else ends[atom // 2].value  # type: ignore[union-attr]
            value = _between(low, high)
        if value is None:
            return self._show_run(atom, atom, name), None
        return f"{name} = {format_value_of(value)}", value


_SAMPLES: dict[str, Value] = {
    "number": Decimal(0),
    "date": FeelDate(2000, 1, 1),
    "years and months duration": YearsMonthsDuration(0),
}


def _step(value: Value) -> Decimal:
    """The place of a value of a kind that has a next one."""
    if isinstance(value, FeelDate):
        return Decimal(value.ordinal)
    if isinstance(value, YearsMonthsDuration):
        return Decimal(value.months)
    return value if isinstance(value, Decimal) else Decimal(0)


def _first_above(value: Value) -> Decimal:
    return Decimal(floor(_step(value))) + 1


def _between(low: Value, high: Value) -> Value:
    """A value strictly between the two, where None is no bound; None when this kind has no simple one."""
    known = high if low is None else low
    if isinstance(known, FeelDate):
        return FeelDate.from_ordinal(known.ordinal + (-1 if low is None else 1))
    if isinstance(known, YearsMonthsDuration):
        return YearsMonthsDuration(known.months + (-1 if low is None else 1))
    if not isinstance(known, Decimal):
        return None
    if low is None:
        return Decimal(floor(known)) - 1
    above = Decimal(floor(known)) + 1
    if not isinstance(high, Decimal) or above < high:
        return above
    return (known + high) / 2


def _in_order(left: Value, right: Value) -> int:
    return compare(left, right) or 0


# ---- texts, booleans, and everything that is only compared for being equal --------------------------------------


class ChoiceSpace:
    """Named values and, unless the column is *closed*, any other; each alone or equal to some of the *symbols*."""

    def __init__(self, values: Sequence[Value], symbols: Sequence[Symbol], *, closed: bool, has_null: bool) -> None:
        self._values = list(values)
        self._index = {_key(value): number for number, value in enumerate(self._values)}
        self._symbols = list(symbols)
        self._choices = len(self._values) + (not closed)
        self._closed = closed
        self._worlds = 1 << len(self._symbols)
        self.size = self._choices * self._worlds + has_null
        self.null_atom = self.size - 1 if has_null else None
        self.domain = (1 << self.size) - 1

    def leaf(self, condition: Condition) -> tuple[Atoms, Atoms]:
        null = 0 if self.null_atom is None else 1 << self.null_atom
        match condition:
            case Equal(Constant(None)):
                return null, 0
            case Equal(Constant(value)):
                number = self._index.get(_key(value))
                if number is None:
                    return 0, (1 << self.size) - 1
                return ((1 << self._worlds) - 1) << (number * self._worlds), 0
            case Equal(Symbol() as symbol):
                bit = 1 << self._symbols.index(symbol)
                worlds = sum(1 << world for world in range(self._worlds) if world & bit)
                return sum(worlds << (choice * self._worlds) for choice in range(self._choices)), 0
        return 0, (1 << self.size) - 1

    def is_end(self, atom: int) -> bool:
        return False

    def show(self, atoms: Atoms, name: str) -> str:
        # Symbols that make no difference are left out.
        if self._worlds > 1:
            return " or ".join(self.example(atom, name)[0] for atom in bits_of(atoms & self.domain)[:4])
        named = [number for number in bits_of(atoms & self.domain) if number != self.null_atom]
        parts = []
        listed = [format_value_of(self._values[number]) for number in named if number < len(self._values)]
        if len(named) > len(listed):
            others = [format_value_of(value) for number, value in enumerate(self._values) if number not in named]
            parts.append(f"{name} is none of {', '.join(others)}" if others else f"{name} is anything")
        elif len(listed) == 1:
            parts.append(f"{name} = {listed[0]}")
        elif listed:
            parts.append(f"{name} is one of {', '.join(listed)}")
        if self.null_atom is not None and atoms >> self.null_atom & 1:
            parts.append(f"{name} = null")
        return " or ".join(parts)

    def example(self, atom: int, name: str) -> tuple[str, Value | None]:
        if atom == self.null_atom:
            return f"{name} = null", None
        choice, world = divmod(atom, self._worlds)
        equal = [symbol.text for number, symbol in enumerate(self._symbols) if world >> number & 1]
        if choice < len(self._values):
            value = self._values[choice]
            text = f"{name} = {format_value_of(value)}"
        else:
            value = self._other()
            text = f"{name} = {format_value_of(value)}" if not self._symbols else ""
        if self._symbols:
            value = None
            different = [symbol.text for number, symbol in enumerate(self._symbols) if not world >> number & 1]
            told = [f"{name} = {text}" for text in equal] or [f"{name} is none of {', '.join(different)}"]
            text = " and ".join([text, *told] if text else told)
        return text, value

    def _other(self) -> Value:
        sample = self._values[0] if self._values else ""
        if not isinstance(sample, str):
            return None
        taken = set(self._values)
        return next(word for word in ("something else", "another", *map(str, range(9))) if word not in taken)


def _key(value: Value) -> tuple[str, Any]:
    return kind_of(value), value


# ---- lists --------------------------------------------------------------------------------------------------------


class ListSpace:
    """Lists, told apart by which of the named items they hold."""

    def __init__(self, items: Sequence[Value], *, has_null: bool) -> None:
        self._items = list(items)
        self._lists = 1 << len(self._items)
        self.size = self._lists + has_null
        self.null_atom = self._lists if has_null else None
        self.domain = (1 << self.size) - 1

    def leaf(self, condition: Condition) -> tuple[Atoms, Atoms]:
        null = 0 if self.null_atom is None else 1 << self.null_atom
        match condition:
            case Equal(Constant(None)):
                return null, 0
            case Contains(value):
                bit = 1 << self._items.index(value)
                return sum(1 << each for each in range(self._lists) if each & bit), null
        return 0, (1 << self.size) - 1

    def is_end(self, atom: int) -> bool:
        return False

    def show(self, atoms: Atoms, name: str) -> str:
        return " or ".join(self.example(atom, name)[0] for atom in bits_of(atoms & self.domain)[:4])

    def example(self, atom: int, name: str) -> tuple[str, Value | None]:
        if atom == self.null_atom:
            return f"{name} = null", None
        value: list[Value] = [item for number, item in enumerate(self._items) if atom >> number & 1]
        return f"{name} = [{', '.join(map(format_value_of, value))}]", value


@dataclass(frozen=True, slots=True)
class Cut:
    """How a column was cut: its space, or why it could not be; *assumes* says what the order of names rests on."""

    space: Space | None
    reason: str = ""
    assumes: str = ""
