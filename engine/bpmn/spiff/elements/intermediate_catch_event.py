"""Intermediate catch event (BPMN 10.5.4): message, timer, signal or condition; a link is where a throw jumps to."""

from __future__ import annotations

from engine.bpmn.model import EventKind
from engine.bpmn.spiff.elements.catching import CatchingSpec
from engine.bpmn.spiff.task import ElementTask


class IntermediateCatchEvent(CatchingSpec):
    def execute(self, task: ElementTask) -> bool:
        return self.element.event.kind is EventKind.LINK or super().execute(task)
