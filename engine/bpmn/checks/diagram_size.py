"""[diagram-size] A plane that a person can read holds about twenty flow nodes; more belong into a call activity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.bpmn.checks.context import DeployContext, problem_at
from engine.bpmn.model import Diagram
from engine.errors import ErrorCode, Problem, Severity

HOUSE_LIMIT = 24  # "about twenty": a few more are let pass


def check_diagram_size(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    for process in diagram.processes.values():
        counts = Counter(element.parent for element in process.elements.values())
        for scope_id, count in counts.items():
            if count > HOUSE_LIMIT:
                yield problem_at(
                    diagram,
                    process.elements.get(scope_id, process),
                    ErrorCode.BPMN_STYLE,
                    f'[diagram-size] "{scope_id}" holds {count} flow nodes; {HOUSE_LIMIT} are the house limit.',
                    "move a part into a process of its own and call it",
                    severity=Severity.WARNING,
                )
