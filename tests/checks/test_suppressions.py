"""A finding can be accepted in the model, with a reason; what is accepted without need is a finding itself."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from engine.errors import ErrorCode, Problem, Severity
from engine.review.checks import CHECKS, Accepted, apply_suppressions, read_suppressions, review_package
from tests.checks.ferry_law import Change, ferry_law

PASS, ROUTE = "ferry_pass.bpmn", "route.dmn"
FAX = (PASS, '=channel = "paper"', '=channel = "fax"')
LATE = '<bpmn:exclusiveGateway id="Gateway_Late" default="Flow_Late">'
PROPERTY = (
    '<bpmn:extensionElements><zeebe:properties><zeebe:property name="check:{check}" value="{reason}"/>'
    "</zeebe:properties></bpmn:extensionElements>"
)


def at_gateway(check: str, reason: str) -> Change:
    return (PASS, LATE, LATE + PROPERTY.format(check=check, reason=reason))


def judged(*changes: Change) -> tuple[list[Problem], list[Accepted]]:
    coverage = ferry_law(*changes)
    suppressions = read_suppressions(coverage.models.diagrams, coverage.models.decisions)
    drawn = [problem for problem in review_package(coverage) if problem.check != "undrawn-element"]
    return apply_suppressions(drawn, suppressions, CHECKS)


def checks_of(problems: Iterable[Problem]) -> list[str | None]:
    return [problem.check for problem in problems]


ACCEPTING: dict[str, tuple[Change, Change]] = {
    "a property at the element": (FAX, at_gateway("unreachable-condition", "faxes come next year")),
    "a sentence in the documentation of the process": (
        FAX,
        (
            PASS,
            '<bpmn:process id="ferry_pass" name="Demo" isExecutable="true">',
            '<bpmn:process id="ferry_pass" name="Demo" isExecutable="true"><bpmn:documentation>A pass. '
            "[accept unreachable-condition: faxes come next year]</bpmn:documentation>",
        ),
    ),
}


@pytest.mark.parametrize("way", ACCEPTING)
def test_finding_is_accepted_with_its_reason(way: str) -> None:
    # when
    remaining, accepted = judged(*ACCEPTING[way])

    # then
    assert remaining == []
    assert [(each.problem.check, each.reason) for each in accepted] == [
        ("unreachable-condition", "faxes come next year")
    ]


def test_finding_of_a_rule_is_accepted_by_the_description_of_its_decision_or_its_own() -> None:
    # given
    misspelt: Change = (ROUTE, '<text>"north"</text>', '<text>"north", "nort"</text>')
    at_rule: Change = (ROUTE, "[fe:2] b", "[fe:2] b [accept table-value: a harbour of old]")
    at_decision: Change = (
        ROUTE,
        "<description></description>",
        "<description>[accept table-value: a harbour of old]</description>",
    )

    # when
    before, _ = judged(misspelt)
    by_rule, rule_accepted = judged(misspelt, at_rule)
    by_decision, decision_accepted = judged(misspelt, at_decision)

    # then
    assert checks_of(before) == ["table-value"]
    assert by_rule == by_decision == []
    assert [each.reason for each in (*rule_accepted, *decision_accepted)] == ["a harbour of old"] * 2


WRONG = [
    ((FAX, at_gateway("unreachable-condition", "")), "gives no reason"),
    ((FAX, at_gateway("unreachable-conditon", "why")), 'Did you mean "unreachable-condition"?'),
    ((FAX, at_gateway("deadlock", "why")), "nothing here is found by deadlock any more"),
    ((at_gateway("unreachable-condition", "faxes"),), "nothing here is found by unreachable-condition any more"),
]


# The same at other places: a rule, a decision, a process.
ELSEWHERE: list[tuple[Change, str]] = [
    ((ROUTE, "[fe:2] b", "[fe:2] b [accept table-gap: none]"), "nothing here is found by table-gap any more"),
    ((ROUTE, "<description></description>", "<description>[accept table-gap]</description>"), "gives no reason"),
    ((PASS, "[fe:1]", "[fe:1] asked [accept dedlock: why]"), 'Did you mean "deadlock"?'),
]


@pytest.mark.parametrize(("change", "said"), ELSEWHERE)
def test_suppression_that_is_not_right_is_found_at_any_place(change: Change, said: str) -> None:
    remaining, accepted = judged(change)

    assert accepted == []
    assert [said in problem.message for problem in remaining if problem.check == "suppression"] == [True]


@pytest.mark.parametrize(("changes", "said"), WRONG)
def test_suppression_that_is_not_right_accepts_nothing_and_is_found(changes: tuple[Change, ...], said: str) -> None:
    # when
    remaining, accepted = judged(*changes)

    # then
    [problem] = [each for each in remaining if each.check == "suppression"]
    assert accepted == []
    assert said in problem.message
    assert problem.code is ErrorCode.TRACE_SUPPRESSION
    assert problem.severity is Severity.WARNING
    assert problem.location.element_id == "Gateway_Late"
    assert ("unreachable-condition" in checks_of(remaining)) == (FAX in changes)


def test_suppression_at_one_element_leaves_the_same_finding_at_another_one() -> None:
    # given
    held: Change = (PASS, '=visit = "held"', '=visit = "kept"')

    # when
    remaining, accepted = judged(FAX, held, at_gateway("unreachable-condition", "faxes come next year"))

    # then
    assert [problem.location.element_id for problem in remaining] == ["Gateway_Visit"]
    assert len(accepted) == 1


def test_problem_of_a_deployment_is_never_accepted() -> None:
    # given
    models = ferry_law(at_gateway("unreachable-condition", "why")).models
    blocking = Problem(ErrorCode.BPMN_EXPRESSION, "wrong")

    # when
    remaining, accepted = apply_suppressions([blocking], read_suppressions(models.diagrams, models.decisions), CHECKS)

    # then
    assert blocking in remaining
    assert accepted == []
