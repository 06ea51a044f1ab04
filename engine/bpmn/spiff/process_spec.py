"""The task specs of one process, by element id. Any XML id may occur, `Start` and `End` included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

if TYPE_CHECKING:
    from engine.bpmn.spiff.definition import ProcessDefinition


class ProcessSpec(WorkflowSpec):
    """Built from `WorkflowSpec`, not from its BPMN subclass, whose own tasks take the names `Start` and `End`."""

    def __init__(self, definition: ProcessDefinition) -> None:
        super().__init__(name=definition.process_id, filename=definition.file)
        self.definition = definition

    def validate(self) -> list[str]:
        # spiff: stock calls loops faults; diagrams are checked by engine.bpmn.checks
        return []
