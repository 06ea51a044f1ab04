"""The process itself as the outermost scope, of an instance or of a call activity. It sees nothing of its caller."""

from __future__ import annotations

from engine.bpmn.effects import InstanceCompleted
from engine.bpmn.spiff.elements.base import ElementSpec
from engine.bpmn.spiff.elements.scope import ScopeSpec
from engine.bpmn.spiff.task import ElementTask
from engine.feel import Value

START_EVENT = "start_event"
PAYLOAD = "payload"


class ProcessScope(ScopeSpec):
    """The notes of its task may name the start event; without, it begins at the none start event."""

    is_process = True

    def open(self, task: ElementTask, start: ElementSpec | None, payload: dict[str, Value]) -> None:
        chosen = task.notes.get(START_EVENT)
        received = task.kept.pop(PAYLOAD, None)
        first = self._wf_spec.task_specs[chosen] if chosen else start
        super().open(task, first, received if isinstance(received, dict) else payload)

    def _on_complete_hook(self, task: ElementTask) -> None:
        super()._on_complete_hook(task)
        if task.parent is None:
            task.workflow.report(InstanceCompleted, task, variables=dict(task.variables))
            task.workflow.final_variables = dict(task.variables)
        else:
            task.parent.task_spec.called_process_done(task.parent, dict(task.variables))
