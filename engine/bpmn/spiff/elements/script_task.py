"""Script task (BPMN 10.3.3): one FEEL expression; no other language is ever run."""

from __future__ import annotations

from engine.bpmn.model import Element
from engine.bpmn.spiff.elements.base import RESULT, ElementSpec
from engine.bpmn.spiff.process_spec import ProcessSpec
from engine.bpmn.spiff.task import ElementTask
from engine.bpmn.spiff.variables import visible_variables


class ScriptTask(ElementSpec):
    def __init__(self, process_spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(process_spec, element, name)
        self.script = self.compile(element.script or "", "script")

    def execute(self, task: ElementTask) -> bool:
        value = self.evaluate(task, self.script, visible_variables(task))
        if self.element.result_variable:
            task.kept[RESULT] = {self.element.result_variable: value}
        return True
