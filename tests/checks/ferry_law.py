"""An invented law with nothing to find: a pass for a ferry. Each case of the tests spoils one place of it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.law import package_from_files
from engine.review.coverage import Coverage, read_coverage
from tests.bpmn.diagrams import (
    call,
    catch,
    diagram,
    end,
    flow,
    gateway,
    mapping,
    message,
    path,
    rule,
    script,
    service,
    start,
    timer,
    user,
)
from tests.dmn.models import model_xml

MANIFEST = """
package: ferry
title: Ferry Pass Ordinance (invented)
time_zone: Europe/Oslo
currency: EUR
calendar: calendar.yaml
office_opens: "09:00"
registers: [register.yaml]
processes: [ferry_pass.bpmn, ferry_visit.bpmn]
decisions: [limits.dmn, route.dmn, readings.dmn]
parameters: {time_limit: Decision_Limit}
forms: [look.form]
notices: [granted.md, refused.md]
parties:
  islander: {meaning: who asks, clause: "fe:1", address: {name: islander_name}}
roles: [{id: clerk}]
case_types:
  pass: {key: pass_number, meaning: one pass, clause: "fe:1", states: {granted: has it, refused: has it not}}
facts:
  pass_number: {type: string, meaning: the number, clause: "fe:1"}
  islander_name: {type: string, meaning: the name, clause: "fe:1"}
  zone: {type: string, values: [north, south], meaning: where, clause: "fe:1"}
  asked_on: {type: date, meaning: the day of asking, clause: "fe:1"}
  looked_on: {type: date, meaning: the day of looking, clause: "fe:2"}
  resident: {type: boolean, meaning: whether resident, clause: "fe:2"}
  answered_on: {type: date, meaning: the day of the answer, clause: "fe:3"}
events:
  pass asked:
    {meaning: asks, clause: "fe:1", by: islander, case: pass, date_fact: asked_on,
     requires: [pass_number, islander_name, zone], does: [start: {message: pass_asked, key: pass_number}]}
  pass looked at:
    {meaning: looks, clause: "fe:2", by: islander, case: pass, date_fact: looked_on,
     requires: [pass_number, resident], does: [user_task: {element: Activity_Look, key: pass_number}]}
  answer given:
    {meaning: answers, clause: "fe:3", by: islander, case: pass, date_fact: answered_on,
     requires: [pass_number], does: [message: {name: answer_given, key: pass_number}]}
"""
REGISTER = """
register: fe
title: Ferry Pass Ordinance (invented)
in_force: ["1", "2", "3", "4"]
clauses:
  - {id: "1", text: Who asks., citation: FPO 1, kind: effect, home: data definition, status: found}
  - {id: "2", text: Who looks., citation: FPO 2, kind: obligation, home: process step, status: found,
     readings: [R-01, R-02, R-03]}
  - {id: "3", text: How long., citation: FPO 3, kind: computation, home: deadline, status: found}
  - {id: "4", text: What it says., citation: FPO 4, kind: obligation, home: notice content, status: found}
"""
CALENDAR = """
calendar: ferry_office
title: Ferry calendar (invented)
years: {from: 2001, to: 2040}
weekend: {days: [sunday], citation: "[fe:3]"}
holidays:
  - {id: quay_day, name: Quay Day, on: {month: may, day: 3}, citation: "[fe:3]"}
"""
FORM = '{"id": "look", "type": "default", "components": [{"type": "checkbox", "key": "resident", "label": "Resident"}]}'
GRANTED = """---
notice: granted
title: Your pass
clause: "fe:4"
to: islander
channels: [mail]
inputs: [fee]
required:
  - {id: number, clause: "fe:4", meaning: the number, value: "=pass_number"}
