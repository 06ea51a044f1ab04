"""What all catching elements share: they wait for a trigger, and go on with the payload of what occurred."""

from __future__ import annotations

from collections.abc import Set

from engine.bpmn.model import Element
from engine.bpmn.spiff.elements.base import RESULT, WAITING, ElementSpec
from engine.bpmn.spiff.events import build_trigger
from engine.bpmn.spiff.process_spec import ProcessSpec
from engine.bpmn.spiff.task import ElementTask
from engine.feel import Value

OCCURRED = "occurred"


class CatchingSpec(ElementSpec):
    """A token waits here until `occur`; one that comes with the note `occurred` has waited elsewhere already."""

    def __init__(self, process_spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(process_spec, element, name)
        self.trigger = build_trigger(self, self.catching_element(element))

    def catching_element(self, element: Element) -> Element:
        """The element whose event definition counts: *element* itself, but for an event sub-process its start event."""
        return element

    def execute(self, task: ElementTask) -> bool:
        if task.notes.pop(OCCURRED, False):
            return True
        self.trigger.arm(task)
        return False

    def occur(self, task: ElementTask, payload: dict[str, Value]) -> None:
        """What *task* waited for has occurred."""
        scope = task.parent
        if scope is not None and scope.task_spec.holds_alternatives:
            scope.task_spec.choose_alternative(scope, task, payload)
            return
        self.trigger.used_up(task)
        self.finish(task, payload)

    def add_occurred(self, scope: ElementTask, payload: dict[str, Value], via: str | None = None) -> ElementTask:
        """A new token on this element that need not wait."""
        notes = {OCCURRED: True} if via is None else {OCCURRED: True, "via": via}
        token = scope.add_token(self, **notes)
        token.kept[RESULT] = dict(payload)
        return token

    def ask_condition(self, task: ElementTask, changed: Set[str] | None) -> None:
        if self.trigger.ask(task, changed):
            self.occur(task, {})

    def on_cancel(self, task: ElementTask) -> None:
        self.trigger.disarm(task)

    def on_revised(self, task: ElementTask, names: Set[str]) -> None:
        self.trigger.on_revised(task, names)

    def on_loaded(self, task: ElementTask) -> None:
        self.trigger.on_loaded(task)


class ListeningSpec(CatchingSpec):
    """Armed beside its activity or in its scope; when it occurs, a token of its own starts."""

    listens = True

    def arm_at(self, host: ElementTask) -> None:
        """Arm a listener below *host*. Raises ElementFailure when what to wait for cannot be worked out."""
        listener = host._add_child(self)
        listener.notes["listener"] = True
        listener._set_state(WAITING)
        self.trigger.arm(listener)

    def stay_armed(self, listener: ElementTask) -> None:
        """It has occurred without interrupting: wait for the next time, or be gone."""
        if not self.trigger.waits_on(listener):
            listener.cancel()
