"""Findings as SARIF 2.1.0, which code hosts show beside the files; accepted ones are suppressed in source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.errors import Problem, Severity
from engine.review.checks.suppressions import Accepted

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}


def as_sarif(problems: Iterable[Problem], accepted: Iterable[Accepted], *, tool: str = "clauseflow") -> dict[str, Any]:
    """One run with a result for each finding. Lines are those of the XML or YAML file; where none is known it is 1."""
    shown, hidden = list(problems), list(accepted)
    rules = sorted({rule_id(problem) for problem in (*shown, *(each.problem for each in hidden))})
    index = {rule: number for number, rule in enumerate(rules)}
    whys = {rule_id(problem): problem.why for problem in (*shown, *(each.problem for each in hidden)) if problem.why}
    results = [_result(problem, index) for problem in shown]
    for each in hidden:
        result = _result(each.problem, index)
        result["suppressions"] = [{"kind": "inSource", "justification": each.reason}]
        results.append(result)
    driver = {"name": tool, "rules": [_rule(rule, whys) for rule in rules]}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def rule_id(problem: Problem) -> str:
    """The name of the check; of a finding of the deployment its style rule, else its code."""
    if problem.check:
        return problem.check
    opening = problem.message.partition("]")[0]
    return opening[1:] if problem.message.startswith("[") else str(problem.code)


def _rule(rule: str, whys: Mapping[str, str]) -> dict[str, Any]:
    described = {"fullDescription": {"text": whys[rule]}} if rule in whys else {}
    return {"id": rule, **described}


def _result(problem: Problem, index: Mapping[str, int]) -> dict[str, Any]:
    place = problem.location
    said = [problem.message]
    if problem.example:
        said.append(f"Example: {problem.example}")
    if problem.hint:
        said.append(f"Do: {problem.hint}")
    names = [name for name in (place.element_id, place.decision_id, place.rule_id, place.part) if name]
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": place.file or "."},
        "region": {"startLine": place.line or 1},
    }
    logical = [{"fullyQualifiedName": " > ".join(names)}] if names else []
    return {
        "ruleId": rule_id(problem),
        "ruleIndex": index[rule_id(problem)],
        "level": LEVELS[problem.severity],
        "message": {"text": "\n".join(said)},
        "locations": [{"physicalLocation": physical, **({"logicalLocations": logical} if logical else {})}],
    }
