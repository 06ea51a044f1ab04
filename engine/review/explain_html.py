"""The story of a case as one page: readable by a hearing officer, by a screen reader and on paper, without script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from itertools import groupby

from engine.clauses import NO_CLAUSE
from engine.review.archive_case import CaseFile
from engine.review.explain import Explanation
from engine.review.explain_decisions import DecisionStory, NotApplied, Step
from engine.review.explain_law import ReadingLine
from engine.review.explain_lines import DeadlineLine
from engine.review.explain_markup import anchor_of, listed, pairs, quiet, short_citation, table
from engine.review.explain_story import Event
from engine.review.explain_words import ERASED, show_day, show_instant
from engine.review.trace_page import html_page

PAGE = 1
"""Which way of telling a page is in: to be raised with every change of what is written here."""

_STYLE = """
.decision { border-left: 4px solid #1b1b1b; padding-left: 1rem; margin: 1.4rem 0; }
.answer { font-size: 1.05rem; }
dl.law dt { font-weight: bold; margin-top: .4rem; }
dl.law dd { margin-left: 1.5rem; }
h4 { margin: .9rem 0 .2rem; }
.step p { margin: .35rem 0; }
.step { margin: .8rem 0; }
.replaced { color: #4d4d4d; text-decoration: line-through; }
.cite { white-space: nowrap; }
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

    def cite(self, clauses: Sequence[str], most: int = 100) -> str:
        """The clauses as links to their words, at most *most* of them; nothing when none is cited."""
        shown = []
        # Parts of one clause that the register tells apart are one citation for a reader: the first stands for all.
        known = {self.citations.get(ref, ref): ref for ref in reversed(clauses) if ref != NO_CLAUSE}
        refs = list(reversed(known.values()))
        for ref in refs[:most]:
            if ref in self.citations:
                shown.append(
                    f'<a class="cite" href="#{anchor_of(ref)}">{escape(short_citation(self.citations[ref]))}</a>'
                )
            elif ":" not in ref:
                shown.append(f'<a class="cite" href="#{anchor_of(ref)}">reading {escape(ref)}</a>')
            else:
                shown.append(escape(ref))
        if len(refs) > most:
            shown.append(f"and {len(refs) - most} more")
        return f' <span class="quiet">[{"; ".join(shown)}]</span>' if shown else ""

    # ---- sections ----

    def summary(self) -> str:
        told = self.told
        rows = [*told.summary]
        if told.case_file.case is not None:
            case = told.case_file.case
            rows.insert(0, ("Case", f"{case.type.replace('_', ' ')} {case.key} ({case.id})"))
        rows.append(("Process instances", ", ".join(told.case_file.instance_ids) or "none"))
        return pairs(rows)

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
        cited = "" if event.decision is not None else self.cite(event.clauses, MOST_CITED)
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
        first = next((each for each in self.told.decisions[: number - 1] if each.is_like(story)), None)
        if first is not None:
            before = self.told.decisions.index(first) + 1
            parts.append(
                f'<p>As in <a href="#decision-{before}">decision {before}</a>: the same question, inputs, rules and'
                " tables.</p></article>"
            )
            return "\n".join(parts)
        if not story.repeated:
            parts.append("<p><strong>Evaluating again does not give the answer that was recorded.</strong></p>")
        parts.extend(self._step(step, single=len(story.steps) == 1) for step in story.steps)
        if story.inputs:
            parts.append("<h4>What it was decided on</h4>" + pairs(story.inputs))
        if story.warnings:
            warned = "".join(f"<li>{escape(text)}</li>" for text in story.warnings)
            parts.append(f'<p>The evaluation went on without a value in places:</p><ul class="tight">{warned}</ul>')
        models = "; ".join(f"{escape(file)} ({sha256[:12]})" for file, sha256 in story.models)
        parts.append(f'<p class="quiet">Tables: <span class="mono">{models}</span></p></article>')
        return "\n".join(parts)

    def _step(self, step: Step, *, single: bool) -> str:
        parts = ['<div class="step">']
        question = f'<span class="quiet">{escape(step.question)}</span> ' if step.question else ""
        if not single:
            parts.append(f"<h4>{escape(step.name)}</h4>")
            parts.append(f"<p>{question}<strong>{escape(step.answer)}</strong></p>")
        elif question:
            parts.append(f"<p>{question}</p>")
        if not step.applied and not step.not_applied:
            parts.append(f"<p>Computed.{self.cite(step.clauses)}</p>")
        for rule in step.applied:
            reason = f"{rule.reason[:1].upper()}{rule.reason[1:]}" if rule.reason else "The rule applied"
            gives = _gives(rule.gives) if len(step.applied) > 1 else ""
            parts.append(f"<p><strong>Because:</strong> {escape(reason)}.{self.cite(rule.clauses)}{gives}</p>")
        if step.not_applied:
            rows = "\n".join(self._other(rule) for rule in step.not_applied)
            parts.append(
                table(f"Why not otherwise: {step.name}", ("Would have been", "Rule", "It would have needed"), rows)
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
        return table("Every setting of a deadline, in order", heads, rows)

    def _deadline(self, line: DeadlineLine) -> str:
        whose = "duty of the office" if line.duty else "limit"
        return (
            f'<tr><th scope="row">{escape(line.name)}<br><span class="quiet">{whose}</span></th>'
            f"<td>{escape(line.limit)}{self.cite(line.clauses)}{quiet(line.reason)}</td><td>{escape(line.counted_from)}</td>"
            f"<td>{listed(line.arithmetic)}</td><td>{escape(line.due)}</td>"
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
        return table("Lines of the payments ledger", ("Day", "Entry", "Amount", "Details"), rows)

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
        return table(
            "Every record of a fact, in order; a correction stands beside what it replaced", heads, "\n".join(rows)
        )

    def actors(self) -> str:
        rows = "\n".join(
            f'<tr><th scope="row">{escape(line.name)}</th><td>{escape(", ".join(line.roles)) or "-"}</td>'
            f"<td>{listed(line.did) or 'entries of the record only'}</td></tr>"
            for line in self.told.actors
        )
        return table("Who gave the commands; “engine” is the machine itself", ("Who", "Acting as", "What"), rows)

    def law(self) -> str:
        versions = "".join(
            f"<li>version {version.version} ({len(version.files)} files), deployed by log entry {version.seq}</li>"
            for version in self.told.case_file.versions
        )
        clauses = "\n".join(
            f'<div><dt id="{anchor_of(line.ref)}">{escape(line.citation)}</dt><dd>{escape(line.text)}</dd></div>'
            for line in self.told.clauses
        )
        readings = "\n".join(
            f'<div><dt id="{anchor_of(line.ref)}">{escape(line.ref)}</dt><dd>{escape(_read(line))}</dd></div>'
            for line in self.told.readings
        )
        read = (
            "<h3>Readings of what is not clear</h3><p>Each is a choice among readings of an unclear clause. Its status"
            f' says whether anybody has confirmed it.</p><dl class="law">{readings}</dl>'
            if readings
            else ""
        )
        unverified = "".join(f"<li>{escape(each)}</li>" for each in self.told.unverified)
        doubtful = (
            "<h3>Values that are not verified</h3><p>The tables themselves say that nobody has confirmed these against"
            f' an official source.</p><ul class="tight">{unverified}</ul>'
            if unverified
            else ""
        )
        return (
            f'<p>Models in force while the case ran:</p><ul class="tight">{versions}</ul>{doubtful}{read}'
            f'<h3>Clauses that this record cites, in our own words</h3><dl class="law">{clauses}</dl>'
        )

    def check(self) -> str:
        return _check(self.told.case_file)


MOST_CITED = 4
_BY_ITSELF = frozenset(
    {"decision", "deadline", "state", "case", "delivery", "notice", "payment", "association", "created"}
)


def _without_repeats(events: Iterable[Event]) -> Iterable[Event]:
    """A run of one and the same line, such as several erased entries, is said once."""
    last: Event | None = None
    for event in events:
        if last is None or (event.kind, event.what, event.at) != (last.kind, last.what, last.at):
            yield event
        last = event


def _check(case_file: CaseFile) -> str:
    links = case_file.links
    if not links:
        return ""
    rows = [
        ("Rows of the log about this case", str(len(links))),
        ("First and last entry", f"{links[0].seq} and {links[-1].seq}"),
        ("Hash of the last row", links[-1].hash.hex()),
        ("Entries of the whole log then", str(case_file.entries)),
        ("Head of the whole log then", case_file.head),
    ]
    return (
        "<p>The log is a chain: each row holds the hash of the row before it. The archive of this case holds its rows,"
        " the models, the notices to the byte, and a program checks them: <code>clauseflow verify ARCHIVE</code>"
        " recomputes every hash, evaluates every decision and computes every deadline again, and says what differs;"
        " <code>--store DIR</code> also compares with the store that the case lies in.</p>" + pairs(rows)
    )


def _read(line: ReadingLine) -> str:
    """What was chosen and why; of a reading that no row holds, that it is built in."""
    if not line.chosen:
        return "no row of a table says which was chosen; see the places that cite it"
    said = "; ".join(f"{name}: {value}" for name, value in line.chosen if name != "id")
    return f"{said}. {line.basis[:1].upper()}{line.basis[1:]}"


def _gives(gives: Sequence[tuple[str, str]]) -> str:
    return f" So: {'; '.join(f'{escape(name)}: {escape(value)}' for name, value in gives)}." if len(gives) > 1 else ""


def _changes(changes: Sequence[str]) -> str:
    return quiet("; ".join(changes))
