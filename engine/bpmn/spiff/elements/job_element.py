"""Service task, send task and message throw events: work that a handler does, asked for as a job."""

from __future__ import annotations

from decimal import Decimal

from engine.bpmn.effects import JobCancelled, JobCreated
from engine.bpmn.expressions import Expression, show
from engine.bpmn.model import Element
from engine.bpmn.spiff.elements.base import ElementSpec
from engine.bpmn.spiff.process_spec import ProcessSpec
from engine.bpmn.spiff.task import ElementTask
from engine.bpmn.spiff.variables import visible_variables
from engine.feel import Value

JOB = "job"


class JobElement(ElementSpec):
    """Executes by creating a job and waiting for its answer."""

    def __init__(self, process_spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(process_spec, element, name)
        self.job_type = self.compile(element.job_type or "", "job type")
        self.retries = self.compile(element.retries, "retries")

    def execute(self, task: ElementTask) -> bool:
        self.create_job(task)
        return False

    def create_job(self, task: ElementTask) -> None:
        job_type = self.wanted_text(task, self.job_type, "a job type")
        retries = _whole_number(self.wanted(task, self.retries, "a number of retries"))
        variables = visible_variables(task)
        if retries is None:
            raise _no_number(self.retries, self.wanted(task, self.retries, "a number of retries"), variables)
        task.notes[JOB] = True
        task.workflow.report(
            JobCreated,
            task,
            job_type=job_type,
            retries=retries,
            headers=dict(self.element.headers),
            variables=variables,
        )

    def finish(self, task: ElementTask, result: dict[str, Value]) -> None:
        task.notes.pop(JOB, None)
        super().finish(task, result)

    def on_cancel(self, task: ElementTask) -> None:
        if task.notes.pop(JOB, None):
            task.workflow.report(JobCancelled, task)


def _whole_number(value: Value) -> int | None:
    if isinstance(value, Decimal) and value == value.to_integral_value() and value >= 0:
        return int(value)
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return None


def _no_number(expression: Expression, value: Value, variables: dict[str, Value]) -> Exception:
    return expression.failure(f"expected a whole number of retries, but got {show(value)}.", variables)
