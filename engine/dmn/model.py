"""A decision model as it stands in its file: DMN 1.5 chapters 6 to 10, frozen, without any compiled expression.

Types and the requirements graph stand here, the logic of decisions in `boxed.py`; both are known by this module's name.
References are kept as they are written; `requirements.py` resolves them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.dmn.boxed import (
    Aggregation,
    Binding,
    BoxedExpression,
    Cell,
    Conditional,
    ContextEntry,
    ContextExpression,
    DecisionTable,
    Filter,
    For,
    FunctionDefinition,
    FunctionKind,
    HitPolicy,
    InputClause,
    Invocation,
    ListExpression,
    LiteralExpression,
    OutputClause,
    Quantified,
    Quantifier,
    Relation,
    Rule,
    Variable,
)
from engine.errors import Location

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


__all__ = [
    "Aggregation",
    "Binding",
    "BoxedExpression",
    "BusinessKnowledgeModel",
    "Cell",
    "Conditional",
    "ContextEntry",
    "ContextExpression",
    "Decision",
    "DecisionService",
    "DecisionTable",
    "Filter",
    "For",
    "FunctionDefinition",
    "FunctionItem",
    "FunctionKind",
    "HitPolicy",
    "Import",
    "InputClause",
    "InputData",
    "Invocation",
    "ItemDefinition",
    "KnowledgeSource",
    "ListExpression",
    "LiteralExpression",
    "Model",
    "OutputClause",
    "Quantified",
    "Quantifier",
    "Relation",
    "Rule",
    "Variable",
]
