"""Which clause is cited where: read from the deployed models, the manifest, the notices and the calendar.

An element cites in its documentation, a rule in its description; rows of the parameter tables are rules too, shown
under their own head because they carry the numbers of the law.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn import Element
from engine.dmn import Decision
from engine.errors import ErrorCode, Location, Problem, Severity
from engine.law import Clause, LawPackage
from engine.simulation import PackageModels, read_models

ELEMENT, RULE, PARAMETER, NOTICE = "element", "rule", "parameter", "notice"
MANIFEST, QUESTION, CALENDAR = "manifest", "question", "calendar"
KINDS = (ELEMENT, RULE, PARAMETER, NOTICE, MANIFEST, QUESTION, CALENDAR)


@dataclass(frozen=True, slots=True)
class Citation:
    """One place that cites one clause; `owner` is the process, decision, notice or section that `place` lies in."""

    clause: str
    kind: str
    owner: str
    place: str
    label: str
    location: Location


@dataclass(frozen=True, slots=True)
class Coverage:
    """All citations of one package."""

    package: LawPackage
    models: PackageModels
    citations: tuple[Citation, ...]

    def of(self, clause: str) -> tuple[Citation, ...]:
        return tuple(citation for citation in self.citations if citation.clause == clause)


def read_coverage(package: LawPackage) -> Coverage:
    """Errors: EngineError when a model of the package cannot be read."""
    models = read_models(package)
    return Coverage(package, models, tuple(_citations(package, models)))


def check_coverage(coverage: Coverage) -> Iterator[Problem]:
    """A warning for each clause in force that nobody cites; that cited ones are known is checked at deployment."""
    cited = {citation.clause for citation in coverage.citations}
    for clause in clauses_in_force(coverage.package):
        # What its register says of it is judged by the gate: who uses it, who does it, why it is left out.
        if clause.ref not in cited and not (clause.used_by or clause.manual or clause.out_of_scope):
            yield _uncited(coverage.package, clause)


def clauses_in_force(package: LawPackage) -> Iterator[Clause]:
    """Every clause of every register that its register declares to be in force, in the order of the register."""
    for register in package.registers.values():
        for clause in register.clauses.values():
            if register.is_in_force(clause.id):
                yield clause


def _uncited(package: LawPackage, clause: Clause) -> Problem:
    register = next(register for register in package.registers.values() if clause.id in register.clauses)
    return Problem(
        ErrorCode.TRACE_CLAUSE,
        f"the clause is in force, but no element, rule, parameter or notice of {package.id} cites it.",
        Location(file=register.file, part=f"clauses > {clause.id}", clause=clause.citation),
        Severity.WARNING,
        hint=f"cite [{clause.ref}] where it is carried out, or take its prefix out of in_force",
    )


def _citations(package: LawPackage, models: PackageModels) -> Iterator[Citation]:
    for diagram in models.diagrams:
        for process in diagram.processes.values():
            for clause in process.clauses:
                place = Location(file=diagram.file, element_id=process.id, line=process.line)
                yield Citation(clause, ELEMENT, process.id, process.id, process.name or process.id, place)
            for element in process.elements.values():
                yield from _element_citations(element, diagram.file)
    parameters = set(package.parameters.values())
    for model in models.decisions:
        for decision in model.decisions:
            kind = PARAMETER if decision.id in parameters else RULE
            yield from _decision_citations(decision, kind, model.file)
    yield from _law_citations(package)


def _element_citations(element: Element, file: str) -> Iterator[Citation]:
    place = Location(file=file, element_id=element.id, line=element.line)
    for clause in element.clauses:
        yield Citation(clause, ELEMENT, element.process_id, element.id, element.label, place)


def _decision_citations(decision: Decision, kind: str, file: str) -> Iterator[Citation]:
    for clause in decision.clauses:
        place = Location(file=file, decision_id=decision.id)
        yield Citation(clause, kind, decision.id, decision.id, decision.name, place)
    for rule in decision.rules:
        for clause in rule.clauses:
            yield Citation(clause, kind, decision.id, rule.id, rule.reason, rule.place)


def _law_citations(package: LawPackage) -> Iterator[Citation]:
    for notice in package.notices.values():
        place = Location(file=notice.file)
        for clause in notice.clauses:
            yield Citation(clause, NOTICE, notice.type, notice.type, notice.title, place)
        for content in notice.required:
            for clause in content.clauses:
                yield Citation(clause, NOTICE, notice.type, content.id, content.meaning, place)
    vocabulary = package.vocabulary
    sections: dict[str, Mapping[str, Any]] = {
        "parties": package.parties,
        "case_types": package.case_types,
        "facts": vocabulary.facts,
        "events": vocabulary.events,
    }
    for section, named in sections.items():
        for name, defined in named.items():
            place = Location(file=vocabulary.file, part=f"{section} > {name}")
            for clause in defined.clauses:
                yield Citation(clause, MANIFEST, section, name, defined.meaning, place)
    for question in package.questions.by_id.values():
        for clause in question.clauses:
            yield Citation(clause, QUESTION, question.id, question.id, question.asks, question.place)
    for calendar in package.calendars.values():
        for clause in calendar.clauses:
            yield Citation(clause, CALENDAR, calendar.id, calendar.id, calendar.title, Location(file=calendar.file))


def by_clause(citations: Iterable[Citation]) -> Mapping[str, tuple[Citation, ...]]:
    """The citations of each clause, in order."""
    found: dict[str, list[Citation]] = {}
    for citation in citations:
        found.setdefault(citation.clause, []).append(citation)
    return {clause: tuple(cited) for clause, cited in found.items()}
