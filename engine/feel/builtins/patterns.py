"""matches, replace and split (DMN 1.5, 10.3.4.3): XPath regular expressions, never Python's own syntax.

`elementpath` translates a pattern; a null with a reason follows whatever XPath refuses. Python's engine backtracks, so
patterns on which it could run for ever are run by `regex_machine.py`, whose time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

from engine.errors import Span
from engine.feel.limits import DEFAULT_LIMITS, LimitExceeded
from engine.feel.regex_machine import MAX_WORK, TooMuchWork, build
from engine.feel.runtime import NullResult, State
from engine.feel.signature import Overload

_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": re.VERBOSE}
_BLANKS = "\t\n\r "
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
MAX_PATTERN = 2_000
MAX_RISKY_TEXT = 20
MAX_TRIES = 50_000_000
FEW_TRIES = 5_000_000
"""Up to so many Python's engine goes where the machine could, too."""
WORK_PER_STEP = 2


class Pattern:
    """A compiled pattern. Python's engine runs it unless it could run for ever; then a linear machine does."""

    def __init__(self, compiled: re.Pattern[str]) -> None:
        self.compiled = compiled
        tree = _parser.parse(compiled.pattern, compiled.flags)
        self.is_exponential = _is_exponential(tree, inside_repeat=False)
        self.repeats = _count_repeats(tree)
        self.machine = build(tree, compiled.flags, compiled.groups)

    def is_risky(self, text: str) -> bool:
        """Whether Python's engine could take long on *text*."""
        if self.is_exponential:
            return len(text) > MAX_RISKY_TEXT
        return bool((len(text) + 1) ** (self.repeats + 1) > (MAX_TRIES if self.machine is None else FEW_TRIES))

    def find_all(self, text: str, state: State) -> Iterator[tuple[int, ...]]:
        """Start and end of each match, then of its groups, from left to right; what the machine does is paid."""
        if not self.is_risky(text):
            for match in self.compiled.finditer(text):
                yield tuple(edge for group in range(self.compiled.groups + 1) for edge in match.span(group))
            return
        if self.machine is None:
            raise NullResult(f"this pattern cannot be tried on a text of {len(text)} characters")
        state.pay(0)  # from here on a state is needed
        left = [MAX_WORK]
        try:
            yield from self.machine.find_all(text, left)
        except TooMuchWork:
            raise NullResult("the pattern and the text are too large for each other") from None
        finally:
            state.steps -= (MAX_WORK - left[0]) // WORK_PER_STEP


def _children(operator: Any, argument: Any) -> list[Any]:
    if operator in _REPEATS:
        return [argument[2]]
    if operator is _constants.BRANCH:
        return list(argument[1])
    if operator is _constants.SUBPATTERN:
        return [argument[-1]]
    if operator in (_constants.ASSERT, _constants.ASSERT_NOT):
        return [argument[1]]
    return []


def _is_exponential(items: Any, *, inside_repeat: bool) -> bool:
    """Whether a repetition holds another one or a choice, so that a text can be matched in very many ways."""
    for operator, argument in items:
        if inside_repeat and (operator is _constants.BRANCH or operator in _REPEATS):
            return True
        repeats = inside_repeat or (operator in _REPEATS and argument[1] > 1)
        if any(_is_exponential(child, inside_repeat=repeats) for child in _children(operator, argument)):
            return True
    return False


