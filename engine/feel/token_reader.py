"""What every reading of FEEL needs: a cursor over the tokens, names in scope, bounds, and errors that say where."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import EngineError, ErrorCode, Span, failure
from engine.feel.builtin_names import BUILTIN_NAMES
from engine.feel.foreign_notation import hint_at
from engine.feel.lexer import SYNTAX_HINT, Token, TokenKind, syntax_error, tokenize
from engine.feel.limits import Limits
from engine.feel.scope import NameScope, shared_scope

COMPARISONS = frozenset(("=", "!=", "<", "<=", ">", ">="))
# Words that can only follow a complete operand.
_INFIX_WORDS = frozenset(("and", "or", "in", "between", "instance", "then", "else", "return", "satisfies"))
# Words that end a name which no scope knows.
RESERVED = _INFIX_WORDS | {"if", "for", "some", "every", "function", "external", "true", "false", "null"}
_BUILTINS = NameScope(BUILTIN_NAMES, strict=False)
_NAME_SYMBOLS = frozenset("+-*/.'") | {"**"}
_BRACKETS_AND_MARKS = frozenset(("(", ")", "[", "]", "{", "}", ",", ":", "<", ">", "=", "<=", ">=", "!=", "->", ".."))


class TokenReader:
    """Cursor, brackets and names; the grammar itself stands in the subclasses."""

    def __init__(self, text: str, names: Iterable[str], fields: Iterable[str], limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.tokens = tokenize(text, limits)
        self.position = 0
        self.names = NameScope(base=shared_scope(frozenset(names), _BUILTINS))
        self.fields = NameScope(base=shared_scope(frozenset(fields)))
        self.filter_depth = 0
        self.bracket_depth = 0
        self.range_ends: list[int] = []
        self.depth = 0

    # -- cursor --------------------------------------------------------------------------------------------------

    @property
    def current(self) -> Token:
        return self.tokens[self.position]

    @property
    def last_end(self) -> int:
        """Where the token before the cursor ends."""
        return self.tokens[self.position - 1].end if self.position else 0

    def advance(self) -> None:
        self.position += 1

    def at(self, symbol: str) -> bool:
        token = self.tokens[self.position]
        return token.kind is TokenKind.SYMBOL and token.text == symbol

    def next_is(self, symbol: str) -> bool:
        token = self.tokens[min(self.position + 1, len(self.tokens) - 1)]
        return token.kind is TokenKind.SYMBOL and token.text == symbol

    def skip(self, symbol: str) -> bool:
        if self.at(symbol):
            self.position += 1
            return True
        return False

    def more(self, closing: str) -> bool:
        """Whether a comma follows; then another item must, before *closing*."""
        if not self.skip(","):
            return False
        if self.at(closing):
            raise self.unexpected("another item after the comma")
        return True

    def expect(self, symbol: str) -> None:
        if not self.skip(symbol):
            raise self.unexpected(f'"{symbol}"')

    def expect_keyword(self, keyword: str) -> None:
        token = self.current
        if token.kind is not TokenKind.NAME or token.text != keyword:
            raise self.unexpected(f'"{keyword}"')
        self.advance()

    def expect_end(self) -> None:
        if self.current.kind is not TokenKind.END:
            raise self.unexpected("the end of the expression")

    def span_from(self, token: Token) -> Span:
        return Span(token.start, max(token.start, self.last_end))

    # -- bounds and brackets -------------------------------------------------------------------------------------

    def enter(self) -> None:
        self.depth += 1
        if self.depth > self.limits.max_depth:
            message = f"nested deeper than {self.limits.max_depth} levels"
            hint = "split the expression"
            raise failure(ErrorCode.FEEL_LIMIT, message, hint=hint, text=self.text, span=self.current.span)

    def leave(self) -> None:
        self.depth -= 1

    def open_bracket(self) -> None:
        self.bracket_depth += 1
        self.position += 1

    def close_bracket(self, symbol: str) -> None:
        self.expect(symbol)
        self.bracket_depth -= 1

    def closes_range(self) -> bool:
        """Whether the `[` at the cursor is the open end of a range, `[1..10[`, and not a filter."""
        if not self.range_ends or self.range_ends[-1] != self.bracket_depth:
            return False
        follower = self.tokens[self.position + 1]
        if follower.kind is TokenKind.END:
            return True
        if follower.kind is TokenKind.SYMBOL:
            return follower.text in COMPARISONS or follower.text in (")", ",", "]", "}", ".", "*", "/", "+", "**")
        return follower.kind is TokenKind.NAME and follower.text in _INFIX_WORDS

    # -- names ---------------------------------------------------------------------------------------------------

    def match_name(self) -> tuple[str, int] | None:
        """The longest name in scope at the cursor; inside a filter the fields of its elements count too."""
        found = self.names.match(self.tokens, self.position)
        if found is not None and " and " in found[0] and found[0] in BUILTIN_NAMES:
            follower = self.tokens[self.position + found[1]]
            if follower.text != "(":
                found = None
        if self.filter_depth:
            field = self.fields.match(self.tokens, self.position)
            if field is not None and (found is None or field[1] > found[1]):
                return field
        return found

    def extends_name(self) -> bool:
        """Whether the token at the cursor can only be one more word of the name before it."""
        token = self.current
        return token.kind is TokenKind.NAME and token.text not in RESERVED

    def scan_name(self, what: str, stops: tuple[str, ...]) -> str:
        """Read a new name (of a key, parameter or iterator) up to one of *stops*."""
        start = self.position
        while not self._stops_name(stops, start):
            self.advance()
        if self.position == start:
            raise self.unexpected(what)
        return self.join(start, self.position)

    def _stops_name(self, stops: tuple[str, ...], start: int) -> bool:
        token = self.current
        if token.kind in (TokenKind.END, TokenKind.STRING, TokenKind.AT):
            return True
        if token.text in stops and (token.kind is TokenKind.SYMBOL or self.position > start):
            return True
        return token.kind is TokenKind.SYMBOL and token.text in _BRACKETS_AND_MARKS

    def is_named_argument(self) -> bool:
        position = self.position
        while True:
            token = self.tokens[position]
            if token.kind is TokenKind.SYMBOL and token.text not in _NAME_SYMBOLS:
                return token.text == ":" and position > self.position
            if token.kind in (TokenKind.END, TokenKind.STRING, TokenKind.AT):
                return False
            position += 1

    def join(self, start: int, end: int) -> str:
        """The name that the tokens from *start* to *end* make, with single blanks."""
        first, *rest = self.tokens[start:end]
        return first.text + "".join((" " if token.spaced else "") + token.text for token in rest)

    def index_of(self, token: Token) -> int:
        position = self.position - 1
        while self.tokens[position].start > token.start:
            position -= 1
        return position

    # -- errors --------------------------------------------------------------------------------------------------

    def error(self, message: str, span: Span) -> EngineError:
        return syntax_error(self.text, span, message, hint_at(self.text, span.start, span.end) or SYNTAX_HINT)

    def unexpected(self, expected: str) -> EngineError:
        token = self.current
        found = "the end" if token.kind is TokenKind.END else f'"{self.text[token.start : token.end][:40]}"'
        return self.error(f"expected {expected} but found {found}", token.span)
