"""[read-before-write] An expression reads a variable that nothing can have set before: FEEL takes it for null."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.bpmn import Element, Process
from engine.errors import ErrorCode, Problem, did_you_mean
from engine.review.checks.context import Use
from engine.review.checks.data_flow import Variables, Writer
from engine.review.checks.review import Review


def check_read_before_write(review: Review) -> Iterator[Problem]:
    for use in review.context.uses:
        if use.element is None or use.expression.code is None:
            continue
        seen = _seen(review, use, use.process, use.element)
        called = {free.span for free in use.expression.code.unknown_functions}
        told: set[str] = set()
        for free in use.expression.code.free_names:
            known = seen.has(free.name) or free.name in use.text.extra or free.name in told
            if known or free.may_be_field or free.span in called:
                continue
            told.add(free.name)
            yield Problem(
                ErrorCode.TRACE_MODELS,
                f'"{free.name}" is read here, but on no way to this place has anything set it.'
                f"{did_you_mean(free.name, seen.writers)}",
                replace(use.place, text=use.expression.source, span=free.span),
                hint="set it before, hand it over in the call, or correct the name",
            )


def _seen(review: Review, use: Use, process: Process, element: Element) -> Variables:
    """The variables that exist where the expression stands."""
    if use.text.flow_id is not None:
        return review.flow.after[process.id, element.id]
    part = use.text.part
    if part.startswith("output mapping") or part in ("output element", "completion condition", "loop condition"):
        return review.flow.at_completion(process, element)
    if part.startswith("input mapping"):
        # each mapping sees those before it, but not itself
        target = part.removeprefix("input mapping ")
        names = [rule.target for rule in element.inputs]
        earlier = [name.split(".")[0] for name in names[: names.index(target)]]
        return review.flow.outside(process, element).set_by(Writer(process.id, element.id), earlier)
    return review.flow.inside(process, element)
