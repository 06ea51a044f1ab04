"""The names in scope while parsing, so that the longest one is recognised (DMN 1.5, 10.3.1.4).

A name of one token reads as a name by itself; a name of several is one only because the scope says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from engine.feel.lexer import Token, TokenKind, split_name

Parts = tuple[tuple[str, bool], ...]


class NameScope:
    """A stack of sets of names; `match` finds the longest that starts at a token.

    Names of *base* are known too. A scope that is not *strict* has no say in which blanks a longer name must have.
    """

    def __init__(self, names: Iterable[str] = (), base: NameScope | None = None, *, strict: bool = True) -> None:
        self._base = base
        self._strict = strict
        self._by_first: dict[str, list[tuple[Parts, str]]] = {}
        self._single: dict[str, int] = {}
        self._marks: list[list[str]] = [[]]
        for name in names:
            self.add(name)

    def push(self, names: Iterable[str] = ()) -> None:
        self._marks.append([])
        for name in names:
            self.add(name)

    def pop(self) -> None:
        for first in reversed(self._marks.pop()):
            parts, _ = self._by_first[first].pop()
            if len(parts) == 1:
                self._single[first] -= 1

    def add(self, name: str) -> None:
        parts = split_name(name)
        if parts:
            first = parts[0][0]
            self._by_first.setdefault(first, []).append((parts, name))
            self._marks[-1].append(first)
            if len(parts) == 1:
                self._single[first] = self._single.get(first, 0) + 1

    def match(self, tokens: Sequence[Token], position: int) -> tuple[str, int] | None:
        """The longest known name at *position* and how many tokens it takes.

        Blanks must stand where the name has them. Only when its first part is no name of its own may they differ: with
        `a` and `a-b` in scope, `a - b` is a subtraction.
        """
        first = tokens[position].text
        candidates: list[tuple[Parts, str]] = []
        stands_alone = False
        scope: NameScope | None = self
        while scope is not None:
            found = scope._by_first.get(first)
            if found:
                candidates = candidates + found if candidates else found
                stands_alone = stands_alone or (scope._strict and bool(scope._single.get(first)))
            scope = scope._base
        if not candidates or tokens[position].kind in (TokenKind.STRING, TokenKind.AT):
            return None
        best: tuple[int, int, str] | None = None
        for parts, name in candidates:
            fit = _fit(parts, tokens, position)
            if fit == 1 and stands_alone:
                continue
            if fit and (best is None or (fit, len(parts)) > best[:2]):
                best = (fit, len(parts), name)
        return None if best is None else (best[2], best[1])


@lru_cache(maxsize=256)
def shared_scope(names: frozenset[str], base: NameScope | None = None) -> NameScope:
    """A scope of names that stay the same, made once: the cells of a model are read with the same names over and over.

    It must not be added to; put a scope of your own on it.
    """
    return NameScope(names, base)


def _fit(parts: Parts, tokens: Sequence[Token], position: int) -> int:
    """2 when all parts stand there with the same blanks, 1 when only the blanks differ, else 0."""
    if position + len(parts) >= len(tokens):
        return 0
    fit = 2
    for index, (text, spaced) in enumerate(parts):
        token = tokens[position + index]
        if token.text != text or token.kind in (TokenKind.STRING, TokenKind.AT):
            return 0
        if index and token.spaced != spaced:
            fit = 1
    return fit
