"""matches, replace and split (DMN 1.5, 10.3.4.3): XPath regular expressions, never Python's own syntax.

`elementpath` translates a pattern; a null with a reason follows whatever XPath refuses. Python's engine backtracks, so
patterns with a repetition inside a repetition are run on short texts only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

from elementpath.regex import RegexError, translate_pattern

from engine.feel.runtime import NullResult
from engine.feel.signature import Overload

_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": re.VERBOSE}
_BLANKS = "\t\n\r "
MAX_PATTERN = 2_000
MAX_NESTED_TEXT = 24
MAX_BACKTRACKING = 20_000_000


class Pattern:
    """A compiled pattern with an estimate of how its cost grows with the text."""

    def __init__(self, compiled: re.Pattern[str]) -> None:
        self.compiled = compiled
        self.nesting, self.repeats = _measure(_parser.parse(compiled.pattern, compiled.flags), 0)

    def check(self, text: str) -> None:
        """Refuse a text on which the engine could run for ever."""
        length = len(text)
        if self.nesting > 1 and length > MAX_NESTED_TEXT:
            raise NullResult(f"a repetition inside a repetition is tried on {MAX_NESTED_TEXT} characters at most")
        if self.repeats > 2 and (length + 1) ** (self.repeats - 1) > MAX_BACKTRACKING * 50:
            raise NullResult(f"{self.repeats} open repetitions are too many for a text of {length} characters")


def _measure(items: Any, depth: int) -> tuple[int, int]:
    """How deep unbounded repetitions nest in a parsed pattern, and how many there are."""
    deepest, count = depth, 0
    for operator, argument in items:
        below = depth
        children: list[Any] = []
        if operator in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
            _, high, child = argument
            if high > MAX_NESTED_TEXT:
                below, count = depth + 1, count + 1
            children = [child]
        elif operator is _constants.BRANCH:
            children = list(argument[1])
        elif operator is _constants.SUBPATTERN:
            children = [argument[-1]]
        elif operator in (_constants.ASSERT, _constants.ASSERT_NOT):
            children = [argument[1]]
        deepest = max(deepest, below)
        for child in children:
            inner_depth, inner_count = _measure(child, below)
            deepest, count = max(deepest, inner_depth), count + inner_count
    return deepest, count


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: str) -> Pattern:
    """The pattern for Python's engine; NullResult when XPath refuses it."""
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


def matches(text: str, pattern: str, flags: str | None) -> bool:
    found = compile_pattern(pattern, flags or "")
    found.check(text)
    return found.compiled.search(text) is not None


def replace(text: str, pattern: str, replacement: str, flags: str | None) -> str:
    found = compile_pattern(pattern, flags or "")
    _refuse_empty(found)
    found.check(text)
    parts = _read_replacement(replacement, found.compiled.groups)

    def fill(match: re.Match[str]) -> str:
        return "".join(part if isinstance(part, str) else match.group(part) or "" for part in parts)

    return found.compiled.sub(fill, text)


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


def split(text: str, delimiter: str) -> list[str]:
    found = compile_pattern(delimiter, "")
    _refuse_empty(found)
    found.check(text)
    pieces: list[str] = []
    start = 0
    for match in found.compiled.finditer(text):
        pieces.append(text[start : match.start()])
        start = match.end()
    pieces.append(text[start:])
    return pieces


FUNCTIONS: dict[str, tuple[Overload, ...]] = {
    "matches": (Overload(matches, "input: string, pattern: string, flags?: string?"),),
    "replace": (Overload(replace, "input: string, pattern: string, replacement: string, flags?: string?"),),
    "split": (Overload(split, "string: string, delimiter: string"),),
}
