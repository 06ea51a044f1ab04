"""Boxed expressions as they stand in a file (DMN 1.5, chapters 8 and 10.2), frozen: decision tables and all others.

Every part carries its place (file > decision > rule > cell), so that a problem found later can be shown where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.errors import Location


class HitPolicy(StrEnum):
    """How a table answers when several rules match (DMN 1.5, 8.2.8)."""

    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    PRIORITY = "PRIORITY"
    ANY = "ANY"
    COLLECT = "COLLECT"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"


class Aggregation(StrEnum):
    SUM = "SUM"
    COUNT = "COUNT"
    MIN = "MIN"
    MAX = "MAX"


class FunctionKind(StrEnum):
    FEEL = "FEEL"
    JAVA = "Java"
    PMML = "PMML"


class Quantifier(StrEnum):
    SOME = "some"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class Variable:
    """An information item: the name by which others refer to a value, and its declared type."""

    name: str
    type_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of unary tests: an input entry, input or output values, allowed values of a type."""

    text: str
    place: Location


# ---- boxed expressions ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LiteralExpression:
    """A FEEL text. An empty text has the value null."""

    text: str
    place: Location
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class InputClause:
    id: str | None
    label: str
    expression: LiteralExpression
    allowed: Cell | None


@dataclass(frozen=True, slots=True)
class OutputClause:
    id: str | None
    label: str
    name: str | None
    type_ref: str | None
    allowed: Cell | None
    default: LiteralExpression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. `clauses` are the ids that open its description, `reason` is the sentence after them."""

    id: str
    index: int
    description: str
    clauses: tuple[str, ...]
    reason: str
    input_entries: tuple[Cell, ...]
    output_entries: tuple[LiteralExpression, ...]
    annotations: tuple[str, ...]
    place: Location
    has_id: bool = True


@dataclass(frozen=True, slots=True)
class DecisionTable:
    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    annotations: tuple[str, ...]
    rules: tuple[Rule, ...]
    place: Location
    type_ref: str | None = None
    id: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class ContextEntry:
    """A named entry; without a variable it is the result of its context."""

    variable: Variable | None
    value: BoxedExpression | None


@dataclass(frozen=True, slots=True)
class ContextExpression:
    entries: tuple[ContextEntry, ...]
    place: Location
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class ListExpression:
    elements: tuple[BoxedExpression, ...]
    place: Location
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    columns: tuple[Variable, ...]
    rows: tuple[tuple[BoxedExpression, ...], ...]
    place: Location
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    kind: FunctionKind
    parameters: tuple[Variable, ...]
    body: BoxedExpression | None
    place: Location
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    parameter: Variable
    value: BoxedExpression | None


@dataclass(frozen=True, slots=True)
class Invocation:
    callee: BoxedExpression | None
    bindings: tuple[Binding, ...]
    place: Location
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Conditional:
    condition: BoxedExpression
    consequent: BoxedExpression
    alternative: BoxedExpression
    place: Location
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class For:
    variable: Variable
    domain: BoxedExpression
    result: BoxedExpression
    place: Location
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Quantified:
    quantifier: Quantifier
    variable: Variable
    domain: BoxedExpression
    condition: BoxedExpression
    place: Location
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    domain: BoxedExpression
    match: BoxedExpression
    place: Location
    type_ref: str | None = None
    id: str | None = None


BoxedExpression = (
    LiteralExpression
    | DecisionTable
    | ContextExpression
    | ListExpression
    | Relation
    | FunctionDefinition
    | Invocation
    | Conditional
    | For
    | Quantified
    | Filter
)
