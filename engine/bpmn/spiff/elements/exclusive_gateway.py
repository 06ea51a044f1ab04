"""Exclusive gateway (BPMN 10.6.2): the first true condition in document order, else the default, else a failure."""

from __future__ import annotations

from engine.bpmn.model import SequenceFlow
from engine.bpmn.spiff.elements.base import ElementSpec
from engine.bpmn.spiff.task import ElementTask
from engine.bpmn.spiff.variables import visible_variables


class ExclusiveGateway(ElementSpec):
    def choose(self, task: ElementTask) -> list[SequenceFlow]:
        if not self.conditions and len(self.flows) < 2:
            return list(self.flows)
        variables = visible_variables(task)
        default = None
        for flow in self.flows:
            if flow.id == self.element.default_flow:
                default = flow
            elif flow.id not in self.conditions or self.is_true(task, flow.id, variables):
                return [flow]
        if default is None:
            raise self.no_flow(variables)
        return [default]
