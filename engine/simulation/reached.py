"""What a run went through: elements, sequence flows and rules, with the clauses that are cited there.

The log names the instance that an element belongs to, and an instance runs the processes that it calls as well; which
process an element id stands for is read from the models, and where several have the id, from what the instance called.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from engine.bpmn import ElementType
from engine.law import LawPackage
from engine.runtime import Engine, TimelineEntry, WholeLog
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


def find_reached(engine: Engine, package: LawPackage, logged: WholeLog) -> Reached:
    """Every element, flow and rule that the runs of *package* in this store, which has *logged* this, went through.

    A user task counts from when it is open; a process is an element, but going through it proves no clause. The table
    of readings hands out every row that is in force, whatever the case: its rules are reached, but the clauses that
    they cite are not, since the run did nothing about them.
    """
    lists = package.parameters.get(READINGS, "")
    owners, run_by = Owners(read_models(package)), _run_by(engine, logged.entries)
    found: dict[str, set[Place]] = defaultdict(set)
    clauses: set[str] = set()
    for entry in logged.entries:
        if entry.instance_id is None or entry.element_id is None:
            continue
        if entry.kind == "flow":
            found["flows"].update(owners.of_flow(str(entry.data["flow_id"]), run_by[entry.instance_id]))
            continue
        places = owners.of_element(entry.element_id, run_by[entry.instance_id])
        found["touched"].update(places)
        if is_reached(entry) or entry.kind == "task":
            found["elements"].update(places)
            if entry.data.get("type") != PROCESS:
                clauses.update(entry.clauses)
    for made in logged.decisions:
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


class Owners:
    """Which process an element or a flow lies in, given the processes that were run where it was gone through."""

    def __init__(self, models: PackageModels) -> None:
        self._elements: dict[str, set[str]] = defaultdict(set)
        self._flows: dict[str, set[str]] = defaultdict(set)
        for diagram in models.diagrams:
            for process in diagram.processes.values():
                for element_id in (process.id, *process.elements):
                    self._elements[element_id].add(process.id)
                for flow_id in process.flows:
                    self._flows[flow_id].add(process.id)

    def of_element(self, element_id: str, run: Set[str]) -> list[Place]:
        return _places(self._elements.get(element_id, set()), run, element_id)

    def of_flow(self, flow_id: str, run: Set[str]) -> list[Place]:
        return _places(self._flows.get(flow_id, set()), run, flow_id)


def _places(owners: set[str], run: Set[str], identifier: str) -> list[Place]:
    if len(owners) > 1:
        owners = owners & run
    return [(owner, identifier) for owner in owners]


def _run_by(engine: Engine, entries: Iterable[TimelineEntry]) -> Mapping[str, Set[str]]:
    """The processes that each instance ran: its own, and those that it called."""
    found: dict[str, set[str]] = defaultdict(set)
    for instance in engine.instances(limit=EVERYTHING):
        found[instance.id].add(instance.process_id)
    for entry in entries:
        if entry.kind == "instance" and entry.instance_id is not None and "process_id" in entry.data:
            found[entry.instance_id].add(str(entry.data["process_id"]))
    return found
