"""Multi-instance activities and loops together with events, scopes and other loops."""

from __future__ import annotations

import pytest

from tests.bpmn.diagrams import (
    TERMINATE,
    call,
    catch,
    conditional,
    end,
    error,
    escalation,
    flow,
    gateway,
    mark,
    multi_instance,
    path,
    receive,
    script,
    service,
    standard_loop,
    start,
    sub_process,
    timer,
)
from tests.bpmn.interplay import CALLED, ESCALATING, ONE_BY_ONE, SPLIT, THREE, Case, around, aside, check, edge, inner

CASES: dict[str, Case] = {
    "cycle beside three jobs goes on until the last is done": Case(
        around(service("A", inner=THREE), *edge(timer(cycle="R3/PT10M"), interrupting=False)),
        ["Edge", "Edge", "Edge", "After"],
        "advance PT35M; job A; job A; advance PT2H; job A",
    ),
    "each run escalates to the border of all": Case(
        around(
            inner(*ESCALATING, flows=("Raise", "On"), loop=THREE),
            *edge(escalation("E"), interrupting=False),
        ),
        [["Edge", "Edge", "Edge", "On", "On", "On"], "After"],
        escalations=["E"],
    ),
    "escalation of the first of several runs ends them all": Case(
        around(inner(*ESCALATING, flows=("Raise", "On"), loop=ONE_BY_ONE), *edge(escalation("E"))),
        ["Edge"],
        escalations=["E"],
    ),
    "error of one run is handled inside it": Case(
        around(
            sub_process(
                "A",
                start("In"),
                gateway("exclusive", "Which", default="Good"),
                mark("Ok"),
                end("Out"),
                end("Bad", error("X")),
                flow("In", "Which"),
                flow("Which", "Ok", flow_id="Good"),
                flow("Which", "Bad", "=item = 2"),
                flow("Ok", "Out"),
                aside(error("X")),
                inner=THREE,
            )
        ),
        [["Ok", "Ok", "Aside"], "After"],
        errors=["X"],
    ),
    "error out of one called process ends the others": Case(
        around(call("A", "child", inner=THREE), *edge(error("X"))),
        ["Edge"],
        "error Called X",
        child=CALLED,
        errors=["X"],
    ),
    "terminate ends the run that reaches it and no other": Case(
        around(
            sub_process(
                "A",
                *SPLIT,
                gateway("exclusive", "Which", default="Quiet"),
                end("Stop", TERMINATE),
                end("Rest"),
                flow("Both", "Which"),
                flow("Which", "Stop", "=item = 2"),
                flow("Which", "Rest", flow_id="Quiet"),
                inner=THREE,
            )
        ),
        ["After"],
        "job Work; job Work",
    ),
    "timer inside each run is its own": Case(
        around(inner(service("Work"), *edge(timer(duration="PT1H"), at="Work"), flows=("Work",), loop=THREE)),
        ["Edge", "Edge", "After"],
        "job Work; advance PT1H",
    ),
    "timer at the border of a loop is set once": Case(
        around(
            service("A", inner=standard_loop("=loopCounter < 3")),
            *edge(timer(duration="PT90M")),
        ),
        ["Edge"],
        "advance PT1H; job A; advance PT29M; advance PT1M",
    ),
    "event sub-process inside each run is its own": Case(
        around(inner(service("Work"), flows=("Work",), more=(aside(timer(duration="PT1H")),), loop=THREE)),
        ["Aside", "Aside", "After"],
        "job Work; advance PT1H",
    ),
    "each run waits for the message of its item": Case(
        around(receive("A", "m", inner=multi_instance('=["a", "b"]', inputElement="key"))),
        ["After"],
        "message m b; message m a",
        messages={"m": "=key"},
    ),
    "gateway that waits in each run is decided for that run": Case(
        around(
            sub_process(
                "A",
                start("In"),
                gateway("eventBased", "First"),
                receive("M", "m"),
                receive("N", "n"),
                mark("GotM"),
                mark("GotN"),
                end("OutM"),
                end("OutN"),
                *path("In", "First", "M", "GotM", "OutM"),
                *path("First", "N", "GotN", "OutN"),
                inner=multi_instance('=["a", "b"]', inputElement="key"),
            )
        ),
        ["GotN", "GotM", "After"],
        "message n b; message m a",
        messages={"m": "=key", "n": "=key"},
    ),
    "conditions of runs see their own items": Case(
        around(
            inner(catch("Until", conditional("=paid >= item")), mark("Paid"), flows=("Until", "Paid"), loop=THREE),
            aside(timer(duration="PT1H"), interrupting=False),
        ),
        ["Paid", "Paid", "Aside"],
        "advance PT1H",
        given={"paid": 2},
        status="active",
    ),
    "nested loops count for themselves": Case(
        around(
            inner(
                script("Count", "=append(trace, loopCounter)", "trace", inner=standard_loop("=loopCounter < 2")),
                flows=("Count",),
                loop=standard_loop("=loopCounter < 2"),
            )
        ),
        [1, 2, 1, 2, "After"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_loop_does_as_it_says_with_what_it_meets(name: str) -> None:
    check(CASES[name])
