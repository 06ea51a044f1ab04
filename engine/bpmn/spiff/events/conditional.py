"""A conditional event: occurs when its condition becomes true, at once when it is true from the start.

After it has occurred, a listener that stays armed waits until the condition has been false again (BPMN 10.5.5.2).
"""

from __future__ import annotations

from collections.abc import Set

from engine.bpmn.model import Element
from engine.bpmn.spiff.elements.base import ElementSpec
from engine.bpmn.spiff.events.base import Trigger
from engine.bpmn.spiff.task import ElementTask
from engine.bpmn.spiff.variables import visible_variables


class ConditionalTrigger(Trigger):
    def __init__(self, spec: ElementSpec, element: Element) -> None:
        super().__init__(spec, element)
        self.condition = spec.compile(self.event.expression or "", "condition")
        self.only = frozenset(self.event.variable_names)

    def arm(self, task: ElementTask) -> None:
        task.notes["condition"] = False
        task.workflow.watch_condition(task)

    def disarm(self, task: ElementTask) -> None:
        task.notes.pop("condition", None)

    def ask(self, task: ElementTask, changed: Set[str] | None) -> bool:
        if changed is not None and self.only and not self.only & changed:
            return False
        before = task.notes.get("condition")
        value = self.spec.evaluate(task, self.condition, visible_variables(task))
        task.notes["condition"] = value is True
        return value is True and not before

    def on_loaded(self, task: ElementTask) -> None:
        if "condition" in task.notes:
            task.workflow.watch_condition(task, ask_now=False)
