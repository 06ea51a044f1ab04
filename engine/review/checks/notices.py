"""[notice-content] A notice says what the law demands in it. [notice-input] It gets what it is written with.

[notice-unsent] Some element sends it.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import ErrorCode, Location, Problem, did_you_mean
from engine.review.checks.context import problem_at
from engine.review.checks.review import Review
from engine.review.coverage import clauses_in_force

CONTENT = "notice content"


def check_notice_content(review: Review) -> Iterator[Problem]:
    package = review.context.package
    demanded = {
        clause for notice in package.notices.values() for content in notice.required for clause in content.clauses
    }
    for notice in package.notices.values():
        if not notice.required:
            yield _problem(
                f'the notice "{notice.type}" names no required content, so that it would be sent without any.',
                Location(file=notice.file, part="required", clause=", ".join(notice.clauses) or None),
                "name each piece that a clause demands in it, with its FEEL value",
            )
    for clause in clauses_in_force(package):
        if clause.home == CONTENT and clause.ref not in demanded:
            register = next(each for each in package.registers.values() if clause.id in each.clauses)
            yield _problem(
                f"{clause.ref} demands a piece of content of a notice, but no notice requires it.",
                Location(file=register.file, part=f"clauses > {clause.id}", clause=clause.citation),
                f"add a required piece with the clause [{clause.ref}] to the notice, or correct the clause's home",
            )


def check_notice_input(review: Review) -> Iterator[Problem]:
    package = review.context.package
    for diagram, process, element in review.context.elements():
        notice = package.notices.get(review.context.header(element, "notice") or "")
        if notice is None:
            continue
        seen = review.flow.inside(process, element)
        for name in notice.inputs:
            if not seen.has(name):
                yield problem_at(
                    diagram,
                    element,
                    f'"{element.label}" sends the notice "{notice.type}" without its input "{name}": on no way to this '
                    f"task has anything set it.{did_you_mean(name, seen.writers)}",
                    "give it by an input mapping",
                    part=f"input {name}",
                )


def check_notice_unsent(review: Review) -> Iterator[Problem]:
    sent = {review.context.header(element, "notice") for _, _, element in review.context.elements()}
    for notice in review.context.package.notices.values():
        if notice.type not in sent:
            yield _problem(
                f'no element sends the notice "{notice.type}".',
                Location(file=notice.file, clause=", ".join(notice.clauses) or None),
                "draw the task that sends it, or take it out of the manifest",
            )


def _problem(message: str, place: Location, hint: str) -> Problem:
    return Problem(ErrorCode.TRACE_MODELS, message, place, hint=hint)
