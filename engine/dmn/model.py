"""A decision model as it stands in its file: DMN 1.5 chapters 6 to 10, frozen, without any compiled expression.

Every part carries its place (file > decision > rule > cell), so that a problem found later can be shown where it is.
References are kept as they are written; `requirements.py` resolves them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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


# ---- types ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FunctionItem:
    parameters: tuple[Variable, ...]
    output_type_ref: str | None


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A named type: an alias with constraints, a structure of components, or a function signature.

    `allowed` restricts each item, `constraint` the value as a whole (the list of a collection).
    """

    name: str
    is_collection: bool
    type_ref: str | None
    allowed: Cell | None
    constraint: Cell | None
    components: tuple[ItemDefinition, ...]
    function: FunctionItem | None
    place: Location


# ---- the requirements graph -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Import:
    name: str
    namespace: str
    import_type: str
    place: Location


@dataclass(frozen=True, slots=True)
class InputData:
    id: str
    name: str
    variable: Variable
    description: str
    place: Location


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision. `required_*` hold the hrefs of its requirements in the order of the file."""

    id: str
    name: str
    variable: Variable
    label: str
    question: str
    allowed_answers: str
    description: str
    clauses: tuple[str, ...]
    required_decisions: tuple[str, ...]
    required_inputs: tuple[str, ...]
    required_knowledge: tuple[str, ...]
    required_authorities: tuple[str, ...]
    expression: BoxedExpression | None
    place: Location

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of its table; none when its logic is not a table."""
        return self.expression.rules if isinstance(self.expression, DecisionTable) else ()


@dataclass(frozen=True, slots=True)
class BusinessKnowledgeModel:
    id: str
    name: str
    variable: Variable
    description: str
    function: FunctionDefinition | None
    required_knowledge: tuple[str, ...]
    place: Location


@dataclass(frozen=True, slots=True)
class DecisionService:
    id: str
    name: str
    variable: Variable
    description: str
    output_decisions: tuple[str, ...]
    encapsulated_decisions: tuple[str, ...]
    input_decisions: tuple[str, ...]
    input_data: tuple[str, ...]
    place: Location


@dataclass(frozen=True, slots=True)
class KnowledgeSource:
    """Where a decision's logic comes from: the statute."""

    id: str
    name: str
    location_uri: str
    description: str
    place: Location


@dataclass(frozen=True, slots=True)
class Model:
    """One file. `hash` is the SHA-256 of its bytes, hexadecimal."""

    file: str
    hash: str
    id: str
    name: str
    namespace: str
    description: str
    imports: tuple[Import, ...] = ()
    item_definitions: tuple[ItemDefinition, ...] = ()
    input_data: tuple[InputData, ...] = ()
    decisions: tuple[Decision, ...] = ()
    knowledge_models: tuple[BusinessKnowledgeModel, ...] = ()
    services: tuple[DecisionService, ...] = ()
    knowledge_sources: tuple[KnowledgeSource, ...] = ()
    all_ids: tuple[tuple[str, Location], ...] = field(default=(), repr=False)
