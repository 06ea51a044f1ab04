"""What throwing events share. What is thrown takes effect before the throwing path goes on."""

from __future__ import annotations

from engine.bpmn.effects import SignalThrown
from engine.bpmn.failure import ElementFailure
from engine.bpmn.model import Element, EventKind
from engine.bpmn.spiff.elements.job_element import JobElement
from engine.bpmn.spiff.process_spec import ProcessSpec
from engine.bpmn.spiff.routing import broadcast_signal, throw_code
from engine.bpmn.spiff.task import ElementTask
from engine.errors import ErrorCode, Problem


class ThrowingSpec(JobElement):
    """A message is thrown by the handler of a job; everything else by the engine."""

    def __init__(self, process_spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(process_spec, element, name)
        self.thrown_name = self.compile(element.event.name or "", "event name")
        self.thrown_code = self.compile(element.event.code or "", "event code")

    def execute(self, task: ElementTask) -> bool:
        kind = self.element.event.kind
        if self.element.job_type is not None:
            self.create_job(task)
            return False
        if kind is EventKind.SIGNAL:
            name = self.wanted_text(task, self.thrown_name, "a signal name")
            payload = dict(task.variables)
            task.workflow.report(SignalThrown, task, signal_name=name, variables=payload)
            broadcast_signal(task.workflow, name, payload)
        elif kind is EventKind.ESCALATION:
            throw_code(task, kind, self.wanted_text(task, self.thrown_code, "an escalation code"), dict(task.variables))
        elif kind is EventKind.ERROR:
            code = self.wanted_text(task, self.thrown_code, "an error code")
            if not throw_code(task, kind, code, dict(task.variables)):
                raise unhandled_error(self.element, code, "")
        return True


def unhandled_error(element: Element, code: str, message: str) -> ElementFailure:
    """Nobody catches error *code*, thrown at *element*."""
    said = f" ({message})" if message else ""
    return ElementFailure(
        Problem(
            ErrorCode.BPMN_UNHANDLED_ERROR,
            f'"{element.label}" threw the error "{code}"{said}, and no boundary event or event sub-process around it'
            f" catches that code.",
            hint="draw an error boundary event for the code, or correct the cause and retry the element",
        )
    )
