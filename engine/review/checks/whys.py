"""Why a finding of a deployment matters. Those of the review say it themselves, each check in its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.errors import Problem
from engine.review.checks.sarif import rule_id

BY_CHECK: Mapping[str, str] = {
    "BPMN_NO_CLAUSE": "nobody can say which words of the law this step carries out",
    "DMN_NO_CLAUSE": "nobody can say which words of the law this rule carries out",
    "LAW_UNKNOWN_CLAUSE": "who follows the citation finds no words of the law",
    "TRACE_CLAUSE": "these words of the law may be carried out by nothing",
    "default-flow": "a case for which no condition holds stops there as an incident",
    "diagram-size": "what nobody can read at a glance nobody can check against the law",
    "explicit-end": "the outcome of this way has no name, in the timeline as in the diagram",
    "file-stem": "who looks for the process does not find its file",
    "foreign-extension": "in the other engine this step does more than it does here",
    "gateway-question": "without question and answers a reader cannot tell which way means what",
    "id-form": "traces, tests and running instances speak of it by this id",
    "label-form": "the label is what people read in the timeline and in tasks",
    "no-implicit-split": "whether one way is taken or all of them does not show in the diagram",
    "no-literal-limit": "a limit of the law stands in a table with its dates and its clause, and changes there",
}
"""By the name of a rule of style, or by a code."""
BY_KIND: Mapping[str, str] = {
    "ASK": "the question could not be answered",
    "BPMN": "the diagram would not run as it is drawn, so that it is not deployed",
    "CAL": "no deadline can be counted on this calendar",
    "DMN": "the decision would not be made as the table says, so that it is not deployed",
    "FEEL": "the expression would give null, or nothing at all, in every case",
    "JOB": "the task would fail in every case",
    "LAW": "the package does not say what it must, so that it is not deployed",
    "NOTICE": "the notice could not be written",
    "SCENARIO": "the story would not be played, and proves nothing",
}
"""By the first word of a code."""


def with_reason(problem: Problem) -> Problem:
    """*problem* with why it matters, where it does not say so itself."""
    if problem.why:
        return problem
    why = BY_CHECK.get(rule_id(problem)) or BY_KIND.get(str(problem.code).partition("_")[0])
    return replace(problem, why=why) if why else problem
