"""Business rule task (BPMN 10.3.3): evaluates a decision; one that gives no answer stops it with its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.effects import DecisionEvaluated
from engine.bpmn.failure import ElementFailure
from engine.bpmn.model import Element
from engine.bpmn.spiff.elements.base import RESULT, ElementSpec
from engine.bpmn.spiff.process_spec import ProcessSpec
from engine.bpmn.spiff.task import ElementTask
from engine.bpmn.spiff.variables import visible_variables, why_not_storable
from engine.errors import EngineError, ErrorCode, Problem, Severity

if TYPE_CHECKING:
    from engine.dmn import DecisionResult


class BusinessRuleTask(ElementSpec):
    def __init__(self, process_spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(process_spec, element, name)
        self.decision = self.compile(element.called_decision or "", "decision id")

    def execute(self, task: ElementTask) -> bool:
        decision_id = self.wanted_text(task, self.decision, "a decision id")
        try:
            result = task.workflow.services.decide(decision_id, visible_variables(task))
        except EngineError as error:
            raise ElementFailure(error.problem) from error
        task.workflow.report(DecisionEvaluated, task, decision_id=decision_id, result=result)
        reason = _why_no_answer(decision_id, result)
        if reason is not None:
            raise ElementFailure(reason)
        if self.element.result_variable:
            task.kept[RESULT] = {self.element.result_variable: result.value}
        return True


def _why_no_answer(decision_id: str, result: DecisionResult) -> Problem | None:
    """The first error among the warnings, or any warning when the value is null. A null without one is an answer."""
    wrong = why_not_storable(result.value)
    if wrong is not None:
        hint = "let the decision give data"
        message = f"the decision {decision_id} gives no value to keep: {wrong}."
        return Problem(ErrorCode.DMN_OUTPUT_NOT_ALLOWED, message, hint=hint)
    errors = [problem for problem in result.warnings if problem.severity is Severity.ERROR]
    if errors:
        return errors[0]
    return result.warnings[0] if result.value is None and result.warnings else None
