"""A corrected fact is followed through mappings and decisions of the log; only what rested on it is asked again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.bpmn import SequenceFlow
from engine.dmn import DecisionAudit, DecisionResult
from engine.feel import FeelDate, Value
from engine.handlers.contract import Deadline, DeadlineMet, DeadlineSet, FactRecorded, ValuesRevised
from engine.handlers.reevaluation import Correction, Difference, Reevaluation
from engine.handlers.steps import (
    DeadlineTaken,
    DecisionTaken,
    NoticeTaken,
    RevisionTaken,
    Step,
    VariablesTook,
    WayTaken,
)
from engine.handlers.traces import Fork, Mappings, Work
from tests.handlers.harbour import Bench, a_case, a_fact, failure_of, run

AT = datetime(2011, 3, 8, 9, 0, tzinfo=UTC)
DRAUGHT = {"draught": Correction(Decimal(7), Decimal(9))}
MAPPINGS = Mappings(
    inputs={("Activity_AskDues", "class"): ("=berth.class",)},
    outputs={("arrival", "dues"): ("=dues_found.amount",)},
    results={
        ("Activity_AskBerth", "Decision_Berth"): ("berth",),
        ("Activity_AskDues", "Decision_Dues"): ("dues_found",),
    },
)


def decide(decision_id: str, inputs: Mapping[str, Value]) -> DecisionResult:
    """The berth is deep above eight metres, and dues follow its class; a flag decides a greeting."""
    draught, kind = inputs.get("draught"), inputs.get("class")
    answers: dict[str, Value] = {
        "Decision_Berth": {"class": "deep" if isinstance(draught, Decimal) and draught > 8 else "shallow"},
        "Decision_Dues": {"amount": Decimal(80 if kind == "deep" else 50)},
        "Decision_Greeting": str(inputs.get("flag")),
        "Decision_Receipt": inputs.get("dues"),
    }
    return DecisionResult(answers[decision_id], DecisionAudit(decision_id, decision_id, "", "", inputs, ()), ())


def took(scope_id: str, **variables: Value) -> VariablesTook:
    return VariablesTook(scope_id, variables)


def taken(element_id: str, decision_id: str, **inputs: Value) -> DecisionTaken:
    return DecisionTaken(AT, element_id, decision_id, inputs, decide(decision_id, inputs).value, {})


def walk(*steps: VariablesTook | DecisionTaken, corrections: Mapping[str, Correction] = DRAUGHT) -> list[Difference]:
    walked = Reevaluation(corrections, MAPPINGS, decide, AT)
    walked.run(steps)
    return list(walked.differences.values())


def answers(found: list[Difference]) -> list[tuple[str, Value]]:
    return [(each.taken.decision_id, each.answer.value) for each in found]


def test_fact_is_followed_through_a_result_and_the_mappings_into_the_next_decisions() -> None:
    found = walk(
        took("arrival", draught=Decimal(7), flag="blue"),
        taken("Activity_AskBerth", "Decision_Berth", draught=Decimal(7)),
        took("arrival", berth={"class": "shallow"}),
        taken("Activity_AskGreeting", "Decision_Greeting", flag="blue"),
        took("Activity_AskDues", **{"class": "shallow"}),
        taken("Activity_AskDues", "Decision_Dues", **{"class": "shallow"}),
        took("arrival", dues_found={"amount": Decimal(50)}, dues=Decimal(50)),
        taken("Activity_AskReceipt", "Decision_Receipt", dues=Decimal(50)),
    )

    assert answers(found) == [
        ("Decision_Berth", {"class": "deep"}),
        ("Decision_Dues", {"amount": Decimal(80)}),
        ("Decision_Receipt", Decimal(80)),
    ]
    assert not any(each.table_changed for each in found)


def test_correction_that_changes_no_answer_ends_where_the_answer_is_the_same() -> None:
    corrections = {"draught": Correction(Decimal(7), Decimal(6))}

    found = walk(
        took("arrival", draught=Decimal(7)),
        taken("Activity_AskBerth", "Decision_Berth", draught=Decimal(7)),
        took("arrival", berth={"class": "shallow"}),
        took("Activity_AskDues", **{"class": "shallow"}),
        taken("Activity_AskDues", "Decision_Dues", **{"class": "shallow"}),
        corrections=corrections,
    )

    assert found == []


def test_decision_on_another_value_of_the_same_name_is_left_alone() -> None:
    found = walk(
        took("arrival", draught=Decimal(3)),
        taken("Activity_AskBerth", "Decision_Berth", draught=Decimal(3)),
    )

    assert found == []


def test_value_given_anew_by_a_person_rests_on_the_correction_no_longer() -> None:
    found = walk(
        took("arrival", draught=Decimal(7)),
        took("arrival", draught=Decimal(3)),
        taken("Activity_AskBerth", "Decision_Berth", draught=Decimal(3)),
    )

    assert found == []


def test_last_evaluation_of_a_decision_counts() -> None:
    found = walk(
        took("arrival", draught=Decimal(7)),
        taken("Activity_AskBerth", "Decision_Berth", draught=Decimal(7)),
        took("arrival", draught=Decimal(3)),
        taken("Activity_AskBerth", "Decision_Berth", draught=Decimal(3)),
    )

    assert found == []


def test_answer_that_the_table_no_longer_gives_for_the_old_facts_is_told() -> None:
    step = DecisionTaken(AT, "Activity_AskBerth", "Decision_Berth", {"draught": Decimal(7)}, {"class": "old"}, {})

    (found,) = walk(took("arrival", draught=Decimal(7)), step)

    assert (found.table_changed, found.answer.value) == (True, {"class": "deep"})


def test_review_without_corrections_is_refused() -> None:
    problem = failure_of("decision.review", {}, Bench(own=a_case()), corrections=None)

    assert problem.code == "JOB_INPUT"
    assert "corrections" in problem.message


def test_review_of_an_entry_without_its_values_is_refused() -> None:
    problem = failure_of("decision.review", {}, Bench(own=a_case()), corrections=[{"fact": "flag", "was": "blue"}])

    assert problem.code == "JOB_INPUT"


DEEP_WAY = SequenceFlow("Flow_Deep", "Deep berth", "Gateway_Berth", "Activity_AskDues", '=berth.class = "deep"')
OTHER_WAY = SequenceFlow("Flow_Shallow", "Shallow berth", "Gateway_Berth", "End")
DRAWN = Mappings(
    inputs={("Activity_SetDues", "start"): ("=berthed_on",)},
    outputs={},
    results=MAPPINGS.results,
    jobs={
        "Activity_SetDues": Work("Activity_SetDues", "Set the day for dues", "deadline.set", {"limit": "dues"}),
        "Activity_Apply": Work("Activity_Apply", "Put it right", "correction.apply", {}),
        "Activity_TakeLater": Work("Activity_TakeLater", "Take the later", "deadline.latest", {"of": "dues, repair"}),
    },
    forks={"Gateway_Berth": Fork("Which berth?", ("harbour:1",), (DEEP_WAY, OTHER_WAY), "Flow_Shallow")},
)
BERTHED = {"berthed_on": Correction(FeelDate(2011, 3, 8), FeelDate(2011, 3, 7))}


def entry(name: str, started: int, due: int, **more: Value) -> dict[str, Value]:
    return {"name": name, "started_on": FeelDate(2011, 3, started), "due_date": FeelDate(2011, 3, due), **more}


def set_again(work: Work, variables: Mapping[str, Value]) -> Mapping[str, Value] | None:
    """Ten days after the start; the later of dues and repair."""
    if work.job_type == "deadline.latest":
        known = variables["deadlines"]
        assert isinstance(known, dict)
        return max((known["dues"], known["repair"]), key=lambda each: str(each["due_date"]))  # type: ignore[index]
    start = variables["start"]
    assert isinstance(start, FeelDate)
    return entry("dues", start.day, start.day + 10)


def walked(*steps: Step, corrections: Mapping[str, Correction] = BERTHED) -> Reevaluation:
    walk = Reevaluation(
        corrections, DRAWN, decide, AT, set_again=set_again, speaks_of=lambda kind: {"berthed_on", "deadlines.dues"}
    )
    walk.run(steps)
    return walk


DUES_SET: tuple[Step, ...] = (
    took("arrival", berthed_on=FeelDate(2011, 3, 8)),
    took("Activity_SetDues", start=FeelDate(2011, 3, 8)),
    DeadlineTaken("Activity_SetDues", "dues", date(2011, 3, 8), date(2011, 3, 18)),
    took("arrival", deadlines={"dues": entry("dues", 8, 18), "repair": entry("repair", 1, 12)}),
)


def test_deadline_that_counts_from_the_fact_is_set_again_and_its_entry_put_right_where_it_stands() -> None:
    walk = walked(*DUES_SET)

    assert walk.moved["dues"].entry["due_date"] == FeelDate(2011, 3, 17)
    (seen,) = walk.moved["dues"].seen
    assert (seen.was, seen.now) == (entry("dues", 8, 18), entry("dues", 7, 17, met_on=None))


def test_deadline_taken_from_one_that_moved_moves_too() -> None:
    walk = walked(*DUES_SET, DeadlineTaken("Activity_TakeLater", "both", date(2011, 3, 8), date(2011, 3, 18)))

    assert walk.moved["both"].entry["due_date"] == FeelDate(2011, 3, 17)


def test_deadline_that_was_met_keeps_the_day() -> None:
    met = entry("dues", 8, 18, met_on=FeelDate(2011, 3, 18))

    walk = walked(*DUES_SET, took("arrival", deadlines={"dues": met}))

    assert walk.moved["dues"].seen[-1].now == entry("dues", 7, 17, met_on=FeelDate(2011, 3, 18))


def test_deadline_set_anew_from_another_day_does_not_rest_on_it() -> None:
    walk = walked(
        *DUES_SET,
        took("Activity_SetDues", start=FeelDate(2011, 3, 10)),
        DeadlineTaken("Activity_SetDues", "dues", date(2011, 3, 10), date(2011, 3, 20)),
    )

    assert walk.moved == {}


def test_notice_that_spoke_of_a_wrong_day_is_found() -> None:
    walk = walked(NoticeTaken(AT, "bill"), *DUES_SET, NoticeTaken(AT, "reminder"))

    assert [each.type for each in walk.notices] == ["reminder"]


BERTH_ASKED: tuple[Step, ...] = (
    took("arrival", draught=Decimal(7)),
    taken("Activity_AskBerth", "Decision_Berth", draught=Decimal(7)),
    took("arrival", berth={"class": "shallow"}),
)


@pytest.mark.parametrize(
    ("flow", "now", "ways"),
    [("Flow_Shallow", 9, ["Flow_Deep"]), ("Flow_Shallow", 6, []), ("Flow_Deep", 9, [])],
    ids=["another way", "the same way", "a way that the values of then do not explain"],
)
def test_gateway_is_asked_again_with_what_would_have_been(flow: str, now: int, ways: list[str]) -> None:
    corrections = {"draught": Correction(Decimal(7), Decimal(now))}

    walk = walked(*BERTH_ASKED, WayTaken("Gateway_Berth", flow), corrections=corrections)

    assert [each.now for each in walk.ways.values()] == ways


CORRECTED: dict[str, Value] = {"fact": "berthed_on", "was": FeelDate(2011, 3, 8), "now": FeelDate(2011, 3, 7)}
DUES = Deadline(
    name="dues",
    limit_id="dues",
    clause="harbour:3",
    duty=True,
    started_on=date(2011, 3, 8),
    amount=10,
    unit="calendar days",
    due_date=date(2011, 3, 18),
    due=datetime(2011, 3, 19, tzinfo=UTC),
    opens=datetime(2011, 3, 18, 8, tzinfo=UTC),
    calendar="harbour",
    steps=("8 March + 10 calendar days = 18 March",),
    met_on=date(2011, 3, 18),
)
NEW_ENTRY: dict[str, Value] = {
    "limit_id": "dues",
    "clause": "harbour:3",
    "duty": True,
    "started_on": FeelDate(2011, 3, 7),
    "amount": Decimal(10),
    "unit": "calendar days",
    "due_date": FeelDate(2011, 3, 17),
    "due": None,
    "opens": None,
    "steps": ["7 March + 10 calendar days = 17 March"],
}


def test_applied_correction_gives_revisions_facts_and_deadlines_with_their_history() -> None:
    # given
    instant = run("deadline.set", {"limit": "repair"}, Bench()).variables["deadlines"]["repair"]["due"]  # type: ignore[index,call-overload]
    new: dict[str, Value] = {**NEW_ENTRY, "due": instant, "opens": instant}
    case = a_case(deadlines={"dues": DUES}, facts={"paid_through": a_fact("paid_through", FeelDate(2011, 3, 18))})
    revisions: list[Value] = [{"path": ["paid_through"], "was": FeelDate(2011, 3, 18), "now": FeelDate(2011, 3, 17)}]

    # when
    result = run(
        "correction.apply",
        {},
        Bench(own=case),
        corrections=[CORRECTED],
        revisions=revisions,
        deadlines_now={"dues": new},
    )

    # then
    moved, met, recorded, revised = result.records
    assert isinstance(moved, DeadlineSet) and isinstance(met, DeadlineMet)
    assert "Fri 18 Mar 2011 (from Tue 8 Mar 2011) is superseded by Thu 17 Mar 2011" in moved.deadline.changes[0]
    assert (met.on, met.late) == (date(2011, 3, 18), True)
    assert isinstance(recorded, FactRecorded) and recorded.fact.value == FeelDate(2011, 3, 17)
    assert "berthed_on is" in recorded.fact.reason
    assert isinstance(revised, ValuesRevised)
    assert [path for path, _, _ in revised.revisions] == [("berthed_on",), ("paid_through",)]
    assert result.arithmetic == ("7 March + 10 calendar days = 17 March",)


def test_facts_alone_are_handed_on_without_what_rested_on_them() -> None:
    result = run("correction.apply", {}, Bench(own=a_case()), corrections=[CORRECTED], what="facts")

    (revised,) = result.records
    assert isinstance(revised, ValuesRevised)
    assert revised.revisions == ((("berthed_on",), FeelDate(2011, 3, 8), FeelDate(2011, 3, 7)),)


@pytest.mark.parametrize(
    ("inputs", "part"),
    [
        ({"what": "some"}, "input what"),
        ({"revisions": None, "deadlines_now": {}}, "input revisions"),
        ({"revisions": [{"path": [], "was": None, "now": None}], "deadlines_now": {}}, "input revisions"),
        ({"revisions": [{"was": None, "now": None}], "deadlines_now": {}}, "input revisions"),
        ({"revisions": [], "deadlines_now": []}, "input deadlines_now"),
        ({"revisions": [], "deadlines_now": {"dues": {"clause": "x"}}}, "input deadlines.dues"),
    ],
)
def test_correction_to_apply_that_no_review_gave_is_refused(inputs: dict[str, Value], part: str) -> None:
    problem = failure_of("correction.apply", {}, Bench(own=a_case()), **{"corrections": [CORRECTED], **inputs})

    assert (problem.code, problem.location.part) == ("JOB_INPUT", part)


def test_instances_that_take_the_same_name_at_the_same_time_are_kept_apart() -> None:
    """Another instance takes its own `start` between the input of an element and the deadline that it sets."""
    walk = walked(
        VariablesTook("arrival", {"berthed_on": FeelDate(2011, 3, 8)}, "one"),
        VariablesTook("Activity_SetDues", {"start": FeelDate(2011, 3, 8)}, "one"),
        VariablesTook("Activity_SetDues", {"start": FeelDate(2011, 6, 1)}, "two"),
        DeadlineTaken("Activity_SetDues", "dues", date(2011, 3, 8), date(2011, 3, 18), "one"),
        DeadlineTaken("Activity_SetDues", "repair", date(2011, 6, 1), date(2011, 6, 11), "two"),
    )

    assert list(walk.moved) == ["dues"]


def test_value_that_one_instance_hands_to_another_is_followed_there() -> None:
    walk = walked(
        VariablesTook("arrival", {"draught": Decimal(7)}, "one"),
        DecisionTaken(
            AT, "Activity_AskBerth", "Decision_Berth", {"draught": Decimal(7)}, {"class": "shallow"}, {}, "one"
        ),
        VariablesTook("arrival", {"berth": {"class": "shallow"}}, "one"),
        VariablesTook("billing", {"berth": {"class": "shallow"}}, "two"),
        WayTaken("Gateway_Berth", "Flow_Shallow", "two"),
        corrections=DRAUGHT,
    )

    assert [each.now for each in walk.ways.values()] == ["Flow_Deep"]


def test_what_was_said_stays_as_it_was_said() -> None:
    revisions: list[Value] = [{"path": [name], "was": Decimal(1), "now": Decimal(2)} for name in ("told", "fee")]

    result = run(
        "correction.apply",
        {"keep": "told, sent_on"},
        Bench(own=a_case()),
        corrections=[CORRECTED],
        revisions=revisions,
        deadlines_now={},
    )

    (revised,) = result.records
    assert isinstance(revised, ValuesRevised)
    assert [path for path, _, _ in revised.revisions] == [("berthed_on",), ("fee",)]


def test_fact_corrected_twice_is_followed_from_its_first_value_through_what_the_first_correction_put_right() -> None:
    first: Value = [{"fact": "draught", "was": Decimal(5), "now": Decimal(7)}]
    deep: Value = {"class": "deep"}

    walk = walked(
        took("arrival", draught=Decimal(5)),
        taken("Activity_AskBerth", "Decision_Berth", draught=Decimal(5)),
        took("arrival", berth={"class": "shallow"}),
        took("correction", corrections=first),
        RevisionTaken(((("draught",), Decimal(5), Decimal(7)),)),
        took("arrival", draught=Decimal(7)),
        WayTaken("Gateway_Berth", "Flow_Shallow"),
        corrections=DRAUGHT,
    )

    assert [each.now for each in walk.ways.values()] == ["Flow_Deep"]
    assert ("berth", Correction({"class": "shallow"}, deep)) in walk.live()
    assert ("draught", Correction(Decimal(7), Decimal(9))) in walk.live()


def test_deadline_that_a_correction_set_is_counted_from_the_second_value() -> None:
    corrections = {"berthed_on": Correction(FeelDate(2011, 3, 7), FeelDate(2011, 3, 4))}

    walk = walked(
        *DUES_SET,
        took(
            "correction", corrections=[{"fact": "berthed_on", "was": FeelDate(2011, 3, 8), "now": FeelDate(2011, 3, 7)}]
        ),
        DeadlineTaken("Activity_Apply", "dues", date(2011, 3, 7), date(2011, 3, 17)),
        took("arrival", deadlines={"dues": entry("dues", 7, 17)}),
        corrections=corrections,
    )

    assert walk.moved["dues"].entry["due_date"] == FeelDate(2011, 3, 14)
    assert walk.moved["dues"].seen[0].was == entry("dues", 7, 17)
