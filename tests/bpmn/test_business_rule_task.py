"""Business rule task: a decision evaluated in place; no answer stops the element with the decision's own reason."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from engine.bpmn import DecisionEvaluated, ElementFailed
from engine.errors import ErrorCode, Problem, Severity
from tests.bpmn.diagrams import diagram, end, path, rule, start
from tests.bpmn.driver import play

DATA = diagram(start(), rule("Decide", "Decision_Route"), end(), *path("Start", "Decide", "End"))


def test_business_rule_task_passes_the_variables_and_keeps_the_answer() -> None:
    seen: list[dict[str, Any]] = []

    def decide(inputs: dict[str, Any]) -> str:
        seen.append(dict(inputs))
        return "postal"

    driver = play(DATA, lambda d: d.start(amount=3), decisions={"Decision_Route": decide})

    assert seen[0] == {"amount": 3}
    assert driver.variables["outcome"] == "postal"
    assert driver.all(DecisionEvaluated)[0].decision_id == "Decision_Route"


@pytest.mark.parametrize(
    ("value", "severity"),
    [(None, Severity.WARNING), ("postal", Severity.ERROR)],
    ids=["null with a reason", "value with an error"],
)
def test_business_rule_task_without_a_sound_answer_fails_with_the_decisions_reason(
    value: Any, severity: Severity
) -> None:
    reason = Problem(ErrorCode.DMN_NO_RULE, "no rule of the table matches", severity=severity)
    result = SimpleNamespace(value=value, warnings=(reason,))

    driver = play(DATA, lambda d: d.start(), decisions={"Decision_Route": lambda _: result})

    problem = driver.all(ElementFailed)[0].problem
    assert (problem.code, problem.message) == (ErrorCode.DMN_NO_RULE, "no rule of the table matches")
    assert problem.location.element_id == "Decide"
    assert len(driver.all(DecisionEvaluated)) == 1
    assert driver.active == ["Decide"]


def test_business_rule_task_null_that_the_decision_gives_on_purpose_goes_on() -> None:
    driver = play(DATA, lambda d: d.start(), decisions={"Decision_Route": lambda _: None})

    assert driver.status == "completed"
    assert driver.variables == {"outcome": None}
