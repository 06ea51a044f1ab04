"""The strict reader: what cannot be executed as drawn is refused by name, all at once; the rest is kept."""

from __future__ import annotations

import pytest

from engine.bpmn import ElementType, read_diagram
from engine.errors import EngineError, ErrorCode
from tests.bpmn.diagrams import (
    NAMESPACES,
    boundary,
    call,
    catch,
    conditional,
    diagram,
    element,
    end,
    error,
    escalation,
    event_sub_process,
    flow,
    gateway,
    link,
    mapping,
    mark,
    message,
    multi_instance,
    path,
    process,
    receive,
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

UNSUPPORTED, INVALID = ErrorCode.BPMN_UNSUPPORTED, ErrorCode.BPMN_INVALID
UNKNOWN, DUPLICATE = ErrorCode.BPMN_UNKNOWN_REFERENCE, ErrorCode.BPMN_DUPLICATE


def around(element_id: str, *parts: str, more: str = "", **head: object) -> bytes:
    """Start -> the element -> End."""
    return diagram(start(), *parts, end(), *path("Start", element_id, "End"), more=more, **head)  # type: ignore[arg-type]


COMPENSATE = "<bpmn:compensateEventDefinition/>"
REFUSED: dict[str, tuple[bytes, ErrorCode, str]] = {
    "transaction": (around("T", element("transaction", "T")), UNSUPPORTED, "T"),
    "ad hoc sub-process": (around("T", element("adHocSubProcess", "T")), UNSUPPORTED, "T"),
    "complex gateway": (around("T", element("complexGateway", "T")), UNSUPPORTED, "T"),
    "compensation": (around("T", throw("T", COMPENSATE)), UNSUPPORTED, "T"),
    "element of unknown kind": (around("T", mark("T"), element("dance", "D")), UNSUPPORTED, "D"),
    "start quantity": (around("T", service("T", startQuantity="2")), UNSUPPORTED, "T"),
    "compensation handler": (around("T", service("T", isForCompensation="true")), UNSUPPORTED, "T"),
    "multi-instance behavior": (
        around("T", service("T", inner=multi_instance("=x").replace("isSeq", 'behavior="One" isSeq'))),
        UNSUPPORTED,
        "T",
    ),
    "foreign script": (
        around("T", script("T", "=1", inner="<bpmn:script>import os</bpmn:script>")),
        UNSUPPORTED,
        "T",
    ),
    "execution listener": (around("T", service("T", ext="<zeebe:executionListeners/>")), UNSUPPORTED, "T"),
    "decision by version tag": (
        around(
            "T",
            element(
                "businessRuleTask",
                "T",
                ext='<zeebe:calledDecision decisionId="d" resultVariable="r" bindingType="versionTag"/>',
            ),
        ),
        UNSUPPORTED,
        "T",
    ),
    "two event definitions": (around("T", catch("T", timer(duration="PT1H") + conditional("=x"))), UNSUPPORTED, "T"),
    "cycle at a catch event": (around("T", catch("T", timer(cycle="R/PT1H"))), UNSUPPORTED, "T"),
    "error at a catch event": (around("T", catch("T", error("E")), errors=["E"]), INVALID, "T"),
    "catch event without definition": (around("T", catch("T", "")), INVALID, "T"),
    "escalation without reference": (around("T", throw("T", escalation())), INVALID, "T"),
    "message without correlation key": (
        around("T", catch("T", message("m")), messages={"m": None}),
        INVALID,
        "T",
    ),
    "receive task without message": (around("T", receive("T", "m")), UNKNOWN, "T"),
    "message throw without job type": (around("T", throw("T", message("m")), messages={"m": None}), INVALID, "T"),
    "unknown signal": (around("T", catch("T", signal("s"))), UNKNOWN, "T"),
    "service task without job type": (around("T", element("serviceTask", "T")), INVALID, "T"),
    "script task without script": (around("T", element("scriptTask", "T")), INVALID, "T"),
    "rule task without decision": (around("T", element("businessRuleTask", "T")), INVALID, "T"),
    "call without process": (around("T", element("callActivity", "T")), INVALID, "T"),
    "date that is none": (around("T", catch("T", timer(date="tomorrow"))), INVALID, "T"),
    "duration that is none": (around("T", catch("T", timer(duration="1 hour"))), INVALID, "T"),
    "job type twice": (around("T", service("T", ext='<zeebe:taskDefinition type="other"/>')), INVALID, "T"),
    "variables handed out perhaps": (
        around("T", call("T", "demo", attributes='propagateAllChildVariables="perhaps"')),
        INVALID,
        "T",
    ),
    "form of one version": (
        around("T", user("T", ext='<zeebe:formDefinition formId="f" bindingType="versionTag" versionTag="v1"/>')),
        UNSUPPORTED,
        "T",
    ),
    "event-based gateway with one message twice": (
        diagram(
            start(),
            gateway("eventBased", "G"),
            catch("A", message("m")),
            catch("B", message("m")),
            end(),
            *path("Start", "G", "A", "End"),
            *path("G", "B", "End"),
            messages={"m": "=k"},
        ),
        INVALID,
        "B",
    ),
    "cycle of no length": (
        around("T", user("T"), boundary("B", "T", timer(cycle="R/PT0S"), interrupting=False), flow("B", "End")),
        INVALID,
        "B",
    ),
    "cycle that runs backwards": (around("T", user("T"), boundary("B", "T", timer(cycle="R/-P1D"))), INVALID, "B"),
    "condition that is no FEEL": (around("T", catch("T", conditional("x > 1"))), INVALID, "T"),
    "mapping without target": (around("T", service("T", ext=mapping({"": "=1"}))), INVALID, "T"),
    "loop without end": (around("T", service("T", inner=standard_loop())), INVALID, "T"),
    "both loop markers": (
        around("T", service("T", inner=standard_loop("=x") + multi_instance("=y"))),
        INVALID,
        "T",
    ),
    "flow to nowhere": (
        diagram(start(), end(), *path("Start", "End"), flow("Start", "Gone")),
        UNKNOWN,
        "Flow_Start_Gone",
    ),
    "flow into a sub-process": (
        diagram(start(), sub_process("S", start("In"), mark("A"), *path("In", "A")), flow("Start", "A")),
        UNKNOWN,
        "Flow_Start_A",
    ),
    "flow into a start event": (around("T", mark("T"), flow("T", "Start", flow_id="Back")), INVALID, "Start"),
    "flow out of an end event": (around("T", mark("T"), flow("End", "T", flow_id="Back")), INVALID, "End"),
    "only way out is conditional": (
        diagram(start(), mark("T"), end(), flow("Start", "T"), flow("T", "End", "=x")),
        INVALID,
        "Flow_T_End",
    ),
    "gateway flow without condition": (
        diagram(
            start(),
            gateway("exclusive", "G"),
            end("A"),
            end("B"),
            flow("Start", "G"),
            flow("G", "A", "=x"),
            flow("G", "B"),
        ),
        INVALID,
        "Flow_G_B",
    ),
    "default that leads in": (
        diagram(
            start(), gateway("exclusive", "G", default="Flow_Start_G"), end("A"), flow("Start", "G"), flow("G", "A")
        ),
        INVALID,
        "G",
    ),
    "condition behind a parallel gateway": (
        diagram(
            start(),
            gateway("parallel", "G"),
            end("A"),
            end("B"),
            flow("Start", "G"),
            flow("G", "A", "=x"),
            flow("G", "B"),
        ),
        INVALID,
        "Flow_G_A",
    ),
    "unreachable task": (around("T", mark("T"), mark("Island")), INVALID, "Island"),
    "boundary event on nothing": (
        around("T", mark("T"), boundary("B", "X", timer(duration="PT1H")), flow("B", "End")),
        UNKNOWN,
        "B",
    ),
    "error boundary that does not interrupt": (
        around("T", mark("T"), boundary("B", "T", error("E"), interrupting=False), flow("B", "End"), errors=["E"]),
        INVALID,
        "B",
    ),
    "two handlers for one error": (
        around(
            "T",
            mark("T"),
            boundary("B", "T", error("E")),
            boundary("C", "T", error("E")),
            flow("B", "End"),
            flow("C", "End"),
            errors=["E"],
        ),
        DUPLICATE,
        "C",
    ),
    "event gateway to a task": (
        diagram(
            start(),
            gateway("eventBased", "G"),
            catch("A", timer(duration="PT1H")),
            mark("B"),
            end(),
            *path("Start", "G", "A", "End"),
            *path("G", "B", "End"),
        ),
        INVALID,
        "B",
    ),
    "link without target": (diagram(start(), throw("L", link("far")), flow("Start", "L")), INVALID, "L"),
    "retries that are no number": (
        around("T", element("serviceTask", "T", ext='<zeebe:taskDefinition type="x" retries="many"/>')),
        INVALID,
        "T",
    ),
    "due date that is none": (around("T", user("T", ext='<zeebe:taskSchedule dueDate="soon"/>')), INVALID, "T"),
    "two starts by one message": (
        diagram(
            start("A", message("m")),
            start("B", message("m")),
            end(),
            flow("A", "End"),
            flow("B", "End"),
            messages={"m": None},
        ),
        DUPLICATE,
        "B",
    ),
    "no start event": (diagram(mark("T")), INVALID, "demo"),
    "two none start events": (diagram(start("A"), start("B"), end(), flow("A", "End"), flow("B", "End")), INVALID, "B"),
    "event sub-process without start": (around("T", mark("T"), event_sub_process("E", end("X"))), INVALID, "E"),
    "lane with an unknown element": (
        around(
            "T",
            mark("T"),
            '<bpmn:laneSet id="L"><bpmn:lane id="L1"><bpmn:flowNodeRef>X</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>',
        ),
        UNKNOWN,
        "L1",
    ),
    "id used twice": (around("T", mark("T"), user("T")), DUPLICATE, "T"),
    "no id": (around("T", mark("T"), '<bpmn:task name="x"/>'), INVALID, "demo"),
    "nothing executable": (diagram().replace(b'"true"', b'"false"'), INVALID, "demo"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_reader_refuses_what_it_cannot_execute_and_names_the_element(case: str) -> None:
    data, code, element_id = REFUSED[case]

    with pytest.raises(EngineError) as refused:
        read_diagram(data, "demo.bpmn")

    found = {(problem.code, problem.location.element_id) for problem in refused.value.problems}
    assert (code, element_id) in found
    for problem in refused.value.problems:
        assert problem.location.file == "demo.bpmn" and problem.hint


def test_reader_shows_all_problems_at_once_with_their_lines() -> None:
    data = diagram(
        start(),
        "\n" + element("serviceTask", "A"),
        "\n" + element("callActivity", "B"),
        end(),
        *path("Start", "A", "B", "End"),
        flow("B", "Gone"),
    )

    with pytest.raises(EngineError) as refused:
        read_diagram(data, "demo.bpmn")

    problems = refused.value.problems
    assert {problem.location.element_id for problem in problems} == {"A", "B", "Flow_B_Gone"}
    assert {p.location.element_id: p.location.line for p in problems if p.location.element_id in "AB"} == {
        "A": 2,
        "B": 3,
    }


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b"plain text", 1),
        (b"<a>\n<b></a>", 2),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 1),
        (f"<!DOCTYPE d><bpmn:definitions {NAMESPACES}/>".encode(), 1),
        (b"<html/>", 1),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', None),
        ("<a/>".encode("utf-16")[:5], None),
    ],
)
def test_reader_refuses_what_is_no_harmless_xml(data: bytes, line: int | None) -> None:
    with pytest.raises(EngineError) as refused:
        read_diagram(data, "demo.bpmn")

    assert refused.value.code == ErrorCode.BPMN_XML
    assert refused.value.problem.location.file == "demo.bpmn"
    if line is not None:
        assert refused.value.problem.location.line == line


