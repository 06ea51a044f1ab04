"""[id-form] Ids are written by people: traces, tests and running instances refer to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.bpmn.checks.context import DeployContext, problem_at
from engine.bpmn.model import Diagram
from engine.errors import ErrorCode, Location, Problem, Severity

# what modelers generate: a kind and seven letters and digits, at least one of them a digit, or a bare number
GENERATED = re.compile(
    r"(?:(?:Activity|Event|Gateway|Flow|StartEvent|EndEvent|Task|SequenceFlow|Process)_(?=[a-z0-9]*\d)[a-z0-9]{7}|_?\d+"
    r"|(?:StartEvent|EndEvent|Task|SequenceFlow|Gateway|Event|Activity|Flow|Process)_\d+)"
)


def check_generated_id(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    for process in diagram.processes.values():
        for element in process.elements.values():
            if GENERATED.fullmatch(element.id):
                yield problem_at(
                    diagram,
                    element,
                    ErrorCode.BPMN_STYLE,
                    f'[id-form] the id "{element.id}" was generated.',
                    "give it an id that says what it is, such as Activity_VerifyIncome",
                    severity=Severity.WARNING,
                )
        for flow in process.flows.values():
            if GENERATED.fullmatch(flow.id):
                yield Problem(
                    ErrorCode.BPMN_STYLE,
                    f'[id-form] the id "{flow.id}" was generated.',
                    Location(file=diagram.file, element_id=flow.id),
                    Severity.WARNING,
                    "give it an id that says what it is, such as Flow_IncomeComplete_Yes",
                )
