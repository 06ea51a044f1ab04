"""The decisions of a case as markup: each with its answer, its reasons, and what would have had to be different."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from engine.review.explain import Explanation
from engine.review.explain_decisions import DecisionStory, NotApplied, Step
from engine.review.explain_markup import Cite, pairs, table
from engine.review.explain_words import show_instant


def decisions_body(told: Explanation, cite: Cite) -> str:
    if not told.decisions:
        return ""
    lead = (
        "<p>Each decision was evaluated again for this record, with the tables of its day and the inputs that were"
        " used then. “Why not otherwise” lists the rules that did not apply, and all that would have had to be"
        " different for each.</p>"
    )
    return lead + "\n".join(_decision(number, story, told, cite) for number, story in enumerate(told.decisions, 1))


def _decision(number: int, story: DecisionStory, told: Explanation, cite: Cite) -> str:
    where = f" at “{escape(story.asked_at)}”" if story.asked_at else ""
    parts = [
        f'<article class="decision" aria-labelledby="decision-{number}">',
        f'<h3 id="decision-{number}">Decision {number}: {escape(story.name)}</h3>',
        f'<p class="quiet">Made on {escape(show_instant(story.at, told.zone))}{where}.</p>',
        f'<p class="answer"><strong>Answer:</strong> {escape(story.answer)}</p>',
    ]
    first = next((each for each in told.decisions[: number - 1] if each.is_like(story)), None)
    if first is not None:
        before = told.decisions.index(first) + 1
        parts.append(
            f'<p>As in <a href="#decision-{before}">decision {before}</a>: the same question, inputs, rules and'
            " tables.</p></article>"
        )
        return "\n".join(parts)
    if not story.repeated:
        parts.append("<p><strong>Evaluating again does not give the answer that was recorded.</strong></p>")
    parts.extend(_step(step, cite, single=len(story.steps) == 1) for step in story.steps)
    if story.inputs:
        parts.append("<h4>What it was decided on</h4>" + pairs(story.inputs))
    if story.warnings:
        warned = "".join(f"<li>{escape(text)}</li>" for text in story.warnings)
        parts.append(f'<p>The evaluation went on without a value in places:</p><ul class="tight">{warned}</ul>')
    models = "; ".join(f"{escape(file)} ({sha256[:12]})" for file, sha256 in story.models)
    parts.append(f'<p class="quiet">Tables: <span class="mono">{models}</span></p></article>')
    return "\n".join(parts)


def _step(step: Step, cite: Cite, *, single: bool) -> str:
    parts = ['<div class="step">']
    question = f'<span class="quiet">{escape(step.question)}</span> ' if step.question else ""
    if not single:
        parts.append(f"<h4>{escape(step.name)}</h4>")
        parts.append(f"<p>{question}<strong>{escape(step.answer)}</strong></p>")
    elif question:
        parts.append(f"<p>{question}</p>")
    if not step.applied and not step.not_applied:
        parts.append(f"<p>Computed.{cite(step.clauses)}</p>")
    for rule in step.applied:
        reason = f"{rule.reason[:1].upper()}{rule.reason[1:]}" if rule.reason else "The rule applied"
        gives = _gives(rule.gives) if len(step.applied) > 1 else ""
        parts.append(f"<p><strong>Because:</strong> {escape(reason)}.{cite(rule.clauses)}{gives}</p>")
    if step.not_applied:
        rows = "\n".join(_other(rule, cite) for rule in step.not_applied)
        parts.append(
            table(f"Why not otherwise: {step.name}", ("Would have been", "Rule", "It would have needed"), rows)
        )
    parts.append("</div>")
    return "\n".join(parts)


def _other(rule: NotApplied, cite: Cite) -> str:
    gives = "; ".join(f"{escape(name)}: {escape(value)}" for name, value in rule.gives) or escape(rule.rule_id)
    reason = escape(rule.reason or rule.rule_id)
    needed = "".join(
        f"<li>{escape(each.input)}: {escape(each.wanted)} (it was: {escape(each.was)})</li>" for each in rule.conditions
    )
    if rule.passed_over:
        needed += f"<li>{escape(rule.passed_over)}</li>"
    return (
        f'<tr><th scope="row">{gives}</th><td>{reason}{cite(rule.clauses)}</td>'
        f'<td><ul class="tight">{needed}</ul></td></tr>'
    )


def _gives(gives: Sequence[tuple[str, str]]) -> str:
    return f" So: {'; '.join(f'{escape(name)}: {escape(value)}' for name, value in gives)}." if len(gives) > 1 else ""
