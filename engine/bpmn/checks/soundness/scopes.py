"""What happens to the tokens of a scope: it ends with all inside it, a handler begins, errors and escalations go up."""

from __future__ import annotations

from engine.bpmn.checks.soundness.layout import Layout
from engine.bpmn.checks.soundness.marking import Marking, Step
from engine.bpmn.expressions import is_feel
from engine.bpmn.model import Element, ElementType, EventKind, Process


class Scopes:
    """The scopes of one process. `uncaught_escalations` are the codes that left it so far."""

    def __init__(self, process: Process, layout: Layout) -> None:
        self._process = process
        self._layout = layout
        self.uncaught_escalations: set[str] = set()

    def step(self, places: Marking, caught_by: str = "") -> Step:
        return Step(set(places), self._layout.may_double, caught_by=caught_by)

    def without(self, marking: Marking, element: Element) -> Marking:
        """*marking* after *element* has ended, with everything inside it."""
        gone = {f"at:{element.id}", *(f"once:{event.id}" for event in self._layout.boundaries.get(element.id, []))}
        if element.type in (ElementType.SUB_PROCESS, ElementType.EVENT_SUB_PROCESS):
            gone |= self._layout.inside(element.id)
        return marking - gone

    def start_handler(self, marking: Marking, handler: Element, start: Element, scope_id: str) -> Step:
        """*handler* begins; an interrupting one ends everything else in its scope."""
        rest = marking - self._layout.inside(scope_id) if start.interrupting else marking
        inner = [f"flow:{flow}" for flow in start.outgoing]
        return self.step(rest, start.id).put([f"once:{handler.id}", f"at:{handler.id}", *inner])

    def throw(self, rest: Marking, thrower: Element) -> Step:
        """The marking after an error or escalation was caught: by a handler of a scope around it, or at a sub-process.

        One that nothing catches ends the process if it is an error, and goes up to the caller if it is an escalation.
        """
        kind, code = thrower.event.kind, thrower.event.code or ""
        scope_id, skip_handlers = thrower.parent, False
        while True:
            for handler in [] if skip_handlers else self._layout.handlers.get(scope_id, []):
                for start in self._layout.starts.get(handler.id, []):
                    if start.event.kind is kind and catches(start, code):
                        return self.start_handler(rest, handler, start, scope_id)
            scope = self._process.elements.get(scope_id)
            if scope is None:
                return self._uncaught(rest, kind, code)
            for event in self._layout.boundaries.get(scope_id, []):
                if event.event.kind is kind and catches(event, code):
                    ends = kind is EventKind.ERROR or event.interrupting
                    left = self.without(rest, scope) if ends else rest
                    return self.step(left, event.id).put(f"flow:{flow}" for flow in event.outgoing)
            # what a handler throws is not caught by the handlers of the scope that it belongs to
            scope_id, skip_handlers = scope.parent, scope.type is ElementType.EVENT_SUB_PROCESS

    def _uncaught(self, rest: Marking, kind: EventKind, code: str) -> Step:
        if kind is EventKind.ERROR:
            return self.step(frozenset({f"error:{code}"}))
        self.uncaught_escalations.add(code)
        return self.step(rest)


def catches(event: Element, code: str) -> bool:
    """Whether an error or escalation of *code* is caught; a code that is computed may be any."""
    return event.event.code is None or is_feel(code) or event.event.code == code
