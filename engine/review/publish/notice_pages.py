"""The page of all notices: for each its clause, who gets it, what it must contain, and its words with placeholders."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from engine.law import LawPackage, NoticeSource
from engine.review.explain_markup import table
from engine.review.publish.links import Links


def notices_body(package: LawPackage, links: Links) -> str:
    notices = list(package.notices.values())
    contents = "".join(f'<li><a href="#{escape(each.type)}">{escape(_title(each))}</a></li>' for each in notices)
    sections = "\n".join(_section(each, package, links) for each in notices)
    return f'<nav aria-label="Notices"><ul>{contents}</ul></nav>\n{sections}'


def _title(notice: NoticeSource) -> str:
    return notice.title or notice.type.replace("_", " ")


def _section(notice: NoticeSource, package: LawPackage, links: Links) -> str:
    channels = ", ".join(notice.channels)
    text = package.files[notice.file].decode("utf-8").replace("\r\n", "\n")
    body = text.split("\n---\n", 1)[-1].strip()
    reasons = [(code, sentence) for code, sentence in notice.reason_texts.items()]
    return (
        f'<section aria-labelledby="{escape(notice.type)}"><h2 id="{escape(notice.type)}">{escape(_title(notice))}</h2>'
        f"<p>To the {escape(notice.to.replace('_', ' '))}, by {escape(channels)}.{links.cite(notice.clauses)}</p>"
        + table("What it must contain", ("Piece", "Demanded by"), _rows(notice, links))
        + table("Reasons that it can give", ("Code", "Sentence"), _pairs(reasons))
        + "<h3>Its words</h3><p>Words between braces are filled in from the case.</p>"
        + f"<pre>{escape(body)}</pre></section>"
    )


def _rows(notice: NoticeSource, links: Links) -> str:
    return "\n".join(
        f'<tr><th scope="row">{escape(each.meaning or each.id)}</th><td>{links.cite(each.clauses)}</td></tr>'
        for each in notice.required
    )


def _pairs(rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f'<tr><th scope="row">{escape(a)}</th><td>{escape(b)}</td></tr>' for a, b in rows)
