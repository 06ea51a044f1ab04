"""Where new identifiers come from: random in service, counted in a simulation so that runs repeat to the byte."""

from __future__ import annotations

import os
from typing import Protocol


class IdSource(Protocol):
    def new_id(self, kind: str) -> str:
        """A new identifier, unique in its store; *kind* is a short prefix such as ``job`` or ``case``."""
        ...


_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)


class RandomIds:
    """``kind-`` and 80 random bits in base 32: unguessable and safe in a URL."""

    def new_id(self, kind: str) -> str:
        bits = int.from_bytes(os.urandom(10), "little")
        high, low = bits >> 40, bits
        return (
            f"{kind}-{_PAIRS[low & 1023]}{_PAIRS[low >> 10 & 1023]}{_PAIRS[low >> 20 & 1023]}{_PAIRS[low >> 30 & 1023]}"
            f"{_PAIRS[high & 1023]}{_PAIRS[high >> 10 & 1023]}{_PAIRS[high >> 20 & 1023]}{_PAIRS[high >> 30]}"
        )


class CountedIds:
    """``kind-1``, ``kind-2`` ...: for simulations and tests only, one source per store."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def new_id(self, kind: str) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind}-{self._counts[kind]}"
