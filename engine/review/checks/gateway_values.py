"""[unreachable-condition] A condition that is false for every value that a table can return.

[unhandled-output] A value that a table can return and that no way out of a gateway takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice, product

from engine.bpmn import Diagram, Element, ElementType, Process
from engine.bpmn.expressions import show
from engine.errors import EngineError, Problem, did_you_mean
from engine.feel import Value, nodes
from engine.review.checks.context import Use, problem_at
from engine.review.checks.data_flow import Variables, nodes_of
from engine.review.checks.review import Review

DECIDING = frozenset({ElementType.EXCLUSIVE_GATEWAY, ElementType.INCLUSIVE_GATEWAY})
MAX_COMBINATIONS = 500
# Conditions on values of decisions ask no clock; if one does, any instant serves to see whether it can hold.
_ANY_INSTANT = datetime(2001, 1, 1, tzinfo=UTC)
Reference = tuple[str, ...]
Combination = Mapping[Reference, Value]


def check_unreachable_condition(review: Review) -> Iterator[Problem]:
    for diagram, process, element, conditions in _splits(review):
        seen = _seen(review, process, element)
        for flow_id, use in conditions.items():
            references = _references(use)
            combinations = _combinations(review, references, seen)
            if combinations is None or any(_holds(use, each) for each in combinations):
                continue
            flow = process.flows[flow_id]
            known = "; ".join(
                f"{'.'.join(reference)}: {', '.join(show(value) for value in values)}"
                for reference, values in _known(review, references, seen).items()
            )
            yield problem_at(
                diagram,
                element,
                f'the way out "{flow.name or flow.id}" is never taken: {use.expression.source} is false for every '
                f"value that is there ({known}).{_guess(review, use, references, seen)}",
                "correct the value in the condition, or remove the way",
                part=f"condition of {flow_id}",
            )


def check_unhandled_output(review: Review) -> Iterator[Problem]:
    for diagram, process, element, conditions in _splits(review):
        if element.default_flow is not None or len(conditions) < len(element.outgoing):
            continue
        references = tuple(dict.fromkeys(each for use in conditions.values() for each in _references(use) or ()))
        combinations = _combinations(review, references, _seen(review, process, element))
        for each in islice(
            (each for each in combinations or () if not any(_holds(use, each) for use in conditions.values())), 3
        ):
            values = ", ".join(f"{'.'.join(reference)} = {show(value)}" for reference, value in each.items())
            problem = problem_at(
                diagram,
                element,
                f'"{element.label}" has no way out for {values}, which can be there.',
                "draw a way for it, or make one of the ways the default",
            )
            yield problem


def _splits(review: Review) -> Iterator[tuple[Diagram, Process, Element, dict[str, Use]]]:
    by_flow = {use.text.flow_id: use for use in review.context.uses if use.text.flow_id is not None}
    for diagram, process, element in review.context.elements():
        conditions = {flow: by_flow[flow] for flow in element.outgoing if flow in by_flow}
        if element.type in DECIDING and conditions:
            yield diagram, process, element, conditions


def _seen(review: Review, process: Process, element: Element) -> Variables:
    return review.flow.after[process.id, element.id]


def _references(use: Use) -> tuple[Reference, ...] | None:
    """The variables that a condition asks for, with one field where it asks for that; None when it asks for more."""
    found: dict[Reference, None] = {}

    def visit(node: object) -> bool:
        match node:
            case nodes.PathExpression(nodes.Name(name), field):
                found[name, field] = None
                return True
            case nodes.PathExpression():
                return False
            case nodes.Name(name):
                found[(name,)] = None
                return True
            case nodes.FunctionInvocation(nodes.Name("not"), (argument,), ()):
                return visit(argument)
            case nodes.FunctionInvocation() | nodes.FilterExpression() | nodes.ForExpression():
                return False
            case nodes.QuantifiedExpression() | nodes.FunctionDefinition():
                return False
        return all(visit(child) for child in islice(_children(node), 50))

    return tuple(found) if visit(use.node) and found else None


def _children(node: object) -> Iterator[object]:
    if isinstance(node, nodes.Spanned):
        for name in node.__dataclass_fields__:
            part = getattr(node, name)
            for child in part if isinstance(part, tuple) else (part,):
                if isinstance(child, nodes.Spanned):
                    yield child


def _known(
    review: Review, references: tuple[Reference, ...] | None, seen: Variables
) -> dict[Reference, tuple[Value, ...]]:
    """The values of each reference; empty when those of one of them are not known."""
    found = {}
    for reference in references or ():
        values = review.values.of_variable(reference[0], reference[1:], seen)
        if values is None:
            return {}
        found[reference] = values
    return found


def _combinations(
    review: Review, references: tuple[Reference, ...] | None, seen: Variables
) -> list[Combination] | None:
    known = _known(review, references, seen)
    if not known:
        return None
    combinations = list(islice(product(*known.values()), MAX_COMBINATIONS + 1))
    if len(combinations) > MAX_COMBINATIONS:
        return None
    return [dict(zip(known, each, strict=True)) for each in combinations]


def _holds(use: Use, combination: Combination) -> bool:
    variables: dict[str, Value] = {}
    for reference, value in combination.items():
        if len(reference) == 1:
            variables.setdefault(reference[0], value)
        else:
            entries = variables.get(reference[0])
            variables[reference[0]] = {**(entries if isinstance(entries, dict) else {}), reference[1]: value}
    code = use.expression.code
    if code is None:
        return True
    try:
        return code.evaluate(variables, now=_ANY_INSTANT).value is True
    except EngineError:
        return True  # a bound of evaluation: nothing is claimed


def _guess(review: Review, use: Use, references: tuple[Reference, ...] | None, seen: Variables) -> str:
    texts = [
        value for values in _known(review, references, seen).values() for value in values if isinstance(value, str)
    ]
    asked = [node.value for node in nodes_of(use.node) if isinstance(node, nodes.StringLiteral)]
    return next((guess for text in asked if text not in texts and (guess := did_you_mean(text, texts))), "")
