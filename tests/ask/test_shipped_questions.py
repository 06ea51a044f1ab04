"""Every question of the shipped laws, asked alone: what it answers, what it refuses, and that none is forgotten."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.dmn import DecisionLibrary, read_model
from engine.documents import read_document
from engine.errors import EngineError, ErrorCode
from engine.feel import to_plain
from engine.law import LawPackage, load_package
from engine.runtime.asking import Answer, Asker, law_with
from engine.wiring import open_asker

ROOT = Path(__file__).resolve().parents[2]
CASES = read_document((Path(__file__).parent / "cases.yaml").read_bytes(), "cases.yaml", ErrorCode.ASK_FACTS).value
LAWS = [load_package(ROOT / "processes" / name / "package.yaml") for name in ("agent_consent", "kentucky_access")]
ASKERS = {law.id: open_asker(law) for law in LAWS}
TODAY = date(2016, 3, 8)

# Decisions that state no answer for a person: lists of readings, bookkeeping, and steps of processes about a case.
NOT_ASKED = {
    "Decision_Readings": "lists the readings",
    "Decision_ReadingsInForce": "hands out the readings",
    "Decision_ReadingsBuiltIn": "lists the readings",
    "Decision_ConsentReadings": "lists the readings",
    "Decision_ConsentReadingsInForce": "hands out the readings",
    "Decision_ConsentReadingsBuiltIn": "lists the readings",
    "Decision_BusinessDayReadings": "lists the readings",
    "Decision_BusinessDayChoices": "hands out the readings",
    "Decision_NumberedDependents": "numbers the dependents of a form",
    "Decision_DependentsAfter": "takes a dependent off the enrollment",
    "Decision_DependentAdded": "books a dependent into the enrollment",
    "Decision_AmountToPay": "sums the open bills of an account",
    "Decision_DeterminationKnown": "looks whether the record holds a letter",
    "Decision_CureOutcome": "ends the round of an application",
    "Decision_ProgramLife": "judges the date of every question",
    "Decision_ClosedAccount": "books the end of an account",
    "Decision_ReinstatedAccount": "books the beginning of an account anew",
    "Decision_BillsReopened": "books a payment that came back",
    "Decision_ReversedAccount": "books a payment that came back",
    "Decision_ReturnedPaymentRoute": "puts an enrollment right whose payment came back",
    "Decision_OtherApplications": "picks from a list of applications",
    "Decision_EndOrder": "compares two terminations of one case",
    "Decision_EligibilityNow": "compares a case with what was determined in it",
    "Decision_CorrectionRoute": "puts a case right whose facts were wrong",
    "Decision_CorrectionsInWords": "words a letter",
}


def asker_of(question: str) -> Asker:
    return ASKERS[law_with(question, LAWS).id]


def facts_of(case: dict[str, Any]) -> dict[str, Any]:
    """The examples of the required facts, and over them those of the case."""
    asker = asker_of(case["question"])
    given = case.get("facts", {})
    examples = {
        name: fact.example for name, fact in asker.question(case["question"]).facts.items() if not fact.optional
    }
    needed = {
        name: fact.example
        for name, fact in asker.question(case["question"]).facts.items()
        if fact.needed_when is not None
        and fact.needed_when.evaluate(
            {**dict.fromkeys(asker.question(case["question"]).facts), **examples, **given}
        ).value
    }
    return {name: value for name, value in {**examples, **needed, **given}.items() if value is not None}


@cache
def answer_of(name: str) -> Answer:
    """The answer of the case of this name, asked once."""
    [case] = [case for case in CASES["cases"] if case["name"] == name]
    return asker_of(case["question"]).ask(
        case["question"], facts_of(case), today=TODAY, on=case.get("on"), readings=case.get("readings")
    )


def as_json(value: Any) -> Any:
    """A value of the file as the answer shows it: dates as text, numbers as JSON has them."""
    if isinstance(value, dict):
        return {name: as_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_question_with_facts_gives_the_answer_of_the_law(case: dict[str, Any]) -> None:
    # when
    answer = answer_of(case["name"])

    # then
    if "value" in case:
        assert json.loads(json.dumps(to_plain(answer.value))) == as_json(case["value"]), answer.says
    assert case.get("says", "") in answer.says
    lines = [line for each in answer.arithmetic for line in (each.what, *each.lines)]
    for expected in case.get("arithmetic", []):
        assert any(expected in line for line in lines), lines
    assert any(case.get("unverified", "") in line for line in (*answer.unverified, ""))
    if "unverified" in case:
        assert any(case["unverified"] in line for line in answer.unverified), answer.unverified
    assert set(case.get("rules", [])) <= {rule.rule_id for rule in answer.rules}
    assert answer.rules
    json.dumps(answer.as_data())


@pytest.mark.parametrize("case", CASES["refusals"], ids=lambda case: case["name"])
def test_question_with_bad_facts_tells_every_problem(case: dict[str, Any]) -> None:
    # when
    with pytest.raises(EngineError) as refused:
        law = law_with(case["question"], LAWS)
        ASKERS[law.id].ask(
            case["question"], facts_of(case), today=TODAY, on=case.get("on"), readings=case.get("readings")
        )

    # then
    found = [(str(problem.code), problem.location.part) for problem in refused.value.problems]
    wanted = [(problem["code"], problem.get("part", found[0][1])) for problem in case["problems"]]
    assert sorted(map(str, found)) == sorted(map(str, wanted))
    for expected in case["problems"]:
        assert any(
            problem.code == expected["code"] and expected.get("says", "") in problem.message
            for problem in refused.value.problems
        ), refused.value


def test_every_question_is_asked_by_a_case_and_answers_its_examples() -> None:
    asked = {case["question"] for case in CASES["cases"]}

    for law in LAWS:
        assert set(law.questions.by_id) <= asked
        for question in law.questions.by_id:
            assert ASKERS[law.id].example(question, today=TODAY).says


def test_every_contradiction_can_be_met_by_a_question() -> None:
    for law in LAWS:
        for contradiction in law.questions.contradictions:
            assert any(set(contradiction.facts) <= set(question.facts) for question in law.questions.by_id.values()), (
                contradiction.says
            )


def test_every_limit_of_the_table_can_be_asked_for() -> None:
    # given
    law = next(law for law in LAWS if law.id == "kentucky_access")
    [model] = [read_model(data, name) for name, data in law.files.items() if name.endswith("time_limits.dmn")]
    [table] = [decision for decision in model.decisions if decision.id == "Decision_TimeLimit"]
    limits = [rule.input_entries[0].text.strip('"') for rule in table.rules]

    # when
    answers = [
        ASKERS[law.id].ask("deadline", {"limit_id": limit, "starts_on": "2011-03-08"}, today=TODAY) for limit in limits
    ]

    # then
    assert len(answers) > 40
    assert all(answer.arithmetic and answer.parameters for answer in answers)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.id)
def test_every_decision_that_states_an_answer_is_asked_by_a_question(law: LawPackage) -> None:
    # given
    library = DecisionLibrary([read_model(data, name) for name, data in law.files.items() if name.endswith(".dmn")])
    reached: set[str] = set()
    for case in CASES["cases"]:
        if case["question"] in law.questions.by_id:
            reached |= {rule.decision_id for rule in answer_of(case["name"]).rules}

    # then
    assert sorted(set(library.decision_ids) - reached - set(NOT_ASKED)) == []


def test_a_reading_that_is_chosen_is_shown_as_chosen() -> None:
    # when
    answer = asker_of("cure_window").ask(
        "cure_window",
        {"channel": "paper", "notice_on": "2011-03-08", "second_notice_on": "2011-03-20"},
        today=TODAY,
        readings={"cure_window": "earlier"},
    )

    # then
    [chosen] = [reading for reading in answer.readings if reading.chosen]
    assert (chosen.id, chosen.key, chosen.value) == ("R-52", "cure_window", "earlier")


def test_asking_as_of_a_day_takes_that_day_in_place_of_the_facts() -> None:
    # when
    asked = asker_of("month_of_application").ask(
        "month_of_application", {"channel": "paper", "received_on": "2011-03-02"}, today=TODAY, on=date(2012, 5, 1)
    )

    # then
    assert asked.on == date(2012, 5, 1)
    assert asked.value == asker_of("month_of_application").example("month_of_application", today=TODAY).value
