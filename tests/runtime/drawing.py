"""Small diagrams written as Python calls, for tests: elements and flows, without layout."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="Definitions_1" targetNamespace="urn:tests">\n'
)


def diagram(process_id: str, *parts: str, flows: str, messages: Mapping[str, str | None] | None = None) -> bytes:
    """A diagram of one process.

    *flows* is `A -> B -> C; B -> D [=condition]`; *messages* gives the correlation key of each message, or None.
    """
    heads = "".join(_message(name, key) for name, key in (messages or {}).items())
    body = "\n".join([*parts, *_flows(flows)])
    return (
        f'{_HEAD}{heads}<bpmn:process id="{process_id}" name="{process_id}" isExecutable="true">\n{body}\n'
        "</bpmn:process>\n</bpmn:definitions>\n"
    ).encode()


def element(kind: str, element_id: str, inner: str = "", *, clause: str = "", **attributes: str) -> str:
    """Any flow element; `name` is its id unless given."""
    given = {"id": element_id, "name": element_id, **attributes}
    shown = " ".join(f"{name}={quoteattr(value)}" for name, value in given.items())
    documentation = f"<bpmn:documentation>{escape(clause)}</bpmn:documentation>" if clause else ""
    return f"<bpmn:{kind} {shown}>{documentation}{inner}</bpmn:{kind}>"


def start(element_id: str = "Start") -> str:
    return element("startEvent", element_id)


def message_start(element_id: str, message: str, *, clause: str = "") -> str:
    return element("startEvent", element_id, _message_event(message), clause=clause)


def signal_start(element_id: str, signal: str) -> str:
    return element("startEvent", element_id, f'<bpmn:signalEventDefinition signalRef="Signal_{signal}"/>')


def end(element_id: str = "End", *, clause: str = "") -> str:
    return element("endEvent", element_id, clause=clause)


def service(
    element_id: str,
    job_type: str,
    headers: Mapping[str, str] | None = None,
    inputs: Mapping[str, str] | None = None,
    outputs: Mapping[str, str] | None = None,
    *,
    retries: int = 3,
    clause: str = "",
) -> str:
    lines = "".join(f"<zeebe:header key={quoteattr(k)} value={quoteattr(v)}/>" for k, v in (headers or {}).items())
    mapping = _mapping(inputs, outputs)
    extension = (
        f'<zeebe:taskDefinition type="{job_type}" retries="{retries}"/>'
        + (f"<zeebe:taskHeaders>{lines}</zeebe:taskHeaders>" if lines else "")
        + mapping
    )
    return element("serviceTask", element_id, _extension(extension), clause=clause)


def user_task(
    element_id: str, group: str = "clerk", *, outputs: Mapping[str, str] | None = None, clause: str = ""
) -> str:
    extension = f'<zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="{group}"/>' + _mapping(None, outputs)
    return element("userTask", element_id, _extension(extension), clause=clause)


def rule_task(element_id: str, decision: str, result: str, *, clause: str = "") -> str:
    extension = f'<zeebe:calledDecision decisionId="{decision}" resultVariable="{result}"/>'
    return element("businessRuleTask", element_id, _extension(extension), clause=clause)


def catch_message(element_id: str, message: str, *, clause: str = "") -> str:
    return element("intermediateCatchEvent", element_id, _message_event(message), clause=clause)


def catch_timer(element_id: str, expression: str, kind: str = "timeDate", *, clause: str = "") -> str:
    return element("intermediateCatchEvent", element_id, _timer_event(expression, kind), clause=clause)


def boundary_timer(
    element_id: str, host: str, expression: str, kind: str = "timeDuration", *, cancel: bool = True
) -> str:
    return element(
        "boundaryEvent",
        element_id,
        _timer_event(expression, kind),
        attachedToRef=host,
        cancelActivity=str(cancel).lower(),
    )


def boundary_error(element_id: str, host: str, error: str) -> str:
    return element(
        "boundaryEvent", element_id, f'<bpmn:errorEventDefinition errorRef="Error_{error}"/>', attachedToRef=host
    )


def event_gateway(element_id: str) -> str:
    return element("eventBasedGateway", element_id)


def exclusive(element_id: str, default: str | None = None) -> str:
    return element("exclusiveGateway", element_id, **({"default": default} if default else {}))


def parallel(element_id: str) -> str:
    return element("parallelGateway", element_id)


def script(element_id: str, expression: str, result: str) -> str:
    extension = f"<zeebe:script expression={quoteattr(expression)} resultVariable={quoteattr(result)}/>"
    return element("scriptTask", element_id, _extension(extension))


def root(diagram_text: bytes, *extra: str) -> bytes:
    """The diagram with more root elements: errors, signals."""
    return diagram_text.replace(b"<bpmn:process ", "".join(extra).encode() + b"<bpmn:process ", 1)


def error(code: str) -> str:
    return f'<bpmn:error id="Error_{code}" name="{code}" errorCode="{code}"/>'


def signal(name: str) -> str:
    return f'<bpmn:signal id="Signal_{name}" name="{name}"/>'


def _extension(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def _mapping(inputs: Mapping[str, str] | None, outputs: Mapping[str, str] | None) -> str:
    lines = "".join(
        f"<zeebe:{kind} source={quoteattr(source)} target={quoteattr(target)}/>"
        for kind, rules in (("input", inputs), ("output", outputs))
        for target, source in (rules or {}).items()
    )
    return f"<zeebe:ioMapping>{lines}</zeebe:ioMapping>" if lines else ""


def _message(name: str, key: str | None) -> str:
    inner = "" if key is None else _extension(f"<zeebe:subscription correlationKey={quoteattr(key)}/>")
    return f'<bpmn:message id="Message_{name}" name="{name}">{inner}</bpmn:message>\n'


def _message_event(message: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="Message_{message}"/>'


def _timer_event(expression: str, kind: str) -> str:
    return (
        f'<bpmn:timerEventDefinition><bpmn:{kind} xsi:type="bpmn:tFormalExpression">{escape(expression)}</bpmn:{kind}>'
        "</bpmn:timerEventDefinition>"
    )


def _flows(text: str) -> list[str]:
    found: list[str] = []
    for chain in text.split(";"):
        chain, _, condition = chain.partition("[")
        names = [name.strip() for name in chain.split("->") if name.strip()]
        for source, target in pairwise(names):
            inner = ""
            if condition:
                expression = escape(condition.rstrip("] \n"))
                inner = (
                    f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{expression}'
                    "</bpmn:conditionExpression>"
                )
            found.append(
                f'<bpmn:sequenceFlow id="Flow_{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}'
                "</bpmn:sequenceFlow>"
            )
    return found