def test_reader_keeps_editors_marks_pools_and_artifacts_without_effect() -> None:
    pool = (
        '<bpmn:collaboration id="C" xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0"><bpmn:participant id="P" '
        'processRef="demo"/><bpmn:participant id="Q" name="Bank"/><bpmn:messageFlow id="M" sourceRef="Q" '
        'targetRef="P" bioc:stroke="red"/><bpmn:textAnnotation id="N"/><bpmn:group id="G"/></bpmn:collaboration>'
    )
    lane = '<bpmn:laneSet id="L"><bpmn:lane id="L1"><bpmn:flowNodeRef>T</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
    data = around(
        "T", lane, mark("T"), '<bpmn:dataObject id="D"/>', more=pool + process("idle").replace("true", "false")
    )

    read = read_diagram(data, "demo.bpmn")

    assert list(read.processes) == ["demo"]
    assert read.black_boxes == ("idle",)
    assert [element.id for element in read.processes["demo"].elements.values()] == ["Start", "T", "End"]


def test_reader_reads_clauses_and_the_dialect() -> None:
    task = service(
        "T",
        "deadline.set",
        ext=mapping({"a": "=1"}, {"b": "=a"}),
        doc="[act:3(1); R-02] Set the deadline",
        name="Set it",
    )

    found = read_diagram(around("T", task), "demo.bpmn").processes["demo"].elements["T"]

    assert found.type is ElementType.SERVICE_TASK
    assert (found.name, found.clauses) == ("Set it", ("act:3(1)", "R-02"))
    assert (found.job_type, found.retries) == ("deadline.set", "3")
    assert [(rule.source, rule.target) for rule in found.inputs + found.outputs] == [("=1", "a"), ("=a", "b")]
    assert (found.incoming, found.outgoing) == (("Flow_Start_T",), ("Flow_T_End",))


def test_reader_hash_is_that_of_the_bytes() -> None:
    data = around("T", call("T", "other"))

    assert read_diagram(data, "a.bpmn").hash == read_diagram(data, "b.bpmn").hash
    assert read_diagram(data + b"\n", "a.bpmn").hash != read_diagram(data, "a.bpmn").hash
