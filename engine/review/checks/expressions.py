"""[long-expression] A script or condition that is too long to be read in a diagram. [literal-number] One with a figure.

A condition in a diagram is one short question; what has several criteria, or a figure of the law, belongs into a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from engine.errors import ErrorCode, Problem
from engine.feel import nodes
from engine.review.checks.context import Use
from engine.review.checks.data_flow import nodes_of
from engine.review.checks.review import Review

LONGEST = 120
"""Characters of a script or condition."""
MOST_CRITERIA = 2
HARMLESS = frozenset({Decimal(0), Decimal(1)})


def check_long_expression(review: Review) -> Iterator[Problem]:
    for use in review.context.uses:
        if not _is_script_or_condition(use):
            continue
        length = len(" ".join(use.expression.source.split()))
        criteria = 1 + sum(isinstance(node, nodes.Conjunction | nodes.Disjunction) for node in nodes_of(use.node))
        if length > LONGEST:
            yield _problem(use, f"expected {LONGEST} characters at most, but the {use.text.part} has {length}.")
        elif criteria > MOST_CRITERIA:
            yield _problem(use, f"expected one short question, but the {use.text.part} asks {criteria} things at once.")


def check_literal_number(review: Review) -> Iterator[Problem]:
    for use in review.context.uses:
        if not _is_script_or_condition(use):
            continue
        indexes = {id(node.filter) for node in nodes_of(use.node) if isinstance(node, nodes.FilterExpression)}
        for node in nodes_of(use.node):
            if isinstance(node, nodes.NumericLiteral) and node.value not in HARMLESS and id(node) not in indexes:
                problem = _problem(use, f"expected no figure in the {use.text.part}, but got {node.value}.")
                yield replace(problem, location=replace(problem.location, span=node.span))
                break


def _is_script_or_condition(use: Use) -> bool:
    return use.text.part in ("script", "condition", "loop condition", "completion condition")


def _problem(use: Use, message: str) -> Problem:
    place = replace(use.place, text=use.expression.source)
    return Problem(ErrorCode.TRACE_LAW, message, place, hint="let a decision answer it, with the clause at its rule")
