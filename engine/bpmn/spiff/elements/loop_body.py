"""The body around a repeated activity. Boundary events and flows belong to the body, mappings to each inner run."""

from __future__ import annotations

from engine.bpmn.model import Element, SequenceFlow
from engine.bpmn.spiff.elements.base import INITIAL, STARTED, ElementSpec
from engine.bpmn.spiff.process_spec import ProcessSpec
from engine.bpmn.spiff.task import EXECUTE, ElementTask
from engine.feel import Value

RUNS = "runs"  # how many inner runs have begun


class LoopBody(ElementSpec):
    """`inner` is the repeated activity itself: a task spec of its own, without flows and boundary events."""

    inner: ElementSpec

    def __init__(self, process_spec: ProcessSpec, element: Element) -> None:
        super().__init__(process_spec, element)
        self.input_rules, self.output_rules = [], []

    def begin_run(self, task: ElementTask, variables: dict[str, Value]) -> None:
        """Start one more inner run with these local variables."""
        index = task.notes.get(RUNS, 0)
        task.notes[RUNS] = index + 1
        run = task._add_child(self.inner)
        run.notes["index"] = index
        run.kept[INITIAL] = variables
        self.inner._update(run)

    def on_run_leaving(self, body: ElementTask, run: ElementTask) -> None:
        """An inner run is about to complete; a failure here is the run's, and retried with it."""

    def on_child_gone(self, task: ElementTask) -> None:
        if task._state == STARTED:
            task.make_ready(EXECUTE)


def inner_spec_of(element_spec: type[ElementSpec]) -> type[ElementSpec]:
    """The class of an inner run: *element_spec*, but leaving to its body instead of along flows."""

    class InnerRun(element_spec):  # type: ignore[misc, valid-type]
        def choose(self, task: ElementTask) -> list[SequenceFlow]:
            body = task.host
            body.task_spec.on_run_leaving(body, task)
            return []

    InnerRun.__name__ = f"Inner{element_spec.__name__}"
    return InnerRun
