"""Multi-instance activity (BPMN 10.3.8): one inner run per item of a collection, together or one after the other.

Results are collected in the order of the items, whatever the order of completion.
"""

from __future__ import annotations

from decimal import Decimal

from engine.bpmn.expressions import show
from engine.bpmn.model import Element, ElementType, MultiInstance
from engine.bpmn.spiff.elements.loop_body import RUNS, LoopBody
from engine.bpmn.spiff.process_spec import ProcessSpec
from engine.bpmn.spiff.task import ElementTask
from engine.bpmn.spiff.variables import propagate, visible_variables
from engine.feel import Value

ITEMS, OUTPUTS = "items", "outputs"
COUNT, DONE, ENOUGH = "count", "done", "enough"


class MultiInstanceBody(LoopBody):
    def __init__(self, process_spec: ProcessSpec, element: Element, loop: MultiInstance) -> None:
        super().__init__(process_spec, element)
        self.loop = loop
        self.collection = self.compile(loop.input_collection, "input collection")
        self.output_element = self.compile_optional(loop.output_element, "output element")
        self.completion = self.compile_optional(loop.completion_condition, "completion condition")

    def announce(self, element: Element) -> ElementType:
        return ElementType.MULTI_INSTANCE_BODY

    def execute(self, task: ElementTask) -> bool:
        if COUNT not in task.notes:
            self._start(task)
        notes = task.notes
        if notes.get(ENOUGH) or notes[DONE] == notes[COUNT]:
            task.cancel_children_but_listeners()
            return True
        if self.loop.sequential and notes[RUNS] == notes[DONE]:
            self._next(task)
        return False

    def _start(self, task: ElementTask) -> None:
        items = self.wanted(task, self.collection, "a list as input collection")
        if not isinstance(items, list):
            raise self.collection.failure(
                f"expected a list as input collection, but got {show(items)}.", visible_variables(task)
            )
        task.notes.update({COUNT: len(items), DONE: 0, RUNS: 0})
        task.kept[ITEMS] = items
        if self.loop.output_collection:
            task.kept[OUTPUTS] = [None] * len(items)
        if not self.loop.sequential:
            for _ in items:
                self._next(task)
            task.kept.pop(ITEMS)

    def _next(self, task: ElementTask) -> None:
        index = task.notes[RUNS]
        items = task.kept[ITEMS]
        variables: dict[str, Value] = {"loopCounter": Decimal(index + 1)}
        if self.loop.input_element and isinstance(items, list):
            variables[self.loop.input_element] = items[index]
        self.begin_run(task, variables)

    def on_run_leaving(self, body: ElementTask, run: ElementTask) -> None:
        visible = visible_variables(run)
        output = None if self.output_element is None else self.evaluate(run, self.output_element, visible)
        enough = False
        if self.completion is not None:
            done = body.notes[DONE] + 1
            counts: dict[str, Value] = {
                "numberOfInstances": Decimal(body.notes[COUNT]),
                "numberOfActiveInstances": Decimal(body.notes[RUNS] - done),
                "numberOfCompletedInstances": Decimal(done),
                "numberOfTerminatedInstances": Decimal(0),
            }
            enough = self.ask(run, self.completion, {**visible, **counts})
        outputs = body.kept.get(OUTPUTS)
        if isinstance(outputs, list):
            outputs[run.notes["index"]] = output
        body.notes[DONE] += 1
        body.notes[ENOUGH] = enough

    def write_outputs(self, task: ElementTask) -> None:
        if self.loop.output_collection:
            propagate(task.parent or task, {self.loop.output_collection: task.kept.pop(OUTPUTS, [])})
        task.kept.pop(ITEMS, None)
