"""What process, sub-process and event sub-process share: a scope in which tokens run, listeners wait beside them."""

from __future__ import annotations

from engine.bpmn.failure import ElementFailure
from engine.bpmn.spiff.elements.base import RESULT, STARTED, WAITING, ElementSpec
from engine.bpmn.spiff.task import EXECUTE, ElementTask
from engine.feel import Value

BEGUN = "begun"


class ScopeSpec(ElementSpec):
    """Executes by starting its start event, and is done when no token is left in it."""

    start: ElementSpec | None = None

    def execute(self, task: ElementTask) -> bool:
        if task.notes.get(BEGUN):
            return self.is_empty(task)  # a late token went on after the scope had seemed done
        self.open(task, self.start, {})
        return False

    def open(self, task: ElementTask, start: ElementSpec | None, payload: dict[str, Value]) -> None:
        """Arm the event sub-processes and put the first token on *start*: all of it or nothing."""
        try:
            for event_sub_process in self.event_sub_processes:
                event_sub_process.arm_at(task)
        except ElementFailure:
            task.cancel_children()
            raise
        task.notes[BEGUN] = True
        if start is not None:
            token = task.add_token(start)
            token.kept[RESULT] = dict(payload)

    def is_empty(self, task: ElementTask) -> bool:
        for child in task.inside.values():
            if child._state != WAITING or not child.is_listener:
                break  # most often at the first: `all` would cost a generator each time that an element is left
        else:
            return True
        return False

    def on_child_gone(self, task: ElementTask) -> None:
        if task._state == STARTED and self.is_empty(task):
            task.make_ready(EXECUTE)
