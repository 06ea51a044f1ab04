"""How much of a law its scenarios and question cases go through: elements, sequence flows, rules and clauses.

An element counts as covered when a run that holds completed it (a user task when it was open), a rule when it hit, a
flow when it was taken. A clause counts as the matrix of `trace` has it: when something that cites it was gone through;
of a definition, what its register names as its user; of a clause left to a person, the user task. What nothing can
cover stands apart with the reason: clauses out of scope by their register, tables for people that nobody asks for, and
what is kept for cases that cannot come: a rule or an element says so in its description or documentation by
`[not reached: the reason]`, an element of a flow that leaves it by `[not reached "the flow's label": the reason]`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.bpmn import Process
from engine.dmn import Rule
from engine.review.coverage import Coverage
from engine.review.mutation.infection import asked_for
from engine.review.trace import Standing, build_trace
from engine.review.trace_results import Played
from engine.simulation.reached import Place

ELEMENTS, FLOWS, RULES, CLAUSES = "elements", "flows", "rules", "clauses"
FAMILIES = (ELEMENTS, FLOWS, RULES, CLAUSES)
FOR_PEOPLE = "rows of tables for people alone: no diagram, question, parameter or other decision asks for them"
KEPT = "kept for what cannot come, with the reason in the model"
OUT_OF_SCOPE = "out of scope by the register, with the reason there"
_NOT_REACHED = re.compile(r'\[not reached(?:\s+"(?P<flow>[^"\]]+)")?:\s*(?P<reason>[^\]]*[^\]\s])\s*\]')


@dataclass(frozen=True, slots=True)
class Covered:
    """One thing that scenarios should go through. `owner` is its process, decision or register; `times` how many do.

    `apart`: the kind of reason for which it does not count, else empty; `why` is its own reason, where it has one.
    """

    family: str
    file: str
    owner: str
    place: str
    label: str
    clauses: tuple[str, ...]
    times: int
    apart: str = ""
    why: str = ""

    def as_data(self) -> dict[str, object]:
        return {
            "file": self.file,
            "owner": self.owner,
            "place": self.place,
            "label": self.label,
            "clauses": list(self.clauses),
            "scenarios": self.times,
            **({"apart": self.apart, "why": self.why} if self.apart else {}),
        }


@dataclass(frozen=True, slots=True)
class ScenarioCoverage:
    """What the scenarios and question cases of one package go through, in the order of its models.

    `failing` are the runs that do not hold, by file, a question case with its title.
    """

    package: str
    scenarios: int
    question_cases: int
    failing: tuple[str, ...]
    everything: tuple[Covered, ...]

    def of(self, family: str) -> tuple[Covered, ...]:
        """What counts."""
        return tuple(each for each in self.everything if each.family == family and not each.apart)

    def apart(self, family: str) -> tuple[Covered, ...]:
        """What does not count, with the reason."""
        return tuple(each for each in self.everything if each.family == family and each.apart)

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
            "question_cases": self.question_cases,
            "failing_scenarios": list(self.failing),
            **{
                family: {
                    "all": len(self.of(family)),
                    "reached": len(self.of(family)) - len(self.unreached(family)),
                    "share": round(self.share(family), 4),
                    "unreached": [each.as_data() for each in self.unreached(family)],
                    "apart": [each.as_data() for each in self.apart(family)],
                }
                for family in FAMILIES
            },
        }


def build_scenario_coverage(coverage: Coverage, runs: Iterable[Played]) -> ScenarioCoverage:
    """What *runs* of scenarios and question cases of the package of *coverage* went through; failing ones count not."""
    mine = [run for run in runs if run.package_id == coverage.package.id]
    holding = [run for run in mine if run.holds]
    failing = tuple(f"{run.file} ({run.title})" if run.question else run.file for run in mine if not run.holds)
    elements = Counter(place for run in holding for place in run.elements)
    flows = Counter(place for run in holding for place in run.flows)
    rules = Counter(place for run in holding for place in run.rules)
    found = (*_of_diagrams(coverage, elements, flows), *_of_tables(coverage, rules), *_of_clauses(coverage, holding))
    questions = sum(bool(run.question) for run in mine)
    return ScenarioCoverage(coverage.package.id, len(mine) - questions, questions, failing, found)


def _of_diagrams(coverage: Coverage, elements: Mapping[Place, int], flows: Mapping[Place, int]) -> Iterator[Covered]:
    for diagram in coverage.models.diagrams:
        file = diagram.file
        for process in diagram.processes.values():
            for element in process.elements.values():
                times = elements.get((process.id, element.id), 0)
                apart = ("", "") if times else _kept(element.documentation)
                yield Covered(ELEMENTS, file, process.id, element.id, element.label, element.clauses, times, *apart)
            for flow in process.flows.values():
                times = flows.get((process.id, flow.id), 0)
                source, target = process.elements[flow.source], process.elements[flow.target]
                label = f"{source.label} to {target.label}" + (f" ({flow.name})" if flow.name else "")
                apart = ("", "") if times or not flow.name else _kept(source.documentation, flow.name)
                yield Covered(FLOWS, file, process.id, flow.id, label, _clauses_of(process, flow.id), times, *apart)


def _clauses_of(process: Process, flow_id: str) -> tuple[str, ...]:
    """The clauses of what a flow leads to, or else of where it begins."""
    flow = process.flows[flow_id]
    return process.elements[flow.target].clauses or process.elements[flow.source].clauses


def _of_tables(coverage: Coverage, rules: Mapping[Place, int]) -> Iterator[Covered]:
    asked = asked_for(coverage.package, coverage.models)
    for model in coverage.models.decisions:
        for decision in model.decisions:
            for rule in decision.rules:
                times = rules.get((decision.id, rule.id), 0)
                apart, why = ("", "") if times else _apart(rule, decision.id in asked)
                yield Covered(RULES, model.file, decision.id, rule.id, rule.reason, rule.clauses, times, apart, why)


def _apart(rule: Rule, is_asked: bool) -> tuple[str, str]:
    """Why no run can reach the rule, in general and for itself; empty when one should. One that is reached counts."""
    if not is_asked:
        return FOR_PEOPLE, ""
    return _kept(rule.description)


def _kept(text: str, flow: str = "") -> tuple[str, str]:
    """The kind and the reason for which *text* says that its place, or the flow of this label, is never reached."""
    for claim in _NOT_REACHED.finditer(text):
        if (claim["flow"] or "") == flow:
            return KEPT, " ".join(claim["reason"].split())
    return "", ""


def _of_clauses(coverage: Coverage, holding: Sequence[Played]) -> Iterator[Covered]:
    files: dict[str, str] = {
        clause.ref: register.file
        for register in coverage.package.registers.values()
        for clause in register.clauses.values()
    }
    for row in build_trace(coverage, holding, in_force_only=True):
        clause = row.clause
        times = sum(proof.reaches for proof in row.proofs)
        left_out = row.standing is Standing.OUT_OF_SCOPE
        yield Covered(
            CLAUSES,
            files[clause.ref],
            clause.ref.partition(":")[0],
            clause.ref,
            clause.citation,
            (clause.ref,),
            times,
            OUT_OF_SCOPE if left_out else "",
            " ".join(clause.out_of_scope.split()) if left_out else str(row.standing),
        )


def by_owner(items: Sequence[Covered]) -> dict[tuple[str, str], list[Covered]]:
    """The items by file and owner, in order."""
    grouped: dict[tuple[str, str], list[Covered]] = {}
    for each in items:
        grouped.setdefault((each.file, each.owner), []).append(each)
    return grouped
