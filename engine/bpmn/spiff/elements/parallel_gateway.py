"""Parallel gateway (BPMN 10.6.4): waits for one token on each incoming flow, then puts one on each outgoing flow."""

from __future__ import annotations

from engine.bpmn.spiff.elements.base import WAITING
from engine.bpmn.spiff.elements.token_join import TokenJoin
from engine.bpmn.spiff.task import ENTER, ElementTask


class ParallelGateway(TokenJoin):
    def _update_hook(self, task: ElementTask) -> bool:
        if len(self.element.incoming) < 2:
            return True
        tokens = self.tokens_here(task)
        if all(flow_id in tokens for flow_id in self.element.incoming):
            self.merge(task, tokens)
            return True
        task._set_state(WAITING)
        return False

    def join_if_complete(self, task: ElementTask) -> None:
        """Let a waiting token go on when all its flows have one; for a diagram that draws fewer flows than before."""
        if task._state != WAITING:
            return
        tokens = self.tokens_here(task)
        if len(self.element.incoming) < 2:
            task.make_ready(ENTER)
        elif all(flow_id in tokens for flow_id in self.element.incoming):
            self.merge(task, tokens)
            task.make_ready(ENTER)
