"""What the diagrams of a law say of the ways of a value: mappings, results, jobs and conditions of gateways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from engine.bpmn import Diagram, Element, ElementType, Process, SequenceFlow, readable_part
from engine.law import LawPackage

_FORKS = (ElementType.EXCLUSIVE_GATEWAY,)


@dataclass(frozen=True, slots=True)
class Fork:
    """An element that is left by one of several flows; *flows* in the order in which they are tried."""

    name: str
    clauses: tuple[str, ...]
    flows: tuple[SequenceFlow, ...]
    default: str | None

    def label(self, flow_id: str) -> str:
        return next((flow.name or flow.id for flow in self.flows if flow.id == flow_id), flow_id)


@dataclass(frozen=True, slots=True)
class Work:
    """A service task as drawn."""

    element_id: str
    name: str
    job_type: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mappings:
    """How values get their names in the diagrams of a law: (element or process id, target) -> sources, as written.

    `jobs` and `forks` are by element id.
    """

    inputs: Mapping[tuple[str, str], tuple[str, ...]]
    outputs: Mapping[tuple[str, str], tuple[str, ...]]
    results: Mapping[tuple[str, str], tuple[str, ...]]
    jobs: Mapping[str, Work] = field(default_factory=dict)
    forks: Mapping[str, Fork] = field(default_factory=dict)

    def sources(self, scope_id: str, target: str) -> tuple[str, ...]:
        return self.inputs.get((scope_id, target), ()) + self.outputs.get((scope_id, target), ())


def read_mappings(law: LawPackage) -> Mappings:
    """Every mapping of the law's diagrams, and the result variable of each element that calls a decision."""
    inputs: dict[tuple[str, str], tuple[str, ...]] = {}
    outputs: dict[tuple[str, str], tuple[str, ...]] = {}
    results: dict[tuple[str, str], tuple[str, ...]] = {}
    jobs: dict[str, Work] = {}
    forks: dict[str, Fork] = {}
    for process, element in _elements(law):
        for rule in element.inputs:
            _add(inputs, (element.id, rule.target), rule.source)
        for rule in element.outputs:
            _add(outputs, (element.parent, rule.target), rule.source)
        if element.result_variable and element.script:
            _add(outputs, (element.parent, element.result_variable), element.script)
        elif element.result_variable and element.called_decision:
            _add(results, (element.id, element.called_decision), element.result_variable)
        if element.job_type:
            jobs[element.id] = Work(element.id, element.name, element.job_type, element.headers)
        if element.type in _FORKS and len(element.outgoing) > 1:
            flows = tuple(process.flows[flow_id] for flow_id in element.outgoing)
            forks[element.id] = Fork(element.name, element.clauses, flows, element.default_flow)
    return Mappings(inputs, outputs, results, jobs, forks)


def _elements(law: LawPackage) -> list[tuple[Process, Element]]:
    return [
        (process, element)
        for diagram in _diagrams(tuple((name, law.files[name]) for name in law.processes))
        for process in diagram.processes.values()
        for element in process.elements.values()
    ]


@lru_cache(maxsize=4)
def _diagrams(files: tuple[tuple[str, bytes], ...]) -> tuple[Diagram, ...]:
    return tuple(readable_part(data, name) for name, data in files)  # the law was accepted once


def _add(found: dict[tuple[str, str], tuple[str, ...]], key: tuple[str, str], value: str) -> None:
    found[key] = tuple(dict.fromkeys((*found.get(key, ()), value)))
