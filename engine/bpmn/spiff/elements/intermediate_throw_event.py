"""Intermediate throw event (BPMN 10.5.4): none, message (a job), signal, escalation, or a jump to its link."""

from __future__ import annotations

from collections.abc import Sequence

from engine.bpmn.model import EventKind, SequenceFlow
from engine.bpmn.spiff.elements.throwing import ThrowingSpec
from engine.bpmn.spiff.task import ElementTask


class IntermediateThrowEvent(ThrowingSpec):
    def take(self, task: ElementTask, flows: Sequence[SequenceFlow]) -> None:
        if self.element.event.kind is not EventKind.LINK:
            super().take(task, flows)
            return
        scope = task.parent
        if scope is not None:
            scope.add_token(self._wf_spec.task_specs[self._wf_spec.definition.link_target(self.element).id])
