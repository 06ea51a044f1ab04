"""Every site of a small law is mutated, each fault is a model that compiles, and ids can be told apart and repeated."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.bpmn import Diagram, compile_diagram
from engine.dmn import DecisionLibrary, Model
from engine.review.mutation import Kind, Law, Mutant
from engine.review.mutation.mutant import cited, sections_of
from engine.simulation import Shelf

MINI_LAW = Path(__file__).parents[1] / "simulation" / "mini_law"


@pytest.fixture(scope="module")
def mutants() -> tuple[Mutant, ...]:
    return law().mutants()


def law() -> Law:
    return Law.of(Shelf().load(MINI_LAW / "package.yaml"))


def of(mutants: tuple[Mutant, ...], owner: str, kind: Kind) -> list[str]:
    return [f"{mutant.place}: {mutant.what}" for mutant in mutants if (mutant.owner, mutant.kind) == (owner, kind)]


def test_each_mutant_has_an_id_of_its_own_and_the_next_reading_gives_the_same(mutants: tuple[Mutant, ...]) -> None:
    ids = [mutant.id for mutant in mutants]

    assert len(set(ids)) == len(ids)
    assert [mutant.id for mutant in law().mutants()] == ids


def test_each_fault_is_one_changed_model_that_compiles(mutants: tuple[Mutant, ...]) -> None:
    originals = {each.file: each for each in (*law().models.diagrams, *law().models.decisions)}
    for mutant in mutants:
        changed = mutant.changed()

        assert changed.file == mutant.file
        assert changed != originals[mutant.file]
        if isinstance(changed, Diagram):
            assert compile_diagram(changed)
        else:
            assert DecisionLibrary([changed]).decision_ids


def test_every_rule_is_removed_and_every_flow(mutants: tuple[Mutant, ...]) -> None:
    models = law().models
    rules = {rule.id for model in models.decisions for decision in model.decisions for rule in decision.rules}
    flows = {flow for diagram in models.diagrams for process in diagram.processes.values() for flow in process.flows}
    kinds = Counter((mutant.kind, mutant.place) for mutant in mutants)

    assert {place for kind, place in kinds if kind is Kind.REMOVED_RULE} == rules
    assert {place for kind, place in kinds if kind is Kind.REMOVED_FLOW} == flows


CASES = [
    ("Decision_MarketLimit", Kind.TIME_LIMIT, 'Rule_Certificate: output "Amount": 5 becomes 6'),
    ("Decision_MarketLimit", Kind.RULE_OUTPUT, 'Rule_Certificate: output "Amount": amount 5 becomes 14'),
    ("Decision_Repayment", Kind.BOUNDARY, 'Rule_HalfRepaid: input "Paid (EUR)": > becomes >='),
    ("Decision_Repayment", Kind.ARITHMETIC, 'Rule_HalfRepaid: output "Repayment (EUR)": / becomes *'),
    ("stall_permit", Kind.SWAPPED_FLOWS, 'Gateway_FeeEnough: "Yes" and "No" change places'),
    ("stall_permit", Kind.DEFAULT_FLOW, 'Gateway_FeeEnough: the default "No" leads where "Yes" leads'),
    (
        "stall_permit",
        Kind.SWAPPED_FLOWS,
        'Gateway_CertificateOrLastDay: what follows "Certificate received" and "Last day over" changes places',
    ),
    ("stall_permit", Kind.TIMER, "Event_LastDayOver: timer: deadlines.certificate.due becomes a day later"),
    ("stall_permit", Kind.COMPARISON, "Flow_FeeEnough_Yes: condition: = becomes !="),
    (
        "stall_permit",
        Kind.NEGATION,
        "Flow_CertificateThere_Yes: condition: certificate_enclosed becomes not(certificate_enclosed)",
    ),
]


@pytest.mark.parametrize(("owner", "kind", "expected"), CASES, ids=[f"{owner} {kind}" for owner, kind, _ in CASES])
def test_place_has_its_fault_in_plain_words(mutants: tuple[Mutant, ...], owner: str, kind: Kind, expected: str) -> None:
    assert expected in of(mutants, owner, kind)


def changed_law(tmp_path: Path, change: Callable[[str], str]) -> Law:
    copy = tmp_path / "law"
    shutil.copytree(MINI_LAW, copy)
    diagram = copy / "stall_permit.bpmn"
    diagram.write_text(change(diagram.read_text(encoding="utf-8")), encoding="utf-8")
    return Law.of(Shelf().load(copy / "package.yaml"))


BOUNDARY = """<bpmn:boundaryEvent id="Event_Hurry" name="Hurry" attachedToRef="Activity_ExamineRequest">
      <bpmn:documentation>[lmo:3(1)]</bpmn:documentation>
      <bpmn:outgoing>Flow_Hurry</bpmn:outgoing>
      <bpmn:timerEventDefinition id="Event_Hurry_Definition">
        <bpmn:timeDuration>P3D</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="Event_Hurried" name="Hurried"><bpmn:incoming>Flow_Hurry</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="Flow_Hurry" sourceRef="Event_Hurry" targetRef="Event_Hurried" />
    """


def test_boundary_event_is_removed_made_non_interrupting_and_its_duration_changed(tmp_path: Path) -> None:
    # given
    changed = changed_law(tmp_path, lambda text: text.replace("<bpmn:serviceTask", f"{BOUNDARY}<bpmn:serviceTask", 1))

    # when
    found = [mutant for mutant in changed.mutants() if mutant.place == "Event_Hurry"]

    # then
    assert {(str(mutant.kind), mutant.what) for mutant in found} == {
        ("timer", "timer: P3D becomes P4D (longer)"),
        ("timer", "timer: P3D becomes P2D (shorter)"),
        ("interruption", "the event does not interrupt"),
        ("removed-event", "the boundary event is missing"),
    }
    without = next(mutant.changed() for mutant in found if mutant.kind is Kind.REMOVED_EVENT)
    assert isinstance(without, Diagram)
    assert "Flow_Hurry" not in without.processes["stall_permit"].flows


def test_claim_in_the_documentation_goes_to_the_faults_of_that_element_alone(tmp_path: Path) -> None:
    said = "[lmo:2(1)] [equivalent removed-flow: it is the last thing]"
    changed = changed_law(tmp_path, lambda text: text.replace("[lmo:2(1); lmo:2(2)]", said, 1))

    claimed = [mutant for mutant in changed.mutants() if mutant.claim]

    assert [(mutant.place, mutant.claim) for mutant in claimed] == [("Flow_FeeEnough", "it is the last thing")]


def test_clauses_of_what_stands_around_are_taken_where_a_place_cites_no_section() -> None:
    assert cited(["R-1"], ["act:2(1)"], ["act:3"]) == ("R-1", "act:2(1)")
    assert sections_of(["act:12(2)(a)", "none", "R-1", "act:2.log"]) == ("act:12", "act:2.log")


def test_mutants_of_tables_are_models_and_name_their_decision(mutants: tuple[Mutant, ...]) -> None:
    for mutant in mutants:
        assert isinstance(mutant.changed(), Model) == (mutant.decision is not None)
        assert bool(mutant.reached) == (mutant.decision is None)
