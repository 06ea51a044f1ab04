"""What single features do is tested elsewhere; here two or three of them meet in one drawing."""

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
    multi_instance,
    path,
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
from tests.bpmn.interplay import Case, check

THREE = multi_instance("=[1, 2, 3]", inputElement="item")
ONE_BY_ONE = multi_instance("=[1, 2, 3]", inputElement="item", sequential=True)
END = end()


def around(activity: str, *beside: str, name: str = "A") -> tuple[str, ...]:
    """Start, the activity, a mark behind it, end; and what stands beside them."""
    return (start(), activity, mark("After"), END, *path("Start", name, "After", "End"), *beside)


def edge(event: str, *, at: str = "A", interrupting: bool = True, name: str = "Edge") -> tuple[str, ...]:
    """A boundary event that leads to a mark of its name and an end of its own."""
    host = boundary(f"{name}Event", at, event, interrupting=interrupting)
    return (host, mark(name), end(f"{name}End"), *path(f"{name}Event", name, f"{name}End"))


def aside(event: str, *, interrupting: bool = True, name: str = "Aside", last: str = "") -> str:
    """An event sub-process of one mark; *last* is what its end event throws."""
    begin = start(f"{name}Start", event, isInterrupting=str(interrupting).lower())
    return event_sub_process(
        f"{name}Sub", begin, mark(name), end(f"{name}End", last), *path(f"{name}Start", name, f"{name}End")
    )


def inner(*middle: str, flows: tuple[str, ...], more: tuple[str, ...] = (), loop: str = "", ext: str = "") -> str:
    """A sub-process A: start In, the elements, end Out."""
    return sub_process("A", start("In"), *middle, end("Out"), *path("In", *flows, "Out"), *more, inner=loop, ext=ext)


CALLED = (start("CalledStart"), service("Called"), end("CalledEnd"), *path("CalledStart", "Called", "CalledEnd"))
FAILING = (start("CalledStart"), end("CalledEnd", error("X")), *path("CalledStart", "CalledEnd"))
ESCALATING = (throw("Raise", escalation("E")), mark("On"))
SPLIT = (start("In"), gateway("parallel", "Both"), service("Work"), end("Out"), *path("In", "Both", "Work", "Out"))

CASES: dict[str, Case] = {
    # ---- multi-instance and loops with events ------------------------------------------------------------------
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
