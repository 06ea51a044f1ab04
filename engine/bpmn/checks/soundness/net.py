"""The token game of one process without its data (BPMN 2.0 chapter 13): which markings follow which.

A marking is the set of places that hold a token: `flow:` a sequence flow, `at:` an activity, a sub-process or an
event-based gateway that is active, `once:` a non-interrupting event that has occurred, `end:` an end event that was
reached. Conditions may turn out either way, whatever waits may happen, and jobs may throw any error that is caught.
A multi-instance or loop counts as one instance; a non-interrupting event occurs once per activation. It is a model of
execution for proofs, and never runs anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from engine.bpmn.checks.soundness.layout import Layout
from engine.bpmn.checks.soundness.marking import Marking, Move, Outcome, is_token
from engine.bpmn.checks.soundness.scopes import Scopes, catches
from engine.bpmn.model import Element, ElementType, EventKind, Process
from engine.bpmn.spiff.graph import FlowGraph

OCCURS_BY_ITSELF = frozenset({EventKind.MESSAGE, EventKind.TIMER, EventKind.SIGNAL, EventKind.CONDITIONAL})
MAX_CHOICES = 6
"""Of more conditional flows than these, each is tried alone, and all together."""
ANY_OUTCOME = Outcome()


@dataclass
class Net:
    """The moves of one process. `outcomes` tells how the processes that it calls may end."""

    process: Process
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.graph = FlowGraph(self.process)
        self.layout = Layout(self.process)
        self.boundaries, self.handlers, self.starts = (
            self.layout.boundaries,
            self.layout.handlers,
            self.layout.starts,
        )
        self.scopes = Scopes(self.process, self.layout)

    # ---- markings ---------------------------------------------------------------------------------------------

    def initial_markings(self) -> Iterator[tuple[str, Marking]]:
        for start in self.starts.get(self.process.id, []):
            yield start.id, frozenset(f"flow:{flow}" for flow in start.outgoing)

    @staticmethod
    def is_complete(marking: Marking) -> bool:
        return not any(place.startswith(("flow:", "at:")) for place in marking)

    # ---- moves ------------------------------------------------------------------------------------------------

    def moves(self, marking: Marking) -> Iterator[Move]:
        elements = self.process.elements
        for place in sorted(marking):
            kind, _, identifier = place.partition(":")
            if kind == "flow":
                yield from self._enter(marking, identifier, elements[self.process.flows[identifier].target])
            elif kind == "at":
                yield from self._go_on(marking, elements[identifier])
        if not self.is_complete(marking):
            yield from self._handle_events(marking, self.process.id)

    def _enter(self, marking: Marking, flow_id: str, element: Element) -> Iterator[Move]:
        rest = marking - {f"flow:{flow_id}"}
        match element.type:
            case ElementType.EXCLUSIVE_GATEWAY:
                for flow in element.outgoing:
                    yield self.scopes.step(rest).put([f"flow:{flow}"]).move(element, self._answer(element, flow))
            case ElementType.PARALLEL_GATEWAY | ElementType.INCLUSIVE_GATEWAY:
                yield from self._join(marking, flow_id, element)
            case ElementType.EVENT_BASED_GATEWAY:
                yield self.scopes.step(rest).put([f"at:{element.id}"]).move(element)
            case ElementType.END_EVENT:
                yield from self._end(rest, element)
            case ElementType.INTERMEDIATE_THROW_EVENT:
                yield from self._throw(rest, element)
            case ElementType.SUB_PROCESS:
                inner = [f"flow:{flow}" for start in self.starts.get(element.id, []) for flow in start.outgoing]
                yield self.scopes.step(rest).put([f"at:{element.id}", *inner]).move(element)
            case ElementType.CALL_ACTIVITY if not self.outcome_of(element).completes or self._has_events(element):
                yield self.scopes.step(rest).put([f"at:{element.id}"]).move(element)
            case _ if self._has_events(element):
                yield self.scopes.step(rest).put([f"at:{element.id}"]).move(element)
            case _:
                yield from self._leave(rest, element)

    def _join(self, marking: Marking, flow_id: str, element: Element) -> Iterator[Move]:
        served = [flow for flow in element.incoming if f"flow:{flow}" in marking]
        if flow_id != served[0]:
            return  # told with the first of them
        if element.type is ElementType.PARALLEL_GATEWAY:
            if len(served) == len(element.incoming):
                rest = marking - {f"flow:{flow}" for flow in served}
                yield self.scopes.step(rest).put(f"flow:{flow}" for flow in element.outgoing).move(element)
        elif len(element.incoming) < 2 or not self._may_still_come(marking, element, served):
            rest = marking - {f"flow:{flow}" for flow in served}
            yield from self._leave(rest, element)

    def _may_still_come(self, marking: Marking, join: Element, served: list[str]) -> bool:
        """Whether another token can still reach the inclusive join (13.4.3), as the engine judges it."""
        missing = [flow for flow in join.incoming if flow not in served]
        if not missing:
            return False
        threatening, served_by = self.graph.can_reach(join.id, missing), self.graph.can_reach(join.id, served)
        for place in marking:
            kind, _, identifier = place.partition(":")
            if kind not in ("flow", "at") or self.layout.owner[place] != join.parent:
                continue
            element_id = self.process.flows[identifier].target if kind == "flow" else identifier
            if element_id != join.id and element_id in threatening and element_id not in served_by:
                return True
        return False

    def _leave(self, rest: Marking, element: Element) -> Iterator[Move]:
        """*element* is done: it sends tokens along its ways out."""
        if element.type is ElementType.INCLUSIVE_GATEWAY or any(
            self.process.flows[flow].condition for flow in element.outgoing
        ):
            for taken in self._choices(element):
                answer = ", ".join(filter(None, (self.process.flows[flow].name for flow in taken)))
                yield self.scopes.step(rest).put(f"flow:{flow}" for flow in taken).move(element, answer)
            return
        yield self.scopes.step(rest).put(f"flow:{flow}" for flow in element.outgoing).move(element)

    def _choices(self, element: Element) -> Iterator[tuple[str, ...]]:
        """The sets of flows that can be taken together."""
        flows = [self.process.flows[flow] for flow in element.outgoing if flow != element.default_flow]
        always = tuple(flow.id for flow in flows if flow.condition is None)
        asked = [flow.id for flow in flows if flow.condition is not None]
        sizes = range(len(asked) + 1) if len(asked) <= MAX_CHOICES else (0, 1, len(asked))
        for size in sizes:
            for chosen in combinations(asked, size):
                if always or chosen:
                    yield (*always, *chosen)
        if not always and element.default_flow is not None:
            yield (element.default_flow,)

    def _go_on(self, marking: Marking, element: Element) -> Iterator[Move]:
        """What can happen to an active activity, sub-process or event-based gateway."""
        place = f"at:{element.id}"
        if element.type is ElementType.EVENT_BASED_GATEWAY:
            for flow in element.outgoing:
                event = self.process.elements[self.process.flows[flow].target]
                yield from self._leave(marking - {place}, event)
            return
        scope = element.type in (ElementType.SUB_PROCESS, ElementType.EVENT_SUB_PROCESS)
        busy = scope and any(inner in marking for inner in self.layout.inside(element.id) if is_token(inner))
        if not busy and self.outcome_of(element).completes:
            yield from self._leave(self.scopes.without(marking, element), element)
        if scope:
            yield from self._handle_events(marking, element.id)
        for event in self.boundaries.get(element.id, []):
            if self._may_occur(event, element):
                yield from self._occur(marking, event, element)

    def _may_occur(self, event: Element, host: Element) -> bool:
        if event.event.kind in OCCURS_BY_ITSELF:
            return True
        outcome = self.outcome_of(host)
        if event.event.kind is EventKind.ERROR:
            if host.type is ElementType.CALL_ACTIVITY:
                return outcome.errors is None or any(catches(event, code) for code in outcome.errors)
            if host.type is ElementType.SUB_PROCESS:
                return any(self._may_fail(each) for each in self.layout.all_in(host.id))
            return True
        if host.type is ElementType.CALL_ACTIVITY:
            return outcome.escalations is None or any(catches(event, code) for code in outcome.escalations)
        return False

    def _may_fail(self, element: Element) -> bool:
        if element.type is ElementType.CALL_ACTIVITY:
            errors = self.outcome_of(element).errors
            return errors is None or bool(errors)
        return element.job_type is not None or element.type is ElementType.USER_TASK

    def _occur(self, marking: Marking, event: Element, host: Element) -> Iterator[Move]:
        out = [f"flow:{flow}" for flow in event.outgoing]
        if event.interrupting:
            yield self.scopes.step(self.scopes.without(marking, host)).put(out).move(event)
        elif f"once:{event.id}" not in marking:
            yield self.scopes.step(marking).put([f"once:{event.id}", *out]).move(event)

    def _handle_events(self, marking: Marking, scope_id: str) -> Iterator[Move]:
        """The event sub-processes of an active scope."""
        for handler in self.handlers.get(scope_id, []):
            start = self.starts[handler.id][0] if self.starts.get(handler.id) else None
            if start is None or f"once:{handler.id}" in marking:
                continue
            by_itself = start.event.kind in OCCURS_BY_ITSELF
            fails = start.event.kind is EventKind.ERROR and any(
                self._may_fail(each)
                for each in self.layout.all_in(scope_id)
                if not self.layout.lies_in(each.parent, handler.id)
            )
            if by_itself or fails:
                yield self.scopes.start_handler(marking, handler, start, scope_id).move(start)

    # ---- ends and throws --------------------------------------------------------------------------------------

    def _end(self, rest: Marking, end: Element) -> Iterator[Move]:
        kind = end.event.kind
        if kind is EventKind.TERMINATE:
            yield self.scopes.step(rest - self.layout.inside(end.parent)).move(end)
        elif kind is EventKind.ERROR or kind is EventKind.ESCALATION:
            yield self.scopes.throw(rest, end).move(end)
        else:
            step = self.scopes.step(rest)
            if end.id in self.layout.counted_ends:
                if f"end:{end.id}" in rest:
                    step.ended_twice = end.id
                step.places.add(f"end:{end.id}")
            yield step.move(end)

    def _throw(self, rest: Marking, event: Element) -> Iterator[Move]:
        if event.event.kind is EventKind.LINK:
            catch = next(
                (
                    each
                    for each in self.process.children(event.parent)
                    if each.event.kind is EventKind.LINK and each.outgoing and each.event.name == event.event.name
                ),
                None,
            )
            out = catch.outgoing if catch is not None else ()
            yield self.scopes.step(rest).put(f"flow:{flow}" for flow in out).move(event)
        elif event.event.kind is EventKind.ESCALATION:
            yield self.scopes.throw(rest | {f"flow:{flow}" for flow in event.outgoing}, event).move(event)
        else:
            yield from self._leave(rest, event)

    # ---- helpers ----------------------------------------------------------------------------------------------

    def outcome_of(self, element: Element) -> Outcome:
        if element.type is not ElementType.CALL_ACTIVITY:
            return ANY_OUTCOME
        return self.outcomes.get(element.called_process or "", ANY_OUTCOME)

    def _has_events(self, element: Element) -> bool:
        return element.id in self.boundaries

    def _answer(self, gateway: Element, flow_id: str) -> str:
        return self.process.flows[flow_id].name if len(gateway.outgoing) > 1 else ""
