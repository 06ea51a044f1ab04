"""Event sub-process (BPMN 10.3.5): armed with its scope; an interrupting one ends everything else in the scope."""

from __future__ import annotations

from engine.bpmn.model import Element
from engine.bpmn.spiff.elements.base import RESULT, ElementSpec
from engine.bpmn.spiff.elements.catching import OCCURRED, ListeningSpec
from engine.bpmn.spiff.elements.scope import ScopeSpec
from engine.bpmn.spiff.task import ElementTask
from engine.feel import Value


class EventSubProcess(ScopeSpec, ListeningSpec):
    """Waits for the event definition of its one start event, which then gets the payload."""

    def catching_element(self, element: Element) -> Element:
        return self._wf_spec.definition.start_of(element.id)

    def occur(self, task: ElementTask, payload: dict[str, Value]) -> None:
        scope = task.host
        token = self.add_occurred(scope, payload)
        if self.trigger.element.interrupting:
            self.trigger.used_up(task)
            for other in scope.children:
                at_the_border = other.task_spec in scope.task_spec.boundary  # armed for as long as the scope is active
                if other is not token and not at_the_border and other.id in task.workflow.tasks:
                    other.cancel()
        else:
            self.stay_armed(task)

    def open(self, task: ElementTask, start: ElementSpec | None, payload: dict[str, Value]) -> None:
        task.notes.pop(OCCURRED, None)
        received = task.kept.get(RESULT)
        super().open(task, start, received if isinstance(received, dict) else {})
        task.kept.pop(RESULT, None)