---
Pass {{ pass_number }}: {{ fee }}
"""
REFUSED = GRANTED.replace("granted", "refused").replace("inputs: [fee]\n", "").replace(": {{ fee }}", "")


def table(
    decision_id: str,
    name: str,
    inputs: Mapping[str, str],
    outputs: Mapping[str, str],
    rows: Mapping[str, str],
    **more: str,
) -> str:
    """A decision with one table; *rows* are cells and outputs parted by |, after the clauses of the rule."""
    columns = "".join(
        f'<input label="{each}"><inputExpression typeRef="{kind}"><text>{each}</text></inputExpression></input>'
        for each, kind in inputs.items()
    )
    results = "".join(f'<output name="{each}" typeRef="{kind}"/>' for each, kind in outputs.items())
    rules = ""
    for rule_id, row in rows.items():
        why, *cells = [cell.strip() for cell in row.split("|")]
        rules += f'<rule id="{rule_id}"><description>{why}</description>'
        rules += "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in cells[: len(inputs)])
        rules += "".join(f"<outputEntry><text>{cell}</text></outputEntry>" for cell in cells[len(inputs) :])
        rules += "</rule>"
    needs = "".join(
        f'<informationRequirement><requiredInput href="#Input_{each.split(".")[0]}"/></informationRequirement>'
        for each in inputs
    )
    data = "".join(
        f'<inputData id="Input_{each.split(".")[0]}" name="{each.split(".")[0]}">'
        f'<variable name="{each.split(".")[0]}"/></inputData>'
        for each in inputs
    )
    required = more.get("required", "")
    return (
        f'<decision id="{decision_id}" name="{name}"><description>{more.get("description", "")}</description>'
        f'<variable name="{name}"/>{needs}{required}'
        f'<decisionTable hitPolicy="{more.get("hit", "UNIQUE")}">{columns}{results}{rules}</decisionTable></decision>'
        + ("" if more.get("no_data") else data)
    )


LIMITS = table(
    "Decision_Limit",
    "limit",
    {"limit_id": "string", "as_of": "date"},
    {"amount": "number", "unit": "string"},
    {
        "Rule_Look": '[fe:3] a | "look" | - | 5 | "business days"',
        "Rule_Answer": '[fe:3] b | "answer" | - | 30 | "calendar days"',
        "Rule_Long": '[fe:3] c | "long_answer" | - | 60 | "calendar days"',
        "Rule_Rest": '[none] d | not("look", "answer", "long_answer") | - | null | null',
    },
)
ROUTE = table(
    "Decision_Route",
    "route",
    {"zone": "string", "resident": "boolean"},
    {"outcome": "string", "limit": "string"},
    {
        "Rule_Resident": '[fe:2] a | - | true | "grant" | "answer"',
        "Rule_North": '[fe:2] b | "north" | false | "ask" | "answer"',
        "Rule_South": '[fe:2; R-01] c | "south" | false | "refuse" | "long_answer"',
    },
)
READINGS = table(
    "Decision_Readings",
    "readings_list",
    {"as_of": "date"},
    {"id": "string", "key": "string", "value": "string", "status": "string"},
    {
        "Rule_R01": '[fe:2] a | - | "R-01" | "south_side" | "refuse" | "verified"',
        "Rule_R02": '[fe:2] b | - | "R-02" | "late_answer" | "count" | "verified"',
        "Rule_R03": '[fe:2] c | - | "R-03" | "visit_kind" | "short" | "verified"',
    },
    hit="COLLECT",
) + (
    '<decision id="Decision_ReadingsInForce" name="readings"><variable name="readings"/><informationRequirement>'
    '<requiredDecision href="#Decision_Readings"/></informationRequirement><literalExpression>'
    "<text>{late_answer: readings_list[1].value}</text></literalExpression></decision>"
)


def headers(**named: str) -> str:
    rows = "".join(f'<zeebe:header key="{name}" value="{value}"/>' for name, value in named.items())
    return f"<zeebe:taskHeaders>{rows}</zeebe:taskHeaders>"


PASS = diagram(
    start("Event_Asked", message("pass_asked"), doc="[fe:1]"),
    service("Activity_Open", "case.open", ext=headers(case_type="pass")),
    rule(
        "Activity_Readings", "Decision_ReadingsInForce", "readings", ext=mapping({"as_of": "=asked_on"}), doc="[R-02]"
    ),
    script("Activity_Mode", '="paper"', "channel"),
    service("Activity_SetLook", "deadline.set", ext=headers(limit="look") + mapping({"start": "=asked_on"})),
    user(
        "Activity_Look",
        ext='<zeebe:formDefinition formId="look"/><zeebe:assignmentDefinition candidateGroups="clerk"/>'
        '<zeebe:taskSchedule dueDate="=deadlines.look.due"/>',
    ),
    service("Activity_MeetLook", "deadline.met", ext=headers(deadline="look")),
    rule("Activity_Route", "Decision_Route", "route"),
    gateway("exclusive", "Gateway_Route", name="Which way?", default="Flow_Refuse"),
    service(
        "Activity_SetAnswer",
        "deadline.set_chosen",
        ext=headers(deadline="answer") + mapping({"limit_id": "=route.limit", "start": "=looked_on"}),
    ),
    service("Activity_Later", "deadline.latest", ext=headers(deadline="end", of="answer, look")),
    gateway("eventBased", "Gateway_Wait"),
    catch("Event_Answer", message("answer_given")),
    catch("Event_Time", timer(date="=deadlines.end.due")),
    gateway("exclusive", "Gateway_Late", default="Flow_Late"),
    call("Activity_Visit", "ferry_visit", ext=mapping(None, {"fee": "=fee", "visit": "=visit"}), doc="[fe:2; R-03]"),
    gateway("exclusive", "Gateway_Visit", default="Flow_Done"),
    service("Activity_Grant", "notice.send", ext=headers(notice="granted") + mapping({"fee": "=fee"})),
    service("Activity_Refuse", "notice.send", ext=headers(notice="refused")),
    end("Event_Granted"),
    end("Event_Refused"),
    *path(
        "Event_Asked",
        "Activity_Open",
        "Activity_Readings",
        "Activity_Mode",
        "Activity_SetLook",
        "Activity_Look",
        "Activity_MeetLook",
        "Activity_Route",
        "Gateway_Route",
    ),
    flow("Gateway_Route", "Activity_Visit", '=route.outcome = "grant"', flow_id="Flow_Grant", name="Grant"),
    flow("Gateway_Route", "Activity_SetAnswer", '=route.outcome = "ask"', flow_id="Flow_Ask", name="Ask"),
    flow("Gateway_Route", "Gateway_Refuse", flow_id="Flow_Refuse", name="Refuse"),
    *path("Activity_SetAnswer", "Activity_Later", "Gateway_Wait", "Event_Answer", "Gateway_Late"),
    flow("Gateway_Late", "Gateway_ToVisit", '=channel = "paper"', flow_id="Flow_Paper", name="Paper"),
    flow("Gateway_Late", "Gateway_Refuse", flow_id="Flow_Late", name="Late"),
    flow("Gateway_Wait", "Event_Time"),
    flow("Event_Time", "Gateway_Refuse"),
    gateway("exclusive", "Gateway_ToVisit"),
    gateway("exclusive", "Gateway_Refuse"),
    flow("Gateway_ToVisit", "Activity_Grant"),
    flow("Activity_Visit", "Gateway_Visit"),
    flow("Gateway_Visit", "Gateway_ToVisit", '=visit = "held"', flow_id="Flow_Held", name="Held"),
    flow("Gateway_Visit", "Gateway_Refuse", flow_id="Flow_Done", name="Not held"),
    *path("Activity_Grant", "Event_Granted"),
    *path("Gateway_Refuse", "Activity_Refuse", "Event_Refused"),
    process_id="ferry_pass",
    messages={"pass_asked": None, "answer_given": "=pass_number"},
)
VISIT = diagram(
    start("Event_VisitBegins"),
    gateway("exclusive", "Gateway_Zone", default="Flow_South"),
    script("Activity_North", '="held"', "visit"),
    script("Activity_South", '=if resident then "held" else "missed"', "visit"),
    script("Activity_Fee", "=0", "fee"),
    gateway("exclusive", "Gateway_Fee"),
    end("Event_VisitEnds"),
    *path("Event_VisitBegins", "Gateway_Zone"),
    flow("Gateway_Zone", "Activity_North", '=zone = "north"', flow_id="Flow_North", name="North"),
    flow("Gateway_Zone", "Activity_South", flow_id="Flow_South", name="South"),
    flow("Activity_North", "Gateway_Fee"),
    flow("Activity_South", "Gateway_Fee"),
    *path("Gateway_Fee", "Activity_Fee", "Event_VisitEnds"),
    process_id="ferry_visit",
)
FILES: Mapping[str, str] = {
    "package.yaml": MANIFEST,
    "register.yaml": REGISTER,
    "calendar.yaml": CALENDAR,
    "look.form": FORM,
    "granted.md": GRANTED,
    "refused.md": REFUSED,
    "limits.dmn": model_xml(LIMITS, name="limits", namespace="t:limits").decode(),
    "route.dmn": model_xml(ROUTE, name="route", namespace="t:route").decode(),
    "readings.dmn": model_xml(READINGS, name="readings", namespace="t:readings").decode(),
    "ferry_pass.bpmn": PASS.decode(),
    "ferry_visit.bpmn": VISIT.decode(),
}
Change = tuple[str, str, str]
"""File, text that stands there, text that takes its place."""


def ferry_law(*changes: Change) -> Coverage:
    """The law after *changes*, with who cites what in it."""
    files = dict(FILES)
    for file, old, new in changes:
        assert old in files[file], f"{file} does not hold {old}"
        files[file] = files[file].replace(old, new)
    return read_coverage(package_from_files({name: text.encode() for name, text in files.items()}, "package.yaml"))
