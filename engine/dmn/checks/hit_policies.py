"""A hit policy has what it needs: an order of output values to rank by, one output to aggregate."""

from __future__ import annotations

from collections.abc import Iterable

from engine.dmn.elements import Elements
from engine.dmn.model import Aggregation, DecisionTable, HitPolicy, Model
from engine.dmn.walk import expressions_of
from engine.errors import ErrorCode, Problem

_RANKING = (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)


def check_hit_policies(model: Model, elements: Elements) -> Iterable[Problem]:
    types = elements.types[model.namespace]
    for expression in expressions_of(model):
        if not isinstance(expression, DecisionTable):
            continue
        ranked = any(
            output.allowed is not None
            or ((declared := types.resolve(output.type_ref, expression.place)[0]) is not None and declared.allowed)
            for output in expression.outputs
        )
        if expression.hit_policy in _RANKING and not ranked:
            yield Problem(
                ErrorCode.DMN_INVALID,
                f"expected output values that {expression.hit_policy} can rank by, but no output has any.",
                expression.place,
                hint="list the output values of a column, the most important first",
            )
        if expression.aggregation not in (None, Aggregation.COUNT) and len(expression.outputs) > 1:
            yield Problem(
                ErrorCode.DMN_INVALID,
                f"expected one output to aggregate by {expression.aggregation}, but the table has "
                f"{len(expression.outputs)}.",
                expression.place,
                hint="make a table of its own for each sum, or collect the rows and sum them in another decision",
            )
