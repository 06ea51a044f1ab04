"""Pieces of markup that the page of a case is made of; every text goes through `escape`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from engine.clauses import NO_CLAUSE


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


class Cite:
    """Writes citations. *citations* are those of the clauses whose words stand on the page, by their ids."""

    def __init__(self, citations: Mapping[str, str]) -> None:
        self._citations = citations

    def __call__(self, clauses: Sequence[str], most: int = 100) -> str:
        """The clauses as links to their words, at most *most* of them; nothing when none is cited."""
        shown = []
        # Parts of one clause that the register tells apart are one citation for a reader: the first stands for all.
        known = {self._citations.get(ref, ref): ref for ref in reversed(clauses) if ref != NO_CLAUSE}
        refs = list(reversed(known.values()))
        for ref in refs[:most]:
            if ref in self._citations:
                shown.append(
                    f'<a class="cite" href="#{anchor_of(ref)}">{escape(short_citation(self._citations[ref]))}</a>'
                )
            elif ":" not in ref:
                shown.append(f'<a class="cite" href="#{anchor_of(ref)}">reading {escape(ref)}</a>')
            else:
                shown.append(escape(ref))
        if len(refs) > most:
            shown.append(f"and {len(refs) - most} more")
        return f' <span class="quiet">[{"; ".join(shown)}]</span>' if shown else ""
