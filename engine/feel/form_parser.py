"""Reads the forms that open with a bracket or a keyword (DMN 1.5, 10.3.1.2): lists, contexts, ranges, if, for.

The operators between them are read by `parser.py`, which gives `expression`.
"""

from __future__ import annotations

from engine.feel import nodes
from engine.feel.lexer import Token, TokenKind
from engine.feel.nodes import Node
from engine.feel.token_reader import COMPARISONS
from engine.feel.unary_test_parser import COMPARISON, UnaryTestParser


class FormParser(UnaryTestParser):
    """Every method stands at the token that opens its form and leaves the cursor after it."""

    def parenthesis(self, token: Token) -> Node:
        """`(expression)`, `(start..end]` or a unary test used as a value, `(< 10)`."""
        self.open_bracket()
        if self.current.text in COMPARISONS and self.current.kind is TokenKind.SYMBOL:
            node = self.unary_test()
        else:
            node = self.expression(0)
            if self.at(".."):
                return self.interval(token, node)
        self.close_bracket(")")
        return node

    def open_end(self, token: Token) -> Node:
        """`]start..end]`: an interval that opens with the other bracket."""
        self.open_bracket()
        start = self.expression(0)
        if not self.at(".."):
            raise self.unexpected('".." of a range')
        return self.interval(token, start)

    def interval(self, token: Token, start: Node) -> Node:
        """Rule 8, from its `..` on."""
        self.advance()
        self.range_ends.append(self.bracket_depth)
        end = self.expression(COMPARISON)
        self.range_ends.pop()
        close = self.current.text
        if self.current.kind is not TokenKind.SYMBOL or close not in ("]", ")", "["):
            raise self.unexpected('the closing bracket of a range, one of "]", ")" or "["')
        self.close_bracket(close)
        span = self.span_from(token)
        return nodes.Interval(start, end, token.text == "[", close == "]", span=span)

    def list_or_interval(self, token: Token) -> Node:
        """Rule 54, or a closed interval."""
        self.open_bracket()
        items: list[Node] = []
        while not self.at("]"):
            items.append(self.expression(0))
            if len(items) == 1 and self.at(".."):
                return self.interval(token, items[0])
            if not self.more("]"):
                break
        self.close_bracket("]")
        return nodes.ListNode(tuple(items), span=self.span_from(token))

    def context(self, token: Token) -> Node:
        """Rules 57 to 59: each entry sees the entries before it, and a function its own name."""
        self.open_bracket()
        self.names.push()
        entries: list[nodes.ContextEntry] = []
        while not self.at("}"):
            start = self.current
            if start.kind is TokenKind.STRING:
                self.advance()
                key = start.text
            else:
                key = self.scan_name("a key", stops=(":",))
            self.expect(":")
            if self.current.text == "function":
                self.names.add(key)
            value = self.expression(0)
            self.names.add(key)
            self.fields.add(key)
            entries.append(nodes.ContextEntry(key, value, span=self.span_from(start)))
            if not self.more("}"):
                break
        self.names.pop()
        self.close_bracket("}")
        return nodes.Context(tuple(entries), span=self.span_from(token))

    def if_expression(self, token: Token) -> Node:
        """Rule 45."""
        self.advance()
        condition = self.expression(0)
        self.expect_keyword("then")
        then = self.expression(0)
        self.expect_keyword("else")
        otherwise = self.expression(0)
        return nodes.IfExpression(condition, then, otherwise, span=self.span_from(token))

    def for_expression(self, token: Token) -> Node:
        """Rule 44."""
        self.advance()
        self.names.push(("partial",))
        iterators = self.iteration_contexts()
        self.expect_keyword("return")
        result = self.expression(0)
        self.names.pop()
        return nodes.ForExpression(iterators, result, span=self.span_from(token))

    def quantified_expression(self, token: Token) -> Node:
        """Rule 46."""
        self.advance()
        self.names.push()
        iterators = self.iteration_contexts()
        self.expect_keyword("satisfies")
        condition = self.expression(0)
        self.names.pop()
        return nodes.QuantifiedExpression(token.text, iterators, condition, span=self.span_from(token))

    def iteration_contexts(self) -> tuple[nodes.IterationContext, ...]:
        """Rule 63; the names of earlier iterators are in scope of later domains."""
        iterators: list[nodes.IterationContext] = []
        while True:
            start = self.current
            name = self.scan_name("an iterator name", stops=("in",))
            self.expect_keyword("in")
            domain = self.expression(0)
            end = self.expression(0) if self.skip("..") else None
            iterators.append(nodes.IterationContext(name, domain, end, span=self.span_from(start)))
            self.names.add(name)
            if not self.skip(","):
                return tuple(iterators)

    def function_definition(self, token: Token) -> Node:
        """Rules 55 and 56."""
        self.advance()
        self.open_bracket()
        parameters: list[nodes.FormalParameter] = []
        while not self.at(")"):
            start = self.current
            name = self.scan_name("a parameter name", stops=(":", ",", ")"))
            declared = self.type() if self.skip(":") else None
            parameters.append(nodes.FormalParameter(name, declared, span=self.span_from(start)))
            if not self.more(")"):
                break
        self.close_bracket(")")
        external = self.current.text == "external" and self.current.kind is TokenKind.NAME
        if external:
            self.advance()
        self.names.push(parameter.name for parameter in parameters)
        body = self.expression(0)
        self.names.pop()
        return nodes.FunctionDefinition(tuple(parameters), body, external, span=self.span_from(token))
