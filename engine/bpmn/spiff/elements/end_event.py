"""End event (BPMN 10.5.3): its token ends here, after throwing what it throws; terminate ends all of its scope."""

from __future__ import annotations

from engine.bpmn.model import Element, EventKind
from engine.bpmn.spiff.elements.throwing import ThrowingSpec
from engine.bpmn.spiff.process_spec import ProcessSpec
from engine.bpmn.spiff.task import ElementTask


class EndEvent(ThrowingSpec):
    def __init__(self, process_spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(process_spec, element, name)
        self.terminates = element.event.kind is EventKind.TERMINATE

    def _on_complete_hook(self, task: ElementTask) -> None:
        super()._on_complete_hook(task)
        scope = task.parent
        if self.terminates and scope is not None:
            for other in scope.children:
                if other is not task and other.id in task.workflow.tasks:
                    other.cancel()
