"""The story of a case as one page: readable by a hearing officer, by a screen reader and on paper, without script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from itertools import groupby

from engine.review.archive_case import CaseFile
from engine.review.explain import ERASED, DeadlineLine, Event, Explanation
from engine.review.explain_decisions import DecisionStory, NotApplied, Step
from engine.review.explain_words import show_day, show_instant
from engine.review.trace_page import html_page

_STYLE = """
.day { display: grid; grid-template-columns: 4rem 1fr; gap: .1rem .8rem; margin: .2rem 0; }
.decision { border-left: 4px solid #1b1b1b; padding-left: 1rem; margin: 1.4rem 0; }
.answer { font-size: 1.05rem; }
.step { margin: .8rem 0; }
.replaced { color: #4d4d4d; text-decoration: line-through; }
.cite { white-space: nowrap; }
.breach { font-weight: bold; }
ul.tight { margin: .2rem 0; padding-left: 1.2rem; }
ul.tight li { margin: .15rem 0; }
"""


def render_explanation(told: Explanation) -> str:
    """The page. The same explanation always gives the same bytes."""
    page = _Page(told)
    sections = [(title, anchor, body) for title, anchor, body in page.sections() if body]
    contents = "".join(f'<li><a href="#{anchor}">{escape(title)}</a></li>' for title, anchor, _ in sections)
    parts = [
        f"<h1>{escape(told.title)}: record of the case</h1>",
        f"<p>{escape(told.law)}. Made from the record as it stood on"
        f" {escape(show_instant(told.case_file.read_at, told.zone))}.</p>",
        page.warnings(),
        f'<nav aria-label="Contents"><ol>{contents}</ol></nav>',
    ]
    parts.extend(
        f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{number}. {escape(title)}</h2>\n{body}</section>'
        for number, (title, anchor, body) in enumerate(sections, 1)
    )
    return html_page(f"{told.title}: record of the case", "\n".join(parts), language=told.language, style=_STYLE)


class _Page:
    """Writes the sections; every text goes through `escape`."""

    def __init__(self, told: Explanation) -> None:
        self.told = told
        self.citations = {clause.ref: clause.citation for clause in told.clauses}

    def sections(self) -> Iterable[tuple[str, str, str]]:
        yield "In short", "short", self.summary()
        yield "What happened, day by day", "story", self.story()
        yield "The decisions, their reasons, and why not otherwise", "decisions", self.decisions()
        yield "Deadlines and how they were counted", "deadlines", self.deadlines()
        yield "Notices as they were sent", "notices", self.notices()
        yield "Money", "money", self.money()
        yield "Facts on record", "facts", self.facts()
        yield "Who did what", "actors", self.actors()
        yield "The law that was applied", "law", self.law()
        yield "How to check this record", "check", self.check()

    def warnings(self) -> str:
        told = self.told
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

    # ---- small parts ----

    def cite(self, clauses: Sequence[str]) -> str:
        """The clauses as links to their words; nothing when none is cited."""
        shown = []
        for ref in dict.fromkeys(clauses):
            if ref in self.citations:
                shown.append(f'<a class="cite" href="#{_anchor(ref)}">{escape(_short(self.citations[ref]))}</a>')
            elif ":" not in ref:
                shown.append(f'<a class="cite" href="#readings">reading {escape(ref)}</a>')
            else:
                shown.append(escape(ref))
        return f' <span class="quiet">[{"; ".join(shown)}]</span>' if shown else ""

    # ---- sections ----

    def summary(self) -> str:
        told = self.told
        pairs = [*told.summary]
        if told.case_file.case is not None:
            case = told.case_file.case
            pairs.insert(0, ("Case", f"{case.type.replace('_', ' ')} {case.key} ({case.id})"))
        pairs.append(("Process instances", ", ".join(told.case_file.instance_ids) or "none"))
        return _pairs(pairs)

    def story(self) -> str:
        zone = self.told.zone
        parts = []
        for day, events in groupby(self.told.events, lambda event: event.at.astimezone(zone).date()):
            assert isinstance(day, date)
            lines = "".join(self._event(event) for event in _without_repeats(events))
            parts.append(f'<h3>{escape(show_day(day))}</h3>\n<ul class="tight">{lines}</ul>')
        return "\n".join(parts)

    def _event(self, event: Event) -> str:
        local = event.at.astimezone(self.told.zone)
        what = escape(event.what)
        if event.decision is not None:
            what = f'Decided: {what} (<a href="#decision-{event.decision}">decision {event.decision}</a>)'
        elif event.kind == ERASED:
            what = f"<em>{what}</em>"
        by = (
            "" if event.kind in _BY_ITSELF or not event.actor else f', <span class="quiet">{escape(event.actor)}</span>'
        )
        cited = "" if event.decision is not None else self.cite(event.clauses)
        return f'<li><time datetime="{local.isoformat()}">{local:%H:%M}</time>{by}: {what}{cited}</li>\n'

    def decisions(self) -> str:
        if not self.told.decisions:
            return ""
        lead = (
            "<p>Each decision was evaluated again for this record, with the tables of its day and the inputs that were"
            " used then. “Why not otherwise” lists the rules that did not apply, and all that would have had to be"
            " different for each.</p>"
        )
        return lead + "\n".join(self._decision(number, story) for number, story in enumerate(self.told.decisions, 1))

    def _decision(self, number: int, story: DecisionStory) -> str:
        where = f" at “{escape(story.asked_at)}”" if story.asked_at else ""
        parts = [
            f'<article class="decision" aria-labelledby="decision-{number}">',
            f'<h3 id="decision-{number}">Decision {number}: {escape(story.name)}</h3>',
            f'<p class="quiet">Made on {escape(show_instant(story.at, self.told.zone))}{where}.</p>',
            f'<p class="answer"><strong>Answer:</strong> {escape(story.answer)}</p>',
        ]
        if not story.repeated:
            parts.append("<p><strong>Evaluating again does not give the answer that was recorded.</strong></p>")
        parts.extend(self._step(step, single=len(story.steps) == 1) for step in story.steps)
        if story.inputs:
            parts.append("<h4>What it was decided on</h4>" + _pairs(story.inputs))
        if story.warnings:
            listed = "".join(f"<li>{escape(text)}</li>" for text in story.warnings)
            parts.append(f'<p>The evaluation went on without a value in places:</p><ul class="tight">{listed}</ul>')
        models = "; ".join(f"{escape(file)} ({sha256[:12]})" for file, sha256 in story.models)
        parts.append(f'<p class="quiet">Tables: <span class="mono">{models}</span></p></article>')
        return "\n".join(parts)

    def _step(self, step: Step, *, single: bool) -> str:
        parts = ['<div class="step">']
        if not single:
            parts.append(f"<h4>{escape(step.name)}: {escape(step.answer)}</h4>")
        if step.question:
            parts.append(f'<p class="quiet">{escape(step.question)}</p>')
        if not step.applied and not step.not_applied:
            parts.append(f"<p>Computed.{self.cite(step.clauses)}</p>")
        for rule in step.applied:
            reason = f"{rule.reason[:1].upper()}{rule.reason[1:]}" if rule.reason else "The rule applied"
            gives = _gives(rule.gives)
            parts.append(f"<p><strong>Because:</strong> {escape(reason)}.{self.cite(rule.clauses)}{gives}</p>")
        if step.not_applied:
            rows = "\n".join(self._other(rule) for rule in step.not_applied)
            parts.append(
                _table(f"Why not otherwise: {step.name}", ("Would have been", "Rule", "It would have needed"), rows)
            )
        parts.append("</div>")
        return "\n".join(parts)

    def _other(self, rule: NotApplied) -> str:
        gives = "; ".join(f"{escape(name)}: {escape(value)}" for name, value in rule.gives) or escape(rule.rule_id)
        reason = escape(rule.reason or rule.rule_id)
        needed = "".join(
            f"<li>{escape(each.input)}: {escape(each.wanted)} (it was: {escape(each.was)})</li>"
            for each in rule.conditions
        )
        if rule.passed_over:
            needed += f"<li>{escape(rule.passed_over)}</li>"
        return (
            f'<tr><th scope="row">{gives}</th><td>{reason}{self.cite(rule.clauses)}</td>'
            f'<td><ul class="tight">{needed}</ul></td></tr>'
        )

    def deadlines(self) -> str:
        rows = "\n".join(map(self._deadline, self.told.deadlines))
        heads = ("Deadline", "How long", "Counted from", "Arithmetic", "Last day", "What became of it")
        return _table("Every setting of a deadline, in order", heads, rows)

    def _deadline(self, line: DeadlineLine) -> str:
        whose = "duty of the office" if line.duty else "limit"
        return (
            f'<tr><th scope="row">{escape(line.name)}<br><span class="quiet">{whose}</span></th>'
            f"<td>{escape(line.limit)}{self.cite(line.clauses)}</td><td>{escape(line.counted_from)}</td>"
            f"<td>{_list(line.arithmetic)}</td><td>{escape(line.due)}</td>"
            f"<td>{escape(line.outcome)}{_changes(line.changes)}</td></tr>"
        )

    def notices(self) -> str:
        parts = []
        for line in self.told.notices:
            text = "<p><em>The text was erased.</em></p>" if line.text is None else f"<pre>{escape(line.text)}</pre>"
            sums = "".join(
                f'<li>{escape(media_type)}, {size} bytes: <span class="mono">{sha256}</span></li>'
                for media_type, sha256, size in line.sums
            )
            copies = "; ".join(map(escape, line.copies)) or "no copy has left"
            parts.append(
                f"<h3>{escape(line.subject)}</h3>\n"
                f"<p>Dated {escape(line.dated)}; {copies}.{self.cite(line.clauses)}</p>\n{text}\n"
                f'<p>SHA-256 of each form as it was sent:</p><ul class="tight">{sums}</ul>'
            )
        return "\n".join(parts)

    def money(self) -> str:
        rows = "\n".join(
            f'<tr><th scope="row">{escape(line.on)}</th><td>{escape(line.entry)}</td><td>{escape(line.amount)}</td>'
            f"<td>{escape(line.details)}</td></tr>"
            for line in self.told.money
        )
        return _table("Lines of the payments ledger", ("Day", "Entry", "Amount", "Details"), rows)

    def facts(self) -> str:
        zone = self.told.zone
        rows = []
        for line in self.told.facts:
            value = escape(line.value)
            shown = f'<span class="replaced">{value}</span> (replaced later)' if line.replaced else value
            notes = [f"valid from {line.valid_from}"] if line.valid_from else []
            notes += [f"reason: {line.reason}"] if line.reason else []
            rows.append(
                f'<tr><th scope="row">{escape(line.meaning)}</th><td>{shown}</td>'
                f"<td>{escape(show_instant(line.at, zone))}</td><td>{escape(line.source)}</td>"
                f"<td>{escape('; '.join(notes))}</td></tr>"
            )
        heads = ("Fact", "Value", "Recorded", "Given by", "Notes")
        return _table(
            "Every record of a fact, in order; a correction stands beside what it replaced", heads, "\n".join(rows)
        )

    def actors(self) -> str:
        rows = "\n".join(
            f'<tr><th scope="row">{escape(line.name)}</th><td>{escape(", ".join(line.roles)) or "-"}</td>'
            f"<td>{_list(line.did) or 'entries of the record only'}</td></tr>"
            for line in self.told.actors
        )
        return _table("Who gave the commands; “engine” is the machine itself", ("Who", "Acting as", "What"), rows)

    def law(self) -> str:
        versions = "".join(
            f"<li>version {version.version} ({len(version.files)} files), deployed by log entry {version.seq}</li>"
            for version in self.told.case_file.versions
        )
        clauses = "\n".join(
            f'<div><dt id="{_anchor(line.ref)}">{escape(line.citation)}</dt><dd>{escape(line.text)}</dd></div>'
            for line in self.told.clauses
        )
        readings = ", ".join(map(escape, self.told.readings))
        read = (
            f'<h3 id="readings">Readings of what is not clear</h3><p>{readings}. Each is a choice among readings of an'
            " unclear clause; the table of readings among the archived models says which was chosen, why, and whether"
            " counsel has confirmed it.</p>"
            if readings
            else ""
        )
        return (
            f'<p>Models in force while the case ran:</p><ul class="tight">{versions}</ul>'
            f'<h3>Clauses that this record cites, in our own words</h3><dl class="law">{clauses}</dl>{read}'
        )

    def check(self) -> str:
        return _check(self.told.case_file)


_BY_ITSELF = frozenset({"decision", "deadline", "state", "case", "delivery", "notice", "payment"})


def _without_repeats(events: Iterable[Event]) -> Iterable[Event]:
    """A run of one and the same line, such as several erased entries, is said once."""
    last: Event | None = None
    for event in events:
        if last is None or (event.kind, event.what, event.at) != (last.kind, last.what, last.at):
            yield event
        last = event


def _check(case_file: CaseFile) -> str:
    rows = case_file.links
    if not rows:
        return ""
    pairs = [
        ("Rows of the log about this case", str(len(rows))),
        ("First and last entry", f"{rows[0].seq} and {rows[-1].seq}"),
        ("Hash of the last row", rows[-1].hash.hex()),
        ("Entries of the whole log then", str(case_file.entries)),
        ("Head of the whole log then", case_file.head),
    ]
    return (
        "<p>The log is a chain: each row holds the hash of the row before it. The archive of this case holds its rows,"
        " the models, the notices to the byte, and a program checks them: <code>clauseflow verify ARCHIVE</code>"
        " recomputes every hash, evaluates every decision and computes every deadline again, and says what differs;"
        " <code>--store DIR</code> also compares with the store that the case lies in.</p>" + _pairs(pairs)
    )


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return '<dl class="pairs">' + "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in pairs) + "</dl>"


def _gives(gives: Sequence[tuple[str, str]]) -> str:
    return f" So: {'; '.join(f'{escape(name)}: {escape(value)}' for name, value in gives)}." if len(gives) > 1 else ""


def _list(lines: Sequence[str]) -> str:
    if len(lines) == 1:
        return escape(lines[0])
    return f'<ul class="tight">{"".join(f"<li>{escape(line)}</li>" for line in lines)}</ul>' if lines else ""


def _changes(changes: Sequence[str]) -> str:
    return f'<br><span class="quiet">{escape("; ".join(changes))}</span>' if changes else ""


def _table(caption: str, heads: Sequence[str], rows: str) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table></div>"
    )


def _short(citation: str) -> str:
    """``An Act, Section 2(1)`` -> ``Section 2(1)``: the law itself stands at the head of the page."""
    _, comma, section = citation.partition(", Section ")
    return f"Section {section}" if comma else citation


def _anchor(ref: str) -> str:
    """An id that a link can name: letters, digits and what HTML lets stand."""
    return "clause-" + "".join(each if each.isalnum() else f"-{ord(each):x}-" for each in ref)
