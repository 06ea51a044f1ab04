"""Runs a parsed regular expression in time linear in the text, where Python's engine could run for ever.

Every thread of the pattern advances together over the text, in order of preference, so that the match found is the one
that a backtracking engine finds first. Back-references are beyond this machine: `build` gives None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

MAX_PROGRAM = 5_000
MAX_WORK = 1_000_000

Spans = tuple[int, ...]


class TooMuchWork(Exception):
    """The text and the pattern together need more steps than allowed."""


class Instruction(NamedTuple):
    """`kind` is char, at, split, jump, save or match; `first` and `second` are program positions or a group mark."""

    kind: str
    matcher: re.Pattern[str] | None = None
    first: int = 0
    second: int = 0


class RegexMachine:
    """A program with the number of its groups."""

    def __init__(self, program: list[Instruction], groups: int) -> None:
        self.program = program
        self.groups = groups
        self._known: dict[tuple[int, str], bool] = {}

    def find_all(self, text: str, left: list[int]) -> Iterator[Spans]:
        """Start and end of each match and of its groups (-1 where a group took no part), from left to right.

        *left* holds how much work may still be done. Errors: TooMuchWork past it.
        """
        position = 0
        while position <= len(text):
            found = self._search(text, position, left)
            if found is None:
                return
            yield found
            position = found[1] if found[1] > found[0] else found[1] + 1

    def _search(self, text: str, start: int, left: list[int]) -> Spans | None:
        best: Spans | None = None
        threads: list[tuple[int, Spans]] = []
        blank = (-1,) * (2 * self.groups + 2)
        for position in range(start, len(text) + 1):
            if best is None:
                seen = {thread[0] for thread in threads}
                self._follow(threads, seen, 0, blank, text, position, left)
            if not threads and best is not None:
                break
            following: list[tuple[int, Spans]] = []
            seen = set()
            for at, spans in threads:
                instruction = self.program[at]
                if instruction.kind == "match":
                    best = spans
                    break
                if position < len(text) and self._accepts(at, instruction, text, position):
                    self._follow(following, seen, at + 1, spans, text, position + 1, left)
            threads = following
        return best

    def _accepts(self, at: int, instruction: Instruction, text: str, position: int) -> bool:
        key = (at, text[position])
        known = self._known.get(key)
        if known is None:
            assert instruction.matcher is not None
            known = self._known[key] = instruction.matcher.fullmatch(text[position]) is not None
        return known

    def _follow(
        self,
        threads: list[tuple[int, Spans]],
        seen: set[int],
        at: int,
        spans: Spans,
        text: str,
        position: int,
        left: list[int],
    ) -> None:
        """Add to *threads* every place that takes a character, reached from *at* without one, by preference."""
        pending = [(at, spans)]
        while pending:
            at, spans = pending.pop()
            if at in seen:
                continue
            seen.add(at)
            left[0] -= 1
            if left[0] < 0:
                raise TooMuchWork
            kind, matcher, first, second = self.program[at]
            if kind == "jump":
                pending.append((first, spans))
            elif kind == "split":
                pending.append((second, spans))
                pending.append((first, spans))
            elif kind == "save":
                pending.append((at + 1, (*spans[:first], position, *spans[first + 1 :])))
            elif kind == "at":
                if matcher is not None and matcher.match(text, position) is not None:
                    pending.append((at + 1, spans))
            else:
                threads.append((at, spans))


class _Unsupported(Exception):
    """The pattern holds what the machine cannot run."""


def build(tree: Any, flags: int, groups: int) -> RegexMachine | None:
    """The machine for a parsed pattern, or None when it is too large or needs more than a machine can do."""
    program: list[Instruction] = []

    def emit(instruction: Instruction) -> int:
        if len(program) >= MAX_PROGRAM:
            raise _Unsupported
        program.append(instruction)
        return len(program) - 1

    def alone(item: Any) -> re.Pattern[str]:
        return _compiler.compile(_parser.SubPattern(tree.state, [item]), flags)  # type: ignore[no-any-return]

    def sequence(items: Any) -> None:
        for item in items:
            operator, argument = item
            if operator in _ATOMS:
                emit(Instruction("char", alone(item)))
            elif operator in _PLACES:
                emit(Instruction("at", alone(item)))
            elif operator is _constants.SUBPATTERN:
                group(*argument)
            elif operator is _constants.BRANCH:
                branch(argument[1])
            elif operator is _constants.MAX_REPEAT or operator is _constants.MIN_REPEAT:
                repeat(*argument, greedy=operator is _constants.MAX_REPEAT)
            else:
                raise _Unsupported

    def group(number: int | None, added: int, removed: int, items: Any) -> None:
        if added or removed:
            raise _Unsupported
        if number is None:
            sequence(items)
            return
        emit(Instruction("save", None, 2 * number))
        sequence(items)
        emit(Instruction("save", None, 2 * number + 1))

    def branch(alternatives: list[Any]) -> None:
        jumps: list[int] = []
        for items in alternatives[:-1]:
            split = emit(Instruction("split"))
            sequence(items)
            jumps.append(emit(Instruction("jump")))
            program[split] = Instruction("split", None, split + 1, len(program))
        sequence(alternatives[-1])
        for jump in jumps:
            program[jump] = Instruction("jump", None, len(program))

    def repeat(low: int, high: Any, items: Any, *, greedy: bool) -> None:
        for _ in range(low):
            sequence(items)
        if high is _constants.MAXREPEAT:
            optional(lambda split: emit(Instruction("jump", None, split)), items, greedy)
            return
        for _ in range(high - low):
            optional(lambda split: None, items, greedy)

    def optional(close: Callable[[int], object], items: Any, greedy: bool) -> None:
        split = emit(Instruction("split"))
        sequence(items)
        close(split)
        inside, after = split + 1, len(program)
        program[split] = Instruction("split", None, *((inside, after) if greedy else (after, inside)))

    try:
        emit(Instruction("save", None, 0))
        sequence(tree)
        emit(Instruction("save", None, 1))
        emit(Instruction("match"))
    except (_Unsupported, RecursionError):
        return None
    return RegexMachine(program, groups)


# XPath has no lookarounds; those that stand here come from the translation of `$` and take no text.
_PLACES = (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT)
_ATOMS = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.ANY_ALL, _constants.IN)
