"""Reads unary tests, the texts of a table's cells (DMN 1.5, 10.3.1.2, rules 7 to 15)."""

from __future__ import annotations

from engine.feel import nodes
from engine.feel.lexer import Token, TokenKind
from engine.feel.nodes import Node
from engine.feel.token_reader import COMPARISONS
from engine.feel.type_parser import TypeParser

# How tightly comparisons bind; the ends of a range are operands of that strength.
COMPARISON = 30


class UnaryTestParser(TypeParser):
    """The public entry is `read_unary_tests`; single tests stand in expressions too, after `in`."""

    def expression(self, power: int) -> Node:
        """An expression whose operators bind tighter than *power*."""
        raise NotImplementedError

    def read_unary_tests(self) -> nodes.UnaryTestsNode:
        """Rule 15: `-`, a list of tests, or `not(...)`."""
        first = self.current
        if self.at("-") and self.tokens[self.position + 1].kind is TokenKind.END:
            return nodes.UnaryTestsNode((), any=True, span=first.span)
        if first.text == "not" and first.kind is TokenKind.NAME and self.next_is("("):
            negated = self.negated_tests(first)
            if negated is not None:
                return negated
        tests = self.test_list()
        self.expect_end()
        return nodes.UnaryTestsNode(tests, span=self.span_from(first))

    def negated_tests(self, first: Token) -> nodes.UnaryTestsNode | None:
        """`not(...)` around the whole text. None, with the cursor back, when `not` is only a function called in it.

        Counting brackets cannot tell, because those of ranges need not pair: `not([1..2))`.
        """
        start = self.position
        self.advance()
        self.open_bracket()
        if not self.is_named_argument():
            tests = self.test_list()
            self.close_bracket(")")
            if self.current.kind is TokenKind.END:
                return nodes.UnaryTestsNode(tests, negated=True, span=self.span_from(first))
            self.bracket_depth += 1
        self.position = start
        self.bracket_depth -= 1
        return None

    def test_list(self) -> tuple[Node, ...]:
        tests = [self.positive_unary_test(0)]
        while self.skip(","):
            tests.append(self.positive_unary_test(0))
        return tuple(tests)

    def positive_unary_test(self, power: int) -> Node:
        """Rules 7 and 13: a comparison against the value under test, an interval or an expression."""
        if self.current.kind is TokenKind.SYMBOL and self.current.text in COMPARISONS:
            return self.unary_test()
        return self.expression(power)

    def unary_test(self) -> Node:
        """Rule 7a: `< endpoint` and its like."""
        token = self.current
        self.advance()
        endpoint = self.expression(COMPARISON)
        return nodes.UnaryTest(token.text, endpoint, span=self.span_from(token))
