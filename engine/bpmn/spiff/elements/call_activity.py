"""Call activity (BPMN 10.3.6): runs another process, with its own scope, and takes its variables back at the end.

Without input mappings and with propagateAllParentVariables the called process begins with all variables that the
call activity sees, otherwise with the mapped ones; its own variables come back through the output mappings, or all
of them with propagateAllChildVariables (zeebe:calledElement).
"""

from __future__ import annotations

from engine.bpmn.effects import ProcessCalled
from engine.bpmn.failure import ElementFailure
from engine.bpmn.model import Element
from engine.bpmn.spiff.elements.base import INITIAL, ElementSpec
from engine.bpmn.spiff.process_spec import ProcessSpec
from engine.bpmn.spiff.task import ElementTask
from engine.bpmn.spiff.variables import visible_variables
from engine.bpmn.spiff.workflow import limit_reached
from engine.errors import EngineError, ErrorCode, Problem
from engine.feel import Value

CALL_DEPTH_LIMIT = 50


class CallActivity(ElementSpec):
    def __init__(self, process_spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(process_spec, element, name)
        self.called_process = self.compile(element.called_process or "", "called process id")

    def execute(self, task: ElementTask) -> bool:
        process_id = self.wanted_text(task, self.called_process, "a process id")
        own = self._wf_spec.definition
        pinned = own.diagram_hash if self.element.call_binding == "deployment" else None
        try:
            definition = task.workflow.services.process(process_id, pinned)
        except EngineError as error:
            raise ElementFailure(error.problem) from error
        if definition.none_start is None:
            raise ElementFailure(
                Problem(
                    ErrorCode.RUN_UNKNOWN_PROCESS,
                    f"process {process_id} has no none start event, so that it cannot be called.",
                    hint="draw a none start event in the called process",
                )
            )
        if _call_depth(task) >= CALL_DEPTH_LIMIT:
            raise limit_reached(f"{CALL_DEPTH_LIMIT} processes call each other inside one another")
        variables = visible_variables(task) if self.element.propagate_all_parent_variables else dict(task.variables)
        task.workflow.report(
            ProcessCalled,
            task,
            process_id=definition.process_id,
            diagram_hash=definition.diagram_hash,
            pinned=pinned is not None,
        )
        called = task._add_child(definition.spec.start)
        called.notes["process"] = [process_id, definition.diagram_hash]
        called.kept[INITIAL] = variables
        called.task_spec._update(called)
        return False

    def called_process_done(self, task: ElementTask, variables: dict[str, Value]) -> None:
        """The called process has completed with *variables*."""
        if self.output_rules or self.element.propagate_all_child_variables:
            self.finish(task, variables)
        else:
            self.finish(task, {})


def _call_depth(task: ElementTask) -> int:
    """How many processes are open around *task*."""
    depth, scope = 0, task.parent
    while scope is not None:
        depth += scope.task_spec.is_process
        scope = scope.parent
    return depth
