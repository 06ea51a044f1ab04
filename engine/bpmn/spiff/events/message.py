"""A message event: subscribes to a message name and the correlation key as it is when the event is reached."""

from __future__ import annotations

from decimal import Decimal

from engine.bpmn.effects import MessageSubscribed, SubscriptionCancelled
from engine.bpmn.expressions import show
from engine.bpmn.model import Element
from engine.bpmn.spiff.elements.base import ElementSpec
from engine.bpmn.spiff.events.base import Trigger
from engine.bpmn.spiff.task import ElementTask
from engine.bpmn.spiff.variables import visible_variables
from engine.feel import format_value


class MessageTrigger(Trigger):
    def __init__(self, spec: ElementSpec, element: Element) -> None:
        super().__init__(spec, element)
        self.name = spec.compile(self.event.name or "", "message name")
        self.key = spec.compile(self.event.correlation_key or "", "correlation key")

    def arm(self, task: ElementTask) -> None:
        name = self.spec.wanted_text(task, self.name, "a message name")
        key = self.spec.wanted(task, self.key, "a string or a number as correlation key")
        if isinstance(key, Decimal):
            key = _digits(format_value(key))
        if not isinstance(key, str):
            raise self.key.failure(
                f"expected a string or a number as correlation key, but got {show(key)}.",
                visible_variables(task),
            )
        task.notes["message"] = name
        task.workflow.report(MessageSubscribed, task, message_name=name, correlation_key=key)

    def disarm(self, task: ElementTask) -> None:
        name = task.notes.pop("message", None)
        if name is not None:
            task.workflow.report(SubscriptionCancelled, task, name=name)


def _digits(number: str) -> str:
    """Equal numbers are one key, however many zeros stand behind the point: 7.0 is 7."""
    return number.rstrip("0").rstrip(".") if "." in number else number
