"""What each boxed expression means: one file per expression, joined by the table below.

Each compiler takes the node, the names in scope and the `Compiler`, and returns a closure from a scope and the running
evaluation to a FEEL value.
"""

from __future__ import annotations

from typing import Any

from engine.dmn.logic.conditional import compile_conditional
from engine.dmn.logic.context import compile_context
from engine.dmn.logic.decision_table import compile_decision_table
from engine.dmn.logic.filter import compile_filter
from engine.dmn.logic.for_expression import compile_for
from engine.dmn.logic.function_definition import compile_function_definition
from engine.dmn.logic.invocation import compile_invocation
from engine.dmn.logic.list import compile_list
from engine.dmn.logic.literal_expression import compile_literal_expression
from engine.dmn.logic.quantified import compile_quantified
from engine.dmn.logic.relation import compile_relation
from engine.dmn.model import (
    Conditional,
    ContextExpression,
    DecisionTable,
    Filter,
    For,
    FunctionDefinition,
    Invocation,
    ListExpression,
    LiteralExpression,
    Quantified,
    Relation,
)

COMPILERS: dict[type, Any] = {
    LiteralExpression: compile_literal_expression,
    DecisionTable: compile_decision_table,
    ContextExpression: compile_context,
    ListExpression: compile_list,
    Relation: compile_relation,
    FunctionDefinition: compile_function_definition,
    Invocation: compile_invocation,
    Conditional: compile_conditional,
    For: compile_for,
    Quantified: compile_quantified,
    Filter: compile_filter,
}

__all__ = ["COMPILERS"]
