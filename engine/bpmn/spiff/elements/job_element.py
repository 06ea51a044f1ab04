"""Service task, send task and message throw events: work that a handler does, asked for as a job."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.effects import JobCancelled, JobCreated
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
        self.fixed_type = None if self.job_type.code else self.job_type.text
        fixed = self.retries.code is None and self.retries.text.isdecimal()
        self.fixed_retries = int(self.retries.text) if fixed else None

    def execute(self, task: ElementTask) -> bool:
        self.create_job(task)
        return False

    def create_job(self, task: ElementTask) -> None:
        element = self.element
        job_type = self.fixed_type or self.wanted_text(task, self.job_type, "a job type")
        retries = self.fixed_retries
        if retries is None:
            retries = self.wanted_count(task, self.retries, "a whole number of retries")
        task.notes[JOB] = True
        task.workflow.effects.append(
            JobCreated(
                element.id,
                task.id,
                element.clauses,
                element.name,
                job_type,
                retries,
                dict(element.headers),
                visible_variables(task),
            )
        )

    def finish(self, task: ElementTask, result: Mapping[str, Value]) -> None:
        task.notes.pop(JOB, None)
        super().finish(task, result)

    def on_cancel(self, task: ElementTask) -> None:
        if task.notes.pop(JOB, None):
            task.workflow.report(JobCancelled, task)
