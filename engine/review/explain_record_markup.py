"""The records of a case as markup: deadlines, notices, money, facts, who did what, the law, and how to check them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from engine.review.explain import Explanation
from engine.review.explain_law import ReadingLine
from engine.review.explain_lines import DeadlineLine
from engine.review.explain_markup import Cite, anchor_of, listed, pairs, quiet, table
from engine.review.explain_words import show_instant


def deadlines_body(told: Explanation, cite: Cite) -> str:
    rows = "\n".join(_deadline(line, cite) for line in told.deadlines)
    heads = ("Deadline", "How long", "Counted from", "Arithmetic", "Last day", "What became of it")
    return table("Every setting of a deadline, in order", heads, rows)


def _deadline(line: DeadlineLine, cite: Cite) -> str:
    whose = "duty of the office" if line.duty else "limit"
    return (
        f'<tr><th scope="row">{escape(line.name)}<br><span class="quiet">{whose}</span></th>'
        f"<td>{escape(line.limit)}{cite(line.clauses)}{quiet(line.reason)}</td><td>{escape(line.counted_from)}</td>"
        f"<td>{listed(line.arithmetic)}</td><td>{escape(line.due)}</td>"
        f"<td>{escape(line.outcome)}{_changes(line.changes)}</td></tr>"
    )


def _changes(changes: Sequence[str]) -> str:
    return quiet("; ".join(changes))


def notices_body(told: Explanation, cite: Cite) -> str:
    parts = []
    for line in told.notices:
        text = "<p><em>The text was erased.</em></p>" if line.text is None else f"<pre>{escape(line.text)}</pre>"
        sums = "".join(
            f'<li>{escape(media_type)}, {size} bytes: <span class="mono">{sha256}</span></li>'
            for media_type, sha256, size in line.sums
        )
        copies = "; ".join(map(escape, line.copies)) or "no copy has left"
        parts.append(
            f"<h3>{escape(line.subject)}</h3>\n"
            f"<p>Dated {escape(line.dated)}; {copies}.{cite(line.clauses)}</p>\n{text}\n"
            f'<p>SHA-256 of each form as it was sent:</p><ul class="tight">{sums}</ul>'
        )
    return "\n".join(parts)


def money_body(told: Explanation, cite: Cite) -> str:
    rows = "\n".join(
        f'<tr><th scope="row">{escape(line.on)}</th><td>{escape(line.entry)}</td><td>{escape(line.amount)}</td>'
        f"<td>{escape(line.details)}</td></tr>"
        for line in told.money
    )
    return table("Lines of the payments ledger", ("Day", "Entry", "Amount", "Details"), rows)


def facts_body(told: Explanation, cite: Cite) -> str:
    zone = told.zone
    rows = []
    for line in told.facts:
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


def actors_body(told: Explanation, cite: Cite) -> str:
    rows = "\n".join(
        f'<tr><th scope="row">{escape(line.name)}</th><td>{escape(", ".join(line.roles)) or "-"}</td>'
        f"<td>{listed(line.did) or 'entries of the record only'}</td></tr>"
        for line in told.actors
    )
    return table("Who gave the commands; “engine” is the machine itself", ("Who", "Acting as", "What"), rows)


def law_body(told: Explanation, cite: Cite) -> str:
    versions = "".join(
        f"<li>version {version.version} ({len(version.files)} files), deployed by log entry {version.seq}</li>"
        for version in told.case_file.versions
    )
    clauses = "\n".join(
        f'<div><dt id="{anchor_of(line.ref)}">{escape(line.citation)}</dt><dd>{escape(line.text)}</dd></div>'
        for line in told.clauses
    )
    readings = "\n".join(
        f'<div><dt id="{anchor_of(line.ref)}">{escape(line.ref)}</dt><dd>{escape(_read(line))}</dd></div>'
        for line in told.readings
    )
    read = (
        "<h3>Readings of what is not clear</h3><p>Each is a choice among readings of an unclear clause. Its status"
        f' says whether anybody has confirmed it.</p><dl class="law">{readings}</dl>'
        if readings
        else ""
    )
    unverified = "".join(f"<li>{escape(each)}</li>" for each in told.unverified)
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


def _read(line: ReadingLine) -> str:
    """What was chosen and why; of a reading that no row holds, that it is built in."""
    if not line.chosen:
        return "no row of a table says which was chosen; see the places that cite it"
    said = "; ".join(f"{name}: {value}" for name, value in line.chosen if name != "id")
    return f"{said}. {line.basis[:1].upper()}{line.basis[1:]}"


def check_body(told: Explanation, cite: Cite) -> str:
    case_file = told.case_file
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
