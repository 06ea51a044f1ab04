"""The law that a case rests on: the clauses cited, the readings chosen, and values that nobody has verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.clauses import NO_CLAUSE
from engine.law import LawPackage, Register
from engine.review.archive_models import VersionOfLaw
from engine.review.checks.status_rows import STATUS
from engine.review.checks.unverified import SETTLED
from engine.review.explain_decisions import DecisionStory, status_rows
from engine.runtime import LogKind
from engine.store import LogEntry


@dataclass(frozen=True, slots=True)
class ClauseLine:
    ref: str
    citation: str
    text: str


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """A choice among readings of an unclear clause, as the table of readings had it; empty where none had."""

    ref: str
    chosen: tuple[tuple[str, str], ...]
    basis: str


def element_names(entries: Iterable[LogEntry]) -> Mapping[str, str]:
    return {
        entry.element_id: str(entry.data["name"])
        for entry in entries
        if entry.kind == LogKind.ELEMENT_ACTIVATED and entry.element_id and entry.data and entry.data.get("name")
    }


def find_cited(entries: Iterable[LogEntry], told: Iterable[DecisionStory]) -> frozenset[str]:
    """Every clause and reading that what is told here cites, those of rules that did not apply included."""
    refs = {
        str(ref)
        for entry in entries
        if entry.data and entry.kind not in _NOT_CITING
        for ref in entry.data.get("clauses", ())
    }
    for story in told:
        for step in story.steps:
            refs.update(step.clauses)
            refs.update(ref for rule in step.applied for ref in rule.clauses)
            refs.update(ref for other in step.not_applied for ref in other.clauses)
    return frozenset(refs - {NO_CLAUSE})


_NOT_CITING = frozenset({LogKind.VARIABLES_CHANGED, LogKind.DECISION_EVALUATED})


def tell_clauses(cited: frozenset[str], law: LawPackage | None) -> Iterator[ClauseLine]:
    """Clauses and groups of clauses, each register in its own order."""
    if law is None:
        return
    for register in law.registers.values():
        for group, text in register.groups.items():
            if f"{register.prefix}:{group}" in cited:
                yield ClauseLine(f"{register.prefix}:{group}", _citation_of_group(register, group), text)
        for clause in register.clauses.values():
            if clause.ref in cited:
                yield ClauseLine(clause.ref, clause.citation, " ".join(clause.text.split()))


def _citation_of_group(register: Register, group: str) -> str:
    """The citation of a clause below the group, cut where the group ends."""
    for clause in register.clauses.values():
        before, found, _ = clause.citation.partition(group)
        if clause.id.startswith(group) and found:
            return before + found
    return f"{register.title}, {group}"


def tell_readings(
    cited: frozenset[str], parameters: Iterable[DecisionStory], version: VersionOfLaw | None
) -> Iterator[ReadingLine]:
    """The rows that the case looked up, else those of the tables with a status: nothing looks up what is built in."""
    rows = {} if version is None else {ref: rule for rule in status_rows(version) for ref in rule.clauses}
    rows |= {
        ref: rule
        for story in parameters
        for step in story.steps
        for rule in step.applied
        for ref in rule.clauses
        if ":" not in ref and any(name == STATUS for name, _ in rule.gives)
    }
    for ref in sorted(each for each in cited if ":" not in each):
        rule = rows.get(ref)
        yield ReadingLine(ref, () if rule is None else rule.gives, "" if rule is None else rule.reason)


def tell_unverified(decisions: Iterable[DecisionStory]) -> Iterator[str]:
    """Values that a table itself does not call verified, wherever a decision of this case took them."""
    for story in decisions:
        for step in story.steps:
            for rule in step.applied:
                if dict(rule.gives).get(STATUS, SETTLED[0]) not in SETTLED:
                    yield f"{step.name}: {'; '.join(f'{name}: {value}' for name, value in rule.gives)}"
