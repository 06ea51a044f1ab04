"""Every rule of style finds its faults in a diagram spoilt at one place, and nothing in the diagram as it is."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from engine.bpmn import DeployContext, check_diagram, read_diagram
from engine.errors import ErrorCode, Problem, Severity
from tests.bpmn.diagrams import (
    boundary,
    catch,
    diagram,
    end,
    flow,
    gateway,
    mapping,
    message,
    path,
    rule,
    service,
    start,
    sub_process,
    timer,
    user,
)

KNOWN = DeployContext(job_types=None, decision_ids=None, process_ids=None, form_ids=None)
NO_CLAUSE, FOREIGN = "clause-present", "foreign-extension"
RIGHT = diagram(
    start("Event_Asked", message("asked"), name="Pass asked", doc="[fe:1]"),
    user("Activity_Look", name="Look at the papers", doc="[fe:2]"),
    boundary("Event_Late", "Activity_Look", timer(date="=due"), name="Time is over", doc="[fe:3]"),
    rule("Activity_Route", "Decision_Route", "route", name="Choose the way", doc="[fe:2]"),
    gateway("exclusive", "Gateway_Grant", name="Grant?", default="Flow_Refuse", doc="[fe:2]"),
    sub_process(
        "Activity_Tell",
        start("Event_Tell"),
        service("Activity_Print", "print", name="Print the pass", doc="[fe:4]"),
        end("Event_Told"),
        *path("Event_Tell", "Activity_Print", "Event_Told"),
        name="Tell the islander",
        doc="[fe:4]",
    ),
    gateway("exclusive", "Gateway_Refused"),
    service("Activity_Refuse", "refuse", name="Refuse the pass", ext=mapping({"why": "=route"}), doc="[fe:4]"),
    end("Event_Granted", name="Granted", doc="[fe:2]"),
    end("Event_Refused", name="Refused", doc="[fe:2]"),
    *path("Event_Asked", "Activity_Look", "Activity_Route", "Gateway_Grant"),
    flow("Gateway_Grant", "Activity_Tell", '=route = "grant"', flow_id="Flow_Grant", name="Yes"),
    flow("Gateway_Grant", "Gateway_Refused", flow_id="Flow_Refuse", name="No"),
    *path("Activity_Tell", "Event_Granted"),
    *path("Event_Late", "Gateway_Refused", "Activity_Refuse", "Event_Refused"),
    process_id="ferry_pass",
    messages={"asked": None, "seen": "=route"},
).decode()


@dataclass(frozen=True)
class Case:
    finds: str
    name: str
    says: str
    changes: tuple[tuple[str, str], ...]
    file: str = "processes/ferry/ferry_pass.bpmn"


def case(finds: str, name: str, says: str, *changes: tuple[str, str], file: str = Case.file) -> Case:
    return Case(finds, name, says, changes, file)


def inserted(*parts: str) -> tuple[str, str]:
    return "</bpmn:process>", f"{''.join(parts)}</bpmn:process>"


def many(count: int, prefix: str, after: str = "") -> str:
    """A chain of tasks; behind the gateway, or behind the element *after*."""
    names = [f"Activity_{prefix}{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(count)]
    first = flow(after, names[0]) if after else flow("Gateway_Grant", names[0], '=route = "x"', name="X")
    return "".join(service(each, name="Carry a box", doc="[fe:2]") for each in names) + first + "".join(path(*names))


def branch(*parts: str, to: str) -> tuple[str, str]:
    """Elements more, on a way of their own behind the gateway."""
    return inserted(*parts, flow("Gateway_Grant", to, '=route = "x"', name="X"))


CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
DOCUMENTED = "<bpmn:documentation>{}</bpmn:documentation>"
GRANTED = end("Event_Granted", name="Granted", doc="[fe:2]")
TOLD = end("Event_Told")
DUE = "<bpmn:timeDate>=due</bpmn:timeDate>"
REFUSE = flow("Gateway_Grant", "Gateway_Refused", flow_id="Flow_Refuse", name="No")
NO_DEFAULT = (
    (' default="Flow_Refuse"', ""),
    (REFUSE, flow("Gateway_Grant", "Gateway_Refused", '=route = "no"', flow_id="Flow_Refuse", name="No")),
)
CASES = [
    # ---- every element with legal effect cites its clause
    case(NO_CLAUSE, "A task", '"Look at the papers"', (DOCUMENTED.format("[fe:2]"), "")),
    case(NO_CLAUSE, "A start event", '"Pass asked"', (DOCUMENTED.format("[fe:1]"), "")),
    case(NO_CLAUSE, "A timer", '"Time is over"', (DOCUMENTED.format("[fe:3]"), DOCUMENTED.format("soon"))),
    case(NO_CLAUSE, "The clause stands at the end", '"Time is over"', ("[fe:3]", "after a month [fe:3]")),
    case(NO_CLAUSE, "Brackets without anything", '"Print the pass"', ("[fe:4]", "[]")),
    case(
        NO_CLAUSE,
        "A gateway",
        '"Grant?"',
        ('default="Flow_Refuse">' + DOCUMENTED.format("[fe:2]"), 'default="Flow_Refuse">'),
    ),
    # ---- a gateway that decides has a default flow
    case("default-flow", "The default has a condition", '"Grant?"', *NO_DEFAULT),
    case(
        "default-flow",
        "An inclusive gateway",
        '"Grant?"',
        *NO_DEFAULT,
        ('exclusiveGateway id="Gateway_Grant"', 'inclusiveGateway id="Gateway_Grant"'),
        ("</bpmn:exclusiveGateway><bpmn:subProcess", "</bpmn:inclusiveGateway><bpmn:subProcess"),
    ),
    case(
        "default-flow",
        "A third way with a condition too",
        '"Grant?"',
        *NO_DEFAULT,
        branch(end("Event_Held", name="Held", doc="[fe:2]"), to="Event_Held"),
    ),
    case(
        "default-flow",
        "A task decides by conditions",
        '"Choose the way"',
        inserted(flow("Activity_Route", "Event_Refused", '=route = "never"', name="Never")),
    ),
    case(
        "default-flow",
        "A gateway more without a default",
        '"Which?"',
        branch(
            gateway("exclusive", "Gateway_Which", name="Which?", doc="[fe:2]"),
            end("Event_This", name="This", doc="[fe:2]"),
            end("Event_That", name="That", doc="[fe:2]"),
            flow("Gateway_Which", "Event_This", '=route = "this"', name="This"),
            flow("Gateway_Which", "Event_That", '=route = "that"', name="That"),
            to="Gateway_Which",
        ),
    ),
    # ---- gateways ask, flows answer
    case("gateway-question", "No question", "asks no question", ('name="Grant?"', 'name="Grant"')),
    case("gateway-question", "No name", "asks no question", (' name="Grant?"', "")),
    case("gateway-question", "A way without answer", "Flow_Grant", (' name="Yes"', "")),
    case("gateway-question", "The default without answer", "Flow_Refuse", (' name="No"', "")),
    case(
        "gateway-question",
        "A join with a name",
        "decides nothing",
        ('id="Gateway_Refused"', 'id="Gateway_Refused" name="Refused?"'),
    ),
    # ---- paths end in end events
    case(
        "explicit-end",
        "The last task has no end",
        '"Tell the islander"',
        ("".join(path("Activity_Tell", "Event_Granted")), ""),
        (GRANTED, ""),
    ),
    case(
        "explicit-end",
        "A task more at the end",
        '"File the papers"',
        branch(service("Activity_File", name="File the papers", doc="[fe:2]"), to="Activity_File"),
    ),
    case(
        "explicit-end",
        "A decision at the end",
        '"Decide again"',
        branch(rule("Activity_Again", "Decision_Route", name="Decide again", doc="[fe:2]"), to="Activity_Again"),
    ),
    case(
        "explicit-end",
        "Inside a sub-process",
        '"Print the pass"',
        (TOLD, ""),
        ("".join(path("Activity_Print", "Event_Told")), ""),
    ),
    case(
        "explicit-end",
        "A user task at the end",
        '"Ask again"',
        branch(user("Activity_Ask", name="Ask again", doc="[fe:2]"), to="Activity_Ask"),
    ),
    # ---- files are named after their process
    *(
        case("file-stem", f"The file is called {name}", "ferry_pass", file=name)
        for name in ("pass.bpmn", "ferry-pass.bpmn", "ferry_pass_2.bpmn", "Ferry_Pass.bpmn", "ferry_pass/main.bpmn")
    ),
    # ---- what a person can read
    case("diagram-size", "Twenty more in the process", "ferry_pass", inserted(many(20, "More"))),
    case("diagram-size", "A hundred more", "ferry_pass", inserted(many(100, "Many"))),
    case("diagram-size", "A large sub-process", "Activity_Tell", (TOLD, TOLD + many(24, "Tell", "Activity_Print"))),
    case(
        "diagram-size",
        "A sub-process more that is large",
        "Activity_Pack",
        branch(
            sub_process("Activity_Pack", start("Event_Pack"), many(26, "Pack", "Event_Pack"), name="Pack it"),
            to="Activity_Pack",
        ),
    ),
    case("diagram-size", "One too many", "25 flow nodes", inserted(many(15, "One"))),
    # ---- ids say what they are
    *(
        case("id-form", f"The id {given}", given, (f'"{right}"', f'"{given}"'))
        for right, given in (
            ("Activity_Look", "Activity_0x1k2p3"),
            ("Flow_Grant", "Flow_1ab2cd3"),
            ("Gateway_Refused", "Gateway_1"),
            ("Event_Granted", "EndEvent_2"),
            ("Activity_Route", "_17"),
        )
    ),
    # ---- labels say what is done
    case("label-form", "A task without label", '"Activity_Look"', (' name="Look at the papers"', "")),
    case("label-form", "A vague verb", "does not say what is done", ("Look at the papers", "Handle the papers")),
    case("label-form", "Another vague verb", "does not say what is done", ("Refuse the pass", "Process refusal")),
    case("label-form", "A start event without label", '"Event_Asked"', (' name="Pass asked"', "")),
    case("label-form", "An end event without label", '"Event_Refused"', (' name="Refused"', "")),
    case("label-form", "A timer without label", '"Event_Late"', (' name="Time is over"', "")),
    # ---- gateways alone split and join
    case("no-implicit-split", "A task splits", "splits the flow", inserted(flow("Activity_Route", "Event_Refused"))),
    case("no-implicit-split", "A task joins", "joins flows", branch(to="Activity_Refuse")),
    case("no-implicit-split", "An end event joins", "joins flows", branch(to="Event_Granted")),
    case(
        "no-implicit-split",
        "A gateway joins and splits",
        "joins and splits at once",
        (gateway("exclusive", "Gateway_Refused"), gateway("parallel", "Gateway_Refused")),
        inserted(flow("Gateway_Refused", "Event_Granted")),
    ),
    case(
        "no-implicit-split",
        "A gateway of one way",
        "neither joins nor splits",
        branch(
            gateway("parallel", "Gateway_Idle"),
            end("Event_Idle", name="Idle", doc="[fe:2]"),
            flow("Gateway_Idle", "Event_Idle"),
            to="Gateway_Idle",
        ),
    ),
    # ---- limits stand in tables
    case(
        "no-literal-limit",
        "A duration at the task",
        "P30D",
        (DUE, "<bpmn:timeDuration>P30D</bpmn:timeDuration>"),
    ),
    case(
        "no-literal-limit",
        "A duration in FEEL",
        "P1M",
        (DUE, '<bpmn:timeDuration>=duration("P1M")</bpmn:timeDuration>'),
    ),
    case("no-literal-limit", "A day", "2025-01-01", (DUE, "<bpmn:timeDate>2025-01-01</bpmn:timeDate>")),
    case("no-literal-limit", "From now on", "now()", (DUE, '<bpmn:timeDate>=now() + duration("P5D")</bpmn:timeDate>')),
    case(
        "no-literal-limit",
        "A timer on the way",
        "PT1H",
        branch(
            catch("Event_Pause", timer(duration="PT1H"), name="Paused", doc="[fe:2]"),
            end("Event_Over", name="Over", doc="[fe:2]"),
            flow("Event_Pause", "Event_Over"),
            to="Event_Pause",
        ),
    ),
    # ---- what other engines would run
    *(
        case(FOREIGN, f"{says} at {place}", says, (f'id="{place}"', f'id="{place}" {CAMUNDA} {attribute}'))
        for place, attribute, says in (
            ("Activity_Print", 'camunda:asyncBefore="true"', "camunda:asyncBefore is written"),
            ("Gateway_Refused", 'camunda:asyncAfter="true"', "camunda:asyncAfter"),
            ("Flow_Grant", 'camunda:note="1" camunda:other="2"', "camunda:note, camunda:other are written"),
        )
    ),
    *(
        case(FOREIGN, says, says, ("<zeebe:userTask/>", f"<zeebe:userTask/>{extension}"))
        for extension, says in (
            (f'<camunda:executionListener {CAMUNDA} event="start"/>', "camunda:executionListener"),
            (f"<camunda:inputOutput {CAMUNDA}/><camunda:inputOutput {CAMUNDA}/>", "camunda:inputOutput is written"),
            (
                '<spiff:preScript xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core">a = 1</spiff:preScript>',
                "spiff:preScript",
            ),
            ('<preScript xmlns="urn:elsewhere"/>', "preScript is written for another tool"),
        )
    ),
]


def findings(changes: tuple[tuple[str, str], ...] = (), file: str = Case.file) -> list[Problem]:
    text = RIGHT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return check_diagram(read_diagram(text.encode(), file), KNOWN)


def check_of(problem: Problem) -> str:
    """The name of the rule: the one in brackets before the message."""
    opening = problem.message.partition("]")[0]
    return NO_CLAUSE if problem.code is ErrorCode.BPMN_NO_CLAUSE else opening.removeprefix("[")


def test_diagram_as_it_is_has_no_finding() -> None:
    assert [str(problem) for problem in findings()] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.finds}-{case.name.replace(' ', '_')}")
def test_spoilt_diagram_is_found(case: Case) -> None:
    # when
    found = findings(case.changes, case.file)

    # then
    told = "\n\n".join(map(str, found))
    problem = next((each for each in found if check_of(each) == case.finds and case.says in str(each)), None)
    assert problem is not None, told
    refused = case.finds == "explicit-end" or case.says == "neither joins nor splits"  # rules of BPMN, not of the house
    mild = Severity.INFORMATION if case.finds == FOREIGN else Severity.WARNING
    assert problem.severity is (Severity.ERROR if refused else mild)
    assert problem.hint
