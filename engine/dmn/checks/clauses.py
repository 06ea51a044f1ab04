"""Every rule says which clause it stands for: ids in brackets open its description."""

from __future__ import annotations

from collections.abc import Iterable

from engine.dmn.elements import Elements
from engine.dmn.model import DecisionTable, Model
from engine.dmn.walk import expressions_of
from engine.errors import ErrorCode, Problem


def check_clauses(model: Model, _elements: Elements) -> Iterable[Problem]:
    for expression in expressions_of(model):
        if not isinstance(expression, DecisionTable):
            continue
        for rule in expression.rules:
            if rule.clauses:
                continue
            got = f'got "{rule.description[:60]}"' if rule.description else "it has no description"
            yield Problem(
                ErrorCode.DMN_NO_CLAUSE,
                f"expected a description that opens with clause ids in brackets, but {got}.",
                rule.place,
                hint="open the rule's description with the clause, e.g. [id of the clause] why; [none] for a refusal",
            )
