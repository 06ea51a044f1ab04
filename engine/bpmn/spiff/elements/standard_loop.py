"""Standard loop (BPMN 10.3.8.1): runs the activity again while the condition is true and the maximum is not reached.

In the condition `loopCounter` is the number of runs so far, in a run it is the number of that run.
"""

from __future__ import annotations

from decimal import Decimal

from engine.bpmn.model import Element, ElementType, StandardLoop
from engine.bpmn.spiff.elements.loop_body import RUNS, LoopBody
from engine.bpmn.spiff.process_spec import ProcessSpec
from engine.bpmn.spiff.task import ElementTask
from engine.bpmn.spiff.variables import visible_variables


class StandardLoopBody(LoopBody):
    def __init__(self, process_spec: ProcessSpec, element: Element, loop: StandardLoop) -> None:
        super().__init__(process_spec, element)
        self.loop = loop
        self.condition = self.compile_optional(loop.condition, "loop condition")
        self.maximum = self.compile_optional(loop.maximum, "loop maximum")

    def announce(self, element: Element) -> ElementType:
        return ElementType.LOOP_BODY

    def execute(self, task: ElementTask) -> bool:
        if not self._goes_on(task, task.notes.get(RUNS, 0)):
            return True
        self.begin_run(task, {"loopCounter": Decimal(task.notes.get(RUNS, 0) + 1)})
        return False

    def _goes_on(self, task: ElementTask, runs: int) -> bool:
        if self.maximum is not None and runs >= self.wanted_count(task, self.maximum, "a whole number as loop maximum"):
            return False
        if runs == 0 and not self.loop.test_before:
            return True
        if self.condition is None:
            return True
        return self.ask(task, self.condition, {**visible_variables(task), "loopCounter": Decimal(runs)})
