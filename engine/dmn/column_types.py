"""Types that a modeler left open or wrote otherwise, as the columns of a model's tables tell them.

Camunda's modeler gives input data no type, and its `date` may hold a time. Only for models that are asked or checked on
their own (`undeclared.py`); one that is deployed declares what it means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.dmn.model import Decision, DecisionTable, InputClause, Model

_INSTANT = "date and time("


def with_types_of_columns(model: Model) -> Model:
    """*model* with the type of the columns that show it on input data that has none, where they agree."""
    untyped = {f"#{each.id}": each.variable.name for each in model.input_data if each.variable.type_ref is None}
    types: dict[str, set[str]] = {}
    decisions: dict[str, Decision] = {}
    for decision in model.decisions:
        for href in untyped.keys() & set(decision.required_inputs):
            name = untyped[href]
            decision = decisions[decision.id] = with_instants(decision, name)
            refs = (column.expression.type_ref for column in columns_of(decision, name))
            types.setdefault(href, set()).update(ref for ref in refs if ref is not None)
    agreed = {href: next(iter(refs)) for href, refs in types.items() if len(refs) == 1}
    if not agreed:
        return model
    return replace(
        model,
        input_data=tuple(
            replace(each, variable=replace(each.variable, type_ref=agreed[f"#{each.id}"]))
            if f"#{each.id}" in agreed
            else each
            for each in model.input_data
        ),
        decisions=tuple(decisions.get(each.id, each) for each in model.decisions),
    )


def with_instants_as_outputs(model: Model) -> Model:
    """*model* with each output of dates as one of instants whose cells write such."""
    changed: dict[str, Decision] = {}
    for decision in model.decisions:
        table = decision.expression
        if not isinstance(table, DecisionTable):
            continue
        outputs = tuple(
            replace(each, type_ref="dateTime")
            if each.type_ref == "date" and any(_INSTANT in rule.output_entries[index].text for rule in table.rules)
            else each
            for index, each in enumerate(table.outputs)
        )
        if outputs != table.outputs:
            changed[decision.id] = replace(decision, expression=replace(table, outputs=outputs))
    if not changed:
        return model
    return replace(model, decisions=tuple(changed.get(each.id, each) for each in model.decisions))


def columns_of(decision: Decision, name: str) -> Iterator[InputClause]:
    """The columns that show *name* itself."""
    if isinstance(decision.expression, DecisionTable):
        for each in decision.expression.inputs:
            if " ".join(each.expression.text.split()) == name:
                yield each


def with_instants(decision: Decision, name: str) -> Decision:
    """A column of dates that it compares with instants is one of instants: some editors call both `date`."""
    table = decision.expression
    instants = [each for each in columns_of(decision, name) if each.expression.type_ref == "date"]
    if not isinstance(table, DecisionTable) or not instants:
        return decision
    inputs = tuple(
        replace(each, expression=replace(each.expression, type_ref="dateTime"))
        if each in instants and any(_INSTANT in rule.input_entries[index].text for rule in table.rules)
        else each
        for index, each in enumerate(table.inputs)
    )
    return replace(decision, expression=replace(table, inputs=inputs))
