"""The matrix of a law: clause -> elements, rules, parameters, notices -> scenarios -> proven? -> what is still open.

A clause counts as proven only when one scenario that holds reaches an element or rule that cites it *and* has a dated
expectation that cites it. Citing is not proof, and neither is passing by.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.law import Clause
from engine.review.coverage import ELEMENT, PARAMETER, RULE, Citation, Coverage, by_clause
from engine.simulation import ScenarioResult


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
    def proven(self) -> bool:
        return any(proof.proves for proof in self.proofs)

    @property
    def open(self) -> tuple[str, ...]:
        """What is still to be done for this clause; empty when it is proven."""
        return () if self.proven else tuple(_still_open(self))

    def as_data(self) -> dict[str, object]:
        return {
            "clause": self.clause.ref,
            "citation": self.clause.citation,
            "kind": self.clause.kind,
            "in_force": self.in_force,
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


def build_trace(
    coverage: Coverage, results: Iterable[ScenarioResult], *, prefixes: Sequence[str] = (), in_force_only: bool = False
) -> tuple[Row, ...]:
    """One row a clause of the package's registers, in their order; of all clauses when no prefix is given.

    *prefixes* are written as in models (`act:2(2)`); `act:2(2)` covers `act:2(2)(a)` and `act:2(2)(a).log`.
    """
    played = tuple(results)
    cited = by_clause(coverage.citations)
    rows = []
    for register in coverage.package.registers.values():
        for clause in register.clauses.values():
            in_force = register.is_in_force(clause.id)
            if (prefixes and not any(covers(prefix, clause.ref) for prefix in prefixes)) or (
                in_force_only and not in_force
            ):
                continue
            proofs = tuple(proof for result in played if (proof := _proof(clause.ref, result)) is not None)
            rows.append(Row(clause, in_force, cited.get(clause.ref, ()), proofs))
    return tuple(rows)


def build_back_trace(coverage: Coverage, results: Iterable[ScenarioResult]) -> tuple[BackRow, ...]:
    """One row for each place that cites a clause, in the order of the models."""
    played = tuple(results)
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
            _through(owner, place, played),
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


def _proof(ref: str, result: ScenarioResult) -> Proof | None:
    citing = [expectation for expectation in result.scenario.expectations if ref in expectation.clauses]
    reaches = ref in result.reached.clauses
    if not citing and not reaches:
        return None
    dated = any(expectation.dated for expectation in citing)
    return Proof(result.scenario.title, result.scenario.file, result.ok, reaches, bool(citing), dated)


def _still_open(row: Row) -> Iterable[str]:
    if not any(citation.kind in _EXECUTED for citation in row.citations):
        yield "no element or rule cites it"
    elif not any(proof.reaches for proof in row.proofs):
        yield "no scenario reaches what cites it"
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


_EXECUTED = frozenset({ELEMENT, RULE, PARAMETER})


def _through(owner: str, place: str, played: Iterable[ScenarioResult]) -> tuple[str, ...]:
    key = (owner, place)
    return tuple(
        result.scenario.file for result in played if key in result.reached.elements or key in result.reached.rules
    )
