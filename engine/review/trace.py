"""The matrix of a law: clause -> elements, rules, parameters, notices -> scenarios -> proven? -> what is still open.

A clause counts as proven only when one scenario that holds reaches what carries it out *and* has a dated expectation
that cites it. Citing is not proof, and neither is passing by. What carries a clause out is what cites it; of a
definition, what the register names as its user; of a clause left to a person, the user task that is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.law import Clause
from engine.review.coverage import ELEMENT, NOTICE, PARAMETER, RULE, Citation, Coverage, by_clause
from engine.review.trace_results import Played, played
from engine.simulation import ScenarioResult

Runs = Iterable[ScenarioResult | Played]


class Standing(StrEnum):
    """How a clause stands in the models."""

    CARRIED_OUT = "carried out"
    DEFINITION = "definition in use"
    MANUAL = "done by a person"
    OUT_OF_SCOPE = "out of scope"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Proof:
    """What one scenario does for one clause."""

    title: str
    file: str
    holds: bool
    reaches: bool
    expects: bool
    expects_date: bool

    @property
    def proves(self) -> bool:
        return self.holds and self.reaches and self.expects_date


@dataclass(frozen=True, slots=True)
class Row:
    """One clause of the matrix."""

    clause: Clause
    in_force: bool
    citations: tuple[Citation, ...]
    proofs: tuple[Proof, ...]

    @property
    def standing(self) -> Standing:
        if self.clause.out_of_scope:
            return Standing.OUT_OF_SCOPE
        if self.clause.manual:
            return Standing.MANUAL
        if self.clause.used_by:
            return Standing.DEFINITION
        if any(citation.kind in CARRIES_OUT for citation in self.citations):
            return Standing.CARRIED_OUT
        return Standing.BLANK

    @property
    def proven(self) -> bool:
        return any(proof.proves for proof in self.proofs)

    @property
    def open(self) -> tuple[str, ...]:
        """What is still to be done for this clause; empty when it is proven, or rightly left out."""
        return () if self.proven or self.standing is Standing.OUT_OF_SCOPE else tuple(_still_open(self))

    def as_data(self) -> dict[str, object]:
        return {
            "clause": self.clause.ref,
            "citation": self.clause.citation,
            "kind": self.clause.kind,
            "in_force": self.in_force,
            "standing": str(self.standing),
            "used_by": list(self.clause.used_by),
            "manual": list(self.clause.manual),
            "out_of_scope": self.clause.out_of_scope,
            "cited_by": [
                {"kind": cited.kind, "owner": cited.owner, "place": cited.place, "label": cited.label}
                for cited in self.citations
            ],
            "scenarios": [{"file": proof.file, "title": proof.title, "proves": proof.proves} for proof in self.proofs],
            "proven": self.proven,
            "open": list(self.open),
        }


@dataclass(frozen=True, slots=True)
class BackRow:
    """One place of a model, seen from the model: the clauses that it cites and the scenarios that go through it."""

    kind: str
    owner: str
    place: str
    label: str
    clauses: tuple[str, ...]
    scenarios: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "owner": self.owner,
            "place": self.place,
            "label": self.label,
            "clauses": list(self.clauses),
            "scenarios": list(self.scenarios),
        }


def build_trace(
    coverage: Coverage, results: Runs, *, prefixes: Sequence[str] = (), in_force_only: bool = False
) -> tuple[Row, ...]:
    """One row a clause of the package's registers, in their order; of all clauses when no prefix is given.

    *prefixes* are written as in models (`act:2(2)`); `act:2(2)` covers `act:2(2)(a)` and `act:2(2)(a).log`.
    """
    runs = _runs(results)
    cited = by_clause(coverage.citations)
    cites = _clauses_of_places(coverage)
    rows = []
    for register in coverage.package.registers.values():
        for clause in register.clauses.values():
            in_force = register.is_in_force(clause.id)
            if (prefixes and not any(covers(prefix, clause.ref) for prefix in prefixes)) or (
                in_force_only and not in_force
            ):
                continue
            proofs = tuple(proof for run in runs if (proof := _proof(clause, run, cites)) is not None)
            rows.append(Row(clause, in_force, cited.get(clause.ref, ()), proofs))
    return tuple(rows)


def build_back_trace(coverage: Coverage, results: Runs) -> tuple[BackRow, ...]:
    """One row for each place that cites a clause, in the order of the models."""
    runs = _runs(results)
    places: dict[tuple[str, str, str], list[Citation]] = {}
    for citation in coverage.citations:
        places.setdefault((citation.kind, citation.owner, citation.place), []).append(citation)
    return tuple(
        BackRow(
            kind,
            owner,
            place,
            cited[0].label,
            tuple(citation.clause for citation in cited),
            _through(kind, owner, place, runs),
        )
        for (kind, owner, place), cited in places.items()
    )


def covers(prefix: str, ref: str) -> bool:
    """Whether the clause *ref* is that of *prefix* or lies below it.

    >>> covers("act:2(2)", "act:2(2)(a).log"), covers("act:2(2)(b)", "act:2(2)(b)1"), covers("act:", "act:2")
    (True, True, True)
    >>> covers("act:2", "act:21"), covers("act:2(2)(e)2", "act:2(2)(e)21")
    (False, False)
    """
    if not ref.startswith(prefix):
        return False
    rest = ref[len(prefix) :]
    return not rest or not (prefix[-1:].isalnum() and rest[0].isalnum())


CARRIES_OUT = frozenset({ELEMENT, RULE, PARAMETER, NOTICE})
"""The kinds of places that do something; the manifest and the calendar only say what words and days mean."""


def _runs(results: Runs) -> tuple[Played, ...]:
    return tuple(each if isinstance(each, Played) else played(each) for each in results)


def _clauses_of_places(coverage: Coverage) -> Mapping[str, frozenset[str]]:
    """The clauses that each element, rule, decision and notice cites, by its id."""
    found: dict[str, set[str]] = {}
    for citation in coverage.citations:
        found.setdefault(citation.place, set()).add(citation.clause)
    return {place: frozenset(clauses) for place, clauses in found.items()}


def _proof(clause: Clause, run: Played, cites: Mapping[str, frozenset[str]]) -> Proof | None:
    demanded = {clause.ref}
    if clause.manual:
        reaches = any(task in run.done for task in clause.manual)
    elif clause.used_by:
        users = [place for place in clause.used_by if run.reaches(place)]
        reaches = bool(users)
        demanded.update(*(cites.get(place, frozenset()) for place in users))
    else:
        reaches = clause.ref in run.clauses
    citing = [expectation for expectation in run.expectations if demanded.intersection(expectation.clauses)]
    if not citing and not reaches:
        return None
    dated = any(expectation.dated for expectation in citing)
    return Proof(run.title, run.file, run.holds, reaches, bool(citing), dated)


def _still_open(row: Row) -> Iterable[str]:
    if row.standing is Standing.BLANK:
        yield "no element or rule cites it"
    elif not any(proof.reaches for proof in row.proofs):
        yield _NOT_REACHED[row.standing]
    if not any(proof.expects for proof in row.proofs):
        yield "no scenario expects anything of it"
    elif not any(proof.expects_date for proof in row.proofs):
        yield "no expectation that cites it names a date"
    failing = [proof.file for proof in row.proofs if proof.reaches and proof.expects_date and not proof.holds]
    yield from (f"{file} fails" for file in failing)
    reaching = {proof.file for proof in row.proofs if proof.reaches}
    expecting = {proof.file for proof in row.proofs if proof.expects_date}
    if reaching and expecting and not reaching & expecting:
        yield "the scenarios that expect it do not reach it"


_NOT_REACHED = {
    Standing.CARRIED_OUT: "no scenario reaches what cites it",
    Standing.DEFINITION: "no scenario reaches what uses it",
    Standing.MANUAL: "no scenario has its user task done",
}


def _through(kind: str, owner: str, place: str, runs: Iterable[Played]) -> tuple[str, ...]:
    key = (owner, place)
    through = (
        run.file for run in runs if key in run.elements or key in run.rules or (kind == NOTICE and owner in run.notices)
    )
    return tuple(dict.fromkeys(through))
