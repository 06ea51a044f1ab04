"""Reads FEEL expressions (DMN 1.5, 10.3.1.2). `grammar.md` maps each rule of the standard to a function here.

A precedence climber over the tokens: `expression(power)` reads a prefix and then every operator that binds tighter
than *power*. Names are resolved against the names in scope while reading, because they may hold blanks and operators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import DecimalException

from engine.errors import EngineError, ErrorCode, Span, failure
from engine.feel import nodes
from engine.feel.form_parser import FormParser
from engine.feel.lexer import Token, TokenKind
from engine.feel.limits import DEFAULT_LIMITS, Limits
from engine.feel.nodes import Node
from engine.feel.numbers import number
from engine.feel.unary_test_parser import COMPARISON

DISJUNCTION, CONJUNCTION, ADDITION, MULTIPLICATION, POWER, INSTANCE, NEGATION, POSTFIX = 10, 20, 40, 50, 60, 70, 80, 90


class Parser(FormParser):
    """One reading of one text. The public entry points are `read_expression` and `read_unary_tests`."""

    def read_expression(self) -> Node:
        node = self.expression(0)
        self.expect_end()
        return node

    # -- the climber ---------------------------------------------------------------------------------------------

    def expression(self, power: int) -> Node:
        """Rules 1 and 2: an expression whose operators bind tighter than *power*."""
        self.enter()
        token = self.current
        if token.kind is TokenKind.NAME:
            left = self.name_or_keyword(token)
        else:
            prefix = _PREFIXES.get(token.text if token.kind is TokenKind.SYMBOL else token.kind)
            left = prefix(self, token) if prefix is not None else self.unknown_prefix(token)
        left = self.continue_expression(left, power)
        self.leave()
        return left

    def continue_expression(self, left: Node, power: int) -> Node:
        """Read on after a complete operand, as long as an operator follows that binds tighter than *power*."""
        while True:
            token = self.current
            if token.kind is not TokenKind.SYMBOL and token.kind is not TokenKind.NAME:
                return left
            operator = _INFIXES.get(token.text)
            if operator is None or operator[0] <= power:
                return left
            if token.text == "[" and self.closes_range():
                return left
            left = operator[1](self, left, token)

    def unknown_prefix(self, token: Token) -> Node:
        found = self.names.match(self.tokens, self.position)
        if found is not None:
            return self.known_name(token, found)
        raise self.unexpected("an expression")

    # -- literals and names --------------------------------------------------------------------------------------

    def numeric_literal(self, token: Token) -> Node:
        """Rule 35."""
        found = self.names.match(self.tokens, self.position)
        if found is not None:
            return self.known_name(token, found)
        self.advance()
        try:
            return nodes.NumericLiteral(number(token.text), span=token.span)
        except DecimalException:
            raise self.error(f"the number {token.text[:40]} is out of range", token.span) from None

    def string_literal(self, token: Token) -> Node:
        """Rule 33."""
        self.advance()
        return nodes.StringLiteral(token.text, span=token.span)

    def at_literal(self, token: Token) -> Node:
        """Rule 65."""
        self.advance()
        return nodes.AtLiteral(token.text, span=token.span)

    def name_or_keyword(self, token: Token) -> Node:
        """Rule 25, or the expression that a keyword opens; the longest name in scope wins over the keyword."""
        found = self.match_name()
        if found is not None and (found[1] > 1 or token.text not in _KEYWORD_PREFIXES):
            return self.known_name(token, found)
        keyword = _KEYWORD_PREFIXES.get(token.text)
        if keyword is not None and (token.text != "function" or self.next_is("(")):
            return keyword(self, token)
        self.advance()
        return self.name_from(token)

    def known_name(self, token: Token, found: tuple[str, int]) -> Node:
        name, count = found
        self.position += count
        if self.extends_name():
            return self.name_from(token)
        return nodes.Name(name, span=Span(token.start, self.last_end))

    def name_from(self, token: Token) -> Node:
        """A name that no scope knows: everything up to the next operator or keyword."""
        while self.extends_name():
            self.advance()
        first = self.index_of(token)
        return nodes.Name(self.join(first, self.position), span=Span(token.start, self.last_end))

    def null_literal(self, token: Token) -> Node:
        self.advance()
        return nodes.NullLiteral(span=token.span)

    def boolean_literal(self, token: Token) -> Node:
        """Rule 34."""
        self.advance()
        return nodes.BooleanLiteral(token.text == "true", span=token.span)

    def negation(self, token: Token) -> Node:
        """Rule 24: arithmetic negation binds tighter than `**`, and than `instance of`, as `-1` is a literal."""
        self.advance()
        operand = self.expression(INSTANCE)
        return nodes.ArithmeticNegation(operand, span=self.span_from(token))

    # -- infix and postfix forms ---------------------------------------------------------------------------------

    def arithmetic(self, left: Node, token: Token) -> Node:
        """Rules 19 to 23; all of them, `**` too, group to the left."""
        self.advance()
        right = self.expression(_INFIXES[token.text][0])
        return nodes.Arithmetic(token.text, left, right, span=Span(left.span.start, self.last_end))

    def comparison(self, left: Node, token: Token) -> Node:
        """Rule 49a."""
        self.advance()
        right = self.expression(COMPARISON)
        return nodes.Comparison(token.text, left, right, span=Span(left.span.start, self.last_end))

    def conjunction(self, left: Node, token: Token) -> Node:
        """Rule 48."""
        self.advance()
        right = self.expression(CONJUNCTION)
        return nodes.Conjunction(left, right, span=Span(left.span.start, self.last_end))

    def disjunction(self, left: Node, token: Token) -> Node:
        """Rule 47."""
        self.advance()
        right = self.expression(DISJUNCTION)
        return nodes.Disjunction(left, right, span=Span(left.span.start, self.last_end))

    def between(self, left: Node, token: Token) -> Node:
        """Rule 49b."""
        self.advance()
        low = self.expression(COMPARISON)
        self.expect_keyword("and")
        high = self.expression(COMPARISON)
        return nodes.Between(left, low, high, span=Span(left.span.start, self.last_end))

    def in_test(self, left: Node, token: Token) -> Node:
        """Rules 49c and 49d: one positive unary test, or several in parentheses."""
        self.advance()
        tests: tuple[Node, ...]
        opening = self.current
        if self.at("(") and self.match_name() is None:
            self.open_bracket()
            first = self.positive_unary_test(0)
            if self.at(","):
                rest = [first]
                while self.skip(","):
                    rest.append(self.positive_unary_test(0))
                self.close_bracket(")")
                tests = tuple(rest)
            else:
                grouped = self.interval(opening, first) if self.at("..") else None
                if grouped is None:
                    self.close_bracket(")")
                    grouped = first
                tests = (self.continue_expression(grouped, COMPARISON),)
        else:
            tests = (self.positive_unary_test(COMPARISON),)
        return nodes.In(left, tests, span=Span(left.span.start, self.last_end))

    def instance_of(self, left: Node, token: Token) -> Node:
        """Rule 51."""
        self.advance()
        self.expect_keyword("of")
        declared = self.type()
        return nodes.InstanceOf(left, declared, span=Span(left.span.start, self.last_end))

    def path(self, left: Node, token: Token) -> Node:
        """Rule 43."""
        self.advance()
        start = self.position
        found = self.fields.match(self.tokens, start)
        if found is not None:
            self.position += found[1]
            name = found[0]
        elif self.current.kind is TokenKind.NAME:
            self.advance()
            name = self.join(start, self.position)
        else:
            raise self.unexpected('a name after "."')
        if self.extends_name():
            while self.extends_name():
                self.advance()
            name = self.join(start, self.position)
        return nodes.PathExpression(left, name, span=Span(left.span.start, self.last_end))

    def filter(self, left: Node, token: Token) -> Node:
        """Rule 50: the fields of the elements are in scope."""
        self.open_bracket()
        self.filter_depth += 1
        condition = self.expression(0)
        self.filter_depth -= 1
        self.close_bracket("]")
        return nodes.FilterExpression(left, condition, span=Span(left.span.start, self.last_end))

    def invocation(self, left: Node, token: Token) -> Node:
        """Rules 38 to 42."""
        self.open_bracket()
        positional: list[Node] = []
        named: list[nodes.NamedArgument] = []
        while not self.at(")"):
            start = self.current
            if self.is_named_argument():
                name = self.scan_name("a parameter name", stops=(":",))
                self.expect(":")
                named.append(nodes.NamedArgument(name, self.expression(0), span=self.span_from(start)))
            else:
                positional.append(self.expression(0))
            if positional and named:
                raise self.error("positional and named arguments cannot be mixed", self.span_from(start))
            if not self.more(")"):
                break
        self.close_bracket(")")
        span = Span(left.span.start, self.last_end)
        return nodes.FunctionInvocation(left, tuple(positional), tuple(named), span=span)


Prefix = Callable[[Parser, Token], Node]
Infix = Callable[[Parser, Node, Token], Node]

_PREFIXES: dict[str, Prefix] = {
    TokenKind.NUMBER: Parser.numeric_literal,
    TokenKind.STRING: Parser.string_literal,
    TokenKind.AT: Parser.at_literal,
    "-": Parser.negation,
    "(": Parser.parenthesis,
    "[": Parser.list_or_interval,
    "]": Parser.open_end,
    "{": Parser.context,
}
_KEYWORD_PREFIXES: dict[str, Prefix] = {
    "null": Parser.null_literal,
    "true": Parser.boolean_literal,
    "false": Parser.boolean_literal,
    "if": Parser.if_expression,
    "for": Parser.for_expression,
    "some": Parser.quantified_expression,
    "every": Parser.quantified_expression,
    "function": Parser.function_definition,
}
_INFIXES: dict[str, tuple[int, Infix]] = {
    "or": (DISJUNCTION, Parser.disjunction),
    "and": (CONJUNCTION, Parser.conjunction),
    "=": (COMPARISON, Parser.comparison),
    "!=": (COMPARISON, Parser.comparison),
    "<": (COMPARISON, Parser.comparison),
    "<=": (COMPARISON, Parser.comparison),
    ">": (COMPARISON, Parser.comparison),
    ">=": (COMPARISON, Parser.comparison),
    "between": (COMPARISON, Parser.between),
    "in": (COMPARISON, Parser.in_test),
    "+": (ADDITION, Parser.arithmetic),
    "-": (ADDITION, Parser.arithmetic),
    "*": (MULTIPLICATION, Parser.arithmetic),
    "/": (MULTIPLICATION, Parser.arithmetic),
    "**": (POWER, Parser.arithmetic),
    "instance": (INSTANCE, Parser.instance_of),
    ".": (POSTFIX, Parser.path),
    "[": (POSTFIX, Parser.filter),
    "(": (POSTFIX, Parser.invocation),
}


def parse(text: str, names: Iterable[str], fields: Iterable[str], limits: Limits, *, unary: bool) -> Node:
    """Read *text* as one expression or as unary tests; EngineError FEEL_SYNTAX or FEEL_LIMIT with its span."""
    try:
        parser = Parser(text, names, fields, limits)
        return parser.read_unary_tests() if unary else parser.read_expression()
    except RecursionError:
        raise _too_deep(text) from None


def _too_deep(text: str) -> EngineError:
    hint = "split the expression"
    return failure(ErrorCode.FEEL_LIMIT, "nested too deeply", hint=hint, text=text, span=Span(0, len(text)))


def parse_expression(
    text: str, names: Iterable[str] = (), *, fields: Iterable[str] = (), limits: Limits = DEFAULT_LIMITS
) -> Node:
    """The syntax tree of one expression. *fields* are names of context entries that may hold operators."""
    return parse(text, names, fields, limits, unary=False)
