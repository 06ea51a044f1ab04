"""Faults of control flow that the literature on process verification describes, drawn anew from the descriptions.

Each names where it is described. The right structures that the same works hold against them have no finding.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from engine.bpmn import read_diagram
from engine.bpmn.checks.review import SOUNDNESS_RULES, review_diagrams
from tests.bpmn.diagrams import boundary, timer
from tests.checks.sketches import sketch

SADIQ_ORLOWSKA = "Sadiq, Orlowska: Analyzing process models using graph reduction techniques (2000)"
VAN_DER_AALST = "van der Aalst: The application of Petri nets to workflow management (1998)"
VANHATALO = "Vanhatalo, Völzer, Leymann: Faster and more focused control-flow analysis (2007)"
KINDLER = "Kindler: On the semantics of EPCs, the vicious circle (2006)"
DIJKMAN = "Dijkman, Dumas, Ouyang: Semantics and analysis of business process models in BPMN (2008)"
CORRADINI = "Corradini et al.: Classifying BPMN processes by safeness and soundness (2018)"
PRINZ = "Prinz, Spieß, Amme: A first step towards a compiler for business processes (2014)"


@dataclass(frozen=True)
class Known:
    name: str
    described_in: str
    file: bytes
    finds: str


KNOWN = [
    Known(
        "choice closed by a synchroniser", SADIQ_ORLOWSKA, sketch("S>X1 X1>T1,T2 T1>P1 T2>P1 P1>T3 T3>E"), "deadlock"
    ),
    Known(
        "fork closed by a merge",
        SADIQ_ORLOWSKA,
        sketch("S>P1 P1>T1,T2 T1>X1 T2>X1 X1>T3 T3>E"),
        "lack-of-synchronisation",
    ),
    Known(
        "nested fork whose inner way skips its synchroniser",
        SADIQ_ORLOWSKA,
        sketch("S>P1 P1>T1,P2 P2>T2,T3 T2>P3 T1>P3 P3>X1 T3>X1 X1>T4 T4>E"),
        "lack-of-synchronisation",
    ),
    Known(
        "overlapped choices, each closed by a merge",
        SADIQ_ORLOWSKA,
        sketch("S>X1 X1>P1,P2 P1>X2,X3 P2>X2,X3 X2>T1 X3>T2 T1>P3 T2>P3 P3>E"),
        "",
    ),
    Known(
        "work that is left behind when the case ends",
        VAN_DER_AALST,
        sketch("S>P1 P1>T1,U1 T1>X1 U1>X2 X2>X1,E2 X1>E1"),
        "improper-completion",
    ),
    Known(
        "a case that can only wait for what it gave up",
        VAN_DER_AALST,
        sketch("S>P1 P1>U1,U2 U1>X1 X1>P2,E2 U2>P2 P2>E1"),
        "deadlock",
    ),
    Known("a task that nothing enables", VAN_DER_AALST, sketch("S>X1 X1>T1,T2 T1>P1 T2>P1 P1>T3 T3>E"), "dead-element"),
    Known("rounds without an exit", VAN_DER_AALST, sketch("S>U1 U1>X1 X1>U2,U3 U2>X2 U3>X2 X2>X1"), "livelock"),
    Known(
        "a loop that is entered through a synchroniser",
        VANHATALO,
        sketch("S>P1 P1>U1 U1>X1 X1>E,P1"),
        "deadlock",
    ),
    Known(
        "a loop in which each round leaves a token outside",
        VANHATALO,
        sketch("S>X1 X1>U1 U1>P1 P1>X2,T1 T1>E2 X2>X1,E1"),
        "improper-completion",
    ),
    Known("an acyclic fork and its synchroniser", VANHATALO, sketch("S>P1 P1>T1,T2 T1>P2 T2>P2 P2>E"), ""),
    Known(
        "two inclusive joins each of which waits for the other",
        KINDLER,
        sketch("S>P1 P1>O1,O2 O1>X1 X1>E1,O2 O2>X2 X2>E2,O1"),
        "deadlock",
    ),
    Known("an inclusive split with its inclusive join", KINDLER, sketch("S>O1 O1>T1,T2,T3 T1>O2 T2>O2 T3>O2 O2>E"), ""),
    Known(
        "an exception that leaves the synchroniser waiting",
        DIJKMAN,
        sketch(
            "S>P1 P1>U1,U2 U1>P2 U2>P2 P2>E1 B1>T1 T1>E2",
            boundary("B1", "U1", timer(date="=due")),
            own=frozenset({"B1"}),
        ),
        "deadlock",
    ),
    Known(
        "an exception that is merged back before the synchroniser",
        DIJKMAN,
        sketch(
            "S>P1 P1>U1,U2 U1>X1 B1>T1 T1>X1 X1>P2 U2>P2 P2>E1",
            boundary("B1", "U1", timer(date="=due")),
            own=frozenset({"B1"}),
        ),
        "",
    ),
    Known(
        "two tokens on one flow, and both come to the end",
        CORRADINI,
        sketch("S>P1 P1>U1,U2 U1>X1 U2>X1 X1>U3 U3>E"),
        "improper-completion",
    ),
    Known(
        "a loop back out of one of two parallel ways",
        CORRADINI,
        sketch("S>X1 X1>P1 P1>U1,U2 U1>P2 U2>X2 X2>P2,X1 P2>E"),
        "lack-of-synchronisation",
    ),
    Known(
        "two choices that must fall out alike for both joins",
        PRINZ,
        sketch("S>P1 P1>X1,X2 X1>P2,P3 X2>P2,P3 P2>E1 P3>E2"),
        "deadlock",
    ),
    Known(
        "a synchroniser one way of which went round it",
        PRINZ,
        sketch("S>P1 P1>T1,X1 X1>T2,X2 T2>P2 T1>P2 P2>X2 X2>E"),
        "deadlock",
    ),
]


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name.replace(" ", "_"))
def test_known_structure_is_judged_as_the_literature_judges_it(known: Known) -> None:
    # when
    found = {
        problem.check
        for problem in review_diagrams([read_diagram(known.file, "known.bpmn")])
        if problem.check in SOUNDNESS_RULES
    }

    # then
    assert (known.finds in found) if known.finds else not found, f"{known.described_in}: {found}"
