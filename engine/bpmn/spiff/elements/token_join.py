"""How joining gateways count tokens: each waiting task of the gateway in a scope is a token on the flow it came by."""

from __future__ import annotations

from engine.bpmn.spiff.elements.base import WAITING, ElementSpec
from engine.bpmn.spiff.task import ElementTask

Tokens = dict[str, list[ElementTask]]


class TokenJoin(ElementSpec):
    def tokens_here(self, task: ElementTask) -> Tokens:
        """The tokens at this gateway in the scope of *task*, itself included, oldest first, by sequence flow."""
        tokens: Tokens = {}
        scope = task.parent
        for token in scope.children if scope is not None else []:
            if token.task_spec is self and (token._state == WAITING or token is task):
                tokens.setdefault(token.notes.get("via", ""), []).append(token)
        return tokens

    def merge(self, task: ElementTask, tokens: Tokens) -> None:
        """Use up the oldest token of each other flow; *task* carries on for them all."""
        for flow_id, waiting in tokens.items():
            if flow_id != task.notes.get("via", ""):
                task.workflow.forget(waiting[0])
