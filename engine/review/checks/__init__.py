"""Checks that need several models at once, and what becomes of all findings: accepted in the model, or shown.

Entry points: `review_package` (tables, diagrams, models together, law), `CHECKS` (the name of every check with its
row), `read_suppressions` and `apply_suppressions`, `as_sarif`.

Reading order: context.py (the models), data_flow.py (which variable is set where), possible_values.py (which values it
can have), review.py (the two worked out once), then the rules, one file each: gateway_values.py, read_before_write.py,
decision_inputs.py, messages.py, limits.py, limit_rows.py (what their rows hold), notices.py, readings.py,
unverified.py, figures.py (numbers with units in a text), spelled_parameters.py, expressions.py, expression_types.py
with types_of_names.py; suppressions.py, sarif.py.
The rules for one table stand in engine/dmn/checks/tables, those for one diagram in engine/bpmn/checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from engine.bpmn.checks.review import DIAGRAM_RULES, SOUNDNESS_RULES, review_diagrams
from engine.bpmn.checks.style import STYLE_RULES, review_style
from engine.dmn.checks.tables import TABLE_RULES, judge_tables
from engine.errors import Problem, Severity
from engine.review.checks.context import ReviewContext
from engine.review.checks.decision_inputs import check_decision_inputs
from engine.review.checks.expression_types import check_expression_type
from engine.review.checks.expressions import check_literal_number, check_long_expression
from engine.review.checks.gateway_values import check_unhandled_output, check_unreachable_condition
from engine.review.checks.limit_rows import check_limit_row
from engine.review.checks.limits import check_unknown_deadline, check_unknown_limit
from engine.review.checks.messages import check_message_receiver, check_message_sender
from engine.review.checks.notices import check_notice_content, check_notice_input, check_notice_unsent
from engine.review.checks.read_before_write import check_read_before_write
from engine.review.checks.readings import check_reading_undefined, check_reading_unused
from engine.review.checks.review import Review
from engine.review.checks.sarif import as_sarif
from engine.review.checks.spelled_parameters import check_spelled_number, check_spelled_parameter
from engine.review.checks.suppressions import Accepted, apply_suppressions, read_suppressions
from engine.review.checks.unverified import check_unverified_clause, check_unverified_parameter
from engine.review.coverage import Coverage


@dataclass(frozen=True, slots=True)
class ReviewRule:
    """One rule across models: how grave its findings are, why they matter, and the function that finds them."""

    severity: Severity
    why: str
    check: Callable[[Review], Iterator[Problem]]


_WARNING, _INFORMATION = Severity.WARNING, Severity.INFORMATION
REVIEW_RULES: dict[str, ReviewRule] = {
    # diagrams and tables together
    "unreachable-condition": ReviewRule(
        _WARNING,
        "table and diagram do not mean the same value: a way of the law is never taken",
        check_unreachable_condition,
    ),
    "unhandled-output": ReviewRule(_WARNING, "such a case stops as an incident at the gateway", check_unhandled_output),
    "read-before-write": ReviewRule(
        _WARNING, "the null goes on unseen, into a decision or a notice", check_read_before_write
    ),
    "decision-input": ReviewRule(
        _WARNING, "the decision is made without a fact that it asks for", check_decision_inputs
    ),
    "expression-type": ReviewRule(
        _WARNING, "the null goes on unseen: the condition never holds, the cell never matches", check_expression_type
    ),
    "message-sender": ReviewRule(_WARNING, "what is waited for can never come", check_message_sender),
    "message-receiver": ReviewRule(_WARNING, "what a person brings in goes nowhere", check_message_receiver),
    "unknown-limit": ReviewRule(
        _WARNING, "the job fails, and the case stops without its deadline", check_unknown_limit
    ),
    "unknown-deadline": ReviewRule(_WARNING, "the timer has no date, and the case stops", check_unknown_deadline),
    "limit-row": ReviewRule(_WARNING, "the job fails, and the case stops without its deadline", check_limit_row),
    "notice-content": ReviewRule(
        _WARNING, "a notice without what the law demands in it may be void", check_notice_content
    ),
    "notice-input": ReviewRule(_WARNING, "the notice cannot be written, and the case stops", check_notice_input),
    "notice-unsent": ReviewRule(_WARNING, "a duty to tell is written down and never done", check_notice_unsent),
    # the law
    "reading-undefined": ReviewRule(
        _WARNING, "nobody can see or change the choice that was made", check_reading_undefined
    ),
    "reading-unused": ReviewRule(
        _WARNING, "a reviewer flips it and believes that something changes", check_reading_unused
    ),
    "unverified-parameter": ReviewRule(
        _INFORMATION, "a determination may rest on a figure or reading that is wrong", check_unverified_parameter
    ),
    "unverified-clause": ReviewRule(
        _INFORMATION, "the clause is cited, and nobody has seen its official text", check_unverified_clause
    ),
    "spelled-parameter": ReviewRule(
        _WARNING, "the row changes, and the text goes on saying what it was", check_spelled_parameter
    ),
    "spelled-number": ReviewRule(
        _INFORMATION, "the text may say a number of the law that changes in its row alone", check_spelled_number
    ),
    "long-expression": ReviewRule(
        _WARNING, "a reviewer reads tables, not formulas in a diagram", check_long_expression
    ),
    "literal-number": ReviewRule(
        _WARNING,
        "a figure of the law in a diagram has no clause and is missed when the law changes",
        check_literal_number,
    ),
}

CHECKS: tuple[str, ...] = (*TABLE_RULES, *SOUNDNESS_RULES, *DIAGRAM_RULES, *STYLE_RULES, *REVIEW_RULES)
"""The name of every check whose findings can be accepted."""


def review_package(coverage: Coverage, review: Review | None = None) -> list[Problem]:
    """All findings of `CHECKS` about one package with its models; they block no deployment.

    *review* is that of the same package, where the caller asks it for more.

    Codes: DMN_TABLE, BPMN_SOUNDNESS, BPMN_STYLE, TRACE_MODELS, TRACE_LAW.
    Errors: EngineError when the requirements graph of the decisions cannot be built.
    """
    review = review or Review(ReviewContext(coverage))
    diagrams = coverage.models.diagrams
    found = [
        *judge_tables(review.context.tables),
        *review_diagrams(diagrams),
        *review_style(diagrams, coverage.package.files),
    ]
    for name, rule in REVIEW_RULES.items():
        found.extend(
            replace(problem, check=name, severity=rule.severity, why=rule.why) for problem in rule.check(review)
        )
    return sorted(dict.fromkeys(found), key=lambda problem: problem.location.sort_key())


__all__ = [
    "CHECKS",
    "REVIEW_RULES",
    "Accepted",
    "ReviewRule",
    "apply_suppressions",
    "as_sarif",
    "read_suppressions",
    "review_package",
]