def _count_repeats(items: Any) -> int:
    """How many repetitions without a small bound the pattern holds."""
    return sum(
        (operator in _REPEATS and argument[1] > MAX_RISKY_TEXT)
        + sum(map(_count_repeats, _children(operator, argument)))
        for operator, argument in items
    )


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: str) -> Pattern:
    """The pattern for Python's engine; NullResult when XPath refuses it."""
    # Loaded with the first pattern: most laws have none, and the library takes a tenth of a start to load.
    from elementpath.regex import RegexError, translate_pattern

    if len(pattern) > MAX_PATTERN:
        raise NullResult("the pattern is too long")
    options = 0
    for flag in flags:
        if flag not in _FLAGS:
            raise NullResult(f'"{flag}" is no flag; the flags are s, m, i and x')
        options |= _FLAGS[flag]
    if options & re.VERBOSE:
        pattern = _without_blanks(pattern)
        options &= ~re.VERBOSE
    try:
        translated = translate_pattern(pattern, options)
        return Pattern(re.compile(translated, options))
    except (RegexError, re.error, ValueError, OverflowError, KeyError, IndexError) as error:
        raise NullResult(f"this is no regular expression: {error}") from None
    except RecursionError:
        raise NullResult("the pattern is nested too deeply") from None


def _without_blanks(pattern: str) -> str:
    """XPath's flag x: blanks outside of character classes do not count."""
    kept: list[str] = []
    depth, escaped = 0, False
    for character in pattern:
        if depth == 0 and character in _BLANKS:
            continue
        if not escaped:
            depth += (character == "[") - (character == "]" and depth > 0)
        escaped = character == "\\" and not escaped
        kept.append(character)
    return "".join(kept)


def matches(state: State, span: Span, text: str, pattern: str, flags: str | None) -> bool:
    found = compile_pattern(pattern, flags or "")
    if not found.is_risky(text):
        return found.compiled.search(text) is not None
    return next(found.find_all(text, state), None) is not None


def replace(state: State, span: Span, text: str, pattern: str, replacement: str, flags: str | None) -> str:
    found = compile_pattern(pattern, flags or "")
    _refuse_empty(found)
    parts = _read_replacement(replacement, found.compiled.groups)
    pieces: list[str] = []
    start = size = 0
    for edges in found.find_all(text, state):
        pieces.append(text[start : edges[0]])
        for part in parts:
            pieces.append(part if isinstance(part, str) else text[edges[2 * part] : edges[2 * part + 1]])
            size += len(pieces[-1])
        if size > DEFAULT_LIMITS.max_string:
            raise LimitExceeded(f"a string of more than {DEFAULT_LIMITS.max_string} characters")
        start = edges[1]
    pieces.append(text[start:])
    return "".join(pieces)


def _refuse_empty(pattern: Pattern) -> None:
    if pattern.compiled.search("") is not None:
        raise NullResult("the pattern matches the empty string")


def _read_replacement(text: str, groups: int) -> list[str | int]:
    """Literal texts and group numbers of an XPath replacement: `$1`, `\\$` and `\\\\`."""
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        character = text[position]
        follower = text[position + 1 : position + 2]
        if character == "\\":
            if follower not in ("\\", "$") or not follower:
                raise NullResult("in the replacement a \\ must stand before \\ or $")
            parts.append(follower)
            position += 2
        elif character == "$":
            if not ("0" <= follower <= "9"):
                raise NullResult("in the replacement a $ must stand before a digit")
            end = position + 2
            while end < len(text) and "0" <= text[end] <= "9" and int(text[position + 1 : end + 1]) <= groups:
                end += 1
            group = int(text[position + 1 : end])
            parts.append(group if group <= groups else "")
            position = end
        else:
            parts.append(character)
            position += 1
    return parts


def split(state: State, span: Span, text: str, delimiter: str) -> list[str]:
    found = compile_pattern(delimiter, "")
    _refuse_empty(found)
    pieces: list[str] = []
    start = 0
    for edges in found.find_all(text, state):
        pieces.append(text[start : edges[0]])
        start = edges[1]
    pieces.append(text[start:])
    return pieces


FUNCTIONS: dict[str, tuple[Overload, ...]] = {
    "matches": (Overload(matches, "input: string, pattern: string, flags?: string?", takes_state=True),),
    "replace": (
        Overload(replace, "input: string, pattern: string, replacement: string, flags?: string?", takes_state=True),
    ),
    "split": (Overload(split, "string: string, delimiter: string", takes_state=True),),
}
