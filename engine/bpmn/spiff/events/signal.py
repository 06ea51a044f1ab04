"""A signal event: waits for a broadcast by name."""

from __future__ import annotations

from engine.bpmn.effects import SignalSubscribed, SubscriptionCancelled
from engine.bpmn.model import Element
from engine.bpmn.spiff.elements.base import ElementSpec
from engine.bpmn.spiff.events.base import Trigger
from engine.bpmn.spiff.task import ElementTask


class SignalTrigger(Trigger):
    def __init__(self, spec: ElementSpec, element: Element) -> None:
        super().__init__(spec, element)
        self.name = spec.compile(self.event.name or "", "signal name")

    def arm(self, task: ElementTask) -> None:
        name = self.spec.wanted_text(task, self.name, "a signal name")
        task.notes["signal"] = name
        task.workflow.report(SignalSubscribed, task, signal_name=name)

    def disarm(self, task: ElementTask) -> None:
        name = task.notes.pop("signal", None)
        if name is not None:
            task.workflow.report(SubscriptionCancelled, task, name=name)
