"""End event (BPMN 10.5.3): its token ends here, after throwing what it throws; terminate ends all of its scope."""

from __future__ import annotations

from engine.bpmn.model import EventKind
from engine.bpmn.spiff.elements.throwing import ThrowingSpec
from engine.bpmn.spiff.task import ElementTask


class EndEvent(ThrowingSpec):
    def _on_complete_hook(self, task: ElementTask) -> None:
        super()._on_complete_hook(task)
        scope = task.parent
        if self.element.event.kind is EventKind.TERMINATE and scope is not None:
            for other in scope.children:
                if other is not task and other.id in task.workflow.tasks:
                    other.cancel()
