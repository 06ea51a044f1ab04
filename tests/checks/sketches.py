"""Diagrams from one line each: `S>X1 X1>T1,T2 T1>E T2>E`. The first letters of an id say what it is.

S start, E end, X exclusive, P parallel, O inclusive and V event-based gateway, T task, U user task (complete),
M message catch, C timer catch. A split asks `=again` on every way out but the first, which is its default.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.bpmn.diagrams import catch, diagram, element, end, flow, gateway, message, start, timer, user

COMPLETE = (
    '<zeebe:formDefinition formId="form"/><zeebe:assignmentDefinition candidateGroups="staff"/>'
    '<zeebe:taskSchedule dueDate="=due"/>'
)
GATEWAYS = {"X": "exclusive", "P": "parallel", "O": "inclusive", "V": "eventBased"}
ASKING = ("X", "O")


def parts_of(
    sketch: str, own: frozenset[str] = frozenset(), asks_for: Callable[[str, str], str] = lambda source, target: "again"
) -> list[str]:
    """The XML of the elements and flows of *sketch*; elements of the ids in *own* are given elsewhere.

    *asks_for* names the variable that the condition of a flow asks for.
    """
    ways: dict[str, list[str]] = {}
    order: dict[str, None] = {}
    for piece in sketch.split():
        source, _, targets = piece.partition(">")
        order.setdefault(source)
        for target in filter(None, targets.split(",")):
            order.setdefault(target)
            ways.setdefault(source, []).append(target)
    parts = [_element(element_id, ways.get(element_id, [])) for element_id in order if element_id not in own]
    for source, reached in ways.items():
        for number, target in enumerate(reached):
            asks = source[0] in ASKING and source not in own and number > 0
            parts.append(flow(source, target, f"={asks_for(source, target)}" if asks else None))
    return parts


def _element(element_id: str, targets: list[str]) -> str:
    kind = element_id[0]
    if kind in GATEWAYS:
        asks = kind in ASKING and len(targets) > 1
        return gateway(GATEWAYS[kind], element_id, **({"default": f"Flow_{element_id}_{targets[0]}"} if asks else {}))
    match kind:
        case "S":
            return start(element_id)
        case "E":
            return end(element_id)
        case "U":
            return user(element_id, ext=COMPLETE)
        case "M":
            return catch(element_id, message("answer"))
        case "C":
            return catch(element_id, timer(date="=due"))
        case "T":
            return element("task", element_id)
    raise ValueError(f"no element begins with {kind}")


def sketch(text: str, *more: str, own: frozenset[str] = frozenset(), process_id: str = "demo", **head: object) -> bytes:
    """A file with one process drawn as in *text*; *more* are further elements, those of *own* ids among them."""
    codes: dict[str, object] = {"errors": ("refused",), "escalations": ("late", "early"), "signals": ("alarm",)}
    codes.update(head)
    return diagram(
        *parts_of(text, own),
        *more,
        process_id=process_id,
        messages={"answer": "=key"},
        **codes,  # type: ignore[arg-type]
    )
