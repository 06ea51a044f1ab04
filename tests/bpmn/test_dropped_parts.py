"""Parts of a file that nothing here would run or read are refused where they stand, however well the rest is drawn."""

from __future__ import annotations

import pytest

from engine.bpmn import DeployContext, check_diagram, compile_diagram, read_diagram, readable_part
from engine.errors import EngineError, ErrorCode, Severity
from tests.bpmn.diagrams import (
    NAMESPACES,
    boundary,
    call,
    catch,
    conditional,
    diagram,
    element,
    end,
    event_sub_process,
    flow,
    gateway,
    mapping,
    mark,
    message,
    multi_instance,
    path,
    process,
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
KNOWS_ALL = DeployContext(job_types=None, decision_ids=None, process_ids=None, form_ids=None)
JOB = '<zeebe:taskDefinition type="work"/>'


def around(*parts: str, more: str = "", **head: object) -> bytes:
    """Start -> T -> End, and what else is given."""
    return diagram(start(), *parts, end(), *path("Start", "T", "End"), signals=["s"], more=more, **head)  # type: ignore[arg-type]


def beside(root: str) -> bytes:
    """A sound process beside the root element *root*."""
    return around(service("T"), more=root)


def pool(inner: str) -> str:
    participant = f'<bpmn:participant id="Pool" processRef="demo">{inner}</bpmn:participant>'
    return f'<bpmn:collaboration id="C">{participant}</bpmn:collaboration>'


def behind_task(*flows: str) -> bytes:
    return diagram(start(), service("T"), end("A"), end("B"), flow("Start", "T"), *flows)


def signals(*, first: bool, second: bool) -> bytes:
    """A task with two boundary events for one signal; True where one interrupts."""
    events = [
        boundary(each, "T", signal("s"), interrupting=cancels) + flow(each, "End")
        for each, cancels in (("B", first), ("C", second))
    ]
    return around(service("T"), *events)


def handlers(*, first: bool, second: bool) -> bytes:
    """A process with two event sub-processes for one signal."""
    parts = [
        event_sub_process(
            f"Sub{each}",
            start(each, signal("s"), isInterrupting=str(cancels).lower()),
            end(f"E{each}"),
            *path(each, f"E{each}"),
        )
        for each, cancels in (("B", first), ("C", second))
    ]
    return around(service("T"), *parts)


def in_javascript(text: str, tag: str) -> str:
    return text.replace(f"<bpmn:{tag}>", f'<bpmn:{tag} language="javascript">')


ONE_SIGNAL_TWICE = diagram(
    start(),
    gateway("eventBased", "G"),
    catch("A", signal("s")),
    catch("B", signal("s")),
    end(),
    *path("Start", "G", "A", "End"),
    *path("G", "B", "End"),
    signals=["s"],
)
REFUSED: dict[str, tuple[bytes, ErrorCode, str]] = {
    "id with a space": (around(service("T"), service("a b")), INVALID, "a b"),
    "id that begins with a digit": (around(service("T"), service("1a")), INVALID, "1a"),
    "id with a parenthesis": (around(service("T"), service("T(inner)")), INVALID, "T(inner)"),
    "empty condition": (behind_task(flow("T", "A", " ", flow_id="F"), flow("T", "B", "=x")), INVALID, "F"),
    "two conditions of one flow": (
        behind_task(
            flow("T", "A", "=x", flow_id="F").replace(
                "</bpmn:seq", "<bpmn:conditionExpression>=y</bpmn:conditionExpression></bpmn:seq"
            ),
            flow("T", "B", "=y"),
        ),
        INVALID,
        "F",
    ),
    "two interrupting events for one signal": (signals(first=True, second=True), DUPLICATE, "C"),
    "a signal that may interrupt what it also starts": (signals(first=False, second=True), DUPLICATE, "C"),
    "two interrupting handlers for one signal": (handlers(first=True, second=True), DUPLICATE, "C"),
    "event-based gateway with one signal twice": (ONE_SIGNAL_TWICE, INVALID, "B"),
    "two multi-instance markers": (
        around(service("T", inner=multi_instance("=x") + multi_instance("=y"))),
        INVALID,
        "T",
    ),
    "two loop markers": (around(service("T", inner=standard_loop("=x") + standard_loop("=y"))), INVALID, "T"),
    "completion condition in another language": (
        around(service("T", inner=in_javascript(multi_instance("=x", condition="=y"), "completionCondition"))),
        UNSUPPORTED,
        "T",
    ),
    "loop condition in another language": (
        around(service("T", inner=in_javascript(standard_loop("=x"), "loopCondition"))),
        UNSUPPORTED,
        "T",
    ),
    "condition of an event in another language": (
        around(catch("T", in_javascript(conditional("=x"), "condition"))),
        UNSUPPORTED,
        "T",
    ),
    "duration in another language": (
        around(catch("T", in_javascript(timer(duration="=x"), "timeDuration"))),
        UNSUPPORTED,
        "T",
    ),
    "shared condition in another language": (
        around(
            catch("T", "<bpmn:eventDefinitionRef>Shared</bpmn:eventDefinitionRef>"),
            more=in_javascript(conditional("=x"), "condition").replace("Definition>", 'Definition id="Shared">', 1),
        ),
        UNSUPPORTED,
        "T",
    ),
    "results under an expression": (
        around(service("T", inner=multi_instance("=x", outputCollection="=all", outputElement="=y"))),
        INVALID,
        "T",
    ),
    "item under an expression": (around(service("T", inner=multi_instance("=x", inputElement="=one"))), INVALID, "T"),
    "result under an expression": (around(script("T", "=1", "=x")), INVALID, "T"),
    "mapping to an expression": (around(service("T", ext=mapping({}, {"=x": "=1"}))), INVALID, "T"),
    "mapping of nothing": (around(service("T", ext=mapping({"x": ""}))), INVALID, "T"),
    "script whose result goes nowhere": (around(script("T", "=1", "")), INVALID, "T"),
    "process that is perhaps executable": (
        around(service("T"), more=process("other").replace('"true"', '"perhaps"')),
        INVALID,
        "other",
    ),
    "import": (beside('<bpmn:import importType="x" namespace="y" location="z"/>'), UNSUPPORTED, "Definitions_1"),
    "inclusion of another file": (
        beside('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="more.bpmn"/>'),
        UNSUPPORTED,
        "Definitions_1",
    ),
    "element of another namespace beside the process": (beside('<x xmlns="urn:x" id="X"/>'), UNSUPPORTED, "X"),
    "choreography": (beside('<bpmn:choreography id="Dance"/>'), UNSUPPORTED, "Dance"),
    "message of an unknown type": (beside('<bpmn:message id="M" name="m" itemRef="gone"/>'), UNKNOWN, "M"),
    "error of an unknown type": (beside('<bpmn:error id="E" errorCode="e" structureRef="gone"/>'), UNKNOWN, "E"),
    "operation that is not declared": (around(service("T", operationRef="gone")), UNKNOWN, "T"),
    "message that nobody declares, thrown": (around(throw("T", message("m"), ext=JOB)), UNKNOWN, "T"),
    "call of two processes at once": (around(call("T", "demo", calledElement="other")), INVALID, "T"),
    "element of another namespace": (around(service("T"), '<x xmlns="urn:x" id="X"/>'), UNSUPPORTED, "X"),
    "mapping beside the extension elements": (around(service("T", inner=mapping({"a": "=1"}))), UNSUPPORTED, "T"),
    "task inside a task": (around(service("T", inner=mark("Inner"))), UNSUPPORTED, "Inner"),
    "correlation by the standard's own means": (
        around(service("T"), '<bpmn:correlationSubscription id="Key"/>'),
        UNSUPPORTED,
        "Key",
    ),
    "pool of at least two and at most one": (
        around(service("T"), more=pool('<bpmn:participantMultiplicity minimum="2" maximum="1"/>')),
        INVALID,
        "Pool",
    ),
    "misspelt attribute": (
        around(
            service("T"),
            event_sub_process("V", start("On", signal("s"), isInterupting="false"), end("Off"), *path("On", "Off")),
        ),
        UNSUPPORTED,
        "On",
    ),
    "misspelt attribute of an extension": (
        around(call("T", "demo", attributes='propagateAllChildVaribles="false"')),
        UNSUPPORTED,
        "T",
    ),
    "misspelt condition of a flow": (
        behind_task(flow("T", "A", "=x", flow_id="F").replace("Expression", "Expresion"), flow("T", "B", "=y")),
        UNSUPPORTED,
        "F",
    ),
    "misspelt completion condition": (
        around(service("T", inner=multi_instance("=x", condition="=y").replace("completionC", "completionnC"))),
        UNSUPPORTED,
        "T",
    ),
    "misspelt part of a timer": (
        around(catch("T", timer(duration="PT1H", date="2025-01-01").replace("timeDate", "timeDay"))),
        UNSUPPORTED,
        "T",
    ),
    "data inputs of a sub-process": (
        around(sub_process("T", start("In"), end("Out"), *path("In", "Out"), '<bpmn:ioSpecification id="Io"/>')),
        INVALID,
        "Io",
    ),
    "data from nowhere": (
        around(
            service(
                "T",
                inner='<bpmn:dataInputAssociation id="From"><bpmn:sourceRef>gone</bpmn:sourceRef>'
                "</bpmn:dataInputAssociation>",
            )
        ),
        UNKNOWN,
        "From",
    ),
    "performer by the standard's own means": (
        around(user("T", inner='<bpmn:potentialOwner id="Owner"/>')),
        UNSUPPORTED,
        "Owner",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_reader_refuses_the_part_and_names_its_element(case: str) -> None:
    data, code, element_id = REFUSED[case]

    with pytest.raises(EngineError) as refused:
        read_diagram(data, "demo.bpmn")

    found = {(problem.code, problem.location.element_id) for problem in refused.value.problems}
    assert (code, element_id) in found
    assert all(problem.hint for problem in refused.value.problems)


ACCEPTED = {
    "names in any script": around(
        service("T"), more=process("größe", start("début"), end("конец.1-a"), flow("début", "конец.1-a", flow_id="_1"))
    ),
    "several who hear one signal": signals(first=False, second=False),
    "several handlers of one signal": handlers(first=False, second=False),
    "condition that says it is FEEL": behind_task(
        flow("T", "A", "=x").replace("xsi:type", 'language="https://www.omg.org/spec/DMN/20191111/FEEL/" xsi:type'),
        flow("T", "B", "=y"),
    ),
    "pool of many": around(service("T"), more=pool('<bpmn:participantMultiplicity minimum="2" maximum="9"/>')),
    "type of another namespace": beside('<bpmn:message id="M" name="m" itemRef="xsd:string"/>'),
    "type that is declared": beside('<bpmn:itemDefinition id="I"/><bpmn:message id="M" name="m" itemRef="I"/>'),
    "thrown message without reference": around(throw("T", "<bpmn:messageEventDefinition/>", ext=JOB)),
    "data of a task": around(
        element("serviceTask", "T", ext=JOB, inner='<bpmn:ioSpecification id="Io"/><bpmn:property id="P"/>')
    ),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_reader_accepts_what_means_something_or_is_harmless(case: str) -> None:
    read = read_diagram(ACCEPTED[case], "demo.bpmn")

    assert compile_diagram(read).keys() == read.processes.keys()
    assert [p for p in check_diagram(read, KNOWS_ALL) if p.severity is Severity.ERROR] == []


def test_call_of_a_process_that_only_an_event_starts_is_refused_in_one_file_and_across_files() -> None:
    begun = process("other", start("Told", message("m")), end("Done"), *path("Told", "Done"))
    here = read_diagram(around(call("T", "other"), messages={"m": None}, more=begun), "demo.bpmn")
    elsewhere = read_diagram(around(call("T", "far")), "demo.bpmn")
    context = DeployContext(process_ids={"far"}, event_started_ids=frozenset({"far"}))

    for read, where in ((here, DeployContext()), (elsewhere, context)):
        errors = [problem for problem in check_diagram(read, where) if problem.severity is Severity.ERROR]
        assert [(p.code, p.location.element_id) for p in errors] == [(ErrorCode.BPMN_UNKNOWN_PROCESS, "T")]


def test_expressions_of_a_file_that_is_refused_can_be_checked_with_the_rest() -> None:
    data = around(service("T", ext=mapping({"a": "=1 +"})), user("Island"))

    with pytest.raises(EngineError) as refused:
        read_diagram(data, "demo.bpmn")
    more = [
        each for each in check_diagram(readable_part(data, "demo.bpmn"), KNOWS_ALL) if each.severity is Severity.ERROR
    ]

    assert [problem.location.element_id for problem in refused.value.problems] == ["Island"]
    assert (ErrorCode.FEEL_SYNTAX, "T") in {(problem.code, problem.location.element_id) for problem in more}


def test_readable_part_of_what_is_no_diagram_is_nothing() -> None:
    with pytest.raises(EngineError) as refused:
        readable_part(f"<bpmn:process {NAMESPACES}/>".encode(), "demo.bpmn")

    assert refused.value.code == ErrorCode.BPMN_XML
