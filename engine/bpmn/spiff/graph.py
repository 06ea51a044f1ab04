"""Which elements can send a token to which sequence flow: what an inclusive join must know. Computed on demand."""

from __future__ import annotations

from collections.abc import Iterable

from engine.bpmn.model import EventKind, Process


class FlowGraph:
    """Paths of one process, per scope: sequence flows, boundary events of an activity, and links."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._before: dict[str, set[str]] = {}
        for flow in process.flows.values():
            self._before.setdefault(flow.target, set()).add(flow.source)
        for element in process.elements.values():
            if element.attached_to is not None:
                self._before.setdefault(element.id, set()).add(element.attached_to)
        throws = [e for e in process.elements.values() if e.event.kind is EventKind.LINK and not e.outgoing]
        for catch in process.elements.values():
            if catch.event.kind is EventKind.LINK and catch.outgoing:
                sources = {e.id for e in throws if e.event.name == catch.event.name and e.parent == catch.parent}
                self._before.setdefault(catch.id, set()).update(sources)
        self._reaching: dict[tuple[str, str], frozenset[str]] = {}

    def can_reach(self, gateway_id: str, flow_ids: Iterable[str]) -> frozenset[str]:
        """The elements with a path to the end of one of the flows that does not lead through the gateway itself."""
        reaching: frozenset[str] = frozenset()
        for flow_id in flow_ids:
            key = (gateway_id, flow_id)
            if key not in self._reaching:
                self._reaching[key] = self._search(*key)
            reaching |= self._reaching[key]
        return reaching

    def _search(self, gateway_id: str, flow_id: str) -> frozenset[str]:
        found: set[str] = set()
        waiting = [self._process.flows[flow_id].source]
        while waiting:
            element_id = waiting.pop()
            if element_id not in found and element_id != gateway_id:
                found.add(element_id)
                waiting.extend(self._before.get(element_id, ()))
        return frozenset(found)
