"""The pages of the law itself: each register clause by clause, the matrix of coverage, calendars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from engine.calendars import BusinessCalendar
from engine.law import Register
from engine.review.explain_markup import anchor_of, pairs, table
from engine.review.publish.links import Links
from engine.review.publish.official import OfficialText, text_for
from engine.review.trace import Row, Standing

MOST_SCENARIOS = 12
STATUS_WORDS: Mapping[str, str] = {
    "found": "",
    "recalled": "recalled, nobody has seen its official text",
    "not found": "its official text was not found",
}


def register_body(register: Register, rows: Mapping[str, Row], links: Links, official: OfficialText) -> str:
    """Every clause of one register. *rows* of the matrix by ref; empty for registers that are only relied on."""
    parts = [pairs([("Edition", register.edition or "not said"), ("Source", register.source or "not said")])]
    if not official:
        parts.append("<p>The words here are ours; the official text is cited and not reprinted.</p>")
    waiting = dict(register.groups)
    headed = False
    for clause in register.clauses.values():
        for group in [each for each in waiting if is_within(clause.id, each)]:
            level = 3 if headed and any(is_within(group, other) for other in register.groups if other != group) else 2
            parts.append(_group(register, group, waiting.pop(group), level, official))
            headed = True
        if not headed:
            parts.append("<h2>Clauses</h2>")
            headed = True
        row = rows.get(clause.ref)
        parts.append(
            f'<section aria-labelledby="{anchor_of(clause.ref)}"><h3 id="{anchor_of(clause.ref)}">'
            f'{escape(clause.citation)} <span class="quiet">({escape(clause.ref)})</span></h3>'
            f"<p>{escape(' '.join(clause.text.split()))}</p>{_quoted(text_for(official, clause.id))}"
            f"{_standing(row, links) if row else _status(clause.status)}</section>"
        )
    parts.extend(_group(register, group, text, 2, official) for group, text in waiting.items())
    return "\n".join(parts)


def is_within(clause: str, group: str) -> bool:
    """Whether a clause, by its number, lies in a part of the law: 2(1)(a) in 2(1), but 20 not in 2."""
    return clause == group or (clause.startswith(group) and not clause[len(group)].isalnum())


def _group(register: Register, group: str, text: str, level: int, official: OfficialText) -> str:
    anchor = anchor_of(f"{register.prefix}:{group}")
    number = f'<span class="quiet">({escape(register.prefix)}:{escape(group)})</span>'
    head = f'<h{level} id="{anchor}">{escape(text.rstrip("."))} {number}</h{level}>'
    return f"{head}{_quoted(text_for(official, group))}"


def _quoted(text: str) -> str:
    return f'<blockquote><p><span class="quiet">Official text:</span> {escape(text)}</p></blockquote>' if text else ""


def _status(status: str) -> str:
    words = STATUS_WORDS[status]
    return f'<p role="note">{escape(words.capitalize())}.</p>' if words else ""


def _standing(row: Row, links: Links) -> str:
    clause = row.clause
    told: list[tuple[str, str]] = [("Kind", escape(clause.kind)), ("Stands", standing_words(row))]
    if clause.actor:
        told.append(("Who", escape(clause.actor)))
    if clause.trigger:
        told.append(("Upon", escape(clause.trigger)))
    if clause.corrects:
        told.append(("Read as corrected", escape(clause.corrects)))
    if clause.readings:
        told.append(("Readings", ", ".join(links.clause(each) for each in clause.readings)))
    places = list(dict.fromkeys(links.citation(each) for each in row.citations))
    if places:
        told.append(("Carried out by", f"<ul>{''.join(f'<li>{each}</li>' for each in places)}</ul>"))
    told.append(("Proven by", proving(row, links)))
    if row.open:
        told.append(("Still open", escape("; ".join(row.open))))
    body = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in told)
    return f'{_status(clause.status)}<dl class="pairs">{body}</dl>'


def standing_words(row: Row) -> str:
    clause = row.clause
    if row.standing is Standing.OUT_OF_SCOPE:
        return escape(f"{row.standing}: {' '.join(clause.out_of_scope.split())}")
    named = ", ".join(clause.manual or clause.used_by)
    return escape(f"{row.standing}: {named}" if named else str(row.standing))


def proving(row: Row, links: Links) -> str:
    """The scenarios that prove a clause, by their titles."""
    proofs = [proof for proof in row.proofs if proof.proves]
    shown = [
        f'<li><a href="{links.scenarios[proof.file]}">{escape(proof.title)}</a></li>'
        if proof.file in links.scenarios
        else f"<li>{escape(proof.title)}</li>"
        for proof in proofs[:MOST_SCENARIOS]
    ]
    if len(proofs) > MOST_SCENARIOS:
        shown.append(f"<li>and {len(proofs) - MOST_SCENARIOS} more</li>")
    return f"<ul>{''.join(shown)}</ul>" if shown else "nothing yet"


def matrix_body(rows: Sequence[Row], links: Links) -> str:
    """The coverage of the clauses in force as one table with links."""
    proven = sum(row.proven for row in rows)
    open_ = sum(bool(row.open) for row in rows)
    lines = "\n".join(
        f'<tr><th scope="row">{links.clause(row.clause.ref)}</th><td>{escape(" ".join(row.clause.text.split()))}</td>'
        f"<td>{standing_words(row)}</td><td>{len(row.citations)}</td>"
        f"<td>{sum(proof.proves for proof in row.proofs)}</td><td>{escape('; '.join(row.open)) or 'nothing'}</td></tr>"
        for row in rows
    )
    heads = ("Clause", "Says", "Stands", "Places that cite it", "Scenarios that prove it", "Still open")
    return f"<p>{len(rows)} clauses in force: {proven} proven, {open_} open.</p>" + table("Coverage", heads, lines)


def clause_words(refs: Iterable[str], links: Links, official: Mapping[str, OfficialText], *, title: str) -> str:
    """What the cited clauses say, to stand on the page of what cites them."""
    items = []
    for ref in refs:
        prefix, colon, name = ref.partition(":")
        if ref in links.clauses:
            words = " ".join(links.clauses[ref].text.split())
        elif ref in links.groups:
            words = links.groups[ref]
        else:
            continue
        text = text_for(official.get(prefix, {}), name) if colon else ""
        items.append(f"<dt>{links.clause(ref)}</dt><dd>{escape(words)}{_quoted(text)}</dd>")
    return f'<h2>{escape(title)}</h2><dl class="law">{"".join(items)}</dl>' if items else ""


def calendar_body(calendar: BusinessCalendar, years: Sequence[int]) -> str:
    """The rules of a calendar, and the days that they give in *years*."""
    rules = "\n".join(
        f'<tr><th scope="row">{escape(each.name)}</th><td>{escape(each.citation)}</td></tr>'
        for each in calendar.holidays
    )
    days = "\n".join(
        f'<tr><th scope="row">{day:%A}, {day.day} {day:%B %Y}</th><td>{escape(holiday.name)}</td></tr>'
        for year in years
        for day, holiday in calendar.holidays_in(year).items()
    )
    span = f"{calendar.first_year} to {calendar.last_year}"
    return (
        f'<section><h2 id="{escape(calendar.id)}">{escape(calendar.title)}</h2>'
        + pairs([("Computed for", span), ("Weekend", calendar.weekend_citation)])
        + table("Days off by rule", ("Day", "Citation"), rules)
        + table(f"Days off in {', '.join(map(str, years))}", ("Date", "Day"), days)
        + "</section>"
    )
