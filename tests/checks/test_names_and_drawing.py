"""Every rule of names and of the drawing finds its faults in a drawn diagram spoilt at one place, and none as it is."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from engine.bpmn import read_diagram
from engine.bpmn.checks.style import STYLE_RULES, review_style
from engine.errors import ErrorCode, Problem
from tests.bpmn.diagrams import (
    boundary,
    call,
    diagram,
    end,
    flow,
    gateway,
    path,
    service,
    start,
    sub_process,
    timer,
    user,
)

FILE = "ferry_pass.bpmn"
TOLD = sub_process(
    "Activity_Tell",
    start("Event_Tell"),
    service("Activity_Print", name="Print the pass"),
    end("Event_Told", name="Told"),
    *path("Event_Tell", "Activity_Print", "Event_Told"),
    name="Word to the islander",
)
PARTS = (
    start("Event_Asked", name="Asked"),
    gateway("exclusive", "Gateway_Again"),
    user("Activity_Look", name="Look at it"),
    boundary("Event_Late", "Activity_Look", timer(date="=due"), name="Late"),
    gateway("exclusive", "Gateway_Right", name="Right?", default="Flow_Wrong"),
    gateway("parallel", "Gateway_Both"),
    call("Activity_Bill", "billing", name="Billing of the pass"),
    TOLD,
    gateway("parallel", "Gateway_Met"),
    end("Event_Granted", name="Granted"),
    end("Event_Lapsed", name="Lapsed"),
)
FLOWS: dict[str, tuple[str, str, str]] = {
    "Flow_Asked": ("Event_Asked", "Gateway_Again", ""),
    "Flow_Look": ("Gateway_Again", "Activity_Look", ""),
    "Flow_Looked": ("Activity_Look", "Gateway_Right", ""),
    "Flow_Wrong": ("Gateway_Right", "Gateway_Again", ""),
    "Flow_Right": ("Gateway_Right", "Gateway_Both", "=true"),
    "Flow_Bill": ("Gateway_Both", "Activity_Bill", ""),
    "Flow_Tell": ("Gateway_Both", "Activity_Tell", ""),
    "Flow_Billed": ("Activity_Bill", "Gateway_Met", ""),
    "Flow_Told": ("Activity_Tell", "Gateway_Met", ""),
    "Flow_Granted": ("Gateway_Met", "Event_Granted", ""),
    "Flow_Lapsed": ("Event_Late", "Event_Lapsed", ""),
}
SHAPES = {
    "Event_Asked": (100, 182, 36, 36),
    "Gateway_Again": (180, 175, 50, 50),
    "Activity_Look": (280, 160, 100, 80),
    "Event_Late": (320, 222, 36, 36),
    "Gateway_Right": (440, 175, 50, 50),
    "Gateway_Both": (540, 175, 50, 50),
    "Activity_Bill": (700, 160, 100, 80),
    "Activity_Tell": (640, 400, 360, 200),
    "Event_Tell": (660, 482, 36, 36),
    "Activity_Print": (750, 460, 100, 80),
    "Event_Told": (900, 482, 36, 36),
    "Gateway_Met": (1060, 175, 50, 50),
    "Event_Granted": (1160, 182, 36, 36),
    "Event_Lapsed": (440, 322, 36, 36),
}
LINES: dict[str, tuple[tuple[int, int], ...]] = {
    "Flow_Asked": ((136, 200), (180, 200)),
    "Flow_Look": ((230, 200), (280, 200)),
    "Flow_Looked": ((380, 200), (440, 200)),
    "Flow_Wrong": ((465, 175), (465, 100), (205, 100), (205, 175)),
    "Flow_Right": ((490, 200), (540, 200)),
    "Flow_Bill": ((590, 200), (700, 200)),
    "Flow_Tell": ((565, 225), (565, 500), (640, 500)),
    "Flow_Billed": ((800, 200), (1060, 200)),
    "Flow_Told": ((1000, 500), (1085, 500), (1085, 225)),
    "Flow_Granted": ((1110, 200), (1160, 200)),
    "Flow_Lapsed": ((338, 258), (338, 340), (440, 340)),
    "Flow_Event_Tell_Activity_Print": ((696, 500), (750, 500)),
    "Flow_Activity_Print_Event_Told": ((850, 500), (900, 500)),
}


DRAWN = (
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" '
    'xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0"'
)


def shape(element: str, box: tuple[int, int, int, int] | None = None) -> str:
    x, y, width, height = box or SHAPES[element]
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f'<bpmndi:BPMNShape bpmnElement="{element}">{bounds}</bpmndi:BPMNShape>'


def line(element: str, *points: tuple[int, int]) -> str:
    through = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points or LINES[element])
    return f'<bpmndi:BPMNEdge bpmnElement="{element}">{through}</bpmndi:BPMNEdge>'


def picture(*parts: str) -> str:
    plane = f'<bpmndi:BPMNPlane bpmnElement="ferry_pass">{"".join(parts)}</bpmndi:BPMNPlane>'
    return f"<bpmndi:BPMNDiagram {DRAWN}>{plane}</bpmndi:BPMNDiagram>"


PICTURE = picture(*map(shape, SHAPES), *map(line, LINES))
RIGHT = diagram(
    *PARTS,
    *(flow(source, to, condition or None, flow_id=name) for name, (source, to, condition) in FLOWS.items()),
    process_id="ferry_pass",
    more=PICTURE,
).decode()


@dataclass(frozen=True)
class Case:
    """`element` is where the finding stands."""

    finds: str
    element: str
    says: str
    changes: tuple[tuple[str, str], ...]


def case(finds: str, element: str, says: str, *changes: tuple[str, str]) -> Case:
    return Case(finds, element, says, changes)


def renamed(old: str, new: str) -> tuple[str, str]:
    return f'"{old}"', f'"{new}"'


def moved(element: str, *box: int) -> tuple[str, str]:
    x, y, width, height = box
    return shape(element), shape(element, (x, y, width, height))


def led(element: str, *points: tuple[int, int]) -> tuple[str, str]:
    return line(element), line(element, *points)


def coloured(part: str, attributes: str) -> tuple[str, str]:
    tag = part.partition(" ")[0]
    return part, part.replace(tag, f"{tag} {attributes}", 1)


def other_kind(element: str, new: str) -> tuple[str, str]:
    return f'<bpmn:parallelGateway id="{element}"></bpmn:parallelGateway>', gateway(new, element)


def choosing(kind: str) -> tuple[tuple[str, str], ...]:
    """The split is a gateway that asks."""
    source, target, _ = FLOWS["Flow_Tell"]
    return (
        (gateway("parallel", "Gateway_Both"), gateway(kind, "Gateway_Both", default="Flow_Bill")),
        (flow(source, target, flow_id="Flow_Tell"), flow(source, target, "=true", flow_id="Flow_Tell")),
    )


def to_end(name: str) -> tuple[tuple[str, str], ...]:
    """The way of the flow *name* ends by itself, below, instead of at the join."""
    source, target, _ = FLOWS[name]
    return (
        (flow(source, target, flow_id=name), flow(source, "Event_Own", flow_id=name) + end("Event_Own", name="Own")),
        (
            PICTURE,
            PICTURE.replace("</bpmndi:BPMNPlane>", shape("Event_Own", (1160, 640, 36, 36)) + "</bpmndi:BPMNPlane>"),
        ),
        (line(name), line(name, (1160, 658), (1170, 658))),
    )


CASES = [
    # ---- ids begin with the general kind
    case("id-prefix", "Task_Look", "Activity_ before the id of a userTask", renamed("Activity_Look", "Task_Look")),
    case("id-prefix", "StartEvent_Asked", "call it Event_Asked", renamed("Event_Asked", "StartEvent_Asked")),
    case("id-prefix", "Tell", "Activity_Tell", renamed("Activity_Tell", "Tell")),
    case("id-prefix", "Fork_Both", "Gateway_", renamed("Gateway_Both", "Fork_Both")),
    case("id-prefix", "Right", "call it Flow_Right", renamed("Flow_Right", "Right")),
    case("id-prefix", "Timer_Late", "boundaryEvent", renamed("Event_Late", "Timer_Late")),
    # ---- what holds steps is named by a noun
    *(
        case("noun-form", element, f'got "{name}"', (f'name="{old}"', f'name="{name}"'))
        for element, old, name in (
            ("Activity_Bill", "Billing of the pass", "Bill the pass"),
            ("Activity_Bill", "Billing of the pass", "Verify income"),
            ("Activity_Bill", "Billing of the pass", "Report whether it is paid"),
            ("Activity_Tell", "Word to the islander", "Notify islander"),
            ("Activity_Tell", "Word to the islander", "Tell an islander"),
        )
    ),
    # ---- each end is an outcome
    case("distinct-ends", "Event_Lapsed", "Event_Granted too", renamed("Lapsed", "Granted")),
    case("distinct-ends", "Event_Lapsed", "outcome of its own", renamed("Lapsed", "granted ")),
    case("distinct-ends", "Event_Lapsed", "Event_Granted", renamed("Granted", "Over"), renamed("Lapsed", "Over")),
    case("distinct-ends", "Event_Lapsed", '"Lapsed"', renamed("Granted", "Lapsed")),
    case("distinct-ends", "Event_Lapsed", '"DONE"', renamed("Granted", "Done"), renamed("Lapsed", "DONE")),
    # ---- ways that run side by side meet again, in the same kind of gateway
    case("paired-gateways", "Gateway_Both", "opens 2 ways", other_kind("Gateway_Met", "exclusive")),
    case("paired-gateways", "Gateway_Met", "joins 2 ways", *choosing("exclusive")),
    case("paired-gateways", "Gateway_Both", "no parallel gateway joins", other_kind("Gateway_Met", "inclusive")),
    case("paired-gateways", "Gateway_Met", "no parallel gateway opens", *choosing("inclusive")),
    case("paired-gateways", "Gateway_Both", "opens 2 ways", *to_end("Flow_Billed")),
    case("paired-gateways", "Gateway_Both", "opens 2 ways", *to_end("Flow_Told")),
    # ---- everything that runs is drawn
    case("undrawn-element", "ferry_pass", "not drawn at all", (PICTURE, "")),
    case("undrawn-element", "Activity_Look", "no shape", (shape("Activity_Look"), "")),
    case("undrawn-element", "Event_Late", "no shape", (shape("Event_Late"), "")),
    case("undrawn-element", "Flow_Right", "no line", (line("Flow_Right"), "")),
    case("undrawn-element", "Activity_Print", "no shape", (shape("Activity_Print"), "")),
    case("undrawn-element", "Flow_Told", "no line", (line("Flow_Told"), line("Flow_Tolled", *LINES["Flow_Told"]))),
    # ---- time runs to the right
    case(
        "left-to-right",
        "Flow_Asked",
        "leads back to the left, to Gateway_Again",
        moved("Event_Asked", 240, 182, 36, 36),
    ),
    case("left-to-right", "Flow_Granted", "Event_Granted", moved("Event_Granted", 960, 182, 36, 36)),
    case("left-to-right", "Flow_Lapsed", "Event_Lapsed", moved("Event_Lapsed", 180, 322, 36, 36)),
    case("left-to-right", "Flow_Bill", "Activity_Bill", moved("Activity_Bill", 400, 260, 100, 80)),
    case(
        "left-to-right",
        "Flow_Event_Tell_Activity_Print",
        "nothing is done again",
        moved("Event_Tell", 870, 482, 36, 36),
    ),
    # ---- lines do not cross
    case(
        "crossing-flows", "Flow_Granted", "crosses Flow_Told", led("Flow_Told", (1000, 500), (1130, 500), (1130, 150))
    ),
    case("crossing-flows", "Flow_Right", "x = 515, y = 200", led("Flow_Wrong", (515, 300), (515, 100), (205, 100))),
    case("crossing-flows", "Flow_Lapsed", "crosses Flow_Tell", led("Flow_Lapsed", (338, 258), (338, 340), (640, 340))),
    case("crossing-flows", "Flow_Tell", "crosses Flow_Bill at", led("Flow_Tell", (565, 225), (900, 100))),
    case(
        "crossing-flows",
        "Flow_Look",
        "crosses Flow_Wrong",
        led("Flow_Wrong", (465, 175), (465, 100), (240, 100), (270, 230)),
    ),
    # ---- shapes have the usual size
    case("standard-size", "Activity_Look", "100 x 80, but it is 140 x 80", moved("Activity_Look", 280, 160, 140, 80)),
    case("standard-size", "Event_Granted", "36 x 36, but it is 50 x 50", moved("Event_Granted", 1160, 182, 50, 50)),
    case("standard-size", "Gateway_Right", "50 x 50", moved("Gateway_Right", 440, 175, 40, 40)),
    case("standard-size", "Activity_Bill", "100 x 80", moved("Activity_Bill", 700, 160, 100, 81)),
    case("standard-size", "Event_Late", "36 x 36", moved("Event_Late", 320, 222, 30, 30)),
    # ---- nothing is coloured
    case("colour", "Activity_Look", "coloured", coloured(shape("Activity_Look"), 'bioc:fill="#fff"')),
    case("colour", "Event_Granted", "coloured", coloured(shape("Event_Granted"), 'color:background-color="#fff"')),
    case("colour", "Flow_Right", "coloured", coloured(line("Flow_Right"), 'bioc:stroke="#f00"')),
    case("colour", "Gateway_Both", "coloured", coloured(shape("Gateway_Both"), 'color:border-color="#f00"')),
    case(
        "colour", "Activity_Tell", "in words", coloured(shape("Activity_Tell"), 'bioc:stroke="#f00" bioc:fill="#0f0"')
    ),
]
RIGHT_NAMES = (
    "Review of the pass",
    "Second round",
    "Reading the papers",
    "After the review",
    "Set of papers",
    "Billing",
)


def findings(*changes: tuple[str, str]) -> list[Problem]:
    text = RIGHT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return review_style([read_diagram(text.encode(), FILE)], {FILE: text.encode()})


def test_drawn_diagram_as_it_is_has_no_finding() -> None:
    assert findings() == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.finds}-{case.element}-{case.says[:12]}")
def test_fault_of_a_name_or_of_the_drawing_is_found(case: Case) -> None:
    # when
    found = findings(*case.changes)

    # then
    told = "\n\n".join(map(str, found))
    problem = next((each for each in found if each.check == case.finds and case.says in str(each)), None)
    assert problem is not None, told
    assert {each.check for each in found} == {case.finds}, told
    assert (problem.code, problem.location.file) == (ErrorCode.BPMN_STYLE, FILE)
    assert problem.location.element_id == case.element
    assert problem.severity is STYLE_RULES[case.finds].severity
    assert problem.why and problem.hint


@pytest.mark.parametrize("name", RIGHT_NAMES)
def test_name_that_is_a_noun_is_no_finding(name: str) -> None:
    assert findings(renamed("Billing of the pass", name)) == []


def test_end_of_a_sub_process_may_be_named_as_one_outside() -> None:
    assert findings(renamed("Told", "Granted")) == []
