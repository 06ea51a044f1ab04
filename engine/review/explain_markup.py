"""Pieces of markup that the page of a case is made of; every text goes through `escape`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return '<dl class="pairs">' + "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in pairs) + "</dl>"


def listed(lines: Sequence[str]) -> str:
    if len(lines) == 1:
        return escape(lines[0])
    return f'<ul class="tight">{"".join(f"<li>{escape(line)}</li>" for line in lines)}</ul>' if lines else ""


def quiet(text: str) -> str:
    return f'<br><span class="quiet">{escape(text)}</span>' if text else ""


def table(caption: str, heads: Sequence[str], rows: str) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table></div>"
    )


def short_citation(citation: str) -> str:
    """``An Act, Section 2(1)`` -> ``Section 2(1)``: the law itself stands at the head of the page."""
    _, comma, section = citation.partition(", Section ")
    return f"Section {section}" if comma else citation


def anchor_of(ref: str) -> str:
    """An id that a link can name: letters, digits and what HTML lets stand."""
    return "clause-" + "".join(each if each.isalnum() else f"-{ord(each):x}-" for each in ref)
