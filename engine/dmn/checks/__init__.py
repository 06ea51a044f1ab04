"""What must be right before a model is deployed: one file per rule, joined by the table below.

The conformance suite does not run these: there an unknown name is a null, as the standard says. In a deployed law it
is a problem, because nobody would ever notice the null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.dmn.checks.clauses import check_clauses
from engine.dmn.checks.external_functions import check_external_functions
from engine.dmn.checks.hit_policies import check_hit_policies
from engine.dmn.checks.ids import check_ids
from engine.dmn.checks.input_expressions import check_input_expressions
from engine.dmn.checks.names import check_names
from engine.dmn.checks.required_names import check_required_names
from engine.dmn.checks.types import check_types
from engine.dmn.elements import Elements
from engine.dmn.model import Model
from engine.dmn.requirements import Graph
from engine.errors import Problem

Check = Callable[[Model, Elements], Iterable[Problem]]

CHECKS: dict[str, Check] = {
    "clause-present": check_clauses,
    "unique-id": check_ids,
    "input-expression": check_input_expressions,
    "fit-hit-policy": check_hit_policies,
    "no-external-function": check_external_functions,
    "different-names": check_required_names,
    "known-type": check_types,
    "known-name": check_names,
}


def check_model(model: Model, others: Iterable[Model] = (), elements: Elements | None = None) -> list[Problem]:
    """Every problem of *model* that its file alone does not show, sorted by place; *others* are those it imports.

    *elements* are these models, where they are compiled already.
    Codes: DMN_UNKNOWN_REFERENCE, DMN_CYCLE, DMN_NO_CLAUSE, DMN_NO_ID, DMN_DUPLICATE, DMN_INVALID, DMN_UNSUPPORTED,
    DMN_UNKNOWN_TYPE, FEEL_SYNTAX, FEEL_UNKNOWN_NAME, FEEL_UNKNOWN_FUNCTION.
    """
    if elements is None:
        elements = Elements(Graph([model, *(other for other in others if other.namespace != model.namespace)]))
    found = [problem for problem in elements.graph.problems if problem.location.file == model.file]
    for check in CHECKS.values():
        found.extend(check(model, elements))
    return sorted(dict.fromkeys(found), key=lambda problem: (problem.location.sort_key(), problem.code))


__all__ = ["CHECKS", "check_model"]
