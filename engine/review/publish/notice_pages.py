"""The page of all notices: for each its clause, who gets it, what it must contain, and its words with placeholders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape

from engine.law import LawPackage, NoticeSource
from engine.review.explain_markup import table
from engine.review.publish.links import Links


def notices_body(package: LawPackage, links: Links) -> str:
    titles = _titles(package)
    contents = "".join(f'<li><a href="#{escape(type)}">{escape(title)}</a></li>' for type, title in titles.items())
    sections = "\n".join(_section(each, titles[each.type], package, links) for each in package.notices.values())
    return f'<nav aria-label="Notices"><ul>{contents}</ul></nav>\n{sections}'


def _titles(package: LawPackage) -> dict[str, str]:
    """The title of each notice by its type, which tells apart those of one title."""
    words = {each.type: each.type.replace("_", " ") for each in package.notices.values()}
    titles = {each.type: each.title or words[each.type] for each in package.notices.values()}
    shared = {title for title, count in Counter(titles.values()).items() if count > 1}
    return {type: f"{title} ({words[type]})" if title in shared else title for type, title in titles.items()}


def _section(notice: NoticeSource, title: str, package: LawPackage, links: Links) -> str:
    channels = " and ".join(notice.channels)
    text = package.files[notice.file].decode("utf-8").replace("\r\n", "\n")
    body = text.split("\n---\n", 1)[-1].strip()
    reasons = [(code, sentence) for code, sentence in notice.reason_texts.items()]
    return (
        f'<section aria-labelledby="{escape(notice.type)}"><h2 id="{escape(notice.type)}">{escape(title)}</h2>'
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
