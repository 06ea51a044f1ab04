"""Reading the `expect` list of a scenario: one kind each, known terms only, known names only, a clause always."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from engine.clauses import NO_CLAUSE
from engine.documents import Section, show_value
from engine.errors import ErrorCode, Location, did_you_mean
from engine.law import LawPackage
from engine.simulation.dates import read_when
from engine.simulation.expectation import Expectation
from engine.simulation.expectations import KINDS, REQUIRED_TERMS
from engine.simulation.names import PackageNames

_UNKNOWN = {"notices": ErrorCode.LAW_UNKNOWN_NOTICE, "facts": ErrorCode.LAW_UNKNOWN_FACT}


def read_expectations(
    top: Section, package: LawPackage, names: PackageNames, labels: Mapping[str, str]
) -> tuple[Expectation, ...]:
    """Every expectation of the document; problems go to its findings. *labels* gives the key of each labelled case."""
    read = [_expectation(section, package, names, labels) for section in top.sections("expect", required=True)]
    return tuple(expectation for expectation in read if expectation is not None)


def _expectation(
    section: Section, package: LawPackage, names: PackageNames, labels: Mapping[str, str]
) -> Expectation | None:
    kind = _kind(section)
    if kind is None:
        return None
    subject = section.text(kind)
    _check_name(section, kind, subject, KINDS[kind].names, names)
    terms: dict[str, Any] = {}
    for term, type_name in KINDS[kind].terms.items():
        section.asked.add(term)
        if term in section.value:
            terms[term] = TERM_READERS[type_name](section, term)
        elif term in REQUIRED_TERMS.get(kind, ()):
            section.problem(f'expected a key "{term}" beside "{kind}", but there is none.')
    for index, rule in enumerate(terms.get("rule", ())):
        _check_name(section, "rule", rule, "rules", names, index)
    label = section.optional_text("case")
    if label is not None and label not in {*labels, *labels.values()}:
        said = f'no event of this scenario names the case "{label}".{did_you_mean(label, labels)}'
        section.problem(said, "case", hint="give `case:` at the events that belong to it")
    clauses = section.texts("clause", required=True)
    for clause in clauses:
        check_clause(section, package, clause, "clause")
    section.close()
    path = f"expect[{section.path[-1]}]"
    line = section.findings.line_of(section.path)
    return Expectation(kind, subject, clauses, terms, labels.get(label or "", label), path, line)


def _kind(section: Section) -> str | None:
    """The key that says what is expected: the one kind that has every other kind named here as its term."""
    named = [str(key) for key in section.value if key in KINDS]
    for kind in named:
        if all(other == kind or other in KINDS[kind].terms for other in named):
            return kind
    known = ", ".join(KINDS)
    if named:
        section.problem(f"expected one expectation, but got {' and '.join(named)}.", hint="write one line for each")
        return None
    guesses = "".join(did_you_mean(key, KINDS) for key in section.value)
    section.problem(f"expected one of {known}.{guesses}", hint="say first what is expected, then on which date")
    return None


def _check_name(
    section: Section, key: str, name: str, family: str, names: PackageNames, index: int | None = None
) -> None:
    known = names.known(family)
    if not name or name in known:
        return
    said = f'the package knows no "{name}" among its {family}.{did_you_mean(name, known)}'
    keys = (key,) if index is None else (key, index)
    section.problem(said, *keys, code=_UNKNOWN.get(family))


def check_clause(section: Section, package: LawPackage, clause: str, *keys: str | int) -> None:
    """Report *clause* when no register of the package knows it, or when it says that no clause speaks."""
    if clause == NO_CLAUSE:
        hint = "an expectation proves what a clause demands; without one, leave it out"
        section.problem(f'expected a clause, but got "{clause}".', *keys, code=ErrorCode.LAW_UNKNOWN_CLAUSE, hint=hint)
    for problem in package.check_clauses([clause], Location()):
        section.problem(problem.message, *keys, code=problem.code, hint=problem.hint)


def read_date(section: Section, key: str, read: Callable[[str], Any]) -> Any:
    """The date under *key* as *read* understands it; a text that is none is a problem."""
    text = section.text(key)
    if not text:
        return None
    try:
        return read(text)
    except ValueError as error:
        section.problem(f"{error}.", key, code=ErrorCode.SCENARIO_DATE)
        return None


def _day(section: Section, term: str) -> date | None:
    when = read_date(section, term, read_when)
    if when is None:
        return None
    if when.at is not None:
        section.problem("expected a date without a time: expectations speak of days.", term)
    day: date = when.day
    return day


def _number(section: Section, term: str) -> Decimal | None:
    value = section.raw(term)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    section.problem(f"expected a number, but got {show_value(value)}.", term)
    return None


TERM_READERS: Mapping[str, Callable[[Section, str], Any]] = {
    "date": _day,
    "flag": lambda section, term: section.flag(term),
    "number": _number,
    "text": lambda section, term: section.text(term),
    "texts": lambda section, term: section.texts(term, required=True),
    "value": lambda section, term: section.raw(term),
}
