"""How an element says that it cannot go on: raised inside the element, reported as the effect ElementFailed."""

from __future__ import annotations

from engine.errors import Problem


class ElementFailure(Exception):
    """Never leaves `engine.bpmn`: the workflow turns it into ElementFailed and goes on with the other paths."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))
