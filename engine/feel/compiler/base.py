"""The compiler's shared state: where names live, what was found missing, and how an error place is recorded.

An expression becomes one Python closure per node. A closure takes a frame, a list `[state, context, local, ...]`;
local variables have their slot fixed here, once, so that running needs no name lookup except in the context handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from engine.errors import Span
from engine.feel.builtin_names import BUILTIN_NAMES
from engine.feel.nodes import Node
from engine.feel.runtime import Frame
from engine.feel.types import Type

Code: TypeAlias = Callable[[Frame], Any]
FIRST_SLOT = 2


class FreeName(NamedTuple):
    """A name that the expression does not bind itself. In a filter it may also be a field of the elements."""

    name: str
    span: Span
    may_be_field: bool = False


@dataclass
class Scope:
    """Local variables by slot; a filter's scope instead has the slot of the element, whose fields are names."""

    parent: Scope | None
    slots: dict[str, int] = field(default_factory=dict)
    element_slot: int | None = None


class Compiler:
    """One compilation: scopes and findings. `NodeCompiler` adds the dispatch over node types."""

    def compile(self, node: Node) -> Code:
        raise NotImplementedError

    def __init__(self, names: Iterable[str], types: Mapping[str, Type]) -> None:
        self.names = frozenset(names)
        self.types = types
        self.scope: Scope | None = None
        self.next_slot = FIRST_SLOT
        self.frame_size = FIRST_SLOT
        self.free_names: list[FreeName] = []
        self.unknown_functions: list[FreeName] = []
        self.unknown_types: list[FreeName] = []
        self.used_slots: set[int] = set()
        self.is_plain = True
        """Whether nothing is called and no more repeated than short lists, so that evaluating twice does no harm."""
        self.loops = 0
        self.inside_loop = False

    def push(self, names: Iterable[str] = ()) -> Scope:
        self.scope = Scope(self.scope)
        for name in names:
            self.bind(name)
        return self.scope

    def push_filter(self) -> int:
        slot = self.new_slot()
        self.scope = Scope(self.scope, element_slot=slot)
        return slot

    def pop(self) -> None:
        if self.scope is not None:
            self.scope = self.scope.parent

    def new_slot(self) -> int:
        slot = self.next_slot
        self.next_slot += 1
        self.frame_size = max(self.frame_size, self.next_slot)
        return slot

    def bind(self, name: str) -> int:
        """A slot for the local variable *name* in the innermost scope."""
        slot = self.new_slot()
        if self.scope is not None:
            self.scope.slots[name] = slot
        return slot

    def resolve(self, name: str) -> tuple[list[int], int | None]:
        """The elements of enclosing filters to ask for *name*, innermost first, then the slot it is bound to."""
        elements: list[int] = []
        scope = self.scope
        while scope is not None:
            if scope.element_slot is not None:
                elements.append(scope.element_slot)
            elif name in scope.slots:
                slot = scope.slots[name]
                self.used_slots.add(slot)
                return elements, slot
            scope = scope.parent
        return elements, None

    def is_builtin(self, name: str) -> bool:
        """Whether *name* means the built-in function and nothing nearer."""
        if name not in BUILTIN_NAMES or name in self.names:
            return False
        return self.resolve(name)[1] is None
