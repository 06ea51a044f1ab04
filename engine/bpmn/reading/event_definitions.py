"""The event definition of one event: its kind, what it refers to, and whether it may stand there (BPMN table 10.93)."""

from __future__ import annotations

from datetime import UTC

from lxml import etree

from engine.bpmn.expressions import is_feel
from engine.bpmn.instants import as_instant, read_cycle, read_duration
from engine.bpmn.model import NO_EVENT, EventDefinition, EventKind, TimerKind
from engine.bpmn.reading.attributes import check_single_parts
from engine.bpmn.reading.extensions import zeebe_child
from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.library import Library, correlation_key, look_up
from engine.bpmn.reading.xml import child, children, is_bpmn, local_name, reference, text_of
from engine.errors import ErrorCode

CATCHING = frozenset({EventKind.MESSAGE, EventKind.TIMER, EventKind.SIGNAL, EventKind.CONDITIONAL})
LISTENING = CATCHING | {EventKind.ERROR, EventKind.ESCALATION}
ALLOWED: dict[str, frozenset[EventKind]] = {
    "start event of a process": frozenset({EventKind.NONE, EventKind.MESSAGE, EventKind.TIMER, EventKind.SIGNAL}),
    "start event of a sub-process": frozenset({EventKind.NONE}),
    "start event of an event sub-process": LISTENING,
    "end event": frozenset(
        {
            EventKind.NONE,
            EventKind.MESSAGE,
            EventKind.SIGNAL,
            EventKind.ERROR,
            EventKind.ESCALATION,
            EventKind.TERMINATE,
        }
    ),
    "intermediate catch event": CATCHING | {EventKind.LINK},
    "intermediate throw event": frozenset(
        {EventKind.NONE, EventKind.MESSAGE, EventKind.SIGNAL, EventKind.ESCALATION, EventKind.LINK}
    ),
    "boundary event": LISTENING,
    "non-interrupting boundary event": LISTENING - {EventKind.ERROR},
    "non-interrupting start event of an event sub-process": LISTENING - {EventKind.ERROR},
}
TIMES = {
    TimerKind.DATE: "a date such as 2025-01-31T08:00:00Z",
    TimerKind.DURATION: "a duration such as P3D or PT1H",
    TimerKind.CYCLE: "a cycle that occurs at least once, such as R3/PT10M or R/P1D",
}
THROWING = ("end event", "intermediate throw event")
MAY_CYCLE = (
    "start event of a process",
    "non-interrupting boundary event",
    "non-interrupting start event of an event sub-process",
)


def read_event(node: etree._Element, position: str, library: Library, findings: Findings) -> EventDefinition:
    """The one event definition of *node*. *position* is a key of `ALLOWED`."""
    definitions = _definitions(node, library, findings)
    if len(definitions) > 1:
        findings.unsupported(
            node,
            f"the {position} has {len(definitions)} event definitions; one is executed at most.",
            "draw one event for each, for instance behind an event-based gateway",
        )
        return NO_EVENT
    kind_name = local_name(definitions[0]).removesuffix("EventDefinition") if definitions else "none"
    allowed = ALLOWED[position]
    kind = next((kind for kind in EventKind if kind.value == kind_name), None)
    if kind is None or kind not in allowed:
        findings.at(
            node,
            _code_for(kind),
            f"a {position} with {'no' if kind is EventKind.NONE else f'a {kind_name}'} event definition "
            "is not executed.",
            f"use one of: {', '.join(sorted(allowed))}",
        )
        return NO_EVENT
    if kind is EventKind.NONE:
        return NO_EVENT
    return _READERS[kind](definitions[0], node, position, library, findings)


def _definitions(node: etree._Element, library: Library, findings: Findings) -> list[etree._Element]:
    own = [part for part in node if is_bpmn(part) and local_name(part).endswith("EventDefinition")]
    for part in children(node, "eventDefinitionRef"):
        found = look_up(library.event_definitions, reference(part.text), "event definition", node, findings)
        if found is not None:
            check_single_parts(node, found, findings)
            own.append(found)
    return own


def _code_for(kind: EventKind | None) -> ErrorCode:
    return ErrorCode.BPMN_UNSUPPORTED if kind is None else ErrorCode.BPMN_INVALID


def _message(
    definition: etree._Element, node: etree._Element, position: str, library: Library, findings: Findings
) -> EventDefinition:
    wanted = reference(definition.get("messageRef"))
    if position in THROWING:
        if zeebe_child(node, "taskDefinition") is None:
            findings.invalid(
                node,
                f"the message {position} has no job type, so that nobody would send the message.",
                "give it a zeebe:taskDefinition",
            )
        message = None if wanted is None else look_up(library.messages, wanted, "message", node, findings)
        return EventDefinition(EventKind.MESSAGE, name=message.get("name") if message is not None else None)
    return read_message(wanted, node, library, findings, needs_key=position != "start event of a process")


def read_message(
    wanted: str | None, node: etree._Element, library: Library, findings: Findings, *, needs_key: bool
) -> EventDefinition:
    """The message that *node* catches."""
    message = look_up(library.messages, wanted, "message", node, findings)
    if message is None:
        return EventDefinition(EventKind.MESSAGE)
    name, key = (message.get("name") or "").strip() or None, correlation_key(message)
    if name is None:
        findings.invalid(node, f'the message "{wanted}" has no name.', "name the message")
    elif not needs_key and is_feel(name):
        findings.unsupported(node, "the message of a start event needs a static name.", "write the name as plain text")
    if needs_key and key is None:
        findings.invalid(
            node,
            f'the message "{name or wanted}" has no correlation key, so that it could reach any instance.',
            "give the message a zeebe:subscription with a correlationKey",
        )
    return EventDefinition(EventKind.MESSAGE, name=name, correlation_key=key)


