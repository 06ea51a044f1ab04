"""Event-based gateway (BPMN 10.6.5): arms all events behind it; the first that occurs wins and the others are gone."""

from __future__ import annotations

from collections.abc import Sequence

from engine.bpmn.failure import ElementFailure
from engine.bpmn.model import SequenceFlow
from engine.bpmn.spiff.elements.base import WAITING, ElementSpec
from engine.bpmn.spiff.task import OUTPUT, ElementTask
from engine.feel import Value

WINNER = "winner"
PAYLOAD = "payload"


class EventBasedGateway(ElementSpec):
    holds_alternatives = True

    def execute(self, task: ElementTask) -> bool:
        try:
            for flow in self.flows:
                self.arm_alternative(task, flow)
        except ElementFailure:
            task.cancel_children()
            raise
        return False

    def arm_alternative(self, task: ElementTask, flow: SequenceFlow) -> None:
        """Let the event behind *flow* wait below the gateway."""
        target = self._wf_spec.task_specs[flow.target]
        listener = task._add_child(target)
        listener.notes["listener"] = flow.id
        listener._set_state(WAITING)
        target.trigger.arm(listener)

    def choose_alternative(self, task: ElementTask, listener: ElementTask, payload: dict[str, Value]) -> None:
        """*listener* has occurred first: nobody else can any more."""
        listener.task_spec.trigger.used_up(listener)
        task.notes[WINNER] = listener.notes["listener"]
        task.kept[PAYLOAD] = dict(payload)
        task.cancel_children()
        task.make_ready(OUTPUT)

    def choose(self, task: ElementTask) -> list[SequenceFlow]:
        return [flow for flow in self.flows if flow.id == task.notes[WINNER]]

    def take(self, task: ElementTask, flows: Sequence[SequenceFlow]) -> None:
        scope = task.parent
        for flow in flows:
            self.report_flow(task, flow)
            payload = task.kept.get(PAYLOAD)
            if scope is not None:
                target = self._wf_spec.task_specs[flow.target]
                target.add_occurred(scope, payload if isinstance(payload, dict) else {}, via=flow.id)
