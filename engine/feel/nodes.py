"""The syntax tree of FEEL. Nodes carry the grammar's names and their span; the span takes no part in equality."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from engine.errors import Span

NO_SPAN = Span(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spanned:
    span: Span = field(default=NO_SPAN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NullLiteral(Spanned):
    """`null`"""


@dataclass(frozen=True, slots=True)
class BooleanLiteral(Spanned):
    value: bool


@dataclass(frozen=True, slots=True)
class NumericLiteral(Spanned):
    value: Decimal


@dataclass(frozen=True, slots=True)
class StringLiteral(Spanned):
    value: str


@dataclass(frozen=True, slots=True)
class AtLiteral(Spanned):
    """`@"2024-01-31"`"""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Spanned):
    name: str


@dataclass(frozen=True, slots=True)
class ArithmeticNegation(Spanned):
    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Spanned):
    """One of + - * / **"""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Spanned):
    """One of = != < <= > >="""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Spanned):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Spanned):
    """`value in test` or `value in (test, test)`"""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Conjunction(Spanned):
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Disjunction(Spanned):
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class IfExpression(Spanned):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class IterationContext(Spanned):
    """`name in domain` or `name in domain..end`"""

    name: str
    domain: Node
    end: Node | None = None


@dataclass(frozen=True, slots=True)
class ForExpression(Spanned):
    iterators: tuple[IterationContext, ...]
    result: Node


@dataclass(frozen=True, slots=True)
class QuantifiedExpression(Spanned):
    """`some`/`every` ... `satisfies` ..."""

    quantifier: str
    iterators: tuple[IterationContext, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class InstanceOf(Spanned):
    value: Node
    type: TypeNode


@dataclass(frozen=True, slots=True)
class PathExpression(Spanned):
    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class FilterExpression(Spanned):
    source: Node
    filter: Node


@dataclass(frozen=True, slots=True)
class NamedArgument(Spanned):
    name: str
    value: Node


@dataclass(frozen=True, slots=True)
class FunctionInvocation(Spanned):
    """With positional arguments or with named ones, never both."""

    function: Node
    arguments: tuple[Node, ...] = ()
    named_arguments: tuple[NamedArgument, ...] = ()


@dataclass(frozen=True, slots=True)
class FormalParameter(Spanned):
    name: str
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True)
class FunctionDefinition(Spanned):
    parameters: tuple[FormalParameter, ...]
    body: Node
    external: bool = False


@dataclass(frozen=True, slots=True)
class ContextEntry(Spanned):
    key: str
    value: Node


@dataclass(frozen=True, slots=True)
class Context(Spanned):
    entries: tuple[ContextEntry, ...]


@dataclass(frozen=True, slots=True)
class ListNode(Spanned):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Interval(Spanned):
    """`[start..end]` with either end open"""

    start: Node
    end: Node
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class UnaryTest(Spanned):
    """`< 10`: a comparison against the value under test"""

    operator: str
    endpoint: Node


@dataclass(frozen=True, slots=True)
class UnaryTestsNode(Spanned):
    """The cell of a decision table: `-`, tests, or `not(tests)`"""

    tests: tuple[Node, ...]
    negated: bool = False
    any: bool = False


@dataclass(frozen=True, slots=True)
class NamedType(Spanned):
    name: str


@dataclass(frozen=True, slots=True)
class ListTypeNode(Spanned):
    element: TypeNode


@dataclass(frozen=True, slots=True)
class RangeTypeNode(Spanned):
    element: TypeNode


@dataclass(frozen=True, slots=True)
class ContextTypeNode(Spanned):
    entries: tuple[tuple[str, TypeNode], ...]


@dataclass(frozen=True, slots=True)
class FunctionTypeNode(Spanned):
    parameters: tuple[TypeNode, ...]
    result: TypeNode


TypeNode: TypeAlias = NamedType | ListTypeNode | RangeTypeNode | ContextTypeNode | FunctionTypeNode
Node: TypeAlias = (
    NullLiteral
    | BooleanLiteral
    | NumericLiteral
    | StringLiteral
    | AtLiteral
    | Name
    | ArithmeticNegation
    | Arithmetic
    | Comparison
    | Between
    | In
    | Conjunction
    | Disjunction
    | IfExpression
    | ForExpression
    | QuantifiedExpression
    | InstanceOf
    | PathExpression
    | FilterExpression
    | FunctionInvocation
    | FunctionDefinition
    | Context
    | ListNode
    | Interval
    | UnaryTest
    | UnaryTestsNode
)
