"""Models that are right though one seldom sees the like: no check may speak of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.bpmn.diagrams import (
    boundary,
    call,
    catch,
    conditional,
    element,
    end,
    error,
    escalation,
    event_sub_process,
    flow,
    message,
    multi_instance,
    receive,
    service,
    signal,
    standard_loop,
    start,
    sub_process,
    timer,
    user,
)
from tests.checks.sketches import COMPLETE, parts_of, sketch
from tests.checks.test_diagrams import Case, case, own
from tests.checks.test_diagrams import findings as findings_of_diagrams
from tests.checks.test_tables import findings as findings_of_table

TABLES = yaml.safe_load((Path(__file__).parent / "data" / "unusual_tables.yaml").read_text(encoding="utf-8"))["cases"]
TERMINATE = "<bpmn:terminateEventDefinition/>"
DIAGRAMS = [
    case("An inclusive join in a loop", "", sketch("S>X1 X1>O1 O1>U1,U2 U1>O2 U2>O2 O2>X2 X2>E,X1")),
    case(
        "An inclusive join of an inclusive and an exclusive split",
        "",
        sketch("S>O1 O1>T1,X1 X1>T2,T3 T1>O2 T2>X2 T3>X2 X2>O2 O2>E"),
    ),
    case(
        "An inclusive join after a parallel split with a way past it",
        "",
        sketch("S>P1 P1>U1,X1 X1>U2,E2 U1>O1 U2>O1 O1>E1"),
    ),
    case(
        "A task for each of several",
        "",
        sketch(
            "S>A1 A1>E", user("A1", ext=COMPLETE, inner=multi_instance("=papers", inputElement="paper")), own=own("A1")
        ),
    ),
    case(
        "A sub-process for each of several, one after another",
        "",
        sketch(
            "S>A1 A1>E",
            sub_process(
                "A1", *parts_of("S2>X1 X1>U1,T1 U1>X2 T1>X2 X2>E2"), inner=multi_instance("=papers", sequential=True)
            ),
            own=own("A1"),
        ),
    ),
    case(
        "A sub-process that repeats while something is missing",
        "",
        sketch(
            "S>A1 A1>E",
            sub_process("A1", *parts_of("S2>U1 U1>E2"), inner=standard_loop("=again", loopMaximum="5")),
            own=own("A1"),
        ),
    ),
    case(
        "A withdrawal at any time ends the case",
        "",
        sketch(
            "S>P1 P1>U1,U2 U1>P2 U2>P2 P2>E",
            event_sub_process("H1", start("S2", message("answer")), end("E2", error("refused")), flow("S2", "E2")),
        ),
    ),
    case(
        "A note that comes in beside the work",
        "",
        sketch(
            "S>U1 U1>U2 U2>E",
            event_sub_process(
                "H1",
                element("startEvent", "S2", inner=message("answer"), isInterrupting="false"),
                *parts_of("S2>T2 T2>E2", own("S2")),
            ),
        ),
    ),
    case(
        "A handler inside of a sub-process",
        "",
        sketch(
            "S>A1 A1>E",
            sub_process(
                "A1",
                *parts_of("S2>U1 U1>E2"),
                event_sub_process("H1", start("S3", timer(date="=due")), *parts_of("S3>T1 T1>E3", own("S3"))),
            ),
            own=own("A1"),
        ),
    ),
    case(
        "Two reminders and an end",
        "",
        sketch(
            "S>U1 U1>E1 B1>T1 T1>E2 B2>T2 T2>E3 B3>E4",
            boundary("B1", "U1", timer(date="=due"), interrupting=False),
            boundary("B2", "U1", timer(date="=due"), interrupting=False),
            boundary("B3", "U1", timer(date="=due")),
            own=own("B1", "B2", "B3"),
        ),
    ),
    case(
        "The second of two ways ends the first",
        "",
        sketch(
            "S>P1 P1>U1,M1 U1>E1 M1>E2",
            element("endEvent", "E2", inner=TERMINATE),
            element("endEvent", "E1", inner=TERMINATE),
            catch("M1", message("answer"), doc="[R-06]"),
            own=own("E1", "E2", "M1"),
        ),
    ),
    case(
        "Two starts of one process",
        "",
        sketch(
            "S1>X1 S2>X1 X1>T1 T1>E",
            start("S1", message("answer")),
            start("S2", signal("alarm")),
            own=own("S1", "S2"),
        ),
    ),
    case(
        "Three called processes, one in another",
        "",
        sketch("S>A1 A1>E", call("A1", "second"), own=own("A1"), process_id="first"),
        sketch("S>X1 X1>A1,T1 A1>X2 T1>X2 X2>E", call("A1", "third"), own=own("A1"), process_id="second"),
        sketch("S>U1 U1>X1 X1>E1,E2", end("E2", error("refused")), own=own("E2"), process_id="third"),
    ),
    case(
        "An error goes up through two scopes",
        "",
        sketch(
            "S>A1 A1>E1 B1>E2",
            sub_process(
                "A1",
                *parts_of("S2>A2 A2>E3", own("A2")),
                sub_process("A2", *parts_of("S3>X1 X1>E4,E5", own("E5")), end("E5", error("refused"))),
            ),
            boundary("B1", "A1", error("refused")),
            own=own("A1", "B1"),
        ),
    ),
    case(
        "An escalation that does not interrupt",
        "",
        sketch(
            "S>A1 A1>E1 B1>U9 U9>E2",
            sub_process(
                "A1",
                *parts_of("S2>I9 I9>U1 U1>E3", own("I9")),
                element("intermediateThrowEvent", "I9", inner=escalation("late")),
            ),
            boundary("B1", "A1", escalation("late"), interrupting=False),
            own=own("A1", "B1"),
        ),
    ),
    case(
        "A race of three", "", sketch("S>V1 V1>M1,C1,A1 M1>E1 C1>E2 A1>E3", catch("A1", signal("alarm")), own=own("A1"))
    ),
    case("A race with a receive task", "", sketch("S>V1 V1>A1,C1 A1>E1 C1>E2", receive("A1", "answer"), own=own("A1"))),
    case("A race in a loop of persons", "", sketch("S>X1 X1>V1 V1>M1,C1 M1>U1 U1>X1 C1>E")),
    case(
        "A condition with an end of its wait",
        "",
        sketch("S>V1 V1>A1,C1 A1>E1 C1>E2", catch("A1", conditional("=again")), own=own("A1")),
    ),
    case(
        "A job tries again and gives up",
        "",
        sketch(
            "S>X1 X1>A1 A1>X2 X2>E1,X1 B1>E2",
            service("A1"),
            boundary("B1", "A1", error("refused")),
            own=own("A1", "B1"),
        ),
    ),
    case("Parallel inside of parallel", "", sketch("S>P1 P1>P2,U1 P2>U2,U3 U2>P3 U3>P3 P3>P4 U1>P4 P4>E")),
    case("A parallel join of ways that began apart", "", sketch("S>P1 P1>U1,P2 P2>U2,U3 U1>P3 U2>P3 P3>P4 U3>P4 P4>E")),
    case(
        "An exclusive split whose ways each split in parallel",
        "",
        sketch("S>X1 X1>P1,P2 P1>T1,T2 T1>P3 T2>P3 P2>T3,T4 T3>P4 T4>P4 P3>X2 P4>X2 X2>E"),
    ),
]


@pytest.mark.parametrize("case", TABLES, ids=lambda case: case["name"].replace(" ", "_"))
def test_unusual_table_has_no_finding(case: dict[str, Any]) -> None:
    assert [str(problem) for problem in findings_of_table(case)] == []


@pytest.mark.parametrize("case", DIAGRAMS, ids=lambda case: case.name.replace(" ", "_"))
def test_unusual_diagram_has_no_finding(case: Case) -> None:
    assert [str(problem) for problem in findings_of_diagrams(case.files)] == []
