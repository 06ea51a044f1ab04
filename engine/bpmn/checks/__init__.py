"""Checks of a diagram that has been read: what a deployment must know, and the style of shipped models.

Entry point: `check_diagram(diagram, context)`. One file per rule; each gives problems, errors block deployment and
warnings do not. Reading order: context.py, expression_texts.py (where expressions stand), then any rule.
"""

from engine.bpmn.checks.check import CHECKS, check_diagram
from engine.bpmn.checks.context import DeployContext, JobTypeInfo
from engine.bpmn.checks.expression_texts import written_variables

__all__ = ["CHECKS", "DeployContext", "JobTypeInfo", "check_diagram", "written_variables"]
