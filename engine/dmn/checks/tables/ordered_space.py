"""Numbers, dates, times and durations: between and on the ends of all intervals every test gives one answer."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cmp_to_key
from math import floor

from engine.dmn.checks.tables.conditions import Between, Condition, Constant, Equal, Point, Symbol
from engine.dmn.checks.tables.spaces import Atoms, bits_of, format_value_of, show_point
from engine.feel import FeelDate, Value, YearsMonthsDuration, compare

DISCRETE = ("date", "years and months duration")


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
