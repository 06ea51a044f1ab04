"""[unknown-limit] A limit that no row of the time limits knows. [unknown-deadline] A deadline that nothing sets."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.expressions import is_feel
from engine.dmn.checks.tables.conditions import Constant, points
from engine.errors import ErrorCode, Location, Problem, did_you_mean
from engine.feel import nodes
from engine.handlers.deadline_values import VARIABLE
from engine.handlers.limits import PARAMETER
from engine.review.checks.context import ReviewContext, problem_at
from engine.review.checks.data_flow import nodes_of
from engine.review.checks.review import Review

LIMIT_INPUT = "limit_id"
SETS = "deadline"
METS = ("deadline.met",)


def check_unknown_limit(review: Review) -> Iterator[Problem]:
    decision_id = review.context.package.parameters.get(PARAMETER)
    known = _limits(review.context, decision_id)
    if known is None:
        return
    for diagram, process, element in review.context.elements():
        named = [review.context.header(element, "limit")]
        handler = review.context.handler_of(element)
        if handler is not None and any(field.name == LIMIT_INPUT for field in handler.inputs):
            for rule in element.inputs:
                if rule.target == LIMIT_INPUT:
                    seen = review.flow.before[process.id, element.id]
                    values = review.values.of_expression(rule.source, (), process, seen)
                    named.extend(value for value in values or () if isinstance(value, str))
        for limit in named:
            if limit is not None and not is_feel(limit) and limit not in known:
                yield problem_at(
                    diagram,
                    element,
                    f'"{element.label}" sets the limit "{limit}", which no row of {decision_id} knows.'
                    f"{did_you_mean(limit, known)}",
                    "correct the name, or add the row with its clause",
                )
    for notice in review.context.package.notices.values():
        for name, told in notice.limits.items():
            if isinstance(told, str) and told not in known:
                yield Problem(
                    ErrorCode.TRACE_MODELS,
                    f'the notice "{notice.type}" speaks of the limit "{told}", which no row of {decision_id} knows.'
                    f"{did_you_mean(told, known)}",
                    Location(file=notice.file, part=f"limits > {name}"),
                    hint="correct the name, or add the row with its clause",
                )


def check_unknown_deadline(review: Review) -> Iterator[Problem]:
    names = _deadlines(review.context)
    if names is None:
        return
    for diagram, _, element in review.context.elements():
        wanted = [element.headers.get("deadline", "")] if element.job_type in METS else []
        wanted.extend(part.strip() for part in (review.context.header(element, "of") or "").split(","))
        for name in filter(None, wanted):
            if name not in names:
                yield problem_at(
                    diagram,
                    element,
                    f'"{element.label}" needs the deadline "{name}", which nothing sets.{did_you_mean(name, names)}',
                    "set it before, or correct the name",
                )
    for use in review.context.uses:
        for node in nodes_of(use.node):
            if (
                isinstance(node, nodes.PathExpression)
                and node.source == nodes.Name(VARIABLE)
                and node.name not in names
            ):
                message = f"{VARIABLE}.{node.name} is read here, but nothing sets such a deadline."
                message += did_you_mean(node.name, names)
                yield Problem(ErrorCode.TRACE_MODELS, message, use.place, hint="set it before, or correct the name")


def _limits(context: ReviewContext, decision_id: str | None) -> set[str] | None:
    """The ids of all limits; None when the table does not name them all."""
    found = context.decisions.get(decision_id or "")
    if found is None:
        return None
    for analysis in context.tables:
        for column in analysis.columns:
            if analysis.table.place.decision_id == decision_id and column.name == LIMIT_INPUT:
                if column.open:
                    return None
                named = [point for each in column.conditions for point in points(each)]
                return {point.value for point in named if isinstance(point, Constant) and isinstance(point.value, str)}
    return None


def _deadlines(context: ReviewContext) -> set[str] | None:
    """The names of all deadlines that jobs set; None when a job of another program may set any."""
    names: set[str] = set()
    for _, _, element in context.elements():
        handler = context.handler_of(element)
        if handler is None or element.job_type in METS:
            continue
        if any(output.name == VARIABLE for output in handler.outputs):
            names.update(filter(None, [element.headers.get("deadline") or element.headers.get("limit")]))
    return names
