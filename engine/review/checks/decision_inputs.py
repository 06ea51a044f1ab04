"""[decision-input] A business rule task calls a decision that uses an input which nothing can have set before."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.expressions import is_feel
from engine.errors import Problem, did_you_mean
from engine.review.checks.context import problem_at
from engine.review.checks.review import Review


def check_decision_inputs(review: Review) -> Iterator[Problem]:
    known = set(review.context.library.decision_ids)
    for diagram, process, element in review.context.elements():
        decision_id = element.called_decision
        if decision_id is None or is_feel(decision_id) or decision_id not in known:
            continue
        seen = review.flow.inside(process, element)
        for wanted in review.context.library.info(decision_id).inputs:
            if not seen.has(wanted.name):
                yield problem_at(
                    diagram,
                    element,
                    f'"{element.label}" calls {decision_id} without its input "{wanted.name}": on no way to this task '
                    f"has anything set it.{did_you_mean(wanted.name, seen.writers)}",
                    "give it by an input mapping, or let something before the task set it",
                    part=f"input {wanted.name}",
                )
