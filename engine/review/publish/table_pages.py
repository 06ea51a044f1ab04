"""The page of a decision model: its requirements as a picture, then each decision with its table, rule by rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape

from engine.clauses import for_reader
from engine.dmn import Decision, HitPolicy, Model, Rule
from engine.dmn.model import BoxedExpression, DecisionTable, LiteralExpression
from engine.dmn.xml import parse_document
from engine.drawing import read_drawing
from engine.review.explain_markup import listed
from engine.review.publish.law_pages import clause_words
from engine.review.publish.links import Links
from engine.review.publish.official import OfficialText
from engine.review.publish.svg import Figure, Outline, draw

HIT_POLICY_WORDS: Mapping[HitPolicy, str] = {
    HitPolicy.UNIQUE: "Exactly one rule applies.",
    HitPolicy.FIRST: "The first rule that applies gives the answer.",
    HitPolicy.PRIORITY: "Of the rules that apply, the answer that stands first in the list of answers is given.",
    HitPolicy.ANY: "Several rules may apply; all of them give the same answer.",
    HitPolicy.COLLECT: "The answers of all rules that apply are collected.",
    HitPolicy.RULE_ORDER: "The answers of all rules that apply are listed in the order of the rules.",
    HitPolicy.OUTPUT_ORDER: "The answers of all rules that apply are listed in the order of the list of answers.",
}
ANYTHING = "–"
_DOT = re.compile(r"(?<=[a-z_])\.(?=[a-z])")


def table_body(data: bytes, model: Model, links: Links, official: Mapping[str, OfficialText]) -> str:
    """Everything below the head of the page; *official* by the prefix of the register."""
    parts = [f"<p>{escape(model.description)}</p>" if model.description else ""]
    drawing = read_drawing(parse_document(data, model.file))
    if drawing.shapes:
        lines = {each.element: "" for each in drawing.edges}
        picture = draw(drawing, _figures(model), lines, f"What rests on what in {model.name}; the same in words below")
        parts.append(f'<div class="wide picture" tabindex="0" role="region" aria-label="Requirements">{picture}</div>')
    parts.extend(decision_section(decision, model, links) for decision in model.decisions)
    cited = dict.fromkeys(ref for decision in model.decisions for ref in (*decision.clauses, *_cited(decision)))
    parts.append(clause_words(cited, links, official, title="The law of this page"))
    return "\n".join(parts)


def _cited(decision: Decision) -> Iterator[str]:
    for rule in decision.rules:
        yield from rule.clauses


def _figures(model: Model) -> dict[str, Figure]:
    figures = {each.id: Figure(Outline.DECISION, each.name, href=f"#{each.id}") for each in model.decisions}
    figures |= {each.id: Figure(Outline.INPUT, each.name) for each in model.input_data}
    figures |= {each.id: Figure(Outline.KNOWLEDGE, each.name) for each in model.knowledge_models}
    return figures | {each.id: Figure(Outline.NOTE, each.name) for each in model.knowledge_sources}


def _required(decision: Decision) -> Iterator[str]:
    for hrefs in (decision.required_decisions, decision.required_inputs, decision.required_knowledge):
        yield from (href.rpartition("#")[2] for href in hrefs)


# ---- one decision ---------------------------------------------------------------------------------------------------


def decision_section(decision: Decision, model: Model, links: Links, *, home: bool = True) -> str:
    """One decision with its table. *home* is the page of its model, where its rules are what links lead to."""
    names = {each.id: each.name for each in model.decisions} | {each.id: each.name for each in model.input_data}
    names |= {each.id: each.name for each in model.knowledge_models}
    said = for_reader(decision.description)
    needs = [_need(each, names.get(each, each), links) for each in _required(decision)]
    parts = [
        f'<h2 id="{escape(decision.id)}">{escape(decision.name)}</h2>',
        f"<p><strong>{escape(decision.question)}</strong></p>" if decision.question else "",
        f"<p>{escape(said)}{links.cite(decision.clauses)}</p>" if said or decision.clauses else "",
        f"<p>Answers: {escape(decision.allowed_answers)}</p>" if decision.allowed_answers else "",
        f"<p>Rests on: {', '.join(needs)}.</p>" if needs else "",
        expression_markup(decision.expression, decision.name, links, anchors=home),
    ]
    return "\n".join(part for part in parts if part)


def _need(required: str, name: str, links: Links) -> str:
    """What a decision rests on: a decision, or the decision whose result stands under the name; facts lead nowhere."""
    href = links.decisions.get(required) or links.variables.get(name)
    return f'<a href="{href}">{escape(name)}</a>' if href else escape(name)


def expression_markup(expression: BoxedExpression | None, name: str, links: Links, *, anchors: bool = True) -> str:
    """*anchors* gives each rule its id, which may stand once on a page."""
    if isinstance(expression, DecisionTable):
        return _table(expression, name, links, anchors)
    if isinstance(expression, LiteralExpression):
        return f"<p>Computed as:</p><pre>{escape(expression.text)}</pre>"
    if expression is None:
        return "<p>Decided by a person: the model holds no logic.</p>"
    return f"<p>A boxed expression ({escape(type(expression).__name__)}), to be read in a DMN editor.</p>"


def _table(table: DecisionTable, name: str, links: Links, anchors: bool) -> str:
    inputs = [each.label or each.expression.text for each in table.inputs]
    outputs = [each.label or each.name or name for each in table.outputs]
    heads = "".join(
        [
            '<th scope="col" class="number">Rule</th>',
            *(f'<th scope="col">If {escape(each)}</th>' for each in inputs),
            *(f'<th scope="col" class="then">then {escape(each)}</th>' for each in outputs),
            '<th scope="col" class="why">Why, and by which clause</th>',
        ]
    )
    rows = "\n".join(_row(rule, links, anchors) for rule in table.rules)
    policy = HIT_POLICY_WORDS[table.hit_policy]
    if table.aggregation is not None:
        policy = f"{policy} Of these the {table.aggregation.value.lower()} is taken."
    default = [each.default.text for each in table.outputs if each.default is not None]
    otherwise = f"<p>When no rule applies: <code>{escape(', '.join(default))}</code>.</p>" if default else ""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="Rules of {escape(name)}"><table>'
        f"<caption>{policy}</caption><thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>{otherwise}"
    )


def _row(rule: Rule, links: Links, anchors: bool) -> str:
    conditions = "".join(f"<td><code>{_cell(_condition(each.text))}</code></td>" for each in rule.input_entries)
    answers = "".join(f'<td class="then"><code>{_cell(each.text)}</code></td>' for each in rule.output_entries)
    notes = listed([each for each in rule.annotations if each])
    why = f"{escape(rule.reason)}{links.cite(rule.clauses)}{notes}"
    number = f'<th scope="row" class="number">{rule.index}</th>'
    anchor = f' id="{escape(rule.id)}"' if anchors else ""
    return f"<tr{anchor}>{number}{conditions}{answers}<td>{why}</td></tr>"


def _cell(text: str) -> str:
    """FEEL that may be broken after a dot between names, rather than anywhere."""
    return _DOT.sub(".<wbr>", escape(text))


def _condition(text: str) -> str:
    return ANYTHING if text.strip() in ("", "-") else text
