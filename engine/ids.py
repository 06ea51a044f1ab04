"""Where new identifiers come from: random in service, counted in a simulation so that runs repeat to the byte."""

from __future__ import annotations

import os
from typing import Protocol


class IdSource(Protocol):
    def new_id(self, kind: str) -> str:
        """A new identifier, unique in its store; *kind* is a short prefix such as ``job`` or ``case``."""
        ...


_ALPHABET = b"0123456789abcdefghjkmnpqrstvwxyz"
_LETTER_OF_BYTE = bytes(_ALPHABET[byte % 32] for byte in range(256))
_LENGTH = 16
_AT_ONCE = 8


def _random_letters(count: int) -> str:
    return os.urandom(count).translate(_LETTER_OF_BYTE).decode()


class RandomIds:
    """``kind-`` and 80 random bits in base 32: unguessable and safe in a URL."""

    def new_id(self, kind: str) -> str:
        return f"{kind}-{_random_letters(_LENGTH)}"


class RandomIdsOfCommand:
    """As `RandomIds`, drawn several at once because one call of the system costs more than all the rest.

    Not to be shared among threads, nor kept when the process forks.
    """

    def __init__(self) -> None:
        self._letters = ""

    def new_id(self, kind: str) -> str:
        if not self._letters:
            self._letters = _random_letters(_AT_ONCE * _LENGTH)
        letters, self._letters = self._letters[:_LENGTH], self._letters[_LENGTH:]
        return f"{kind}-{letters}"


class CountedIds:
    """``kind-1``, ``kind-2`` ...: for simulations and tests only, one source per store."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def new_id(self, kind: str) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind}-{self._counts[kind]}"
