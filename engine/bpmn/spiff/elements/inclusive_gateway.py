"""Inclusive gateway (BPMN 10.6.3): takes each flow whose condition is true; joins the tokens that can still arrive.

A join goes on when each incoming flow without a token can receive none any more: no other token of the scope has a
path to it, unless that token also has a path to a flow that is already served (BPMN 13.4.3). Whether that is so is
asked when the instance comes to rest, since only what moves can change it.
"""

from __future__ import annotations

from engine.bpmn.model import SequenceFlow
from engine.bpmn.spiff.elements.base import WAITING
from engine.bpmn.spiff.elements.token_join import TokenJoin, Tokens
from engine.bpmn.spiff.task import ENTER, ElementTask
from engine.bpmn.spiff.variables import visible_variables


class InclusiveGateway(TokenJoin):
    def _update_hook(self, task: ElementTask) -> bool:
        if len(self.element.incoming) < 2:
            return True
        tokens = self.tokens_here(task)
        if all(flow_id in tokens for flow_id in self.element.incoming):
            self.merge(task, tokens)
            return True
        task._set_state(WAITING)
        task.workflow.watch_join(task)
        return False

    def join_at_rest(self, task: ElementTask) -> bool:
        tokens = self.tokens_here(task)
        if not self._is_complete(task, tokens):
            return False
        self.merge(task, tokens)
        task.make_ready(ENTER)
        return True

    def on_loaded(self, task: ElementTask) -> None:
        if task._state == WAITING:
            task.workflow.watch_join(task)

    def _is_complete(self, task: ElementTask, tokens: Tokens) -> bool:
        graph = self._wf_spec.definition.graph
        open_flows = [flow_id for flow_id in self.element.incoming if flow_id not in tokens]
        threatening = graph.can_reach(self.element.id, open_flows)
        served = graph.can_reach(self.element.id, list(tokens))
        scope = task.parent
        return not any(
            other.task_spec.element.id in threatening and other.task_spec.element.id not in served
            for other in (scope.children if scope is not None else [])
            if other.is_active and other.task_spec is not self
        )

    def choose(self, task: ElementTask) -> list[SequenceFlow]:
        """The flows whose condition is true (one without a condition always is), else the default."""
        if not self.flows:
            return []
        variables = visible_variables(task)
        default = self.element.default_flow
        taken = [
            flow
            for flow in self.flows
            if flow.id != default and (flow.id not in self.conditions or self.is_true(task, flow.id, variables))
        ]
        if not taken:
            taken = [flow for flow in self.flows if flow.id == default]
        if not taken:
            raise self.no_flow(variables)
        return taken
