"""A corrected fact is followed through mappings and decisions of the log; only what rested on it is asked again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from engine.dmn import DecisionAudit, DecisionResult
from engine.feel import Value
from engine.handlers.contract import DecisionTaken, VariablesTook
from engine.handlers.reevaluation import Correction, Difference, Mappings, Reevaluation
from tests.handlers.harbour import Bench, a_case, failure_of

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
    return list(Reevaluation(corrections, MAPPINGS, decide, AT).run(steps))


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
