"""Every check of diagrams finds its faults, with the way that leads there, and says nothing of a right diagram."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from engine.bpmn import read_diagram
from engine.bpmn.checks.review import DIAGRAM_RULES, SOUNDNESS_RULES, review_diagrams
from engine.errors import ErrorCode, Problem
from tests.bpmn.diagrams import (
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
    message,
    receive,
    rule,
    script,
    service,
    signal,
    start,
    sub_process,
    timer,
    user,
)
from tests.bpmn.test_random_processes import Blocks
from tests.checks.sketches import parts_of, sketch

LEAST_FAULTS = 5
DUE = '<zeebe:taskSchedule dueDate="=due"/>'
GROUP = '<zeebe:assignmentDefinition candidateGroups="staff"/>'
FORM = '<zeebe:formDefinition formId="form"/>'


@dataclass(frozen=True)
class Case:
    name: str
    files: tuple[bytes, ...]
    finds: frozenset[str]
    says: tuple[str, ...] = ()


def case(name: str, finds: str, *files: bytes, says: tuple[str, ...] = ()) -> Case:
    return Case(name, files, frozenset(finds.split()), says)


def own(*ids: str) -> frozenset[str]:
    return frozenset(ids)


CANNOT_END = sketch("S>X1 X1>U1 U1>X1", process_id="round")

DEADLOCKS = [
    case(
        "An exclusive split is joined in parallel",
        "deadlock dead-element",
        sketch("S>X1 X1>T1,T2 T1>P1 T2>P1 P1>E"),
        says=('"P1" waits for ever: no token comes any more from "T2"', "S → X1 → T1"),
    ),
    case("A race is joined in parallel", "deadlock dead-element", sketch("S>V1 V1>M1,C1 M1>P1 C1>P1 P1>E")),
    case(
        "An inclusive split is joined in parallel",
        "deadlock dead-element",
        sketch("S>O1 O1>T1,T2,T3 T1>P1 T2>P1 T3>P1 P1>E"),
    ),
    case("A loop comes back into a parallel join", "deadlock dead-element", sketch("S>P1 P1>T1 T1>X1 X1>E,P1")),
    case("A branch leaves before the join", "deadlock", sketch("S>P1 P1>T1,X1 X1>T2,E2 T1>P2 T2>P2 P2>E1")),
    case(
        "Two inclusive joins wait for each other",
        "deadlock dead-element",
        sketch("S>P1 P1>O1,O2 O1>X1 X1>E1,O2 O2>X2 X2>E2,O1"),
    ),
    case(
        "An interrupted task goes past the join",
        "deadlock",
        sketch("S>P1 P1>U1,T1 U1>P2 T1>P2 P2>E1 B1>E2", boundary("B1", "U1", timer(date="=due")), own=own("B1")),
        says=("B1",),
    ),
    case(
        "The called process never ends",
        "deadlock dead-element livelock",
        sketch("S>A1 A1>E", call("A1", "round"), own=own("A1")),
        CANNOT_END,
        says=('the process "round" that it calls cannot end',),
    ),
    case(
        "A join inside a sub-process waits for one of two",
        "deadlock dead-element",
        sketch("S>A1 A1>E", sub_process("A1", *parts_of("S2>X1 X1>T1,T2 T1>P1 T2>P1 P1>E2")), own=own("A1")),
    ),
]
UNSYNCHRONISED = [
    case(
        "A parallel split is joined exclusively",
        "lack-of-synchronisation improper-completion",
        sketch("S>P1 P1>T1,T2 T1>X1 T2>X1 X1>T3 T3>E"),
        says=("where another one is already", "S → P1"),
    ),
    case(
        "An inclusive split is joined exclusively",
        "lack-of-synchronisation improper-completion",
        sketch("S>O1 O1>T1,T2,T3 T1>X1 T2>X1 T3>X1 X1>T4 T4>E"),
    ),
    case(
        "A loop leads back before the split",
        "lack-of-synchronisation improper-completion",
        sketch("S>X1 X1>P1 P1>U1,U2 U1>X2 X2>E1,X1 U2>E2"),
    ),
    case(
        "A reminder flows into the main way",
        "lack-of-synchronisation",
        sketch(
            "S>U1 U1>X1 B1>X1 X1>T1 T1>E",
            boundary("B1", "U1", timer(date="=due"), interrupting=False),
            own=own("B1"),
        ),
        says=("B1",),
    ),
    case(
        "Two ways meet in a task",
        "lack-of-synchronisation improper-completion",
        sketch("S>P1 P1>T1,T2 T1>T3 T2>T3 T3>E"),
    ),
    case(
        "An implicit split is never joined",
        "lack-of-synchronisation improper-completion",
        sketch("S>T1 T1>U1,U2 U1>X1 U2>X1 X1>U3 U3>E"),
    ),
    case(
        "Inside a sub-process two tokens meet",
        "lack-of-synchronisation improper-completion",
        sketch("S>A1 A1>E", sub_process("A1", *parts_of("S2>P1 P1>T1,T2 T1>X1 T2>X1 X1>T3 T3>E2")), own=own("A1")),
    ),
]
IMPROPER = [
    case(
        "Two parallel ways end in one event",
        "improper-completion",
        sketch("S>P1 P1>T1,T2 T1>E T2>E"),
        says=('"E" is reached twice',),
    ),
    case("Three parallel ways end in one event", "improper-completion", sketch("S>P1 P1>T1,T2,T3 T1>E T2>E T3>E")),
    case("Inclusive ways end in one event", "improper-completion", sketch("S>O1 O1>T1,T2,T3 T1>E T2>E T3>E")),
    case(
        "A loop sends a token out each time",
        "improper-completion lack-of-synchronisation",
        sketch("S>X1 X1>P1 P1>U1,E1 U1>X2 X2>E2,X1"),
    ),
    case(
        "In a sub-process two ways end in one event",
        "improper-completion",
        sketch("S>A1 A1>E", sub_process("A1", *parts_of("S2>P1 P1>T1,T2 T1>E2 T2>E2")), own=own("A1")),
    ),
    case(
        "A task splits without a gateway into one end",
        "improper-completion",
        sketch("S>T1 T1>T2,T3 T2>E T3>E"),
    ),
]
DEAD = [
    case(
        "An error that nothing throws",
        "dead-element",
        sketch(
            "S>A1 A1>E1 B1>E2",
            sub_process("A1", *parts_of("S2>T1 T1>E3")),
            boundary("B1", "A1", error("refused")),
            own=own("A1", "B1"),
        ),
        says=('"B1" is never reached', 'nothing inside "A1" throws'),
    ),
    case(
        "An escalation of another code",
        "dead-element",
        sketch(
            "S>A1 A1>E1 B1>E2",
            sub_process("A1", *parts_of("S2>E3", own("E3")), end("E3", escalation("late"))),
            boundary("B1", "A1", escalation("early")),
            own=own("A1", "B1"),
        ),
    ),
    case(
        "A handler of an error that nothing throws",
        "dead-element",
        sketch(
            "S>T1 T1>E",
            event_sub_process("H1", start("S2", error("refused")), end("E2"), flow("S2", "E2")),
        ),
        says=("nothing around it throws",),
    ),
    case("A join of a way with itself", "deadlock dead-element", sketch("S>X1 X1>E1,P1 P1>T1 T1>X2 X2>E2,P1")),
    case(
        "An error that the called process catches itself",
        "dead-element",
        sketch(
            "S>A1 A1>E1 B1>E2",
            call("A1", "quiet"),
            boundary("B1", "A1", error("refused")),
            own=own("A1", "B1"),
        ),
        sketch("S>T1 T1>E", process_id="quiet"),
    ),
    case(
        "What follows a process that never ends",
        "dead-element deadlock livelock",
        sketch("S>A1 A1>U1 U1>E", call("A1", "round"), own=own("A1")),
        CANNOT_END,
        says=('"U1" is never reached',),
    ),
]
LIVELOCKS = [
    case("Round and round", "livelock", sketch("S>X1 X1>U1 U1>X1"), says=("goes round for ever", "again and again")),
    case("One answer leads into a loop without a way out", "livelock", sketch("S>X1 X1>E,X2 X2>U1 U1>X2")),
    case("One of two parallel ways never ends", "livelock", sketch("S>P1 P1>E1,X1 X1>U1 U1>X1")),
    case("Waits follow one another", "livelock no-open-wait", sketch("S>X1 X1>M1 M1>C1 C1>X1")),
    case("Both ways of a race lead back", "livelock", sketch("S>X1 X1>V1 V1>M1,C1 M1>X1 C1>X1")),
    case(
        "A sub-process never ends",
        "livelock dead-element",
        sketch("S>A1 A1>E", sub_process("A1", *parts_of("S2>X1 X1>U1 U1>X1")), own=own("A1")),
    ),
]
ENDLESS = [
    case("A loop of nothing", "endless-loop", sketch("S>X1 X1>T1 T1>X2 X2>E,X1"), says=("asks for again",)),
    case("A loop of two tasks", "endless-loop", sketch("S>X1 X1>T1 T1>T2 T2>X2 X2>E,X1")),
    case(
        "A table gives something else",
        "endless-loop",
        sketch("S>X1 X1>A1 A1>X2 X2>E,X1", rule("A1", "Decision", "fee"), own=own("A1")),
    ),
    case(
        "A script changes something else",
        "endless-loop",
        sketch("S>X1 X1>A1 A1>X2 X2>E,X1", script("A1", "=rounds + 1", "rounds"), own=own("A1")),
    ),
    case("A gateway leads to itself over another", "endless-loop", sketch("S>X1 X1>X2 X2>E,X3 X3>X1")),
]
ENDING = [
    case(
        "A script changes what is asked",
        "",
        sketch("S>X1 X1>A1 A1>X2 X2>E,X1", script("A1", "=rounds < 3", "again"), own=own("A1")),
    ),
    case("A person acts in the loop", "", sketch("S>X1 X1>U1 U1>X2 X2>E,X1")),
    case("A job acts in the loop", "", sketch("S>X1 X1>A1 A1>X2 X2>E,X1", service("A1"), own=own("A1"))),
]
OPEN_WAITS = [
    case("A message alone", "no-open-wait", sketch("S>M1 M1>E"), says=("nothing ends the wait",)),
    case("A receive task alone", "no-open-wait", sketch("S>A1 A1>E", receive("A1", "answer"), own=own("A1"))),
    case(
        "A race of a message and a signal",
        "no-open-wait",
        sketch("S>V1 V1>M1,M2 M1>E1 M2>E2", catch("M2", signal("alarm")), own=own("M2")),
    ),
    case("A signal alone", "no-open-wait", sketch("S>A1 A1>E", catch("A1", signal("alarm")), own=own("A1"))),
    case("A condition alone", "no-open-wait", sketch("S>A1 A1>E", catch("A1", conditional("=again")), own=own("A1"))),
    case(
        "A reminder does not end the wait",
        "no-open-wait",
        sketch(
            "S>A1 A1>E B1>E2",
            receive("A1", "answer"),
            boundary("B1", "A1", timer(date="=due"), interrupting=False),
            own=own("A1", "B1"),
        ),
    ),
    case(
        "A clause is no reading",
        "no-open-wait",
        sketch("S>A1 A1>E", receive("A1", "answer", doc="[act:2] wait"), own=own("A1")),
    ),
]
ENDED_WAITS = [
    case("A race against a timer", "", sketch("S>V1 V1>M1,C1 M1>E1 C1>E2")),
    case(
        "A timer at the task",
        "",
        sketch(
            "S>A1 A1>E B1>E2", receive("A1", "answer"), boundary("B1", "A1", timer(date="=due")), own=own("A1", "B1")
        ),
    ),
    case(
        "A timer around the wait",
        "",
        sketch(
            "S>A1 A1>E B1>E2",
            sub_process("A1", *parts_of("S2>M1 M1>E3")),
            boundary("B1", "A1", timer(date="=due")),
            own=own("A1", "B1"),
        ),
    ),
    case(
        "A handler with a timer",
        "",
        sketch(
            "S>M1 M1>E",
            event_sub_process("H1", start("S2", timer(date="=due")), end("E2"), flow("S2", "E2")),
        ),
    ),
    case(
        "The reading that there is no limit",
        "",
        sketch("S>A1 A1>E", receive("A1", "answer", doc="[act:2; R-06] wait"), own=own("A1")),
    ),
]
USER_TASKS = [
    case(
        "Nothing is said",
        "user-task-complete",
        sketch("S>A1 A1>E", user("A1"), own=own("A1")),
        says=("has no form", "has no group", "has no due date"),
    ),
    case("No form", "user-task-complete", sketch("S>A1 A1>E", user("A1", ext=GROUP + DUE), own=own("A1"))),
    case("No group", "user-task-complete", sketch("S>A1 A1>E", user("A1", ext=FORM + DUE), own=own("A1"))),
    case("No due date", "user-task-complete", sketch("S>A1 A1>E", user("A1", ext=FORM + GROUP), own=own("A1"))),
    case(
        "A clause instead of a due date",
        "user-task-complete",
        sketch("S>A1 A1>E", user("A1", ext=FORM + GROUP, doc="[act:2] look"), own=own("A1")),
    ),
]
COMPLETE_TASKS = [
    case("All is said", "", sketch("S>U1 U1>E")),
    case(
        "The reading that there is no limit for a person",
        "",
        sketch("S>A1 A1>E", user("A1", ext=FORM + GROUP, doc="[R-06] look"), own=own("A1")),
    ),
    case(
        "A timer at the user task",
        "",
        sketch(
            "S>A1 A1>E B1>E2",
            user("A1", ext=FORM + GROUP),
            boundary("B1", "A1", timer(date="=due")),
            own=own("A1", "B1"),
        ),
    ),
]
SOUND = [
    case("A straight line", "", sketch("S>T1 T1>E")),
    case("An exclusive split and its join", "", sketch("S>X1 X1>T1,T2 T1>X2 T2>X2 X2>E")),
    case("A parallel split and its join", "", sketch("S>P1 P1>T1,T2,T3 T1>P2 T2>P2 T3>P2 P2>E")),
    case("An inclusive split and its join", "", sketch("S>O1 O1>T1,T2,T3 T1>O2 T2>O2 T3>O2 O2>E")),
    case("Nested splits", "", sketch("S>P1 P1>X1,O1 X1>T1,T2 T1>X2 T2>X2 O1>T3,T4 T3>O2 T4>O2 X2>P2 O2>P2 P2>E")),
    case("Ends of their own", "", sketch("S>P1 P1>T1,T2 T1>E1 T2>E2")),
    case(
        "An error is thrown and caught",
        "",
        sketch(
            "S>A1 A1>E1 B1>E2",
            sub_process("A1", *parts_of("S2>X1 X1>E3,E4", own("E4")), end("E4", error("refused"))),
            boundary("B1", "A1", error("refused")),
            own=own("A1", "B1"),
        ),
    ),
    case(
        "An error of a called process is caught",
        "",
        sketch("S>A1 A1>E1 B1>E2", call("A1", "strict"), boundary("B1", "A1", error("refused")), own=own("A1", "B1")),
        sketch("S>X1 X1>E1,E2", end("E2", error("refused")), own=own("E2"), process_id="strict"),
    ),
    case(
        "An escalation is thrown and caught",
        "",
        sketch(
            "S>A1 A1>E1 B1>E2",
            sub_process("A1", *parts_of("S2>X1 X1>E3,E4", own("E4")), end("E4", escalation("late"))),
            boundary("B1", "A1", escalation("late"), interrupting=False),
            own=own("A1", "B1"),
        ),
    ),
    case(
        "An interrupting handler ends the rest",
        "",
        sketch(
            "S>P1 P1>U1,U2 U1>P2 U2>P2 P2>E",
            event_sub_process("H1", start("S2", message("answer")), end("E2"), flow("S2", "E2")),
        ),
    ),
    case(
        "Terminate ends the other way too",
        "",
        sketch(
            "S>P1 P1>U1,U2 U1>E1 U2>E2",
            element("endEvent", "E1", inner="<bpmn:terminateEventDefinition/>"),
            own=own("E1"),
        ),
    ),
    case(
        "A reminder has an end of its own and the task repeats",
        "",
        sketch(
            "S>X1 X1>U1 U1>X2 X2>E1,X1 B1>E2",
            boundary("B1", "U1", timer(date="=due"), interrupting=False),
            own=own("B1"),
        ),
    ),
    case(
        "Links jump",
        "",
        sketch(
            "S>T1 T1>L1 L2>T2 T2>E",
            element("intermediateThrowEvent", "L1", inner='<bpmn:linkEventDefinition name="on"/>'),
            element("intermediateCatchEvent", "L2", inner='<bpmn:linkEventDefinition name="on"/>'),
            own=own("L1", "L2"),
        ),
    ),
]
CASES = [
    *DEADLOCKS,
    *UNSYNCHRONISED,
    *IMPROPER,
    *DEAD,
    *LIVELOCKS,
    *ENDLESS,
    *ENDING,
    *OPEN_WAITS,
    *ENDED_WAITS,
    *USER_TASKS,
    *COMPLETE_TASKS,
    *SOUND,
]


def findings(files: tuple[bytes, ...], **options: int) -> list[Problem]:
    return review_diagrams([read_diagram(data, f"{number}.bpmn") for number, data in enumerate(files)], **options)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "_"))
def test_diagram_is_judged(case: Case) -> None:
    # when
    found = findings(case.files)

    # then
    told = "\n\n".join(map(str, found))
    assert {problem.check for problem in found} == case.finds, told
    for piece in case.says:
        assert piece in told, told


@pytest.mark.parametrize("name", [name for name in (*SOUNDNESS_RULES, *DIAGRAM_RULES) if name != "soundness-bound"])
def test_every_check_of_diagrams_has_five_faults_at_least(name: str) -> None:
    assert Counter(check for case in CASES for check in case.finds)[name] >= LEAST_FAULTS


def test_finding_carries_code_place_reason_remedy_and_way() -> None:
    [problem] = [each for each in findings(DEADLOCKS[0].files) if each.check == "deadlock"]

    assert problem.code is ErrorCode.BPMN_SOUNDNESS
    assert (problem.location.file, problem.location.element_id) == ("0.bpmn", "P1")
    assert problem.example == "S → X1 → T1"
    assert problem.why
    assert problem.hint


def test_exploration_that_meets_its_bound_says_so_and_claims_nothing_dead() -> None:
    # given
    branches = ",".join(f"U{number}" for number in range(1, 9))
    joins = " ".join(f"U{number}>P2" for number in range(1, 9))

    # when
    found = findings((sketch(f"S>P1 P1>{branches} {joins} P2>E"),), bound=40)

    # then
    [problem] = found
    assert problem.check == "soundness-bound"
    assert "bound of 40 markings" in problem.message


def test_eight_parallel_ways_are_explored_to_the_end() -> None:
    branches = ",".join(f"U{number}" for number in range(1, 9))
    joins = " ".join(f"U{number}>P2" for number in range(1, 9))

    assert findings((sketch(f"S>P1 P1>{branches} {joins} P2>E"),)) == []


def test_processes_that_call_each_other_are_explored() -> None:
    first = sketch("S>X1 X1>E,A1 A1>E2", call("A1", "second"), own=own("A1"), process_id="first")
    second = sketch("S>X1 X1>E,A1 A1>E2", call("A1", "first"), own=own("A1"), process_id="second")

    assert findings((first, second)) == []


@pytest.mark.parametrize("seed", range(40))
def test_block_structured_process_is_sound(seed: int) -> None:
    # given
    parts, first, last = Blocks(seed).block(3)
    data = diagram(start("Start"), *parts, end("End"), flow("Start", first), flow(last, "End"))

    # when
    found = findings((data,))

    # then
    assert {problem.check for problem in found} <= {"soundness-bound"}, [str(problem) for problem in found]
