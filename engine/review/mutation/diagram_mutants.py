"""The mutants of a diagram: its texts, its sequence flows, its timers and what its events interrupt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

from engine.bpmn import Diagram, Element, ElementType, EventKind, Process, SequenceFlow
from engine.bpmn.expressions import is_feel
from engine.bpmn.model import EventDefinition, MappingRule, MultiInstance, StandardLoop, TimerKind
from engine.feel import Node, nodes, parse_expression
from engine.review.mutation.claims import Claims
from engine.review.mutation.feel_changes import Change, changes_of, longer, negated
from engine.review.mutation.kinds import Kind
from engine.review.mutation.mutant import Mutant, cited
from engine.review.mutation.parts import parts_of

CHOOSING = frozenset({ElementType.EXCLUSIVE_GATEWAY, ElementType.INCLUSIVE_GATEWAY})
# The attributes that may hold FEEL, for each kind of part of an element. Assignment and headers name things only.
TEXTS: Mapping[type, tuple[str, ...]] = {
    Element: ("script",),
    MappingRule: ("source",),
    EventDefinition: ("expression",),
    StandardLoop: ("condition", "maximum"),
    MultiInstance: ("input_collection", "output_element", "completion_condition"),
}
A_DAY = 'duration("P1D")'


def diagram_mutants(diagrams: Iterable[Diagram]) -> Iterator[Mutant]:
    """Every mutant of every process of *diagrams*."""
    for diagram in diagrams:
        for process in diagram.processes.values():
            yield from _ProcessReader(diagram, process).read()


@dataclass(frozen=True, slots=True)
class _Site:
    """Where a fault stands: the element whose clauses and claims count, the id for reports, what must be reached."""

    element: Element
    place: str
    label: str
    part: str
    reached: frozenset[str]


class _ProcessReader:
    def __init__(self, diagram: Diagram, process: Process) -> None:
        self._diagram = diagram
        self._process = process
        self._claims = Claims.of_text(process.documentation)

    def read(self) -> Iterator[Mutant]:
        for element in self._process.elements.values():
            yield from self._texts(element)
            yield from self._interruption(element)
            if element.type in CHOOSING:
                yield from self._choices(element)
            elif element.type is ElementType.EVENT_BASED_GATEWAY:
                yield from self._alternatives(element)
        for flow in self._process.flows.values():
            yield from self._flow(flow)

    # ---- texts -----------------------------------------------------------------------------------------------------

    def _texts(self, element: Element) -> Iterator[Mutant]:
        for part, put in parts_of(element):
            for name in TEXTS.get(type(part), ()):
                text = getattr(part, name)
                if not text:
                    continue
                site = _Site(element, element.id, element.label, _part(part, name), self._armed_at(element))
                is_timer = isinstance(part, EventDefinition) and part.kind is EventKind.TIMER
                for change in _timer_changes(part, text) if is_timer else _changes(text):
                    changed = put(replace(part, **{name: change.text}))
                    yield self._mutant(site, change, partial(self._with_elements, changed))

    def _armed_at(self, element: Element) -> frozenset[str]:
        """What must be reached for *element* to be at work: itself, or what arms it."""
        arming = {element.id}
        if element.attached_to:
            arming.add(element.attached_to)
        for flow_id in element.incoming:
            source = self._process.elements.get(self._process.flows[flow_id].source)
            if source is not None and source.type is ElementType.EVENT_BASED_GATEWAY:
                arming.add(source.id)
        if element.parent != self._process.id:
            arming.add(element.parent)
        return frozenset(arming)

    # ---- events ----------------------------------------------------------------------------------------------------

    def _interruption(self, element: Element) -> Iterator[Mutant]:
        site = _Site(element, element.id, element.label, "", self._armed_at(element))
        is_boundary = element.type is ElementType.BOUNDARY_EVENT
        parent = self._process.elements.get(element.parent)
        starts_inside = (
            element.type is ElementType.START_EVENT
            and parent is not None
            and parent.type is ElementType.EVENT_SUB_PROCESS
        )
        if (is_boundary or starts_inside) and element.event.kind is not EventKind.ERROR:
            said = "does not interrupt" if element.interrupting else "interrupts"
            changed = replace(element, interrupting=not element.interrupting)
            change = Change(Kind.INTERRUPTION, "", f"the event {said}")
            yield self._mutant(site, change, partial(self._with_elements, changed))
        if is_boundary:
            change = Change(Kind.REMOVED_EVENT, "", "the boundary event is missing")
            yield self._mutant(site, change, partial(self._without_element, element))

    # ---- flows -----------------------------------------------------------------------------------------------------

    def _flow(self, flow: SequenceFlow) -> Iterator[Mutant]:
        source = self._process.elements[flow.source]
        reached = {flow.id}
        if source.type is ElementType.EVENT_BASED_GATEWAY:
            reached = {flow.target}
        site = _Site(source, flow.id, self._named(flow), "", frozenset(reached))
        removed = Change(Kind.REMOVED_FLOW, "", "the flow is missing")
        yield self._mutant(site, removed, partial(self._without_flow, flow))
        if flow.condition is not None:
            site = replace(site, part="condition", reached=frozenset({source.id}))
            for change in _condition_changes(flow.condition):
                changed = replace(flow, condition=change.text)
                yield self._mutant(site, change, partial(self._with_flows, changed))

    def _choices(self, gateway: Element) -> Iterator[Mutant]:
        """Ways out that change places, and a default flow that leads where another one leads."""
        flows = [self._process.flows[flow_id] for flow_id in gateway.outgoing]
        site = _Site(gateway, gateway.id, gateway.label, "", frozenset({gateway.id}))
        for first, second in pairwise(flows):
            if first.target != second.target:
                said = f"{self._answer(first)} and {self._answer(second)} change places"
                swapped = (replace(first, target=second.target), replace(second, target=first.target))
                change = Change(Kind.SWAPPED_FLOWS, "", said)
                yield self._mutant(site, change, partial(self._with_flows, *swapped))
        default = next((flow for flow in flows if flow.id == gateway.default_flow), None)
        if default is None:
            return
        for other in flows:
            if other.target != default.target:
                said = f"the default {self._answer(default)} leads where {self._answer(other)} leads"
                changed = replace(default, target=other.target)
                change = Change(Kind.DEFAULT_FLOW, "", said)
                yield self._mutant(site, change, partial(self._with_flows, changed))

    def _alternatives(self, gateway: Element) -> Iterator[Mutant]:
        """After two events of an event-based gateway, what follows changes places."""
        events = [self._process.elements[self._process.flows[flow_id].target] for flow_id in gateway.outgoing]
        after = [(event, self._process.flows[event.outgoing[0]]) for event in events if len(event.outgoing) == 1]
        site = _Site(gateway, gateway.id, gateway.label, "", frozenset(event.id for event in events))
        for (first_event, first), (second_event, second) in pairwise(after):
            if first.target != second.target:
                said = f'what follows "{first_event.label}" and "{second_event.label}" changes places'
                swapped = (replace(first, target=second.target), replace(second, target=first.target))
                change = Change(Kind.SWAPPED_FLOWS, "", said)
                yield self._mutant(site, change, partial(self._with_flows, *swapped))

    def _named(self, flow: SequenceFlow) -> str:
        ends = (self._process.elements[end].label for end in (flow.source, flow.target))
        return " to ".join(ends) + (f" ({flow.name})" if flow.name else "")

    def _answer(self, flow: SequenceFlow) -> str:
        return f'"{flow.name}"' if flow.name else flow.id

    # ---- the changed diagram ---------------------------------------------------------------------------------------

    def _with_elements(self, *changed: Element) -> Diagram:
        return self._with({**self._process.elements, **{each.id: each for each in changed}}, self._process.flows)

    def _with_flows(self, *changed: SequenceFlow) -> Diagram:
        flows = {**self._process.flows, **{each.id: each for each in changed}}
        return self._with(_reconnected(self._process.elements, flows), flows)

    def _without_flow(self, flow: SequenceFlow) -> Diagram:
        flows = {name: each for name, each in self._process.flows.items() if name != flow.id}
        return self._with(_reconnected(self._process.elements, flows), flows)

    def _without_element(self, element: Element) -> Diagram:
        gone = {*element.incoming, *element.outgoing}
        flows = {name: each for name, each in self._process.flows.items() if name not in gone}
        elements = {name: each for name, each in self._process.elements.items() if name != element.id}
        return self._with(_reconnected(elements, flows), flows)

    def _with(self, elements: Mapping[str, Element], flows: Mapping[str, SequenceFlow]) -> Diagram:
        process = replace(self._process, elements=elements, flows=flows)
        return replace(self._diagram, processes={**self._diagram.processes, process.id: process})

    def _mutant(self, site: _Site, change: Change, changed: Callable[[], Diagram]) -> Mutant:
        element, process = site.element, self._process
        what = f"{site.part}: {change.what}" if site.part else change.what
        around = self._clauses_around(element)
        return Mutant(
            id=f"{process.id} > {site.place} > {what}",
            kind=change.kind,
            file=self._diagram.file,
            owner=process.id,
            place=site.place,
            label=site.label,
            clauses=cited(element.clauses, around, process.clauses, self._all_clauses()),
            what=what,
            changed=changed,
            reached=frozenset((process.id, each) for each in site.reached),
            claim=Claims.of_text(element.documentation).reason_for(change, site.part)
            or self._claims.reason_for(change, site.part),
        )

    def _clauses_around(self, element: Element) -> tuple[str, ...]:
        """The clauses of what a gateway or event without clauses leads to."""
        targets = (self._process.elements.get(self._process.flows[flow_id].target) for flow_id in element.outgoing)
        return tuple(clause for target in targets if target is not None for clause in target.clauses)

    def _all_clauses(self) -> tuple[str, ...]:
        return tuple(clause for element in self._process.elements.values() for clause in element.clauses)


# ---- helpers --------------------------------------------------------------------------------------------------------


def _reconnected(elements: Mapping[str, Element], flows: Mapping[str, SequenceFlow]) -> dict[str, Element]:
    """The elements with the flows that still come and go, in the order in which they were drawn."""
    changed = {}
    for name, element in elements.items():
        default = element.default_flow if element.default_flow in flows else None
        coming = tuple(flow.id for flow in flows.values() if flow.target == name)
        going = tuple(flow_id for flow_id in element.outgoing if flow_id in flows)
        changed[name] = replace(element, incoming=coming, outgoing=going, default_flow=default)
    return changed


def _part(part: Any, name: str) -> str:
    match part:
        case MappingRule():
            return f"mapping of {part.target}"
        case EventDefinition():
            return "timer" if part.kind is EventKind.TIMER else "condition"
        case _:
            return name.replace("_", " ")


def _read(text: str) -> Node | None:
    return parse_expression(text.lstrip()[1:]) if is_feel(text) else None


def _changes(text: str) -> Iterator[Change]:
    node = _read(text)
    if node is not None:
        yield from (replace(change, text=f"={change.text}") for change in changes_of(node))


def _condition_changes(text: str) -> Iterator[Change]:
    """The changes of a condition, and the condition said the other way round where no other change says so."""
    yield from _changes(text)
    node = _read(text)
    if node is None or isinstance(node, nodes.Comparison | nodes.BooleanLiteral) or _is_not(node):
        return
    change = negated(node)
    yield replace(change, text=f"={change.text}")


def _is_not(node: Node) -> bool:
    return (
        isinstance(node, nodes.FunctionInvocation)
        and isinstance(node.function, nodes.Name)
        and node.function.name == "not"
    )


def _timer_changes(event: EventDefinition, text: str) -> Iterator[Change]:
    """A date a day later and earlier, a duration or cycle a unit longer and shorter, and what else the text holds."""
    yield from _changes(text)
    if event.timer is TimerKind.DATE and is_feel(text):
        due = text.lstrip()[1:].strip()
        yield Change(Kind.TIMER, f"=({due}) + {A_DAY}", f"{due} becomes a day later")
        yield Change(Kind.TIMER, f"=({due}) - {A_DAY}", f"{due} becomes a day earlier")
    elif not is_feel(text):
        for by, said in ((1, "longer"), (-1, "shorter")):
            changed = longer(text, by)
            if changed != text:
                yield Change(Kind.TIMER, changed, f"{text} becomes {changed} ({said})")
