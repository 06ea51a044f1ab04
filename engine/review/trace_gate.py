"""The judgement on the registers in force: is each clause carried out, and does a scenario prove it?

Two parts, so that what can be seen without playing anything is seen first: `judge_registers` reads the models and the
registers, `judge_proofs` the matrix with the runs of the scenarios. Both give findings that fail the gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn import ElementType
from engine.errors import ErrorCode, Location, Problem, did_you_mean
from engine.law import Clause, LawPackage
from engine.review.coverage import Coverage, clauses_in_force
from engine.review.trace import Row, Runs, Standing, build_trace


def judge(coverage: Coverage, results: Runs) -> tuple[Problem, ...]:
    """Every finding of the gate on one package: first on its registers and models, then on its proofs."""
    rows = build_trace(coverage, results, in_force_only=True)
    return (*judge_registers(coverage), *judge_proofs(coverage.package, rows))


def judge_registers(coverage: Coverage) -> tuple[Problem, ...]:
    """Citations of clauses that do not exist, and what the registers say of clauses in force that is not so."""
    return (*_unknown_citations(coverage), *_wrong_standings(coverage))


def judge_proofs(package: LawPackage, rows: Iterable[Row]) -> tuple[Problem, ...]:
    """A finding for each clause of *rows* that is blank, and for each that no scenario proves."""
    found = []
    for row in rows:
        if row.standing is Standing.BLANK:
            found.append(
                _problem(
                    package,
                    row.clause,
                    ErrorCode.TRACE_BLANK,
                    "nothing carries the clause out: no element, rule, parameter or notice cites it, and the register"
                    " names neither a user of the definition, nor a user task, nor a reason to leave it out.",
                    f"cite [{row.clause.ref}] where it is carried out, or say in the register how it stands:"
                    " used_by, manual or out_of_scope",
                )
            )
        elif row.open:
            found.append(
                _problem(
                    package,
                    row.clause,
                    ErrorCode.TRACE_UNPROVEN,
                    f"no scenario proves the clause ({row.standing}): {'; '.join(row.open)}.",
                    "write a scenario that reaches it and expects what it demands on a date, citing"
                    f" {row.clause.ref} there",
                )
            )
    return tuple(found)


def _unknown_citations(coverage: Coverage) -> Iterator[Problem]:
    seen = set()
    for citation in coverage.citations:
        place = citation.location
        key = (citation.kind, citation.owner, citation.place, citation.clause)
        if key not in seen:
            seen.add(key)
            yield from coverage.package.clauses.check([citation.clause], place)


def _wrong_standings(coverage: Coverage) -> Iterator[Problem]:
    tasks, places = _user_tasks(coverage), _places(coverage)
    for clause in clauses_in_force(coverage.package):
        for name, known, what in (
            (clause.manual, tasks, "user task"),
            (clause.used_by, places, "element, rule, decision or notice"),
        ):
            for each in name:
                if each not in known:
                    yield _problem(
                        coverage.package,
                        clause,
                        ErrorCode.TRACE_STANDING,
                        f'the register names the {what} "{each}", but the models hold none.{did_you_mean(each, known)}',
                        "correct the id in the register",
                    )


def _user_tasks(coverage: Coverage) -> frozenset[str]:
    return frozenset(
        element.id
        for diagram in coverage.models.diagrams
        for process in diagram.processes.values()
        for element in process.elements.values()
        if element.type in (ElementType.USER_TASK, ElementType.MANUAL_TASK)
    )


def _places(coverage: Coverage) -> frozenset[str]:
    elements = {
        element_id
        for diagram in coverage.models.diagrams
        for process in diagram.processes.values()
        for element_id in (process.id, *process.elements)
    }
    decisions = {
        place
        for model in coverage.models.decisions
        for decision in model.decisions
        for place in (decision.id, *(rule.id for rule in decision.rules))
    }
    return frozenset(elements | decisions | set(coverage.package.notices))


def _problem(package: LawPackage, clause: Clause, code: ErrorCode, message: str, hint: str) -> Problem:
    register = next(
        each
        for each in package.registers.values()
        if clause.id in each.clauses and clause.ref.startswith(f"{each.prefix}:")
    )
    return Problem(
        code, message, Location(file=register.file, part=f"clauses > {clause.id}", clause=clause.ref), hint=hint
    )
