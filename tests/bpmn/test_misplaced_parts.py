"""What stands where it means nothing would be dropped in silence, so it is refused: extensions, markers, values."""

from __future__ import annotations

import pytest

from engine.bpmn import read_diagram
from engine.errors import EngineError, ErrorCode
from tests.bpmn.diagrams import (
    boundary,
    catch,
    diagram,
    element,
    end,
    flow,
    gateway,
    mapping,
    mark,
    message,
    multi_instance,
    path,
    script,
    service,
    signal,
    standard_loop,
    start,
    sub_process,
    throw,
    timer,
    user,
)

JOB = '<zeebe:taskDefinition type="work"/>'
UNSUPPORTED, INVALID = ErrorCode.BPMN_UNSUPPORTED, ErrorCode.BPMN_INVALID


def around(element_id: str, *parts: str, **head: object) -> bytes:
    return diagram(start(), *parts, end(), *path("Start", element_id, "End"), signals=["s"], **head)  # type: ignore[arg-type]


INNER = (start("In"), end("Out"), *path("In", "Out"))
REFUSED: dict[str, tuple[bytes, ErrorCode, str]] = {
    "job of a user task": (around("T", user("T", ext=JOB)), UNSUPPORTED, "T"),
    "job of a manual task": (around("T", element("manualTask", "T", ext=JOB)), UNSUPPORTED, "T"),
    "job of a sub-process": (around("T", sub_process("T", *INNER, ext=JOB)), UNSUPPORTED, "T"),
    "job of an event that throws nothing": (around("T", throw("T", ext=JOB)), UNSUPPORTED, "T"),
    "job of an event that throws a signal": (around("T", throw("T", signal("s"), ext=JOB)), UNSUPPORTED, "T"),
    "script of a service task": (
        around("T", service("T", ext='<zeebe:script expression="=1" resultVariable="x"/>')),
        UNSUPPORTED,
        "T",
    ),
    "call of a task": (around("T", mark("T", ext='<zeebe:calledElement processId="x"/>')), UNSUPPORTED, "T"),
    "form of a service task": (around("T", service("T", ext='<zeebe:formDefinition formId="x"/>')), UNSUPPORTED, "T"),
    "assignment of a service task": (
        around("T", service("T", ext='<zeebe:assignmentDefinition assignee="x"/>')),
        UNSUPPORTED,
        "T",
    ),
    "mapping of a gateway": (
        around("T", gateway("exclusive", "T", ext=mapping({"a": "=1"}))),
        UNSUPPORTED,
        "T",
    ),
    "collection without a marker": (
        around("T", service("T", ext='<zeebe:loopCharacteristics inputCollection="=[1]"/>')),
        UNSUPPORTED,
        "T",
    ),
    "subscription of a task": (
        around("T", mark("T", ext='<zeebe:subscription correlationKey="=1"/>')),
        UNSUPPORTED,
        "T",
    ),
    "extension that nobody knows": (around("T", service("T", ext="<zeebe:dance/>")), UNSUPPORTED, "T"),
    "listeners of a process": (
        around("T", mark("T"), "<bpmn:extensionElements><zeebe:executionListeners/></bpmn:extensionElements>"),
        UNSUPPORTED,
        "demo",
    ),
    "loop marker of an event": (around("T", throw("T", standard_loop("=true"))), INVALID, "T"),
    "multi-instance marker of a gateway": (
        around("T", gateway("exclusive", "T", inner=multi_instance("=[1]"))),
        INVALID,
        "T",
    ),
    "loop tested when nobody knows": (
        around("T", mark("T", inner=standard_loop("=true", testBefore="maybe"))),
        INVALID,
        "T",
    ),
    "order that is none": (
        around("T", mark("T", inner=multi_instance("=[1]").replace('"false"', '"some"'))),
        INVALID,
        "T",
    ),
    "sub-process that is perhaps triggered": (
        around("T", sub_process("T", *INNER, triggeredByEvent="perhaps")),
        INVALID,
        "T",
    ),
    "boundary event that perhaps interrupts": (
        around(
            "T",
            mark("T"),
            boundary("B", "T", timer(duration="PT1H")).replace('cancelActivity="true"', 'cancelActivity="perhaps"'),
            flow("B", "End"),
        ),
        INVALID,
        "B",
    ),
    "script in another language": (around("T", script("T", "=1", scriptFormat="javascript")), UNSUPPORTED, "T"),
    "condition in another language": (
        diagram(
            start(),
            gateway("exclusive", "G", default="Flow_G_B"),
            end("A"),
            end("B"),
            flow("Start", "G"),
            flow("G", "A", "=true").replace('Expression"', 'Expression" language="groovy"'),
            flow("G", "B"),
        ),
        UNSUPPORTED,
        "Flow_G_A",
    ),
    "gateway that leads nowhere": (diagram(start(), gateway("exclusive", "G"), flow("Start", "G")), INVALID, "G"),
    "direction that is none": (around("G", gateway("exclusive", "G", gatewayDirection="Sideways")), INVALID, "G"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_reader_refuses_what_would_be_dropped_and_names_the_element(case: str) -> None:
    data, code, element_id = REFUSED[case]

    with pytest.raises(EngineError) as refused:
        read_diagram(data, "demo.bpmn")

    assert [(p.code, p.location.element_id) for p in refused.value.problems] == [(code, element_id)]
    assert refused.value.problem.hint


def test_reader_accepts_each_part_where_it_means_something() -> None:
    data = around(
        "T",
        service("T", ext=mapping({"a": "=1"}) + "<zeebe:properties/>", inner=multi_instance("=[1]")),
        '<bpmn:extensionElements><zeebe:properties><zeebe:property name="a" value="b"/></zeebe:properties>'
        "</bpmn:extensionElements>",
        catch("C", message("m")),
        throw("M", message("m"), ext=JOB),
        *path("T", "C", "M", "End"),
        messages={"m": "=1"},
    )

    assert set(read_diagram(data, "demo.bpmn").processes["demo"].elements) == {"Start", "T", "C", "M", "End"}
