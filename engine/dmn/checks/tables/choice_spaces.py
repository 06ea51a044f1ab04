"""Texts, booleans and lists: the values that are named, and any other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.dmn.checks.tables.conditions import Condition, Constant, Contains, Equal, Symbol
from engine.dmn.checks.tables.spaces import Atoms, bits_of, format_value_of
from engine.feel import Value, kind_of


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


class ListSpace:
    """Lists, told apart by which of the named items they hold, in a *field* of their own items if one is named."""

    def __init__(self, items: Sequence[Value], field: str, *, has_null: bool) -> None:
        self._items = list(items)
        self._field = field
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
        held: list[Value] = [item for number, item in enumerate(self._items) if atom >> number & 1]
        value: list[Value] = [{self._field: item} for item in held] if self._field else held
        return f"{name} = [{', '.join(map(format_value_of, value))}]", value
