"""[reading-undefined] A reading that is cited and chosen nowhere. [reading-unused] One that is chosen and never cited.

A reading is chosen by a row with the outputs `id` and `status`; one with a `key` as well can be asked for by that key.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.clauses import NO_CLAUSE
from engine.errors import ErrorCode, Location, Problem, did_you_mean
from engine.feel import nodes
from engine.review.checks.context import ReviewContext
from engine.review.checks.data_flow import nodes_of
from engine.review.checks.review import Review
from engine.review.checks.status_rows import IDENTIFIER, KEY, StatusRow, status_rows
from engine.review.coverage import ELEMENT, KINDS, PARAMETER, RULE
from engine.runtime.compiled import elements_of


def check_reading_undefined(review: Review) -> Iterator[Problem]:
    rows = _readings(review.context)
    if not rows:
        return
    told: set[str] = set()
    # A calendar may serve several laws, and cite readings of another one.
    for reading, place in _cited(review.context, (ELEMENT, RULE, PARAMETER)):
        if reading not in rows and reading not in told:
            told.add(reading)
            yield Problem(
                ErrorCode.TRACE_LAW,
                f"the reading {reading} is cited here, but no table says which reading is chosen."
                f"{did_you_mean(reading, rows)}",
                place,
                hint="add its row with value, basis and status, or correct the id",
            )
    yield from _unknown_keys(review.context)


def check_reading_unused(review: Review) -> Iterator[Problem]:
    rows = _readings(review.context)
    used = {reading for reading, _ in _cited(review.context)}
    asked = _asked(review.context)
    for reading, row in rows.items():
        if reading not in used and row.outputs.get(KEY, "") not in asked:
            yield Problem(
                ErrorCode.TRACE_LAW,
                f"the reading {reading} is chosen here, but no element and no rule cites it: a change has no effect.",
                row.rule.place,
                hint="cite it where it is carried out, or remove the row",
            )


def _readings(context: ReviewContext) -> dict[str, StatusRow]:
    return {row.outputs[IDENTIFIER]: row for row in status_rows(context) if IDENTIFIER in row.outputs}


def _choosing(context: ReviewContext) -> set[str]:
    """The tables that choose readings."""
    return {row.decision.id for row in status_rows(context) if IDENTIFIER in row.outputs}


def _keys(context: ReviewContext) -> set[str]:
    return {row.outputs[KEY] for row in status_rows(context) if KEY in row.outputs}


def _cited(context: ReviewContext, kinds: tuple[str, ...] = KINDS) -> Iterator[tuple[str, Location]]:
    """Every reading that is cited somewhere, but not by the tables that choose readings."""
    choosing = _choosing(context)
    for citation in context.coverage.citations:
        if citation.kind in kinds and citation.owner not in choosing and _is_reading(citation.clause):
            yield citation.clause, citation.location


def _is_reading(clause: str) -> bool:
    return ":" not in clause and clause != NO_CLAUSE


def _asked(context: ReviewContext) -> set[str]:
    """The keys of readings that an expression asks for. In tables a key after a dot in the text is enough."""
    found = {node.name for use in context.uses for node in nodes_of(use.node) if isinstance(node, nodes.PathExpression)}
    text = repr([model.decisions for model in context.models.decisions])
    return found | {key for key in _keys(context) if f".{key}" in text}


def _unknown_keys(context: ReviewContext) -> Iterator[Problem]:
    """A key that a diagram or a table asks of the readings and that no row has."""
    keys, variables = _keys(context), _variables_of_readings(context, _choosing(context))
    for node, place in _nodes(context):
        match node:
            case nodes.PathExpression(nodes.Name(variable), key) if variable in variables and key not in keys:
                yield Problem(
                    ErrorCode.TRACE_LAW,
                    f'{variable}.{key} is asked for here, but no reading has the key "{key}".{did_you_mean(key, keys)}',
                    place,
                    hint="add the row of the reading, or correct the key",
                )


def _nodes(context: ReviewContext) -> Iterator[tuple[object, Location]]:
    """Every node of every expression of diagrams and decisions, with its place."""
    for use in context.uses:
        for node in nodes_of(use.node):
            yield node, use.place
    for model in context.models.decisions:
        elements = elements_of(model)
        elements.compile_all(model)
        for text in elements.compilers[model.namespace].texts:
            for node in nodes_of(text.code.node if text.code is not None else None):
                yield node, text.place


def _variables_of_readings(context: ReviewContext, choosing: set[str]) -> set[str]:
    """The variables that take the readings in force: results of decisions that rest on the tables of readings alone."""
    found: set[str] = set()
    for _, _, element in context.elements():
        decision = context.decisions.get(element.called_decision or "")
        if decision is None or element.result_variable is None:
            continue
        required = {href.rpartition("#")[2] for href in decision[1].required_decisions}
        if required and required <= choosing:
            found.add(element.result_variable)
    return found
