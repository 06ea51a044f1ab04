"""Event-based gateways lead to events only, each reached from nowhere else (BPMN 10.6.6)."""

from __future__ import annotations

from engine.bpmn.model import Element, ElementType, EventKind, Process
from engine.bpmn.reading.findings import Findings
from engine.errors import ErrorCode

WAITED_FOR = frozenset({EventKind.MESSAGE, EventKind.TIMER, EventKind.SIGNAL, EventKind.CONDITIONAL})


def check_event_gateways(process: Process, findings: Findings) -> None:
    for element in process.elements.values():
        if element.type is ElementType.EVENT_BASED_GATEWAY:
            _check(element, process, findings)


def _check(gateway: Element, process: Process, findings: Findings) -> None:
    targets = [
        process.elements[process.flows[flow_id].target] for flow_id in gateway.outgoing if _known(flow_id, process)
    ]
    if len(gateway.outgoing) < 2:
        _add(
            findings, gateway, "an event-based gateway with fewer than two ways out decides nothing.", "draw two events"
        )
    for target in targets:
        event = target.type is ElementType.INTERMEDIATE_CATCH_EVENT and target.event.kind in WAITED_FOR
        if not event and target.type is not ElementType.RECEIVE_TASK:
            _add(
                findings,
                target,
                f'the event-based gateway "{gateway.label}" leads to a {target.type}, which is not waited for.',
                "lead it to a message, timer, signal or conditional catch event or a receive task",
            )
        elif len(target.incoming) > 1:
            _add(
                findings,
                target,
                f'it is reached from the event-based gateway "{gateway.label}" and from elsewhere.',
                "draw an event of its own for the other way",
            )
        elif target.type is ElementType.RECEIVE_TASK and any(process.boundary_events(target.id)):
            _add(
                findings,
                target,
                "a receive task behind an event-based gateway cannot have boundary events.",
                "draw the boundary event as an alternative behind the gateway",
            )
    seen: dict[tuple[EventKind, str | None, str | None], Element] = {}
    for target in targets:
        awaited = target.event
        if awaited.kind in (EventKind.MESSAGE, EventKind.SIGNAL):
            first = seen.setdefault((awaited.kind, awaited.name, awaited.correlation_key), target)
            if first is not target:
                _add(
                    findings,
                    target,
                    f'"{first.label}" behind the same gateway waits for the {awaited.kind} {awaited.name} too.',
                    f"keep one of them: nothing says which of the two the {awaited.kind} is for",
                )
    kinds = {target.type for target in targets if target.event.kind is EventKind.MESSAGE}
    if len(kinds) > 1:
        _add(
            findings,
            gateway,
            "an event-based gateway leads to message events and to receive tasks.",
            "use one of the two kinds",
        )


def _known(flow_id: str, process: Process) -> bool:
    return process.flows[flow_id].target in process.elements


def _add(findings: Findings, element: Element, message: str, hint: str) -> None:
    findings.add(ErrorCode.BPMN_INVALID, element.id, message, hint, line=element.line)
