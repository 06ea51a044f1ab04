"""A tiny builder of diagrams for tests: each function gives the XML of one element, `diagram` the whole file.

diagram(start("Start"), service("Check", "check"), end("End"), *path("Start", "Check", "End"))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
Parts = Iterable[str]


def diagram(
    *parts: str,
    process_id: str = "demo",
    messages: Mapping[str, str | None] | None = None,
    signals: Parts = (),
    errors: Parts = (),
    escalations: Parts = (),
    more: str = "",
) -> bytes:
    """A file with one executable process. *messages* gives message names with their correlation keys."""
    head = [message_declaration(name, key) for name, key in (messages or {}).items()]
    head += [f'<bpmn:signal id="Signal_{name}" name="{name}"/>' for name in signals]
    head += [f'<bpmn:error id="Error_{code}" name="{code}" errorCode="{code}"/>' for code in errors]
    head += [f'<bpmn:escalation id="Escalation_{c}" name="{c}" escalationCode="{c}"/>' for c in escalations]
    body = f"{''.join(head)}{process(process_id, *parts)}{more}"
    return f'<bpmn:definitions {NAMESPACES} id="Definitions_1" targetNamespace="t">{body}</bpmn:definitions>'.encode()


def process(process_id: str, *parts: str) -> str:
    return f'<bpmn:process id="{process_id}" name="Demo" isExecutable="true">{"".join(parts)}</bpmn:process>'


def message_declaration(name: str, key: str | None) -> str:
    inner = "" if key is None else extensions(f"<zeebe:subscription correlationKey={quoteattr(key)}/>")
    return f'<bpmn:message id="Message_{name}" name="{name}">{inner}</bpmn:message>'


def extensions(*parts: str) -> str:
    return f"<bpmn:extensionElements>{''.join(parts)}</bpmn:extensionElements>" if any(parts) else ""


def mapping(inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None) -> str:
    """zeebe:ioMapping from target -> source."""
    rows = [f'<zeebe:input source={quoteattr(s)} target="{t}"/>' for t, s in (inputs or {}).items()]
    rows += [f'<zeebe:output source={quoteattr(s)} target="{t}"/>' for t, s in (outputs or {}).items()]
    return f"<zeebe:ioMapping>{''.join(rows)}</zeebe:ioMapping>" if rows else ""


def element(tag: str, element_id: str, *, inner: str = "", ext: str = "", doc: str = "", **attributes: str) -> str:
    documentation = f"<bpmn:documentation>{escape(doc)}</bpmn:documentation>" if doc else ""
    given = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f'<bpmn:{tag} id="{element_id}"{given}>{documentation}{extensions(ext)}{inner}</bpmn:{tag}>'


def start(element_id: str = "Start", event: str = "", **more: str) -> str:
    return element("startEvent", element_id, inner=event, **more)


def end(element_id: str = "End", event: str = "", **more: str) -> str:
    return element("endEvent", element_id, inner=event, **more)


def catch(element_id: str, event: str, **more: str) -> str:
    return element("intermediateCatchEvent", element_id, inner=event, **more)


def throw(element_id: str, event: str = "", **more: str) -> str:
    return element("intermediateThrowEvent", element_id, inner=event, **more)


def boundary(element_id: str, host: str, event: str, *, interrupting: bool = True, **more: str) -> str:
    cancel = "true" if interrupting else "false"
    return element("boundaryEvent", element_id, inner=event, attachedToRef=host, cancelActivity=cancel, **more)


def service(element_id: str, job_type: str = "work", *, ext: str = "", **more: str) -> str:
    definition = f"<zeebe:taskDefinition type={quoteattr(job_type)}/>"
    return element("serviceTask", element_id, ext=definition + ext, **more)


def script(element_id: str, expression: str, result: str = "result", *, ext: str = "", **more: str) -> str:
    code = f'<zeebe:script expression={quoteattr(expression)} resultVariable="{result}"/>'
    return element("scriptTask", element_id, ext=code + ext, **more)


def mark(element_id: str, **more: str) -> str:
    """A script task that appends its id to the list `trace`."""
    return script(element_id, f'=append(trace, "{element_id}")', "trace", **more)


def user(element_id: str, *, ext: str = "", **more: str) -> str:
    return element("userTask", element_id, ext="<zeebe:userTask/>" + ext, **more)


def rule(element_id: str, decision: str, result: str = "outcome", *, ext: str = "", **more: str) -> str:
    called = f'<zeebe:calledDecision decisionId="{decision}" resultVariable="{result}"/>'
    return element("businessRuleTask", element_id, ext=called + ext, **more)


def call(element_id: str, process_id: str, *, ext: str = "", attributes: str = "", **more: str) -> str:
    called = f'<zeebe:calledElement processId="{process_id}" {attributes}/>'
    return element("callActivity", element_id, ext=called + ext, **more)


def receive(element_id: str, message_name: str, **more: str) -> str:
    return element("receiveTask", element_id, messageRef=f"Message_{message_name}", **more)


def sub_process(element_id: str, *parts: str, **more: str) -> str:
    inner = more.pop("inner", "")
    return element("subProcess", element_id, inner=inner + "".join(parts), **more)


def event_sub_process(element_id: str, *parts: str) -> str:
    return element("subProcess", element_id, inner="".join(parts), triggeredByEvent="true")


def gateway(kind: str, element_id: str, **more: str) -> str:
    """*kind* is exclusive, parallel, inclusive or eventBased."""
    return element(f"{kind}Gateway", element_id, **more)


def flow(source: str, target: str, condition: str | None = None, *, flow_id: str | None = None, name: str = "") -> str:
    inner = ""
    if condition is not None:
        inner = (
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(condition)}'
            "</bpmn:conditionExpression>"
        )
    label = f" name={quoteattr(name)}" if name else ""
    chosen = flow_id or f"Flow_{source}_{target}"
    return (
        f'<bpmn:sequenceFlow id="{chosen}"{label} sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'
    )


def path(*element_ids: str) -> list[str]:
    """Sequence flows from each element to the next."""
    return [flow(source, target) for source, target in pairwise(element_ids)]


def timer(*, date: str = "", duration: str = "", cycle: str = "") -> str:
    kinds = {"timeDate": date, "timeDuration": duration, "timeCycle": cycle}
    inner = "".join(f"<bpmn:{tag}>{escape(text)}</bpmn:{tag}>" for tag, text in kinds.items() if text)
    return f"<bpmn:timerEventDefinition>{inner}</bpmn:timerEventDefinition>"


def message(name: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="Message_{name}"/>'


def signal(name: str) -> str:
    return f'<bpmn:signalEventDefinition signalRef="Signal_{name}"/>'


def error(code: str = "") -> str:
    return f"<bpmn:errorEventDefinition{f' errorRef={chr(34)}Error_{code}{chr(34)}' if code else ''}/>"


def escalation(code: str = "") -> str:
    ref = f' escalationRef="Escalation_{code}"' if code else ""
    return f"<bpmn:escalationEventDefinition{ref}/>"


def conditional(condition: str) -> str:
    return (
        "<bpmn:conditionalEventDefinition><bpmn:condition>"
        f"{escape(condition)}</bpmn:condition></bpmn:conditionalEventDefinition>"
    )


def link(name: str) -> str:
    return f'<bpmn:linkEventDefinition name="{name}"/>'


TERMINATE = "<bpmn:terminateEventDefinition/>"


def multi_instance(collection: str, *, sequential: bool = False, condition: str = "", **attributes: str) -> str:
    """Attributes are those of zeebe:loopCharacteristics: inputElement, outputCollection, outputElement."""
    given = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    completion = f"<bpmn:completionCondition>{escape(condition)}</bpmn:completionCondition>" if condition else ""
    zeebe = extensions(f"<zeebe:loopCharacteristics inputCollection={quoteattr(collection)}{given}/>")
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{"true" if sequential else "false"}">'
        f"{zeebe}{completion}</bpmn:multiInstanceLoopCharacteristics>"
    )


def standard_loop(condition: str = "", **attributes: str) -> str:
    given = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    inner = f"<bpmn:loopCondition>{escape(condition)}</bpmn:loopCondition>" if condition else ""
    return f"<bpmn:standardLoopCharacteristics{given}>{inner}</bpmn:standardLoopCharacteristics>"
