"""What trying the mutants gave: how many were caught, by section and clause, and every survivor with its reason.

A claim that a fault changes nothing counts for a survivor only, and one that a scenario refutes is told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.review.mutation.kinds import MEANING, Kind
from engine.review.mutation.mutant import Mutant
from engine.review.mutation.run import Fate, Outcome
from engine.simulation import Difference

WHY: Mapping[Fate, str] = {
    Fate.CAUGHT: "an expectation fails",
    Fate.UNDETECTED: "a run differs, but no expectation looks at what differs",
    Fate.NO_DIFFERENCE: "no scenario gives facts for which it answers otherwise",
    Fate.NOT_REACHED: "no scenario comes there",
    Fate.FAILED: "it could not be run",
}


@dataclass(frozen=True, slots=True)
class Score:
    """Mutants of one section, clause or kind: all, caught, claimed to change nothing (of those that survive)."""

    name: str
    total: int
    caught: int
    claimed: int

    @property
    def share(self) -> float:
        """Caught of all that are not claimed to be equivalent, 1.0 when there are none."""
        counted = self.total - self.claimed
        return self.caught / counted if counted else 1.0

    def as_data(self) -> dict[str, object]:
        return {
            "name": self.name,
            "mutants": self.total,
            "caught": self.caught,
            "claimed_equivalent": self.claimed,
            "share": round(self.share, 4),
        }


@dataclass(frozen=True, slots=True)
class MutationReport:
    """The fate of every mutant that was tried. `sites` is how many there are in all, before any sample.

    `scenarios` and `cases` are how many scenarios were played and question cases asked.
    """

    package: str
    sites: int
    scenarios: int
    cases: int
    failing: tuple[tuple[str, Difference], ...]
    outcomes: tuple[Outcome, ...]

    @property
    def total(self) -> Score:
        return _score("all", self.outcomes)

    @property
    def sections(self) -> tuple[Score, ...]:
        return self._by(lambda mutant: mutant.sections)

    @property
    def clauses(self) -> tuple[Score, ...]:
        return self._by(lambda mutant: mutant.clauses)

    @property
    def kinds(self) -> tuple[Score, ...]:
        return self._by(lambda mutant: (str(mutant.kind),))

    @property
    def survivors(self) -> tuple[Outcome, ...]:
        """Mutants that nobody caught and that are not claimed to change nothing."""
        return tuple(each for each in self.outcomes if each.survived and each.mutant.claim is None)

    @property
    def claimed(self) -> tuple[Outcome, ...]:
        return tuple(each for each in self.outcomes if each.survived and each.mutant.claim is not None)

    @property
    def refuted(self) -> tuple[Outcome, ...]:
        """Claims that a scenario refutes: the fault was caught."""
        return tuple(each for each in self.outcomes if not each.survived and each.mutant.claim is not None)

    def as_data(self) -> dict[str, object]:
        return {
            "package": self.package,
            "sites": self.sites,
            "tried": len(self.outcomes),
            "scenarios": self.scenarios,
            "question_cases": self.cases,
            "failing_scenarios": sorted({file for file, _ in self.failing}),
            "total": self.total.as_data(),
            "fates": {str(fate): sum(each.fate is fate for each in self.outcomes) for fate in Fate},
            "sections": [score.as_data() for score in self.sections],
            "clauses": [score.as_data() for score in self.clauses],
            "kinds": [{**score.as_data(), "meaning": MEANING[Kind(score.name)]} for score in self.kinds],
            "caught_by": dict(Counter(each.scenario for each in self.outcomes if each.scenario).most_common()),
            "caught": {each.mutant.id: each.scenario for each in self.outcomes if not each.survived},
            "refuted_claims": [each.as_data() for each in self.refuted],
            "survivors": [each.as_data() for each in self.outcomes if each.survived],
        }

    def _by(self, names_of: Callable[[Mutant], Iterable[str]]) -> tuple[Score, ...]:
        named: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in self.outcomes:
            for name in names_of(outcome.mutant):
                named[name].append(outcome)
        return tuple(_score(name, named[name]) for name in sorted(named, key=_natural))


def _score(name: str, outcomes: Sequence[Outcome]) -> Score:
    caught = sum(not outcome.survived for outcome in outcomes)
    claimed = sum(outcome.survived and outcome.mutant.claim is not None for outcome in outcomes)
    return Score(name, len(outcomes), caught, claimed)


def _natural(name: str) -> tuple[str, int, str]:
    """Section 10 after section 9."""
    prefix, _, rest = name.partition(":")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return prefix, int(digits or 0), rest
