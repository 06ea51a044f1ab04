"""Boundary event (BPMN 10.5.4): armed while its activity is active; interrupting it cancels the activity at once."""

from __future__ import annotations

from engine.bpmn.spiff.elements.catching import ListeningSpec
from engine.bpmn.spiff.task import ElementTask
from engine.feel import Value


class BoundaryEvent(ListeningSpec):
    def occur(self, task: ElementTask, payload: dict[str, Value]) -> None:
        host = task.host
        self.add_occurred(host.host, payload)
        if self.element.interrupting:
            self.trigger.used_up(task)
            host.cancel()
        else:
            self.stay_armed(task)
