"""Cuts a FEEL text into tokens (DMN 1.5, rules 25 to 37, 61, 62, 64 and 65).

A name may hold blanks and operators, so a token is only a *part* of a name; the parser joins parts by the names in
scope. Tokens are ordered and disjoint. Never raises anything but an EngineError whose span lies inside the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from engine.errors import EngineError, ErrorCode, Span, failure
from engine.feel.limits import Limits

_SPACE = "\t-\r \x85\xa0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d\u180f-\u1fff"
    "\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"

_TOKEN = re.compile(
    rf"(?P<space>[{_SPACE}]+|//[^\n\r]*|/\*(?s:.*?)\*/)"
    r'|(?P<at>@[ \t]*"(?:[^"\\]|\\.)*")'
    r'|(?P<string>"(?:[^"\\]|\\.)*")'
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<name>[{_START}][{_PART}]*)"
    r"|(?P<symbol>\*\*|\.\.|<=|>=|!=|->|(?s:.))",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", re.DOTALL)
_SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_BLANKS = re.compile(rf"[{_SPACE}]+")


class TokenKind(StrEnum):
    NAME = "name"
    NUMBER = "number"
    STRING = "string"
    AT = "at"
    SYMBOL = "symbol"
    END = "end"


class Token(NamedTuple):
    """`text` is the source, except for strings, where it is the value; `spaced` tells that a blank stands before."""

    kind: TokenKind
    text: str
    start: int
    end: int
    spaced: bool

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


_KINDS = {kind.value: kind for kind in TokenKind}


SYNTAX_HINT = "correct the expression at the mark; FEEL compares with = and puts text in double quotes"


def syntax_error(text: str, span: Span, message: str, hint: str = SYNTAX_HINT) -> EngineError:
    return failure(ErrorCode.FEEL_SYNTAX, message, hint=hint, text=text, span=span)


def normalize_name(text: str) -> str:
    """A name with every run of blanks as one space."""
    return _BLANKS.sub(" ", text).strip()


def tokenize(text: str, limits: Limits) -> list[Token]:
    """The tokens of *text*, closed by one of kind END."""
    if len(text) > limits.max_text:
        message = f"an expression may hold {limits.max_text} characters, but this one holds {len(text)}"
        raise failure(ErrorCode.FEEL_LIMIT, message, text=text[:200], span=Span(0, min(200, len(text))))
    tokens: list[Token] = []
    spaced = False
    for match in _TOKEN.finditer(text):
        name = match.lastgroup or "symbol"
        if name == "space":
            spaced = True
            continue
        kind, source, start, end = _KINDS[name], match.group(), match.start(), match.end()
        if kind is TokenKind.SYMBOL and source == '"':
            raise syntax_error(text, Span(start, len(text)), "this string is not closed", 'end it with a straight "')
        if kind is TokenKind.SYMBOL and source == "/" and text.startswith("/*", start):
            raise syntax_error(text, Span(start, len(text)), "this comment is not closed", "end it with */")
        if kind is TokenKind.SYMBOL and "\ud800" <= source <= "\udfff":
            raise syntax_error(text, Span(start, end), "this character is half of a surrogate pair", "write all of it")
        if kind is TokenKind.STRING:
            source = _unescape(source[1:-1], text, Span(start, end))
        elif kind is TokenKind.AT:
            source = _unescape(source[source.index('"') + 1 : -1], text, Span(start, end))
        tokens.append(Token(kind, source, start, end, spaced))
        spaced = False
    tokens.append(Token(TokenKind.END, "", len(text), len(text), spaced))
    return tokens


def _unescape(body: str, text: str, span: Span) -> str:
    if "\\" in body:
        body = _ESCAPE.sub(_escaped, body)
    if any("\ud800" <= character <= "\udfff" for character in body):
        body = body.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if "\ufffd" in body:
            raise syntax_error(text, span, "this string holds half of a surrogate pair", "write \\U and six hex digits")
    return body


def _escaped(match: re.Match[str]) -> str:
    code = match.group(1)
    if len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point <= 0x10FFFF else match.group()
    return _SIMPLE_ESCAPES.get(code, match.group())


@lru_cache(maxsize=4096)
def split_name(name: str) -> tuple[tuple[str, bool], ...]:
    """The parts of a name as the lexer would cut them, each with whether a blank stands before it."""
    parts: list[tuple[str, bool]] = []
    spaced = False
    for match in _TOKEN.finditer(name):
        if match.lastgroup == "space" and match.group()[0] != "/":
            spaced = True
            continue
        parts.append((match.group(), spaced and bool(parts)))
        spaced = False
    return tuple(parts)


def is_plain_name(name: str) -> bool:
    """Whether *name* reads as one unbroken token, so that it needs no quotes and no scope to be recognised."""
    match = _TOKEN.fullmatch(name)
    return match is not None and match.lastgroup == "name"


def show_names(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
