"""How long the record of a case is kept: classes of the manifest, each with its years and the clause that asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.documents import Path, Section
from engine.errors import ErrorCode, did_you_mean
from engine.law.citing import read_clause_ids

MOST_YEARS = 200


@dataclass(frozen=True, slots=True)
class Retention:
    """One class: a record is kept for *years* from the last thing that happened in its case."""

    id: str
    years: int
    meaning: str
    clauses: tuple[str, ...]

    def ends(self, last: datetime) -> datetime:
        """The instant from which a record whose last entry is of *last* may be erased; of 29 February, 1 March."""
        year = last.year + self.years
        try:
            return last.replace(year=year)
        except ValueError:
            return last.replace(year=year, month=3, day=1)


def read_retentions(top: Section, cited: list[tuple[str, Path]]) -> Mapping[str, Retention]:
    """The section `retention` of a manifest. Problems go into its findings."""
    found = {}
    for name, section in top.named_sections("retention").items():
        years = section.whole("years")
        meaning = section.text("meaning")
        clauses = read_clause_ids(section, cited)
        section.close()
        if section.has("years") and not 0 < years <= MOST_YEARS:
            section.problem(f"expected 1 to {MOST_YEARS} years, but got {years}.", "years")
        found[name] = Retention(name, years, meaning, clauses)
    return found


def read_class(section: Section, retentions: Mapping[str, Retention]) -> str:
    """The key `retention` of a case type: the class of its records, or nothing."""
    name = section.text("retention", "", required=False)
    if name and name not in retentions:
        section.problem(
            f'no class of retention is called "{name}".{did_you_mean(name, retentions)}',
            "retention",
            code=ErrorCode.LAW_MANIFEST,
            hint="declare it under retention, with years and clause",
        )
    return name
