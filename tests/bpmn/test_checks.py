"""Checks of a diagram against what a deployment knows, and the style of shipped models."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from engine.bpmn import DeployContext, check_diagram, read_diagram, readable_part
from engine.bpmn.checks import CHECKS
from engine.errors import ErrorCode, Problem, Severity
from tests.bpmn.diagrams import (
    call,
    catch,
    conditional,
    diagram,
    end,
    flow,
    gateway,
    mapping,
    mark,
    message,
    multi_instance,
    path,
    rule,
    script,
    service,
    start,
    sub_process,
    timer,
    user,
)

HEADER = SimpleNamespace(name="limit_id", required=True, values=("cure", "appeal"))
NOTE = SimpleNamespace(name="note", required=False, values=())
INPUT = SimpleNamespace(name="received_on", required=True, values=())
RESULT = SimpleNamespace(name="deadline", required=True, values=())
JOB_TYPES = {
    "deadline.set": SimpleNamespace(headers=(HEADER, NOTE), inputs=(), outputs=(RESULT,)),
    "notice.send": SimpleNamespace(headers=(), inputs=(INPUT,), outputs=()),
    "elsewhere": SimpleNamespace(headers=None, inputs=(), outputs=()),
}
CONTEXT = DeployContext(
    job_types=JOB_TYPES,  # type: ignore[arg-type]
    decision_ids=["Decision_Route"],
    process_ids=["billing"],
    form_ids=["review"],
    known_variables=frozenset({"amount", "trace"}),
)


def problems(*parts: str, context: DeployContext = CONTEXT, element_id: str = "T", **head: object) -> list[Problem]:
    data = diagram(start(), *parts, end(), *path("Start", element_id, "End"), **head)  # type: ignore[arg-type]
    return check_diagram(read_diagram(data, "demo.bpmn"), context)


def errors(found: list[Problem]) -> list[tuple[ErrorCode, str | None]]:
    return [(problem.code, problem.location.element_id) for problem in found if problem.severity is Severity.ERROR]


def header(name: str, value: str = "cure") -> str:
    return header_list(**{name: value})


def header_list(**headers: str) -> str:
    rows = "".join(f'<zeebe:header key="{name}" value="{value}"/>' for name, value in headers.items())
    return f"<zeebe:taskHeaders>{rows}</zeebe:taskHeaders>"


def form(form_id: str) -> str:
    return f'<zeebe:formDefinition formId="{form_id}"/>'


WRONG = {
    "unknown job type": (
        service("T", "deadline.sett"),
        ErrorCode.BPMN_UNKNOWN_JOB_TYPE,
        'Did you mean "deadline.set"?',
    ),
    "unknown decision": (rule("T", "Decision_Rout"), ErrorCode.BPMN_UNKNOWN_DECISION, 'Did you mean "Decision_Route"?'),
    "unknown process": (call("T", "biling"), ErrorCode.BPMN_UNKNOWN_PROCESS, 'Did you mean "billing"?'),
    "unknown form": (user("T", ext=form("revue")), ErrorCode.BPMN_UNKNOWN_FORM, 'Did you mean "review"?'),
    "missing header": (service("T", "deadline.set"), ErrorCode.JOB_HEADER, '"limit_id"'),
    "unknown header": (
        service("T", "deadline.set", ext=header_list(limit_id="cure", nota="x")),
        ErrorCode.JOB_HEADER,
        'Did you mean "note"?',
    ),
    "header value": (service("T", "deadline.set", ext=header("limit_id", "cur")), ErrorCode.JOB_HEADER, '"cure"'),
    "missing input": (service("T", "notice.send"), ErrorCode.JOB_INPUT, '"received_on"'),
    "unknown variable": (script("T", "=amont + 1"), ErrorCode.FEEL_UNKNOWN_NAME, 'Did you mean "amount"?'),
    "unknown function": (script("T", "=summ(amount)"), ErrorCode.FEEL_UNKNOWN_FUNCTION, 'Did you mean "sum"?'),
    "syntax error": (script("T", "=amount +"), ErrorCode.FEEL_SYNTAX, ""),
    "syntax error in a mapping": (user("T", ext=mapping({"a": "=(1"})), ErrorCode.FEEL_SYNTAX, ""),
    "unknown variable in a timer": (catch("T", timer(date="=due")), ErrorCode.FEEL_UNKNOWN_NAME, '"due"'),
    "constant that is no date": (catch("T", timer(date="=1 + 1")), ErrorCode.BPMN_EXPRESSION, "always 2"),
    "constant that is no condition": (catch("T", conditional('="yes"')), ErrorCode.BPMN_EXPRESSION, 'always "yes"'),
    "constant that is no list": (mark("T", inner=multi_instance("=3")), ErrorCode.BPMN_EXPRESSION, "expected a list"),
}


@pytest.mark.parametrize("case", WRONG)
def test_check_refuses_what_the_deployment_does_not_know(case: str) -> None:
    part, code, says = WRONG[case]

    found = problems(part)

    assert errors(found) == [(code, "T")]
    wrong = next(problem for problem in found if problem.severity is Severity.ERROR)
    assert says in wrong.message
    assert wrong.location.file == "demo.bpmn" and wrong.location.line == 1


RIGHT = {
    "known names": service("T", "deadline.set", ext=header("limit_id") + mapping({"a": "=amount"}, {"b": "=deadline"})),
    "mapped input": service("T", "notice.send", ext=mapping({"received_on": "=today()"})),
    "headers of another program": service("T", "elsewhere", ext=header("anything")),
    "result of a script": script("T", "=amount", "total", ext=mapping(outputs={"c": "=total"})),
    "loop variables": script(
        "T",
        "=item + loopCounter",
        "x",
        inner=multi_instance("=[1, 2]", inputElement="item", condition="=numberOfInstances = 1"),
    ),
    "field of a filter": script("T", '=[{kind: "a"}][kind = "a"]'),
    "decision, process, form": rule("T", "Decision_Route"),
    "static date": catch("T", timer(date="2025-01-01")),
    "constant now": catch("T", timer(date='=now() + duration("P1D")')),
}


@pytest.mark.parametrize("case", RIGHT)
def test_check_accepts_what_is_known(case: str) -> None:
    assert errors(problems(RIGHT[case])) == []


def test_check_without_known_variables_looks_at_functions_only() -> None:
    context = DeployContext(known_variables=None)

    assert errors(problems(script("T", "=whatever + 1"), context=context)) == []
    assert errors(problems(script("T", "=what(1)"), context=context)) == [(ErrorCode.FEEL_UNKNOWN_FUNCTION, "T")]


def test_check_names_the_flow_whose_condition_is_wrong_with_its_text() -> None:
    data = diagram(
        start(),
        gateway("exclusive", "G", default="Other"),
        end(),
        flow("Start", "G"),
        flow("G", "End", "=amuont > 3", flow_id="Enough"),
        flow("G", "End", flow_id="Other"),
    )

    found = check_diagram(read_diagram(data, "demo.bpmn"), CONTEXT)

    wrong = next(problem for problem in found if problem.severity is Severity.ERROR)
    assert wrong.location.element_id == "Enough"
    assert (wrong.location.text, wrong.location.span is not None) == ("amuont > 3", True)


def test_check_gives_all_problems_at_once() -> None:
    data = diagram(
        start(),
        service("A", "nothing"),
        rule("B", "Nothing"),
        catch("C", message("m")),
        end(),
        *path("Start", "A", "B", "C", "End"),
        messages={"m": "=(("},
    )

    found = check_diagram(read_diagram(data, "demo.bpmn"), CONTEXT)

    assert {element for _, element in errors(found)} == {"A", "B", "C"}


STYLE = {
    "no clause": (mark("T", name="Mark it"), ErrorCode.BPMN_NO_CLAUSE, "cites no clause"),
    "no label": (mark("T", doc="[act:1]"), ErrorCode.BPMN_STYLE, "[label-form]"),
    "vague label": (mark("T", doc="[act:1]", name="Handle it"), ErrorCode.BPMN_STYLE, "[label-form]"),
    "limit in place": (
        catch("T", timer(duration="P30D"), doc="[act:1]", name="Elapsed"),
        ErrorCode.BPMN_STYLE,
        "[no-literal-limit]",
    ),
    "constant limit in place": (
        catch("T", timer(duration='=duration("P30D")'), doc="[act:1]", name="Elapsed"),
        ErrorCode.BPMN_STYLE,
        "[no-literal-limit]",
    ),
}


@pytest.mark.parametrize("case", STYLE)
def test_check_warns_of_style(case: str) -> None:
    part, code, says = STYLE[case]

    found = [problem for problem in problems(part) if problem.location.element_id == "T"]

    assert [(p.code, p.severity) for p in found if says in p.message] == [(code, Severity.WARNING)]


def test_check_warns_of_a_gateway_without_question_answers_and_default() -> None:
    data = diagram(
        start("Event_Received", name="Received", doc="[act:1]"),
        gateway("exclusive", "Gateway_Complete", name="Check completeness", doc="[act:2]"),
        end("Event_Done", name="Done", doc="[act:3]"),
        flow("Event_Received", "Gateway_Complete"),
        flow("Gateway_Complete", "Event_Done", "=amount > 1", name="yes", flow_id="Flow_Complete_Yes"),
        flow("Gateway_Complete", "Event_Done", "=amount <= 1", flow_id="Flow_Complete_No"),
    )

    found = [problem.message for problem in check_diagram(read_diagram(data, "demo.bpmn"), CONTEXT)]

    assert [message.split("]")[0] for message in found if "Gateway_" in message or "Check" in message] == [
        "[default-flow",
        "[gateway-question",
        "[gateway-question",
    ]


AGAINST_THE_RULES = {
    "no end event": (diagram(start(), mark("T"), *path("Start", "T")), "[explicit-end]", {"demo", "T"}),
    "one path without end event": (
        diagram(start(), mark("T"), mark("U"), end(), *path("Start", "T", "End"), *path("Start", "U")),
        "[explicit-end]",
        {"U"},
    ),
    "sub-process without end event": (
        diagram(start(), sub_process("S", start("In"), mark("T"), *path("In", "T")), end(), *path("Start", "S", "End")),
        "[explicit-end]",
        {"S", "T"},
    ),
    "join without way out": (
        diagram(start(), gateway("parallel", "G"), *path("Start", "G"), flow("Start", "G", flow_id="Again"), end("E")),
        "[explicit-end]",
        {"G"},
    ),
    "gateway that neither joins nor splits": (
        diagram(start(), gateway("exclusive", "G"), end(), *path("Start", "G", "End")),
        "[no-implicit-split]",
        {"G"},
    ),
}


@pytest.mark.parametrize("case", AGAINST_THE_RULES)
def test_check_refuses_what_breaks_a_rule_of_bpmn_although_it_could_run(case: str) -> None:
    data, says, elements = AGAINST_THE_RULES[case]

    found = check_diagram(readable_part(data, "demo.bpmn"), CONTEXT)

    wrong = [each for each in found if each.severity is Severity.ERROR and says in each.message]
    assert {each.location.element_id for each in wrong} == elements
    assert {each.code for each in wrong} == {ErrorCode.BPMN_INVALID} and all(each.hint for each in wrong)


def test_check_warns_of_a_file_with_another_name() -> None:
    data = diagram(start(), end(), *path("Start", "End"))

    messages = [problem.message for problem in check_diagram(read_diagram(data, "other.bpmn"), CONTEXT)]

    assert any("[file-stem]" in message and '"demo"' in message for message in messages)


def test_check_warns_of_a_plane_that_is_too_large_to_read() -> None:
    names = [f"Mark{number}" for number in range(30)]
    data = diagram(start(), *(mark(name) for name in names), end(), *path("Start", *names, "End"))

    messages = [problem.message for problem in check_diagram(read_diagram(data, "demo.bpmn"), CONTEXT)]

    assert [message for message in messages if "[diagram-size]" in message and "32 flow nodes" in message]


@pytest.mark.parametrize("generated", ["Activity_0x1k2p3", "Task_1", "_17"])
def test_check_warns_of_generated_ids(generated: str) -> None:
    found = problems(mark(generated), element_id=generated)

    assert [p.location.element_id for p in found if "[id-form]" in p.message] == [generated]


def test_every_check_has_a_file_of_its_name() -> None:
    for check in CHECKS:
        assert check.__module__.rpartition(".")[2] == check.__name__.removeprefix("check_")
