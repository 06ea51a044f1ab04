"""How much of a law its scenarios go through: elements, sequence flows, rules and clauses, and what they leave out.

An element counts as covered when a scenario that holds completed it (a user task when it was open), a rule when it hit,
a flow when it was taken, a clause when something that cites it was gone through.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.bpmn import Process
from engine.review.coverage import Coverage, clauses_in_force
from engine.simulation import ScenarioResult
from engine.simulation.reached import Place

ELEMENTS, FLOWS, RULES, CLAUSES = "elements", "flows", "rules", "clauses"
FAMILIES = (ELEMENTS, FLOWS, RULES, CLAUSES)


@dataclass(frozen=True, slots=True)
class Covered:
    """One thing that scenarios should go through. `owner` is its process, decision or register; `times` how many do."""

    family: str
    file: str
    owner: str
    place: str
    label: str
    clauses: tuple[str, ...]
    times: int

    def as_data(self) -> dict[str, object]:
        return {
            "file": self.file,
            "owner": self.owner,
            "place": self.place,
            "label": self.label,
            "clauses": list(self.clauses),
            "scenarios": self.times,
        }


@dataclass(frozen=True, slots=True)
class ScenarioCoverage:
    """What the scenarios of one package go through, in the order of its models."""

    package: str
    scenarios: int
    failing: tuple[str, ...]
    everything: tuple[Covered, ...]

    def of(self, family: str) -> tuple[Covered, ...]:
        return tuple(each for each in self.everything if each.family == family)

    def unreached(self, family: str) -> tuple[Covered, ...]:
        return tuple(each for each in self.of(family) if not each.times)

    def share(self, family: str) -> float:
        """From 0 to 1; 1 where there is nothing to cover."""
        whole = self.of(family)
        return 1 - len(self.unreached(family)) / len(whole) if whole else 1.0

    def as_data(self) -> dict[str, object]:
        return {
            "package": self.package,
            "scenarios": self.scenarios,
            "failing_scenarios": list(self.failing),
            **{
                family: {
                    "all": len(self.of(family)),
                    "reached": len(self.of(family)) - len(self.unreached(family)),
                    "share": round(self.share(family), 4),
                    "unreached": [each.as_data() for each in self.unreached(family)],
                }
                for family in FAMILIES
            },
        }


def build_scenario_coverage(coverage: Coverage, results: Iterable[ScenarioResult]) -> ScenarioCoverage:
    """What *results*, the runs of scenarios of the package of *coverage*, went through. Failing ones do not count."""
    played = [each for each in results if each.scenario.package_id == coverage.package.id]
    holding = [each for each in played if each.ok]
    failing = tuple(each.scenario.file for each in played if not each.ok)
    elements = Counter(place for each in holding for place in each.reached.elements)
    flows = Counter(place for each in holding for place in each.reached.flows)
    rules = Counter(place for each in holding for place in each.reached.rules)
    clauses = Counter(clause for each in holding for clause in each.reached.clauses)
    found = (*_of_diagrams(coverage, elements, flows), *_of_tables(coverage, rules), *_of_clauses(coverage, clauses))
    return ScenarioCoverage(coverage.package.id, len(played), failing, found)


def _of_diagrams(coverage: Coverage, elements: Mapping[Place, int], flows: Mapping[Place, int]) -> Iterator[Covered]:
    for diagram in coverage.models.diagrams:
        for process in diagram.processes.values():
            for element in process.elements.values():
                times = elements.get((process.id, element.id), 0)
                yield Covered(ELEMENTS, diagram.file, process.id, element.id, element.label, element.clauses, times)
            for flow in process.flows.values():
                times = flows.get((process.id, flow.id), 0)
                ends = " to ".join(process.elements[end].label for end in (flow.source, flow.target))
                label = ends + (f" ({flow.name})" if flow.name else "")
                yield Covered(FLOWS, diagram.file, process.id, flow.id, label, _clauses_of(process, flow.id), times)


def _clauses_of(process: Process, flow_id: str) -> tuple[str, ...]:
    """The clauses of what a flow leads to, or else of where it begins."""
    flow = process.flows[flow_id]
    return process.elements[flow.target].clauses or process.elements[flow.source].clauses


def _of_tables(coverage: Coverage, rules: Mapping[Place, int]) -> Iterator[Covered]:
    for model in coverage.models.decisions:
        for decision in model.decisions:
            for rule in decision.rules:
                times = rules.get((decision.id, rule.id), 0)
                yield Covered(RULES, model.file, decision.id, rule.id, rule.reason, rule.clauses, times)


def _of_clauses(coverage: Coverage, clauses: Mapping[str, int]) -> Iterator[Covered]:
    files: dict[str, str] = {
        clause.ref: register.file
        for register in coverage.package.registers.values()
        for clause in register.clauses.values()
    }
    for clause in clauses_in_force(coverage.package):
        prefix = clause.ref.partition(":")[0]
        times = clauses.get(clause.ref, 0)
        yield Covered(CLAUSES, files[clause.ref], prefix, clause.ref, clause.citation, (clause.ref,), times)


def by_owner(items: Sequence[Covered]) -> dict[tuple[str, str], list[Covered]]:
    """The items by file and owner, in order."""
    grouped: dict[tuple[str, str], list[Covered]] = {}
    for each in items:
        grouped.setdefault((each.file, each.owner), []).append(each)
    return grouped
