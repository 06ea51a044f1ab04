"""What a run went through: elements, sequence flows and rules, with the clauses that are cited there.

The log names the instance that an element belongs to, and an instance runs the processes that it calls as well; which
process an element id stands for is read from the models, and where several have the id, from what the instance called.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from engine.bpmn import ElementType
from engine.law import LawPackage
from engine.runtime import DecisionRecord, Engine, TimelineEntry
from engine.simulation.names import PackageModels, read_models
from engine.simulation.observation import EVERYTHING, is_reached

READINGS = "readings"
PROCESS = str(ElementType.PROCESS)
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Reached:
    """What a run went through: (process id, element id), (process id, flow id), (decision id, rule id), clauses.

    `touched` are the elements that were begun, completed or not.
    """

    elements: frozenset[Place]
    rules: frozenset[Place]
    clauses: frozenset[str]
    flows: frozenset[Place] = frozenset()
    touched: frozenset[Place] = frozenset()


def find_reached(engine: Engine, package: LawPackage, decisions: Iterable[DecisionRecord] | None = None) -> Reached:
    """Every element, flow and rule that the runs of *package* in this store went through.

    *decisions* are all that it holds, where they were read already.

    A user task counts from when it is open; a process is an element, but going through it proves no clause. The table
    of readings hands out every row that is in force, whatever the case: its rules are reached, but the clauses that
    they cite are not, since the run did nothing about them.
    """
    lists = package.parameters.get(READINGS, "")
    entries = _whole_log(engine)
    owners = _Owners(read_models(package), engine, entries)
    found: dict[str, set[Place]] = defaultdict(set)
    clauses: set[str] = set()
    for entry in entries:
        if entry.instance_id is None or entry.element_id is None:
            continue
        if entry.kind == "flow":
            found["flows"].update(owners.of_flow(entry.instance_id, str(entry.data["flow_id"])))
            continue
        places = owners.of_element(entry.instance_id, entry.element_id)
        found["touched"].update(places)
        if is_reached(entry) or entry.kind == "task":
            found["elements"].update(places)
            if entry.data.get("type") != PROCESS:
                clauses.update(entry.clauses)
    for made in engine.decisions(limit=EVERYTHING) if decisions is None else decisions:
        if made.decision_id != lists:
            clauses.update(made.clauses)
        for evaluated in (made.audit or {}).get("decisions", ()):
            found["rules"].update((evaluated["id"], rule["rule_id"]) for rule in evaluated["matched"])
    return Reached(
        elements=frozenset(found["elements"]),
        rules=frozenset(found["rules"]),
        clauses=frozenset(clauses),
        flows=frozenset(found["flows"]),
        touched=frozenset(found["touched"]),
    )


class _Owners:
    """Which process an element or a flow of an instance lies in."""

    def __init__(self, models: PackageModels, engine: Engine, entries: Iterable[TimelineEntry]) -> None:
        self._elements: dict[str, set[str]] = defaultdict(set)
        self._flows: dict[str, set[str]] = defaultdict(set)
        for diagram in models.diagrams:
            for process in diagram.processes.values():
                for element_id in (process.id, *process.elements):
                    self._elements[element_id].add(process.id)
                for flow_id in process.flows:
                    self._flows[flow_id].add(process.id)
        self._run_by: dict[str, set[str]] = defaultdict(set)
        for instance in engine.instances(limit=EVERYTHING):
            self._run_by[instance.id].add(instance.process_id)
        for entry in entries:
            if entry.kind == "instance" and entry.instance_id is not None and "process_id" in entry.data:
                self._run_by[entry.instance_id].add(str(entry.data["process_id"]))

    def of_element(self, instance_id: str, element_id: str) -> list[Place]:
        return self._places(self._elements.get(element_id, set()), instance_id, element_id)

    def of_flow(self, instance_id: str, flow_id: str) -> list[Place]:
        return self._places(self._flows.get(flow_id, set()), instance_id, flow_id)

    def _places(self, owners: set[str], instance_id: str, identifier: str) -> list[Place]:
        if len(owners) > 1:
            owners = owners & self._run_by[instance_id]
        return [(owner, identifier) for owner in owners]


def _whole_log(engine: Engine) -> list[TimelineEntry]:
    entries: list[TimelineEntry] = []
    while page := engine.timeline(after=entries[-1].seq if entries else 0, detail=True):
        entries.extend(page)
    return entries
