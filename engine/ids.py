"""Where new identifiers come from: random in service, counted in a simulation so that runs repeat to the byte."""

from __future__ import annotations

import secrets
from typing import Protocol


class IdSource(Protocol):
    def new_id(self, kind: str) -> str:
        """A new identifier, unique in its store; *kind* is a short prefix such as ``job`` or ``case``."""
        ...


class RandomIds:
    """``kind-`` and 80 random bits in base 32: unguessable and safe in a URL."""

    _ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

    def new_id(self, kind: str) -> str:
        bits = secrets.randbits(80)
        letters = []
        for _ in range(16):
            letters.append(self._ALPHABET[bits & 31])
            bits >>= 5
        return f"{kind}-{''.join(letters)}"


class CountedIds:
    """``kind-1``, ``kind-2`` ...: for simulations and tests only, one source per store."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def new_id(self, kind: str) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind}-{self._counts[kind]}"
