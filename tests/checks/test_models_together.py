"""Every check across models finds its faults in a law spoilt at one place, and nothing in the law as it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from engine.errors import ErrorCode, Problem, Severity
from engine.review.checks import REVIEW_RULES, review_package
from tests.checks.ferry_law import Change, ferry_law

LEAST_FAULTS = 5
PASS, VISIT, MANIFEST = "ferry_pass.bpmn", "ferry_visit.bpmn", "package.yaml"
ROUTE, LIMITS, READINGS, REGISTER = "route.dmn", "limits.dmn", "readings.dmn", "register.yaml"
GRANT = '=route.outcome = "grant"'
NO_DEFAULT = (PASS, ' default="Flow_Refuse"', "")
ASK = (
    '<bpmn:sequenceFlow id="Flow_Refuse" name="Refuse" sourceRef="Gateway_Route" targetRef="Gateway_Refuse">'
    "</bpmn:sequenceFlow>"
)


def conditioned(condition: str) -> str:
    """What stands in a sequence flow with this condition, to its end."""
    return f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression></bpmn:sequenceFlow>"


def asked(condition: str) -> Change:
    """A condition on the way that was the default."""
    return (PASS, ASK, ASK.replace("</bpmn:sequenceFlow>", conditioned(condition)))


@dataclass(frozen=True)
class Case:
    finds: str
    name: str
    changes: tuple[Change, ...]
    says: str


def case(finds: str, name: str, says: str, *changes: Change) -> Case:
    return Case(finds, name, changes, says)


LOOK_ROW = '<inputEntry><text>"look"</text></inputEntry>'
CASES = [
    # ---- a gateway and what the tables return
    case(
        "unreachable-condition",
        "A value is misspelt",
        'Did you mean "grant"?',
        (PASS, GRANT, '=route.outcome = "grnat"'),
    ),
    case(
        "unreachable-condition",
        "A text is compared with a boolean",
        "is never taken",
        (PASS, GRANT, "=route.outcome = true"),
    ),
    case(
        "unreachable-condition",
        "A script gives another text",
        '"paper"',
        (PASS, '=channel = "paper"', '=channel = "fax"'),
    ),
    case(
        "unreachable-condition",
        "A called process gives another text",
        '"held"',
        (PASS, '=visit = "held"', '=visit = "kept"'),
    ),
    case(
        "unreachable-condition", "A fact never has the value", '"north"', (VISIT, '=zone = "north"', '=zone = "east"')
    ),
    case(
        "unreachable-condition",
        "The table was changed and the gateway was not",
        '"allow"',
        (ROUTE, '"grant"', '"allow"'),
    ),
    case(
        "unreachable-condition",
        "Two values at once",
        "is never taken",
        (PASS, GRANT, '=route.outcome = "grant" and route.limit = "look"'),
    ),
    case(
        "unhandled-output",
        "One value has no way",
        'route.outcome = "refuse"',
        NO_DEFAULT,
        asked('=route.outcome = "ask"'),
    ),
    case(
        "unhandled-output",
        "The table gives a new value",
        '"wait"',
        NO_DEFAULT,
        asked('=route.outcome = "refuse"'),
        (ROUTE, '"refuse"', '"wait"'),
    ),
    case(
        "unhandled-output",
        "Only part of a value has a way",
        "route.limit",
        NO_DEFAULT,
        asked('=route.outcome = "refuse" and route.limit = "answer"'),
    ),
    case(
        "unhandled-output",
        "A fact has a value without way",
        'zone = "south"',
        (VISIT, ' default="Flow_South"', ""),
        (
            VISIT,
            'targetRef="Activity_South"></bpmn:sequenceFlow>',
            'targetRef="Activity_South">' + conditioned('=zone = "west"'),
        ),
    ),
    case(
        "unhandled-output",
        "A called process ends in a way that is not asked for",
        'visit = "missed"',
        (PASS, ' default="Flow_Done"', ""),
        (
            PASS,
            'sourceRef="Gateway_Visit" targetRef="Gateway_Refuse"></bpmn:sequenceFlow>',
            'sourceRef="Gateway_Visit" targetRef="Gateway_Refuse">' + conditioned('=visit = "lost"'),
        ),
    ),
    case(
        "unhandled-output",
        "A boolean has one way",
        "resident = false",
        (VISIT, ' default="Flow_South"', ""),
        (VISIT, '=zone = "north"', "=resident"),
        (
            VISIT,
            'targetRef="Activity_South"></bpmn:sequenceFlow>',
            f'targetRef="Activity_South">{conditioned("=resident and true")}',
        ),
    ),
    # ---- variables
    case(
        "read-before-write",
        "A condition asks for what nobody sets",
        '"fase"',
        (PASS, '=channel = "paper"', "=fase = 1"),
    ),
    case(
        "read-before-write",
        "An input is set only later",
        '"looked_on"',
        (PASS, '<zeebe:input source="=asked_on" target="start"/>', '<zeebe:input source="=looked_on" target="start"/>'),
    ),
    case(
        "read-before-write",
        "A timer waits for what nobody sets",
        '"last_day"',
        (PASS, "=deadlines.end.due", "=last_day"),
    ),
    case(
        "read-before-write",
        "A due date that nobody sets",
        '"due_day"',
        (PASS, 'dueDate="=deadlines.look.due"', 'dueDate="=due_day"'),
    ),
    case(
        "read-before-write",
        "The called process gets less",
        '"zone"',
        (PASS, 'processId="ferry_visit" ', 'processId="ferry_visit" propagateAllParentVariables="false"'),
    ),
    case(
        "read-before-write",
        "The called process hands back less",
        '"fee"',
        (PASS, '<zeebe:output source="=fee" target="fee"/>', ""),
    ),
    case(
        "read-before-write", "An answer is read before it is given", '"answered_on"', (PASS, '="paper"', "=answered_on")
    ),
    case(
        "decision-input",
        "The table asks for a fact that nobody gives",
        '"island"',
        (ROUTE, 'name="zone"', 'name="island"'),
        (ROUTE, "<text>zone</text>", "<text>island</text>"),
    ),
    case(
        "decision-input",
        "An input mapping is missing",
        '"as_of"',
        (PASS, '<zeebe:input source="=asked_on" target="as_of"/>', ""),
    ),
    case("decision-input", "An input mapping has another name", '"as_of"', (PASS, 'target="as_of"', 'target="asof"')),
    case(
        "decision-input",
        "The fact comes with a later event",
        '"resident"',
        (MANIFEST, "requires: [pass_number, resident]", "requires: [pass_number]"),
        ("look.form", '"resident"', '"seen"'),
        (MANIFEST, "date_fact: answered_on,", "date_fact: answered_on, may_have: [resident],"),
    ),
    case(
        "decision-input",
        "The decision is asked before the look",
        '"resident"',
        (PASS, '"Decision_ReadingsInForce"', '"Decision_Route"'),
    ),
    # ---- types
    case(
        "expression-type",
        "A day is compared with a number",
        "asked_on is a date and 5 a number",
        (PASS, '=channel = "paper"', "=asked_on > 5"),
    ),
    case(
        "expression-type",
        "A day that the calendar does not have",
        'there is no date "2011-02-31"',
        (PASS, '=channel = "paper"', '=asked_on > date("2011-02-31")'),
    ),
    case(
        "expression-type",
        "A duration that is written as none is",
        '@"10 days" is no date',
        (PASS, '=channel = "paper"', '=asked_on + @"10 days" > asked_on'),
    ),
    case(
        "expression-type",
        "A truth is compared with a text",
        'resident is a boolean and "yes" a string',
        (VISIT, '=zone = "north"', '=resident = "yes"'),
    ),
    case(
        "expression-type",
        "A day is moved by a number",
        "date + number has no result",
        (
            PASS,
            '<zeebe:input source="=asked_on" target="start"/>',
            '<zeebe:input source="=asked_on + 1" target="start"/>',
        ),
    ),
    case(
        "expression-type",
        "A text is asked whether it holds",
        "the condition takes true or false, and zone is a string",
        (VISIT, '=zone = "north"', "=zone"),
    ),
    case(
        "expression-type",
        "A number is where a day is due",
        "the timeDate takes a date",
        (PASS, "=deadlines.end.due", "=asked_on.day"),
    ),
    case(
        "expression-type",
        "A day has no part of this name",
        "asked_on is a date, which has no days",
        (PASS, '=channel = "paper"', "=asked_on.days = 1"),
    ),
    case(
        "expression-type",
        "A function gets a text instead of a number",
        "floor()",
        (VISIT, "=0", "=floor(zone)"),
    ),
    case(
        "expression-type",
        "A field of a result is a text",
        "route.limit is a string and 1 a number",
        (PASS, '=channel = "paper"', "=route.limit = 1"),
    ),
    case(
        "expression-type",
        "One of two questions is a text",
        "and takes true or false",
        (VISIT, '=zone = "north"', "=resident and zone"),
    ),
    case(
        "expression-type",
        "A column is declared another type",
        'the input "zone" is declared a number, and zone is a string',
        (ROUTE, '<inputExpression typeRef="string"><text>zone', '<inputExpression typeRef="number"><text>zone'),
    ),
    case(
        "expression-type",
        "A cell compares with an input of another type",
        "limit_id is a string and as_of a date",
        (LIMITS, '<text>"look"</text></inputEntry>', "<text>as_of</text></inputEntry>"),
        (LIMITS, 'name="as_of"/></inputData>', 'name="as_of" typeRef="date"/></inputData>'),
    ),
    case(
        "expression-type",
        "An output gives another type than its column",
        '"amount" is declared a number, and limit_id is a string',
        (LIMITS, "<outputEntry><text>30</text>", "<outputEntry><text>limit_id</text>"),
        (LIMITS, 'name="limit_id"/></inputData>', 'name="limit_id" typeRef="string"/></inputData>'),
    ),
    # ---- messages
    case(
        "message-sender",
        "The start waits for another message",
        'Did you mean "pass_asked"?',
        (PASS, 'name="pass_asked"', 'name="pass_askd"'),
    ),
    case(
        "message-sender",
        "The catch event waits for another message",
        "answer_givn",
        (PASS, 'name="answer_given"', 'name="answer_givn"'),
    ),
    case(
        "message-sender",
        "The event sends another message",
        "waits for the message",
        (MANIFEST, "name: answer_given", "name: answer_sent"),
    ),
    case(
        "message-sender",
        "The event starts another process",
        "waits for the message",
        (MANIFEST, "message: pass_asked", "message: pass_wanted"),
    ),
    case(
        "message-sender",
        "The event sends nothing",
        '"answer_given"',
        (
            MANIFEST,
            "message: {name: answer_given, key: pass_number}",
            "user_task: {element: Activity_Look, key: pass_number}",
        ),
    ),
    case(
        "message-receiver",
        "Nothing catches the answer",
        '"answer_given"',
        (PASS, 'name="answer_given"', 'name="other"'),
    ),
    case("message-receiver", "Nothing starts", '"pass_asked"', (PASS, 'name="pass_asked"', 'name="other"')),
    case(
        "message-receiver",
        "The name of the manifest is misspelt",
        'Did you mean "answer_given"?',
        (MANIFEST, "name: answer_given", "name: answr_given"),
    ),
    case(
        "message-receiver",
        "A message more",
        '"look_done"',
        (
            MANIFEST,
            "does: [user_task: {element: Activity_Look, key: pass_number}]",
            "does: [user_task: {element: Activity_Look, key: pass_number}, "
            "message: {name: look_done, key: pass_number}]",
        ),
    ),
    case(
        "message-receiver", "Another start", '"pass_wanted"', (MANIFEST, "message: pass_asked", "message: pass_wanted")
    ),
    # ---- limits and deadlines
    case(
        "unknown-limit",
        "The header is misspelt",
        'Did you mean "look"?',
        (PASS, 'key="limit" value="look"', 'key="limit" value="lok"'),
        (PASS, "deadlines.look", "deadlines.lok"),
        (PASS, 'key="deadline" value="look"', 'key="deadline" value="lok"'),
        (PASS, "answer, look", "answer, lok"),
    ),
    case(
        "unknown-limit",
        "A notice speaks of one that is not there",
        'the notice "refused" speaks of the limit "anser"',
        ("refused.md", "channels:", "limits: {reply: anser}\nchannels:"),
    ),
    case("unknown-limit", "The row is gone", '"look"', (LIMITS, '"look"', '"gaze"')),
    case(
        "unknown-limit",
        "A table chooses a limit that is not there",
        '"short_answer"',
        (ROUTE, '"long_answer"', '"short_answer"'),
    ),
    case("unknown-limit", "A constant chooses one", '"never"', (PASS, 'source="=route.limit"', "source='=\"never\"'")),
    case("unknown-limit", "The rows have other names", '"long_answer"', (LIMITS, '"long_answer"', '"longer_answer"')),
    case(
        "limit-row",
        "An amount is emptied",
        'Rule_Answer expected "amount" to be a whole number, but got an empty cell.',
        (LIMITS, "<text>30</text>", "<text></text>"),
    ),
    case("limit-row", "An amount is taken out", "but got null", (LIMITS, "<text>30</text>", "<text>null</text>")),
    case("limit-row", "An amount is a part of a day", "but got 2.5", (LIMITS, "<text>5</text>", "<text>2.5</text>")),
    case("limit-row", "An amount is a word", 'but got "5"', (LIMITS, "<text>5</text>", '<text>"5"</text>')),
    case(
        "limit-row",
        "A unit is misspelt",
        'Did you mean "business days"?',
        (LIMITS, '"business days"', '"busines days"'),
    ),
    case("limit-row", "A unit is emptied", '"unit" to be one of', (LIMITS, '<text>"business days"</text>', "<text/>")),
    case(
        "unknown-deadline",
        "A timer of a deadline that is not set",
        "deadlines.ende",
        (PASS, "=deadlines.end.due", "=deadlines.ende.due"),
    ),
    case(
        "unknown-deadline",
        "A due date of one that is not set",
        "deadlines.lock",
        (PASS, 'dueDate="=deadlines.look.due"', 'dueDate="=deadlines.lock.due"'),
    ),
    case(
        "unknown-deadline",
        "One is met that is not set",
        '"lookk"',
        (PASS, 'key="deadline" value="look"', 'key="deadline" value="lookk"'),
    ),
    case(
        "unknown-deadline",
        "The later of one that is not set",
        '"anser"',
        (PASS, 'value="answer, look"', 'value="anser, look"'),
    ),
    case(
        "unknown-deadline",
        "It is set under another name",
        "deadlines.end",
        (PASS, 'key="deadline" value="end"', 'key="deadline" value="ending"'),
    ),
    # ---- notices
    case(
        "notice-content",
        "A demanded piece is required nowhere",
        "fe:4",
        ("granted.md", '{id: number, clause: "fe:4"', '{id: number, clause: "fe:2"'),
        ("refused.md", '{id: number, clause: "fe:4"', '{id: number, clause: "fe:2"'),
    ),
    case(
        "notice-content",
        "A new clause demands a piece",
        "fe:4.b",
        (
            REGISTER,
            '  - {id: "4"',
            '  - {id: "4.b", text: More., citation: FPO 4b, kind: obligation, home: notice content, status: found}\n'
            '  - {id: "4"',
        ),
    ),
    case(
        "notice-content",
        "Another clause becomes one of content",
        "fe:3",
        (REGISTER, "home: deadline", "home: notice content"),
    ),
    case(
        "notice-content",
        "A definition becomes one of content",
        "fe:1",
        (REGISTER, "home: data definition", "home: notice content"),
    ),
    case(
        "notice-content",
        "A step becomes one of content",
        "fe:2",
        (REGISTER, "home: process step", "home: notice content"),
    ),
    case("notice-input", "The notice wants more", '"boat"', ("granted.md", "inputs: [fee]", "inputs: [fee, boat]")),
    case(
        "notice-input",
        "The task gives another name",
        '"fee"',
        (PASS, '<zeebe:input source="=fee" target="fee"/>', '<zeebe:input source="=visit" target="fe"/>'),
        (PASS, '<zeebe:output source="=fee" target="fee"/>', ""),
    ),
    case(
        "notice-input",
        "The task sends another notice",
        '"fee"',
        (PASS, 'key="notice" value="refused"', 'key="notice" value="granted"'),
        (PASS, '<zeebe:output source="=fee" target="fee"/>', '<zeebe:output source="=fee" target="fees"/>'),
        (PASS, '<zeebe:input source="=fee" target="fee"/>', '<zeebe:input source="=fees" target="fee"/>'),
    ),
    case(
        "notice-input",
        "The refusal wants what only a visit gives",
        '"boat"',
        ("refused.md", "channels: [mail]", "channels: [mail]\ninputs: [boat]"),
    ),
    case(
        "notice-input",
        "The notice wants a misspelt input",
        '"fees"',
        ("granted.md", "inputs: [fee]", "inputs: [fees]"),
        ("granted.md", "{{ fee }}", "{{ fees }}"),
    ),
    case(
        "notice-unsent",
        "Nobody refuses",
        '"refused"',
        (PASS, 'key="notice" value="refused"', 'key="notice" value="granted"'),
    ),
    case(
        "notice-unsent",
        "Nobody grants",
        '"granted"',
        (PASS, 'key="notice" value="granted"', 'key="notice" value="refused"'),
    ),
    case(
        "notice-unsent",
        "The job is another one",
        '"refused"',
        (
            PASS,
            '<zeebe:taskDefinition type="notice.send"/><zeebe:taskHeaders><zeebe:header key="notice" value="refused"/>',
            '<zeebe:taskDefinition type="case.state"/><zeebe:taskHeaders><zeebe:header key="state" value="refused"/>',
        ),
    ),
    case(
        "notice-unsent", "The notice was renamed", '"declined"', ("refused.md", "notice: refused", "notice: declined")
    ),
    case(
        "notice-unsent",
        "The header is missing",
        '"granted"',
        (PASS, '<zeebe:header key="notice" value="granted"/>', ""),
    ),
    # ---- readings
    case(
        "reading-undefined",
        "A rule cites one that no row chooses",
        "R-01",
        (READINGS, '"R-01"', '"R-09"'),
        (REGISTER, "R-03]", "R-03, R-09]"),
    ),
    case(
        "reading-undefined",
        "An element cites one that no row chooses",
        "R-03",
        (READINGS, '"R-03"', '"R-08"'),
        (REGISTER, "R-03]", "R-03, R-08]"),
    ),
    case(
        "reading-undefined",
        "The first task cites one",
        "R-07",
        (REGISTER, "R-03]", "R-03, R-07]"),
        (PASS, "[fe:1]", "[fe:1; R-07]"),
    ),
    case(
        "reading-undefined",
        "A diagram asks for a key that is not there",
        '"late_anser"',
        (PASS, '=channel = "paper"', "=readings.late_anser"),
    ),
    case(
        "reading-undefined",
        "The key was renamed",
        '"late_answer"',
        (READINGS, '"late_answer"', '"later_answer"'),
        (PASS, '=channel = "paper"', "=readings.late_answer"),
    ),
    case("reading-unused", "The rule does not cite it", "R-01", (ROUTE, "; R-01", "")),
    case("reading-unused", "The task does not cite it", "R-02", (PASS, "[R-02]", "[fe:2]")),
    case("reading-unused", "The call does not cite it", "R-03", (PASS, "; R-03", "")),
    case("reading-unused", "The citation is another one", "R-02", (PASS, "[R-02]", "[R-03]")),
    case("reading-unused", "The row has a number of its own", "R-05", (READINGS, '"R-03"', '"R-05"')),
    case(
        "unverified-parameter",
        "One row needs counsel",
        '"needs-counsel": R-01',
        (
            READINGS,
            '"refuse"</text></outputEntry><outputEntry><text>"verified"',
            '"refuse"</text></outputEntry><outputEntry><text>"needs-counsel"',
        ),
    ),
    case("unverified-parameter", "All rows are unverified", "3 rows have", (READINGS, '"verified"', '"unverified"')),
    case("unverified-parameter", "All are examples", '"example"', (READINGS, '"verified"', '"example"')),
    case(
        "unverified-parameter",
        "One is assumed",
        "R-02",
        (
            READINGS,
            '"count"</text></outputEntry><outputEntry><text>"verified"',
            '"count"</text></outputEntry><outputEntry><text>"assumed"',
        ),
    ),
    case(
        "unverified-parameter",
        "One row without an id of its own",
        "Rule_R03",
        (READINGS, '"R-03"', "null"),
        (PASS, "; R-03", ""),
        (
            READINGS,
            '"short"</text></outputEntry><outputEntry><text>"verified"',
            '"short"</text></outputEntry><outputEntry><text>"open"',
        ),
    ),
    *(
        case(
            "unverified-clause",
            f"Clause {clause} is recalled",
            f"fe:{clause}",
            (REGISTER, f"citation: FPO {clause}, ", f"citation: FPO {clause}, corrects: earlier, "),
            (REGISTER, old, new),
        )
        for clause, old, new in (
            ("1", "home: data definition, status: found", "home: data definition, status: recalled"),
            ("2", "home: process step, status: found", "home: process step, status: recalled"),
            ("3", "home: deadline, status: found", "home: deadline, status: not found"),
            ("4", "home: notice content, status: found", "home: notice content, status: not found"),
        )
    ),
    case(
        "unverified-clause",
        "All clauses are recalled",
        "4 cited clauses",
        (REGISTER, "status: found", "status: recalled"),
    ),
    # ---- numbers that a row of parameters holds, spelled in a text
    case("spelled-parameter", "A label", 'spells "thirty days", which is', (PASS, "Which way?", "Is it thirty days?")),
    case(
        "spelled-parameter",
        "A documentation",
        "Rule_Long in Decision_Limit",
        (PASS, "[fe:1]", "[fe:1] sixty calendar days"),
    ),
    case(
        "spelled-parameter",
        "The label of a flow, in digits",
        'spells "5 business days"',
        (PASS, 'name="Grant"', 'name="In 5 business days"'),
    ),
    case(
        "spelled-parameter",
        "A notice, in the style of statutes",
        "{{ limits.NAME.in_words }}",
        ("granted.md", "Pass {{", "You have thirty (30)\ndays. Pass {{"),
    ),
    case(
        "spelled-parameter",
        "A sentence for a reason",
        'the notice "refused" spells "thirty-day"',
        ("refused.md", "channels:", "reason_texts: {late: It came after the thirty-day limit.}\nchannels:"),
    ),
    case(
        "spelled-parameter",
        "A form",
        'the form "look"',
        ("look.form", '"label": "Resident"', '"label": "Resident for sixty days"'),
    ),
    case(
        "spelled-parameter",
        "The manifest",
        "the manifest spells",
        (MANIFEST, "meaning: the day of asking", "meaning: the day from which the 30 days run"),
    ),
    case(
        "spelled-parameter",
        "An amount of money",
        'spells "EUR 60"',
        (LIMITS, '<output name="amount"', '<output label="Fee (EUR)" name="amount"'),
        ("granted.md", "Pass {{", "The fee is EUR 60. Pass {{"),
    ),
    case(
        "spelled-number",
        "A label of days that are business days",
        "may be the value of Rule_Look",
        (PASS, "Which way?", "Looked at in five days?"),
    ),
    case("spelled-number", "A documentation", '"5 days"', (PASS, "[fe:1]", "[fe:1] 5 days")),
    case("spelled-number", "The label of a flow", '"60 working days"', (PASS, '"Grant"', '"In 60 working days"')),
    case(
        "spelled-number",
        "A notice of business days that are days",
        '"thirty business days"',
        ("refused.md", "Pass {{", "We answer in thirty business days. Pass {{"),
    ),
    case(
        "spelled-number",
        "A form",
        "leave the number to the row",
        ("look.form", '"label": "Resident"', '"label": "Resident for five days"'),
    ),
    case("spelled-number", "The manifest", "the manifest", (MANIFEST, "meaning: where", "meaning: for five days")),
    # ---- expressions
    case(
        "long-expression",
        "A condition asks three things",
        "asks 3 things",
        (PASS, '=channel = "paper"', '=channel = "paper" and zone = "north" and resident'),
    ),
    case("long-expression", "A script is a formula", "characters at most", (VISIT, "=0", f"={' + '.join(['0'] * 60)}")),
    case(
        "long-expression",
        "A condition is long",
        "characters at most",
        (PASS, '=channel = "paper"', f'=channel = "paper{"r" * 120}" or channel = "paper"'),
    ),
    case(
        "long-expression",
        "A script asks four things",
        "asks 4 things",
        (
            VISIT,
            '=if resident then "held" else "missed"',
            '=if resident or resident or resident or resident then "held" else "missed"',
        ),
    ),
    case(
        "long-expression",
        "Alternatives and conditions together",
        "asks 3 things",
        (VISIT, '=zone = "north"', '=zone = "north" or (resident and zone = "south")'),
    ),
    case("literal-number", "A figure in a condition", "got 30", (PASS, '=channel = "paper"', "=looked_on.day > 30")),
    case("literal-number", "A fee in a script", "got 45.50", (VISIT, "=0", "=45.50")),
    case("literal-number", "A figure in a calculation", "got 12", (VISIT, "=0", "=1 + 12 * 1")),
    case(
        "literal-number",
        "A figure in a question",
        "got 2",
        (
            VISIT,
            '=if resident then "held" else "missed"',
            '=if resident and asked_on.month > 2 then "held" else "missed"',
        ),
    ),
    case("literal-number", "A negative figure", "got 7", (VISIT, "=0", "=-7")),
]


def findings(*changes: Change) -> list[Problem]:
    # the diagrams of this law are written down and not drawn
    return [problem for problem in review_package(ferry_law(*changes)) if problem.check != "undrawn-element"]


def test_law_as_it_is_has_no_finding() -> None:
    assert findings() == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.finds}-{case.name.replace(' ', '_')}")
def test_spoilt_law_is_found(case: Case) -> None:
    # when
    found = findings(*case.changes)

    # then
    told = "\n\n".join(map(str, found))
    assert any(problem.check == case.finds and case.says in str(problem) for problem in found), told


@pytest.mark.parametrize("name", REVIEW_RULES)
def test_every_check_across_models_has_five_faults_at_least(name: str) -> None:
    assert Counter(case.finds for case in CASES)[name] >= LEAST_FAULTS


def test_finding_carries_code_place_reason_and_remedy() -> None:
    [problem] = findings((PASS, '=channel = "paper"', '=channel = "fax"'))

    assert problem.code is ErrorCode.TRACE_MODELS
    assert (problem.location.file, problem.location.element_id) == (PASS, "Gateway_Late")
    assert problem.location.part == "condition of Flow_Paper"
    assert problem.severity is Severity.WARNING
    assert problem.why
    assert problem.hint


@pytest.mark.parametrize(
    "condition",
    [
        '=asked_on + duration("P5D") > looked_on',
        "=(looked_on - asked_on).days > 0",
        '=zone in ("north", "south") and not(resident)',
        '=string(asked_on.year) = "2024" or asked_on = null',
        "=[asked_on, looked_on][1] = asked_on",
        "=if resident then asked_on < looked_on else looked_on between asked_on and asked_on",
        '=some day in [asked_on] satisfies day = "Monday"',
        "=number(pass_number) > 0",
        "=max(asked_on, looked_on) = looked_on",
    ],
)
def test_condition_whose_types_fit_is_no_finding(condition: str) -> None:
    found = findings((PASS, '=channel = "paper"', condition.replace("<", "&lt;").replace('"', "&quot;")))

    assert [str(problem) for problem in found if problem.check == "expression-type"] == []


@pytest.mark.parametrize(
    "condition",
    ['=route.outcome != "ask"', '=not(route.outcome = "ask")', '=route.outcome in ("grant", "later")'],
)
def test_condition_that_can_hold_is_no_finding(condition: str) -> None:
    assert findings((PASS, GRANT, condition)) == []


def test_process_that_the_api_starts_may_get_any_variable() -> None:
    # given: nothing calls the visit any more, so that whoever starts it gives its variables
    found = findings(
        (PASS, 'processId="ferry_visit"', 'processId="another"'), (VISIT, '=zone = "north"', "=anything = 1")
    )

    # then
    assert not [problem for problem in found if problem.location.file == VISIT]


@pytest.mark.parametrize(
    "words",
    [
        "the thirtieth day",
        "five boats",
        "31 days",
        "no days",
        "on page 30, days later",
        "thirty-one days",
        "no five-day",
    ],
)
def test_words_that_no_row_holds_are_no_finding(words: str) -> None:
    found = [problem for problem in findings((PASS, "[fe:1]", f"[fe:1] {words}")) if problem.check != "spelled-number"]

    assert found == []


def test_row_of_the_very_limit_that_the_element_sets_is_named_first() -> None:
    law = (
        (LIMITS, "<text>60</text>", "<text>5</text>"),
        (LIMITS, '<text>"calendar days"</text>', '<text>"business days"</text>'),
        (
            PASS,
            'id="Activity_SetLook"',
            'id="Activity_SetLook" name="Set the five business days"',
        ),
    )

    (problem,) = findings(*law)

    assert "is the value of Rule_Look, Rule_Long in Decision_Limit" in problem.message
    assert (problem.location.element_id, problem.severity) == ("Activity_SetLook", Severity.WARNING)


def test_finding_in_a_notice_names_its_line_and_one_that_is_not_exact_is_for_information() -> None:
    (problem,) = findings(("granted.md", "Pass {{", "Wait.\n\nIt takes five days. Pass {{"))

    assert (problem.location.file, problem.location.line) == ("granted.md", 13)
    assert (problem.check, problem.severity) == ("spelled-number", Severity.INFORMATION)


def test_numbers_are_looked_for_in_english_alone() -> None:
    assert (
        findings((MANIFEST, "currency: EUR", "currency: EUR\nlanguage: nb"), (PASS, "[fe:1]", "[fe:1] 30 days")) == []
    )


def test_number_that_a_documentation_accepts_as_quoted_is_no_number_of_its_own() -> None:
    assert (
        findings((PASS, "[fe:1]", "[fe:1] as said [accept long-expression: thirty days are the law's own words]")) == []
    )
