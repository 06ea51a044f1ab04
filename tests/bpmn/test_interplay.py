"""What single features do is tested elsewhere; here events, scopes and joins meet in one drawing."""

from __future__ import annotations

import pytest

from tests.bpmn.diagrams import (
    TERMINATE,
    boundary,
    call,
    catch,
    conditional,
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
    path,
    script,
    service,
    signal,
    start,
    sub_process,
    throw,
    timer,
    user,
)
from tests.bpmn.interplay import CALLED, END, ESCALATING, FAILING, SPLIT, Case, around, aside, check, edge, inner

CASES: dict[str, Case] = {
    # ---- errors and escalations through scopes ------------------------------------------------------------------
    "code goes before a catch-all in one place": Case(
        around(service("A"), *edge(error(), name="Any"), *edge(error("X"))),
        ["Edge"],
        "error A X",
        errors=["X"],
    ),
    "catch-all inside goes before a code outside": Case(
        around(
            inner(service("Work"), *edge(error(), at="Work", name="Any"), flows=("Work",)),
            *edge(error("X")),
        ),
        ["Any", "After"],
        "error Work X",
        errors=["X"],
    ),
    "event sub-process with a catch-all goes before a code at the border": Case(
        around(inner(service("Work"), flows=("Work",), more=(aside(error()),)), *edge(error("X"))),
        ["Aside", "After"],
        "error Work X",
        errors=["X"],
    ),
    "error thrown again by its handler leaves the scope": Case(
        around(inner(service("Work"), flows=("Work",), more=(aside(error("X"), last=error("X")),)), *edge(error("X"))),
        ["Aside", "Edge"],
        "error Work X",
        errors=["X"],
    ),
    "error of one event sub-process is caught by another": Case(
        (
            *around(service("A")),
            aside(timer(duration="PT1H"), interrupting=False, name="Late", last=error("X")),
            aside(error("X")),
        ),
        ["Late", "Aside"],
        "advance PT1H",
        errors=["X"],
    ),
    "error behind a border event inside leaves the scope": Case(
        around(
            inner(
                service("Work"),
                boundary("Late", "Work", timer(duration="PT1H"), interrupting=False),
                end("Broken", error("X")),
                flow("Late", "Broken"),
                flows=("Work",),
            ),
            *edge(error("X")),
        ),
        ["Edge"],
        "advance PT1H",
        errors=["X"],
    ),
    "called process handles its own error": Case(
        around(call("A", "child"), *edge(error("X"))),
        ["Aside", "After"],
        child=(*FAILING, aside(error("X"))),
        errors=["X"],
    ),
    "called process that throws again reaches its caller": Case(
        around(call("A", "child", attributes='propagateAllChildVariables="false"'), *edge(error("X"))),
        ["Edge"],
        child=(*FAILING, aside(error("X"), last=error("X"))),
        errors=["X"],
    ),
    "escalation out of a called process lets it go on": Case(
        around(
            call("A", "child", attributes='propagateAllChildVariables="false"'),
            *edge(escalation("E"), interrupting=False),
        ),
        ["Edge", "After"],
        child=(start("In"), *ESCALATING, end("Out"), *path("In", "Raise", "On", "Out")),
        escalations=["E"],
    ),
    "escalation is caught once, where it is caught first": Case(
        around(
            sub_process(
                "A",
                start("In"),
                sub_process("B", start("Deep"), *ESCALATING, end("Up"), *path("Deep", "Raise", "On", "Up")),
                end("Out"),
                *path("In", "B", "Out"),
                *edge(escalation(), at="B", interrupting=False, name="Any"),
            ),
            *edge(escalation("E"), interrupting=False),
        ),
        [["Any", "On"], "After"],
        escalations=["E"],
    ),
    "escalation of an event sub-process reaches the border each time": Case(
        around(
            inner(
                service("Work"),
                flows=("Work",),
                more=(aside(signal("s"), interrupting=False, last=escalation("E")),),
            ),
            *edge(escalation("E"), interrupting=False),
        ),
        ["Aside", "Edge", "Aside", "Edge", "After"],
        "signal s; signal s; job Work",
        signals=["s"],
        escalations=["E"],
    ),
    "error catch-all takes no escalation": Case(
        around(inner(*ESCALATING, flows=("Raise", "On")), *edge(error())),
        ["On", "After"],
        escalations=["E"],
    ),
    # ---- event sub-processes, terminate, signals -----------------------------------------------------------------
    "scope waits for what its events have begun": Case(
        around(
            inner(
                service("Work"),
                flows=("Work",),
                more=(
                    event_sub_process(
                        "E",
                        start("Heard", signal("s"), isInterrupting="false"),
                        service("Extra"),
                        end("Said"),
                        *path("Heard", "Extra", "Said"),
                    ),
                ),
            )
        ),
        ["After"],
        "signal s; signal s; job Work; job Extra; signal s; job Extra; job Extra",
        signals=["s"],
    ),
    "interrupting event ends what others have begun": Case(
        (
            *around(service("A")),
            event_sub_process(
                "E",
                start("Heard", signal("a"), isInterrupting="false"),
                service("Extra"),
                end("Said"),
                *path("Heard", "Extra", "Said"),
            ),
            aside(signal("b")),
        ),
        ["Aside"],
        "signal a; signal a; signal b",
        signals=["a", "b"],
    ),
    "terminate in an event sub-process ends that alone": Case(
        (
            *around(service("A")),
            event_sub_process(
                "E",
                start("Heard", signal("s"), isInterrupting="false"),
                gateway("parallel", "Two"),
                service("Extra"),
                end("Said"),
                mark("Term"),
                end("Stop", TERMINATE),
                *path("Heard", "Two", "Extra", "Said"),
                *path("Two", "Term", "Stop"),
            ),
        ),
        ["Term", "Term", "After"],
        "signal s; signal s; job A",
        signals=["s"],
    ),
    "terminate in a called process ends that alone": Case(
        around(call("A", "child")),
        ["After"],
        child=(*SPLIT, end("Stop", TERMINATE), flow("Both", "Stop")),
    ),
    "terminate of a process ends its event sub-processes": Case(
        (
            start(),
            user("A"),
            end("End", TERMINATE),
            *path("Start", "A", "End"),
            event_sub_process(
                "E",
                start("Heard", signal("s"), isInterrupting="false"),
                service("Extra"),
                end("Said"),
                *path("Heard", "Extra", "Said"),
            ),
        ),
        [],
        "signal s; job A",
        signals=["s"],
    ),
    "signal thrown inside ends its own scope": Case(
        around(inner(throw("Call", signal("s")), mark("No"), flows=("Call", "No")), *edge(signal("s"))),
        ["Edge"],
        signals=["s"],
    ),
    "signal thrown in a called process ends its call": Case(
        around(call("A", "child"), *edge(signal("s"))),
        ["Edge"],
        child=(start("In"), throw("Call", signal("s")), mark("No"), end("Out"), *path("In", "Call", "No", "Out")),
        signals=["s"],
    ),
    "timer of the process ends a process that it has called": Case(
        (*around(call("A", "child")), aside(timer(duration="PT1H"))),
        ["Aside"],
        "advance PT1H",
        child=CALLED,
    ),
    "event sub-process of an event sub-process lives as long as that": Case(
        (
            *around(service("A")),
            event_sub_process(
                "E",
                start("Heard", signal("a"), isInterrupting="false"),
                service("Extra"),
                end("Said"),
                *path("Heard", "Extra", "Said"),
                aside(signal("b")),
            ),
        ),
        ["Aside", "Aside", "After"],
        "signal b; signal a; signal a; signal b; signal b; job A",
        signals=["a", "b"],
    ),
    "condition at the border sees what an event sub-process sets": Case(
        around(
            inner(
                script("Two", "=2", "n"),
                service("Work"),
                flows=("Two", "Work"),
                more=(
                    event_sub_process(
                        "E",
                        start("More", conditional("=n > 1")),
                        mark("Aside"),
                        script("Three", "=3", "n"),
                        end("Done"),
                        *path("More", "Aside", "Three", "Done"),
                    ),
                ),
            ),
            *edge(conditional("=n > 2"), interrupting=False),
        ),
        ["Aside", "Edge", "After"],
        given={"n": 0},
    ),
    "condition of the process does not see what a scope keeps": Case(
        (
            *around(
                inner(
                    script("Nine", "=9", "n"),
                    service("Work"),
                    flows=("Nine", "Work"),
                    ext=mapping({"n": "=0"}),
                )
            ),
            aside(conditional("=n > 5")),
        ),
        ["After"],
        "job Work",
        given={"n": 1},
    ),
    # ---- joins, links, timers in loops -----------------------------------------------------------------------------
    "inclusive join waits for a border event that may still occur": Case(
        (
            start(),
            gateway("parallel", "Fork"),
            mark("Quick"),
            service("Slow"),
            boundary("Late", "Slow", timer(duration="PT1H"), interrupting=False),
            end("Done"),
            gateway("inclusive", "Join"),
            mark("After"),
            END,
            *path("Start", "Fork", "Quick", "Join", "After", "End"),
            *path("Fork", "Slow", "Done"),
            *path("Late", "Join"),
        ),
        ["Quick", "After"],
        "job Slow",
    ),
    "inclusive join takes the border event that occurred": Case(
        (
            start(),
            gateway("parallel", "Fork"),
            mark("Quick"),
            service("Slow"),
            *edge(timer(duration="PT1H"), at="Slow")[:2],
            gateway("inclusive", "Join"),
            mark("After"),
            END,
            *path("Start", "Fork", "Quick", "Join", "After", "End"),
            *path("Fork", "Slow", "Join"),
            *path("EdgeEvent", "Edge", "Join"),
        ),
        ["Quick", "Edge", "After"],
        "advance PT1H",
    ),
    "inclusive join lets a loop before it run to its end": Case(
        (
            start(),
            gateway("inclusive", "Fork"),
            mark("A"),
            gateway("exclusive", "Again"),
            mark("B"),
            gateway("exclusive", "Enough", default="Out"),
            gateway("inclusive", "Join"),
            mark("After"),
            END,
            flow("Start", "Fork"),
            flow("Fork", "A", "=true"),
            flow("Fork", "Again", "=true"),
            *path("A", "Join"),
            *path("Again", "B", "Enough"),
            flow("Enough", "Again", '=count(trace[item = "B"]) < 3'),
            flow("Enough", "Join", flow_id="Out"),
            *path("Join", "After", "End"),
        ),
        [["A", "B", "B", "B"], "After"],
    ),
    "two inclusive joins that wait for each other stay where they are": Case(
        (
            start(),
            gateway("parallel", "Fork"),
            mark("A"),
            mark("B"),
            gateway("inclusive", "J1"),
            gateway("inclusive", "J2"),
            gateway("exclusive", "X1", default="D1"),
            gateway("exclusive", "X2", default="D2"),
            END,
            end("Other"),
            *path("Start", "Fork", "A", "J1", "X1"),
            *path("Fork", "B", "J2", "X2"),
            flow("X1", "J2", "=false"),
            flow("X2", "J1", "=false"),
            flow("X1", "End", flow_id="D1"),
            flow("X2", "Other", flow_id="D2"),
        ),
        [["A", "B"]],
        status="active",
    ),
    "links of one name in two scopes are two links": Case(
        (
            start(),
            sub_process(
                "A",
                start("In"),
                throw("T1", link("x")),
                catch("C1", link("x")),
                mark("Inside"),
                end("Out"),
                *path("In", "T1"),
                *path("C1", "Inside", "Out"),
            ),
            throw("T2", link("x")),
            catch("C2", link("x")),
            mark("Outside"),
            END,
            *path("Start", "A", "T2"),
            *path("C2", "Outside", "End"),
        ),
        ["Inside", "Outside"],
    ),
    "border timer begins anew each time its task does": Case(
        (
            start(),
            gateway("exclusive", "Again"),
            mark("Round"),
            service("A"),
            *edge(timer(duration="PT1H")),
            *path("Start", "Again", "Round", "A", "Again"),
        ),
        ["Round", "Round", "Round", "Edge"],
        "advance PT50M; job A; advance PT50M; job A; advance PT59M; advance PT1M",
    ),
    "cycle of a scope begins anew each time the scope does": Case(
        (
            start(),
            gateway("exclusive", "Again"),
            inner(service("Work"), flows=("Work",), more=(aside(timer(cycle="R2/PT1H"), interrupting=False),)),
            mark("Round"),
            gateway("exclusive", "Enough", default="Out2"),
            END,
            *path("Start", "Again", "A", "Round", "Enough"),
            flow("Enough", "Again", '=count(trace[item = "Round"]) < 2'),
            flow("Enough", "End", flow_id="Out2"),
        ),
        ["Aside", "Aside", "Round", "Aside", "Aside", "Round"],
        "advance PT5H; job Work; advance PT5H; job Work",
    ),
    "key of a message is the one of the moment in which it was awaited": Case(
        (
            start(),
            gateway("parallel", "Fork"),
            catch("Wait", message("m")),
            mark("Got"),
            END,
            script("Change", '="two"', "key"),
            end("Changed"),
            *path("Start", "Fork", "Wait", "Got", "End"),
            *path("Fork", "Change", "Changed"),
        ),
        ["Got"],
        "message m one",
        given={"key": "one"},
        messages={"m": "=key"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_features_that_meet_do_as_each_of_them_says(name: str) -> None:
    check(CASES[name])
