"""Reads the types of FEEL (DMN 1.5, rule 52): names, list<>, range<>, context<>, function<>->."""

from __future__ import annotations

from engine.errors import Span
from engine.feel import nodes
from engine.feel.lexer import TokenKind
from engine.feel.limits import DEFAULT_LIMITS
from engine.feel.nodes import TypeNode
from engine.feel.scope import NameScope
from engine.feel.token_reader import TokenReader

_TYPE_NAMES = NameScope(("date and time", "days and time duration", "years and months duration"))


class TypeParser(TokenReader):
    """The part of the parser that follows `instance of` and the colon of a parameter."""

    def type(self) -> TypeNode:
        self.enter()
        start = self.current
        if start.kind is not TokenKind.NAME:
            raise self.unexpected("a type")
        node: TypeNode
        if start.text in ("list", "range") and self.next_is("<"):
            self.position += 2
            element = self.type()
            self.expect(">")
            span = self.span_from(start)
            node = nodes.ListTypeNode(element, span=span) if start.text == "list" else self._range_type(element, span)
        elif start.text == "context" and self.next_is("<"):
            self.position += 2
            node = self._context_type()
        elif start.text == "function" and self.next_is("<"):
            self.position += 2
            node = self._function_type()
        else:
            node = self._named_type()
        self.leave()
        return node

    def _range_type(self, element: TypeNode, span: Span) -> TypeNode:
        return nodes.RangeTypeNode(element, span=span)

    def _context_type(self) -> TypeNode:
        start = self.tokens[self.position - 2]
        entries: list[tuple[str, TypeNode]] = []
        while not self.at(">"):
            key = self.scan_name("a key", stops=(":",))
            self.expect(":")
            entries.append((key, self.type()))
            if not self.skip(","):
                break
        self.expect(">")
        return nodes.ContextTypeNode(tuple(entries), span=self.span_from(start))

    def _function_type(self) -> TypeNode:
        start = self.tokens[self.position - 2]
        parameters: list[TypeNode] = []
        while not self.at(">"):
            parameters.append(self.type())
            if not self.skip(","):
                break
        self.expect(">")
        self.expect("->")
        return nodes.FunctionTypeNode(tuple(parameters), self.type(), span=self.span_from(start))

    def _named_type(self) -> TypeNode:
        start = self.current
        first = self.position
        found = _TYPE_NAMES.match(self.tokens, self.position) or self.names.match(self.tokens, self.position)
        self.position += found[1] if found is not None else 1
        while self.extends_name():
            self.advance()
        while self.at(".") and self.tokens[self.position + 1].kind is TokenKind.NAME:
            self.position += 2
            while self.extends_name():
                self.advance()
        return nodes.NamedType(self.join(first, self.position), span=self.span_from(start))


def parse_type_node(text: str) -> TypeNode:
    """The type that *text* names; EngineError FEEL_SYNTAX otherwise."""
    reader = TypeParser(text, (), (), DEFAULT_LIMITS)
    node = reader.type()
    reader.expect_end()
    return node
