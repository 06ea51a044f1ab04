"""The audit chain, checked from its first row to its last."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from engine.errors import ErrorCode, Location, Problem
from engine.store.log import START_OF_CHAIN, ChainLink, commitment_of, hash_of

CHANGED = "somebody changed the store by other means than the engine; compare it with a backup"
"""What to do about rows that are not as they were written."""


@dataclass(frozen=True, slots=True)
class ChainReport:
    """`head` is the hash of the last row (hex): whoever noted it earlier can tell that nothing was cut off since."""

    entries: int
    erased: int
    head: str
    problems: tuple[Problem, ...]


def check_chain(links: Iterable[ChainLink]) -> ChainReport:
    """Recompute every commitment and hash. Problems carry STORE_CHAIN and name the last entry of a row."""
    problems: list[Problem] = []
    entries = erased = 0
    head, expected_seq = START_OF_CHAIN, 1
    for link in links:
        count = _count(link.entries)
        entries += count
        first = link.seq - count + 1
        if first != expected_seq:
            problems.append(
                _problem(link.seq, f"expected entry {expected_seq} next, but got {first}: entries are missing.")
            )
        if link.prev_hash != head:
            problems.append(_problem(link.seq, "it does not follow from the entry before it."))
        if hash_of(link.prev_hash, link.visible, link.commitment) != link.hash:
            problems.append(_problem(link.seq, "its content is not the one that was hashed."))
        if link.payload is None or link.salt is None:
            erased += count
        elif commitment_of(link.salt, link.payload) != link.commitment:
            problems.append(_problem(link.seq, "its payload is not the one that was committed to."))
        head, expected_seq = link.hash, link.seq + 1
    return ChainReport(entries, erased, head.hex(), tuple(problems))


def _count(entries: str) -> int:
    """How many entries a row lists; 0 for a list that somebody has spoiled, which its hash then tells."""
    try:
        listed = json.loads(entries)
    except ValueError:
        return 0
    return len(listed) if isinstance(listed, list) else 0


def _problem(seq: int, what: str) -> Problem:
    return Problem(
        ErrorCode.STORE_CHAIN,
        f"entry {seq} of the log: {what}",
        Location(part=f"log entry {seq}"),
        hint=CHANGED,
    )
