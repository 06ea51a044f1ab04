"""One line that a scenario expects, what it is told when it did not get it, and how both read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from engine.simulation.dates import show_short
from engine.simulation.values import show_value

SPAN = {"on": "date", "by": "date", "after": "date", "before": "date"}
DATES = frozenset({*SPAN, "due", "met_on", "started_on", "open_on", "opened_on", "done_on"})


@dataclass(frozen=True, slots=True)
class Expectation:
    """One line under `expect`: its kind, whom it names, its terms, the clauses that demand it, and where it stands."""

    kind: str
    subject: str
    clauses: tuple[str, ...]
    terms: Mapping[str, Any] = field(default_factory=dict)
    case: str | None = None
    path: str = ""
    line: int | None = None

    @property
    def dated(self) -> bool:
        """Whether it says when, so that it can prove a clause."""
        return any(term in DATES for term in self.terms)

    def __str__(self) -> str:
        terms = ", ".join(f"{name}: {show_term(value)}" for name, value in self.terms.items())
        case = f" (case {self.case})" if self.case else ""
        return f"{self.kind}: {self.subject}{case}{', ' if terms else ''}{terms}"


@dataclass(frozen=True, slots=True)
class Difference:
    """What a scenario expected and did not get."""

    expected: str
    got: str
    clauses: tuple[str, ...] = ()
    path: str = ""
    line: int | None = None

    def as_data(self) -> dict[str, object]:
        return {
            "expected": self.expected,
            "got": self.got,
            "clauses": list(self.clauses),
            "path": self.path,
            "line": self.line,
        }


def fits(day: date, wanted: Mapping[str, Any]) -> bool:
    """on = exactly, by = at the latest, after = later than, before = earlier than."""
    return (
        day == wanted.get("on", day)
        and day <= wanted.get("by", day)
        and ("after" not in wanted or day > wanted["after"])
        and ("before" not in wanted or day < wanted["before"])
    )


def when(wanted: Mapping[str, Any]) -> str:
    """The days among the terms: `` by 2011-03-21 (Monday)``."""
    return "".join(f" {term} {show_short(wanted[term])}" for term in SPAN if term in wanted)


def show_terms(wanted: Mapping[str, Any]) -> str:
    """All terms, to stand after the name of what is expected."""
    return "".join(f", {term}: {show_term(value)}" for term, value in wanted.items())


def show_term(value: object) -> str:
    """A value of a term as a reader of the scenario writes it."""
    if isinstance(value, date):
        return show_short(value)
    if value is None:
        return "not yet"
    return str(value) if isinstance(value, Decimal) else show_value(value)
