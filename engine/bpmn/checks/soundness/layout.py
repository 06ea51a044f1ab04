"""Where the places of a process lie: its scopes, what stands at and in them, and what runs beside the main path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn.model import Element, ElementType, Process


class Layout:
    """`owner` gives the scope of each place. `may_double` are the places where two tokens are no fault.

    A non-interrupting event may occur while what it started before still runs: no fault while it stays apart from the
    main path. `counted_ends` are the end events that a run may reach once only.
    """

    def __init__(self, process: Process) -> None:
        self.process = process
        self.boundaries: dict[str, list[Element]] = {}
        self.handlers: dict[str, list[Element]] = {}
        self.starts: dict[str, list[Element]] = {}
        self.owner = {f"flow:{flow.id}": process.elements[flow.source].parent for flow in process.flows.values()}
        for element in process.elements.values():
            if element.attached_to is not None:
                self.boundaries.setdefault(element.attached_to, []).append(element)
            if element.type is ElementType.EVENT_SUB_PROCESS:
                self.handlers.setdefault(element.parent, []).append(element)
            if element.type is ElementType.START_EVENT:
                self.starts.setdefault(element.parent, []).append(element)
            self.owner.update({f"{kind}:{element.id}": element.parent for kind in ("at", "once", "end")})
        self._inside: dict[str, frozenset[str]] = {}
        beside = self._reached_beside()
        self.counted_ends = frozenset(
            element.id
            for element in process.elements.values()
            if element.type is ElementType.END_EVENT and element.id not in beside
        )
        apart = beside - self._reached_in_turn()
        self.may_double = frozenset(
            [f"flow:{flow.id}" for flow in process.flows.values() if flow.source in apart]
            + [f"at:{element_id}" for element_id in apart]
        )

    def inside(self, scope_id: str) -> frozenset[str]:
        """Every place in the scope, at any depth."""
        found = self._inside.get(scope_id)
        if found is None:
            found = frozenset(place for place, owner in self.owner.items() if self.lies_in(owner, scope_id))
            self._inside[scope_id] = found
        return found

    def lies_in(self, scope_id: str, outer: str) -> bool:
        while scope_id != outer:
            element = self.process.elements.get(scope_id)
            if element is None:
                return False
            scope_id = element.parent
        return True

    def all_in(self, scope_id: str) -> Iterator[Element]:
        return (each for each in self.process.elements.values() if self.lies_in(each.parent, scope_id))

    def _reached_beside(self) -> frozenset[str]:
        """What a non-interrupting event or a handler leads to."""
        events = [event.id for events in self.boundaries.values() for event in events if not event.interrupting]
        for handlers in self.handlers.values():
            events.extend(start.id for handler in handlers for start in self.starts.get(handler.id, []))
        return self._reached_from(events)

    def _reached_in_turn(self) -> frozenset[str]:
        """What the start events lead to without any non-interrupting event or handler."""
        handlers = {handler.id for handlers in self.handlers.values() for handler in handlers}
        firsts = [start.id for scope, starts in self.starts.items() if scope not in handlers for start in starts]
        events = [event.id for events in self.boundaries.values() for event in events if event.interrupting]
        return self._reached_from([*firsts, *events])

    def _reached_from(self, element_ids: Iterable[str]) -> frozenset[str]:
        found: set[str] = set()
        waiting = list(element_ids)
        while waiting:
            element_id = waiting.pop()
            if element_id not in found:
                found.add(element_id)
                element = self.process.elements[element_id]
                waiting.extend(self.process.flows[flow].target for flow in element.outgoing)
        return frozenset(found)
