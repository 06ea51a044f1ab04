"""How diagrams are named and drawn, beyond what a deployment asks: one row for each rule, which a model can accept.

Entry point: `review_style`. Reading order: page.py (a diagram with its pictures), then the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from engine.bpmn.checks.style.crossing_flows import check_crossing_flows
from engine.bpmn.checks.style.distinct_ends import check_distinct_ends
from engine.bpmn.checks.style.id_prefix import check_id_prefix
from engine.bpmn.checks.style.left_to_right import check_left_to_right
from engine.bpmn.checks.style.noun_form import check_noun_form
from engine.bpmn.checks.style.page import Page, read_page
from engine.bpmn.checks.style.paired_gateways import check_paired_gateways
from engine.bpmn.checks.style.shapes import check_colour, check_standard_size, check_undrawn_element
from engine.bpmn.model import Diagram
from engine.errors import Problem, Severity


@dataclass(frozen=True, slots=True)
class StyleRule:
    """One rule of style: how grave, why it matters, and the function that finds its faults."""

    severity: Severity
    why: str
    check: Callable[[Page], Iterator[Problem]]


_WARNING, _INFORMATION = Severity.WARNING, Severity.INFORMATION
STYLE_RULES: dict[str, StyleRule] = {
    "id-prefix": StyleRule(
        _WARNING, "who reads a trace cannot tell a step from an event or a gateway", check_id_prefix
    ),
    "noun-form": StyleRule(
        _INFORMATION, "it reads as one task that somebody does, and hides that there are steps below", check_noun_form
    ),
    "distinct-ends": StyleRule(
        _WARNING, "the timeline does not tell which of the two outcomes was reached", check_distinct_ends
    ),
    "paired-gateways": StyleRule(
        _WARNING, "a reader cannot see where the ways that run side by side are one again", check_paired_gateways
    ),
    "undrawn-element": StyleRule(
        _WARNING, "it runs, and nobody who looks at the diagram sees it", check_undrawn_element
    ),
    "left-to-right": StyleRule(
        _INFORMATION, "what runs backwards reads as a repetition, and nothing is repeated", check_left_to_right
    ),
    "crossing-flows": StyleRule(_WARNING, "a reader takes the wrong way at the crossing", check_crossing_flows),
    "standard-size": StyleRule(
        _INFORMATION, "what is larger looks as if it mattered more in the law", check_standard_size
    ),
    "colour": StyleRule(
        _INFORMATION, "colours have no meaning that is written down, and not all see them", check_colour
    ),
}


def review_style(diagrams: Iterable[Diagram], files: Mapping[str, bytes]) -> list[Problem]:
    """All findings of `STYLE_RULES` about *diagrams*, sorted by place; *files* holds their bytes by name.

    Code: BPMN_STYLE.
    Errors: EngineError (BPMN_XML) for a file that is no BPMN.
    """
    found: list[Problem] = []
    for diagram in diagrams:
        page = read_page(diagram, files[diagram.file])
        for name, rule in STYLE_RULES.items():
            found.extend(
                replace(problem, check=name, severity=rule.severity, why=rule.why) for problem in rule.check(page)
            )
    return sorted(found, key=lambda problem: problem.location.sort_key())


__all__ = ["STYLE_RULES", "StyleRule", "review_style"]
