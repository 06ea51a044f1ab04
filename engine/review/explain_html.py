"""The story of a case as one page: readable by a hearing officer, by a screen reader and on paper, without script.

Reading order: the table `SECTIONS` here, then explain_decision_markup.py and explain_record_markup.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from html import escape
from itertools import groupby

from engine.review.explain import Explanation
from engine.review.explain_decision_markup import decisions_body
from engine.review.explain_markup import Cite, pairs
from engine.review.explain_record_markup import (
    actors_body,
    check_body,
    deadlines_body,
    facts_body,
    law_body,
    money_body,
    notices_body,
)
from engine.review.explain_story import Event
from engine.review.explain_words import ERASED, show_day, show_instant
from engine.review.trace_page import html_page

PAGE = 2
"""Which way of telling a page is in: to be raised with every change of what is written, here and in the sections."""
MOST_CITED = 4
_BY_ITSELF = frozenset(
    {"decision", "deadline", "state", "case", "delivery", "notice", "payment", "association", "created"}
)

_STYLE = """
.decision { border-left: 4px solid #1b1b1b; padding-left: 1rem; margin: 1.4rem 0; }
.answer { font-size: 1.05rem; }
dl.law dt { font-weight: bold; margin-top: .4rem; }
dl.law dd { margin-left: 1.5rem; }
h4 { margin: .9rem 0 .2rem; }
.step p { margin: .35rem 0; }
.step { margin: .8rem 0; }
.replaced { color: #4d4d4d; text-decoration: line-through; }
@media (min-width: 40rem) { .cite { white-space: nowrap; } }
ul.tight { margin: .2rem 0; padding-left: 1.2rem; }
ul.tight li { margin: .15rem 0; }
"""


def render_explanation(told: Explanation) -> str:
    """The page. The same explanation always gives the same bytes."""
    cite = Cite({clause.ref: clause.citation for clause in told.clauses})
    written = [(title, anchor, body(told, cite)) for title, anchor, body in SECTIONS]
    sections = [(title, anchor, body) for title, anchor, body in written if body]
    contents = "".join(f'<li><a href="#{anchor}">{escape(title)}</a></li>' for title, anchor, _ in sections)
    parts = [
        f"<h1>{escape(told.title)}: record of the case</h1>",
        f"<p>{escape(told.law)}. Made from the record as it stood on"
        f" {escape(show_instant(told.case_file.read_at, told.zone))}.</p>",
        _warnings(told),
        f'<nav aria-label="Contents"><ol>{contents}</ol></nav>',
    ]
    parts.extend(
        f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{number}. {escape(title)}</h2>\n{body}</section>'
        for number, (title, anchor, body) in enumerate(sections, 1)
    )
    return html_page(f"{told.title}: record of the case", "\n".join(parts), language=told.language, style=_STYLE)


def _warnings(told: Explanation) -> str:
    warned = []
    if told.erased:
        warned.append(
            f"{told.erased} entries of the record were erased. What they held is not shown; that they were there,"
            " and when, is."
        )
    for story in (*told.decisions, *told.parameters):
        if not story.repeated:
            warned.append(
                f"Evaluating {story.name} again (entry {story.seq}) does not give the answer that was recorded."
                " This record cannot be relied on before that is cleared."
            )
    return "".join(f'<p role="note"><strong>{escape(text)}</strong></p>' for text in warned)


def summary_body(told: Explanation, cite: Cite) -> str:
    rows = [*told.summary]
    if told.case_file.case is not None:
        case = told.case_file.case
        rows.insert(0, ("Case", f"{case.type.replace('_', ' ')} {case.key} ({case.id})"))
    rows.append(("Process instances", ", ".join(told.case_file.instance_ids) or "none"))
    return pairs(rows)


def story_body(told: Explanation, cite: Cite) -> str:
    zone = told.zone
    parts = []
    for day, events in groupby(told.events, lambda event: event.at.astimezone(zone).date()):
        assert isinstance(day, date)
        lines = "".join(_event(event, told, cite) for event in _without_repeats(events))
        parts.append(f'<h3>{escape(show_day(day))}</h3>\n<ul class="tight">{lines}</ul>')
    return "\n".join(parts)


def _event(event: Event, told: Explanation, cite: Cite) -> str:
    local = event.at.astimezone(told.zone)
    what = escape(event.what)
    if event.decision is not None:
        what = f'Decided: {what} (<a href="#decision-{event.decision}">decision {event.decision}</a>)'
    elif event.kind == ERASED:
        what = f"<em>{what}</em>"
    by = "" if event.kind in _BY_ITSELF or not event.actor else f', <span class="quiet">{escape(event.actor)}</span>'
    cited = "" if event.decision is not None else cite(event.clauses, MOST_CITED)
    return f'<li><time datetime="{local.isoformat()}">{local:%H:%M}</time>{by}: {what}{cited}</li>\n'


def _without_repeats(events: Iterable[Event]) -> Iterable[Event]:
    """A run of one and the same line, such as several erased entries, is said once."""
    last: Event | None = None
    for event in events:
        if last is None or (event.kind, event.what, event.at) != (last.kind, last.what, last.at):
            yield event
        last = event


SECTIONS: tuple[tuple[str, str, Callable[[Explanation, Cite], str]], ...] = (
    ("In short", "short", summary_body),
    ("What happened, day by day", "story", story_body),
    ("The decisions, their reasons, and why not otherwise", "decisions", decisions_body),
    ("Deadlines and how they were counted", "deadlines", deadlines_body),
    ("Notices as they were sent", "notices", notices_body),
    ("Money", "money", money_body),
    ("Facts on record", "facts", facts_body),
    ("Who did what", "actors", actors_body),
    ("The law that was applied", "law", law_body),
    ("How to check this record", "check", check_body),
)
"""Title, anchor and writer of each section, in order; one that has nothing to say is left out."""
