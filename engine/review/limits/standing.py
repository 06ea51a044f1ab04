"""Which scenario stands on which edge of which limit, which edges cannot be, and which are missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.law import LawPackage
from engine.review.limits.edges import Edge, edges_without
from engine.review.limits.rows import LimitOfLaw, read_limits
from engine.review.limits.runs import HeldDates, Run, read_runs
from engine.simulation import ScenarioResult


@dataclass(frozen=True, slots=True)
class LimitEdges:
    """A limit with the scenarios that stand on each of its edges, and the reasons why others cannot be.

    `runs` are all that set it running; `in_vain` are claims of its row about no known edge, or one that is stood on.
    """

    limit: LimitOfLaw
    runs: tuple[Run, ...]
    standing: Mapping[Edge, tuple[str, ...]]
    without: Mapping[Edge, str]

    @property
    def missing(self) -> tuple[Edge, ...]:
        return tuple(edge for edge in Edge if not self.standing.get(edge) and edge not in self.without)

    @property
    def in_vain(self) -> tuple[str, ...]:
        known = set(Edge)
        return tuple(said for said in self.limit.claims if said not in known or self.standing.get(Edge(said)))

    def as_data(self) -> dict[str, object]:
        return {
            "limit": self.limit.id,
            "clauses": list(self.limit.clauses),
            "scenarios": sorted({run.result.scenario.file for run in self.runs}),
            "edges": {str(edge): list(self.standing.get(edge, ())) for edge in Edge},
            "cannot_be": {str(edge): reason for edge, reason in self.without.items()},
            "missing": [str(edge) for edge in self.missing],
            "claimed_in_vain": list(self.in_vain),
        }


class EdgeFinder:
    """Looks where played scenarios of one law stand; what it reads of the law is read once."""

    def __init__(self, package: LawPackage) -> None:
        self.package = package
        self.limits = {limit.id: limit for limit in read_limits(package)}
        self._held = HeldDates(package)

    def runs_of(self, result: ScenarioResult) -> list[tuple[str, Run]]:
        """Each run of a limit in *result* with the limit's id; none when it does not hold or is of another law."""
        if not result.ok or result.scenario.package_id != self.package.id:
            return []
        return read_runs(self.package, self.limits, result, self._held)

    def missing(self, stood_on: Iterable[tuple[str, Edge]]) -> list[tuple[str, Edge]]:
        """The edges (limit and edge) that a limit can have and that are not among *stood_on*."""
        without = edges_without(self.package, self.limits.values())
        stood = set(stood_on)
        every = ((limit_id, edge) for limit_id in self.limits for edge in Edge)
        return [
            (limit_id, edge)
            for limit_id, edge in every
            if (limit_id, edge) not in stood and edge not in without[limit_id]
        ]


def find_edges(package: LawPackage, results: Iterable[ScenarioResult]) -> tuple[LimitEdges, ...]:
    """For each limit of *package* the edges that *results*, runs that hold, stand on."""
    finder = EdgeFinder(package)
    runs: dict[str, list[Run]] = defaultdict(list)
    for result in results:
        for limit_id, run in finder.runs_of(result):
            runs[limit_id].append(run)
    without = edges_without(package, finder.limits.values())
    return tuple(_edges(limit, runs[limit.id], without[limit.id]) for limit in finder.limits.values())


def _edges(limit: LimitOfLaw, runs: list[Run], without: Mapping[Edge, str]) -> LimitEdges:
    standing: dict[Edge, dict[str, None]] = defaultdict(dict)
    for run in runs:
        for edge in run.edges:
            standing[edge][run.result.scenario.file] = None
    return LimitEdges(limit, tuple(runs), {edge: tuple(files) for edge, files in standing.items()}, without)
