"""The page of a diagram: its picture, in which every shape is a link, and the same in words in the order of flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from engine.bpmn.model import (
    GATEWAYS,
    TASKS,
    Element,
    ElementType,
    EventKind,
    MultiInstance,
    Process,
    SequenceFlow,
)
from engine.bpmn.reading.xml import read_xml, text_of
from engine.clauses import for_reader
from engine.drawing import read_drawing
from engine.review.publish.links import Links
from engine.review.publish.svg import Figure, Outline, draw

TYPE_WORDS: Mapping[ElementType, str] = {
    ElementType.PROCESS: "process",
    ElementType.START_EVENT: "start event",
    ElementType.END_EVENT: "end event",
    ElementType.INTERMEDIATE_CATCH_EVENT: "waits for an event",
    ElementType.INTERMEDIATE_THROW_EVENT: "event that is thrown",
    ElementType.BOUNDARY_EVENT: "boundary event",
    ElementType.TASK: "task",
    ElementType.MANUAL_TASK: "manual task",
    ElementType.SERVICE_TASK: "service task",
    ElementType.SEND_TASK: "send task",
    ElementType.RECEIVE_TASK: "receive task",
    ElementType.USER_TASK: "task of a person",
    ElementType.SCRIPT_TASK: "computation",
    ElementType.BUSINESS_RULE_TASK: "decision",
    ElementType.SUB_PROCESS: "sub-process",
    ElementType.EVENT_SUB_PROCESS: "event sub-process",
    ElementType.CALL_ACTIVITY: "called process",
    ElementType.EXCLUSIVE_GATEWAY: "one of these ways",
    ElementType.PARALLEL_GATEWAY: "all of these ways",
    ElementType.INCLUSIVE_GATEWAY: "each way that holds",
    ElementType.EVENT_BASED_GATEWAY: "the event that comes first",
    ElementType.MULTI_INSTANCE_BODY: "repetition",
    ElementType.LOOP_BODY: "loop",
}
UNNAMED: Mapping[ElementType, str] = {
    ElementType.EXCLUSIVE_GATEWAY: "Ways part",
    ElementType.PARALLEL_GATEWAY: "All ways at once",
    ElementType.INCLUSIVE_GATEWAY: "Ways part",
    ElementType.EVENT_BASED_GATEWAY: "Whichever comes first",
}
MARKS: Mapping[ElementType, str] = {
    ElementType.USER_TASK: "☺",
    ElementType.SERVICE_TASK: "⚙",
    ElementType.BUSINESS_RULE_TASK: "▦",
    ElementType.SCRIPT_TASK: "ƒ",
    ElementType.SEND_TASK: "✉",
    ElementType.RECEIVE_TASK: "✉",
    ElementType.MANUAL_TASK: "✋",
    ElementType.EXCLUSIVE_GATEWAY: "✕",
    ElementType.PARALLEL_GATEWAY: "+",
    ElementType.INCLUSIVE_GATEWAY: "○",
    ElementType.EVENT_BASED_GATEWAY: "⬠",
}
EVENT_MARKS: Mapping[EventKind, str] = {
    EventKind.NONE: "",
    EventKind.MESSAGE: "✉",
    EventKind.TIMER: "◷",
    EventKind.SIGNAL: "△",
    EventKind.ERROR: "↯",
    EventKind.ESCALATION: "⇑",
    EventKind.CONDITIONAL: "≡",
    EventKind.LINK: "➔",
    EventKind.TERMINATE: "●",
}


def diagram_body(data: bytes, file: str, processes: Mapping[str, Process], links: Links) -> str:
    """Everything below the head of the page. *data* is the file, from which the picture is read."""
    root = read_xml(data, file)
    drawing = read_drawing(root)
    figures: dict[str, Figure] = {}
    lines: dict[str, str] = {}
    for node in root.iter():
        if isinstance(node.tag, str) and node.tag.endswith("}textAnnotation"):
            figures[str(node.get("id"))] = Figure(Outline.NOTE, text_of(node))
        elif isinstance(node.tag, str) and node.tag.endswith(("}participant", "}lane")):
            figures[str(node.get("id"))] = Figure(Outline.GROUP, node.get("name") or "")
    for process in processes.values():
        figures |= {each.id: _figure(each) for each in process.elements.values()}
        lines |= {flow.id: flow.name for flow in process.flows.values()}
    name = " and ".join(process.name or process.id for process in processes.values())
    picture = draw(drawing, figures, lines, f"Diagram: {name}; the same in words below")
    parts = [
        f'<div class="wide picture" tabindex="0" role="region" aria-label="Diagram">{picture}</div>'
        if drawing.shapes
        else "<p>The file holds no picture.</p>"
    ]
    for process in processes.values():
        parts.append(_told(process, links))
    return "\n".join(parts)


def _figure(element: Element) -> Figure:
    title = f"{TYPE_WORDS[element.type]}: {_called(element)}"
    href = f"#{element.id}"
    if element.type in GATEWAYS:
        return Figure(Outline.GATEWAY, element.name, MARKS[element.type], title=title, href=href)
    if element.type in TASKS or element.type is ElementType.CALL_ACTIVITY:
        called = element.type is ElementType.CALL_ACTIVITY
        sign = "|||" if isinstance(element.loop, MultiInstance) and called else MARKS.get(element.type, "")
        return Figure(Outline.TASK, element.label, sign, thick=called, title=title, href=href)
    if element.type in (ElementType.SUB_PROCESS, ElementType.EVENT_SUB_PROCESS):
        dashed = element.type is ElementType.EVENT_SUB_PROCESS
        return Figure(Outline.GROUP, element.label, dashed=dashed, title=title, href=href)
    double = element.type in (
        ElementType.INTERMEDIATE_CATCH_EVENT,
        ElementType.INTERMEDIATE_THROW_EVENT,
        ElementType.BOUNDARY_EVENT,
    )
    return Figure(
        Outline.EVENT,
        element.name,
        EVENT_MARKS[element.event.kind],
        rings=2 if double else 1,
        dashed=not element.interrupting,
        thick=element.type is ElementType.END_EVENT,
        title=title,
        href=href,
    )


# ---- in words -------------------------------------------------------------------------------------------------------


def _told(process: Process, links: Links) -> str:
    items = "\n".join(_item(element, process, links) for element in in_order_of_flow(process))
    said = for_reader(process.documentation)
    return (
        f"<p>{escape(said)}{links.cite(process.clauses)}</p>"
        f'<h2 id="{escape(process.id)}">{escape(process.name or process.id)}, step by step</h2>\n'
        f'<ol class="steps">\n{items}\n</ol>'
    )


def in_order_of_flow(process: Process) -> Iterator[Element]:
    """Each element once: what starts first, then what follows it, breadth first; boundary events after their host."""
    attached: dict[str, list[Element]] = {}
    inside: dict[str, list[Element]] = {}
    for element in process.elements.values():
        if element.attached_to:
            attached.setdefault(element.attached_to, []).append(element)
        elif not element.incoming:
            inside.setdefault(element.parent, []).append(element)
    queue = list(inside.get(process.id, ()))
    seen: set[str] = set()
    while queue:
        element = queue.pop(0)
        if element.id in seen:
            continue
        seen.add(element.id)
        yield element
        follow = [process.elements[process.flows[flow].target] for flow in element.outgoing]
        queue = [*inside.get(element.id, ()), *attached.get(element.id, ()), *queue, *follow]
    yield from (element for element in process.elements.values() if element.id not in seen)


def _item(element: Element, process: Process, links: Links) -> str:
    said = for_reader(element.documentation)
    lines = "".join(f"<li>{line}</li>" for line in [*_details(element, process, links), *_ways(element, process)])
    text = f"<br>{escape(said)}" if said else ""
    below = f'<ul class="tight">{lines}</ul>' if lines else ""
    asks = element.name or element.type not in GATEWAYS
    kind = f' <span class="quiet">({TYPE_WORDS[element.type]})</span>' if asks else ""
    return (
        f'<li id="{escape(element.id)}"><strong>{escape(_called(element))}</strong>{kind}{text}'
        f"{links.cite(element.clauses)}{below}</li>"
    )


def _called(element: Element) -> str:
    """The name of an element; gateways that ask nothing have none, and are told by what they do."""
    if element.name or element.type not in GATEWAYS:
        return element.label
    if len(element.outgoing) < 2:
        return "All ways come together" if element.type is ElementType.PARALLEL_GATEWAY else "Ways come together"
    return UNNAMED[element.type]


def _details(element: Element, process: Process, links: Links) -> Iterator[str]:
    if element.called_decision:
        name = escape(links.names.get(element.called_decision, element.called_decision))
        href = links.decisions.get(element.called_decision)
        yield "asks " + (f'<a href="{href}">{name}</a>' if href else f"<code>{name}</code>")
    if element.called_process:
        name = escape(links.names.get(element.called_process, element.called_process))
        href = links.processes.get(element.called_process)
        yield "runs the process " + (f'<a href="{href}">{name}</a>' if href else f"<code>{name}</code>")
    if element.job_type:
        headers = ", ".join(f"{key} {value}" for key, value in element.headers.items())
        notice = element.headers.get("notice")
        words = f"job <code>{escape(element.job_type)}</code>{f' ({escape(headers)})' if headers else ''}"
        yield f'{words}; <a href="notices.html#{escape(notice)}">the notice</a>' if notice else words
    if element.script:
        yield f"computes <code>{escape(element.script)}</code>"
    if element.type is ElementType.USER_TASK:
        given = [
            ("by", element.candidate_groups or element.assignee),
            ("due", element.due_date),
            ("form", element.form_id),
        ]
        yield "; ".join(f"{word} <code>{escape(value)}</code>" for word, value in given if value)
    event = element.event
    if event.kind is not EventKind.NONE:
        told = [event.kind.value, event.name or event.code or "", event.expression or ""]
        yield " ".join(f"<code>{escape(each)}</code>" if n else escape(each) for n, each in enumerate(told) if each)
    if element.attached_to:
        stops = "stops" if element.interrupting else "leaves running"
        host = process.elements[element.attached_to]
        yield f'at <a href="#{escape(host.id)}">{escape(_called(host))}</a>, which it {stops}'
    if isinstance(element.loop, MultiInstance):
        order = "one after the other" if element.loop.sequential else "side by side"
        yield f"once for each of <code>{escape(element.loop.input_collection)}</code>, {order}"


def _ways(element: Element, process: Process) -> Iterator[str]:
    for flow_id in element.outgoing:
        flow = process.flows[flow_id]
        target = process.elements[flow.target]
        yield f'{_when(flow, element)} <a href="#{escape(target.id)}">{escape(_called(target))}</a>'


def _when(flow: SequenceFlow, element: Element) -> str:
    condition = f" (<code>{escape(flow.condition)}</code>)" if flow.condition else ""
    if element.default_flow == flow.id:
        condition = " (otherwise)"
    return f"{escape(flow.name)}{condition}:" if flow.name or condition else "then:"