def _signal(
    definition: etree._Element, node: etree._Element, position: str, library: Library, findings: Findings
) -> EventDefinition:
    wanted = reference(definition.get("signalRef"))
    signal = look_up(library.signals, wanted, "signal", node, findings)
    name = (signal.get("name") or "").strip() if signal is not None else ""
    if signal is not None and not name:
        findings.invalid(node, f'the signal "{wanted}" has no name.', "name the signal")
    if position == "start event of a process" and is_feel(name):
        findings.unsupported(node, "the signal of a start event needs a static name.", "write the name as plain text")
    return EventDefinition(EventKind.SIGNAL, name=name or None)


def _error(
    definition: etree._Element, node: etree._Element, position: str, library: Library, findings: Findings
) -> EventDefinition:
    code = _code(definition.get("errorRef"), "error", "errorCode", library.errors, node, position, findings)
    return EventDefinition(EventKind.ERROR, code=code)


def _escalation(
    definition: etree._Element, node: etree._Element, position: str, library: Library, findings: Findings
) -> EventDefinition:
    code = _code(
        definition.get("escalationRef"), "escalation", "escalationCode", library.escalations, node, position, findings
    )
    return EventDefinition(EventKind.ESCALATION, code=code)


def _code(
    ref: str | None,
    what: str,
    attribute: str,
    shelf: dict[str, etree._Element],
    node: etree._Element,
    position: str,
    findings: Findings,
) -> str | None:
    wanted = reference(ref)
    throwing = position in THROWING
    if wanted is None and not throwing:
        return None  # catches every code
    declared = look_up(shelf, wanted, what, node, findings)
    code = (declared.get(attribute) or "").strip() if declared is not None else ""
    if declared is not None and not code:
        findings.invalid(node, f'the {what} "{wanted}" has no {attribute}.', f"give the {what} a code")
    if code and not throwing and is_feel(code):
        findings.unsupported(node, f"a caught {what} needs a static code.", "write the code as plain text")
    return code or None


def _conditional(
    definition: etree._Element, node: etree._Element, position: str, library: Library, findings: Findings
) -> EventDefinition:
    condition = text_of(child(definition, "condition"))
    if not is_feel(condition):
        findings.invalid(
            node, f'expected a FEEL condition that begins with "=", but got "{condition}".', "write the condition"
        )
    filter_node = zeebe_child(definition, "conditionalFilter")
    names = (filter_node.get("variableNames") or "") if filter_node is not None else ""
    if filter_node is not None and filter_node.get("variableEvents") not in (
        None,
        "",
        "create, update",
        "create,update",
    ):
        findings.unsupported(node, "a filter by variable event is not honoured.", "remove variableEvents")
    split = tuple(name.strip() for name in names.split(",") if name.strip())
    return EventDefinition(EventKind.CONDITIONAL, expression=condition, variable_names=split)


def _link(
    definition: etree._Element, node: etree._Element, position: str, library: Library, findings: Findings
) -> EventDefinition:
    name = (definition.get("name") or "").strip() or None
    if name is None:
        findings.invalid(node, "the link event definition has no name.", "name the link")
    return EventDefinition(EventKind.LINK, name=name)


def _terminate(
    definition: etree._Element, node: etree._Element, position: str, library: Library, findings: Findings
) -> EventDefinition:
    return EventDefinition(EventKind.TERMINATE)


def _timer(
    definition: etree._Element, node: etree._Element, position: str, library: Library, findings: Findings
) -> EventDefinition:
    given = [(kind, text_of(child(definition, kind))) for kind in TimerKind if child(definition, kind) is not None]
    if len(given) != 1 or not given[0][1]:
        findings.invalid(
            node, "expected exactly one of timeDate, timeDuration and timeCycle.", "give one, as FEEL or ISO 8601"
        )
        return EventDefinition(EventKind.TIMER)
    kind, text = given[0]
    if kind is TimerKind.CYCLE and position not in MAY_CYCLE:
        findings.unsupported(
            node, f"a cycle at a {position} is not executed: it can occur once only.", "use a date or a duration"
        )
    if not is_feel(text) and not _is_time(kind, text):
        findings.invalid(
            node, f'expected {TIMES[kind]}, but got "{text}".', "write it as ISO 8601, or as FEEL after a ="
        )
    return EventDefinition(EventKind.TIMER, timer=kind, expression=text)


def _is_time(kind: TimerKind, text: str) -> bool:
    if kind is TimerKind.DATE:
        return as_instant(text, UTC) is not None
    return (read_cycle(text) if kind is TimerKind.CYCLE else read_duration(text)) is not None


_READERS = {
    EventKind.MESSAGE: _message,
    EventKind.TIMER: _timer,
    EventKind.SIGNAL: _signal,
    EventKind.ERROR: _error,
    EventKind.ESCALATION: _escalation,
    EventKind.CONDITIONAL: _conditional,
    EventKind.LINK: _link,
    EventKind.TERMINATE: _terminate,
}
