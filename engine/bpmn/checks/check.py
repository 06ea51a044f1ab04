"""All checks of a diagram, in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.bpmn.checks.clause_present import check_clause_present
from engine.bpmn.checks.constant_values import check_constant_values
from engine.bpmn.checks.context import DeployContext
from engine.bpmn.checks.default_flow import check_default_flow
from engine.bpmn.checks.diagram_size import check_diagram_size
from engine.bpmn.checks.explicit_end import check_explicit_end
from engine.bpmn.checks.expressions import check_expressions
from engine.bpmn.checks.file_stem import check_file_stem
from engine.bpmn.checks.foreign_extension import check_foreign_extension
from engine.bpmn.checks.gateway_question import check_gateway_question
from engine.bpmn.checks.generated_id import check_generated_id
from engine.bpmn.checks.implicit_split import check_implicit_split
from engine.bpmn.checks.job_types import check_job_types
from engine.bpmn.checks.literal_limit import check_literal_limit
from engine.bpmn.checks.references import check_references
from engine.bpmn.checks.unlabelled_element import check_unlabelled_element
from engine.bpmn.model import Diagram
from engine.errors import Problem

Check = Callable[[Diagram, DeployContext], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (
    check_references,
    check_job_types,
    check_expressions,
    check_constant_values,
    check_clause_present,
    check_default_flow,
    check_diagram_size,
    check_explicit_end,
    check_file_stem,
    check_foreign_extension,
    check_gateway_question,
    check_generated_id,
    check_implicit_split,
    check_literal_limit,
    check_unlabelled_element,
)


def check_diagram(diagram: Diagram, context: DeployContext) -> list[Problem]:
    """All problems of *diagram*, sorted by place; errors block its deployment, warnings do not."""
    found = [problem for check in CHECKS for problem in check(diagram, context)]
    return sorted(found, key=lambda problem: problem.location.sort_key())
