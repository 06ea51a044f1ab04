"""Every question of the shipped laws, asked alone: what it answers, what it refuses, and that none is forgotten."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from engine.dmn import DecisionLibrary, read_model
from engine.law import LawPackage, load_package
from engine.runtime.asking import Asker, law_with
from engine.simulation import (
    QuestionCase,
    QuestionPlayer,
    QuestionResult,
    Shelf,
    build_question_verdicts,
    load_question_cases,
)
from engine.wiring import open_asker

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "tests" / "scenarios" / "questions").glob("*.yaml"))
LAWS = [load_package(ROOT / "processes" / name / "package.yaml") for name in ("agent_consent", "kentucky_access")]
ASKERS = {law.id: open_asker(law) for law in LAWS}
PLAYER = QuestionPlayer()
TODAY = date(2016, 3, 8)


def read_cases() -> list[QuestionCase]:
    shelf = Shelf()
    return [case for file in FILES for case in load_question_cases(file, shelf)[1]]


CASES = read_cases()

# Decisions that state no answer for a person: lists of readings, bookkeeping, and steps of processes about a case.
NOT_ASKED = {
    "Decision_Readings": "lists the readings",
    "Decision_ReadingsInForce": "hands out the readings",
    "Decision_ReadingsBuiltIn": "lists the readings",
    "Decision_ConsentReadings": "lists the readings",
    "Decision_ConsentReadingsInForce": "hands out the readings",
    "Decision_ConsentReadingsBuiltIn": "lists the readings",
    "Decision_BusinessDayReadings": "lists the readings",
    "Decision_NumberedDependents": "numbers the dependents of a form",
    "Decision_DependentsAfter": "takes a dependent off the enrollment",
    "Decision_DependentAdded": "books a dependent into the enrollment",
    "Decision_AmountToPay": "sums the open bills of an account",
    "Decision_DeterminationKnown": "looks whether the record holds a letter",
    "Decision_CureOutcome": "ends the round of an application",
    "Decision_ProgramLife": "judges the date of every question",
    "Decision_ClosedAccount": "books the end of an account",
    "Decision_AccountOfBegun": "books the end of an account",
    "Decision_ReinstatedAccount": "books the beginning of an account anew",
    "Decision_BillsReopened": "books a payment that came back",
    "Decision_ReversedAccount": "books a payment that came back",
    "Decision_ReturnedPaymentRoute": "puts an enrollment right whose payment came back",
    "Decision_OtherApplications": "picks from a list of applications",
    "Decision_GrantEffect": "looks how far a termination is",
    "Decision_DependentGrant": "looks how far a dependent is",
    "Decision_EnrolleeApplies": "looks whether a person is to decide on an application",
    "Decision_EndOrder": "compares two terminations of one case",
    "Decision_EligibilityNow": "compares a case with what was determined in it",
    "Decision_CorrectionRoute": "puts a case right whose facts were wrong",
    "Decision_CorrectionsInWords": "words a letter",
    "Decision_FactKind": "sorts the facts that may be corrected",
    "Decision_TermsOrMoney": "sorts the facts that were corrected",
    "Decision_ReviewBegun": "looks how far a case is",
    "Decision_ReopenedBefore": "looks how far a case is",
    "Decision_CaseStanding": "looks how far a case is",
    "Decision_WayDiffers": "compares a case with what it would have been",
    "Decision_TakenOver": "says what running processes are told",
    "Decision_UnseenInformation": "looks whether mail lies unopened",
    "Decision_ToldAlready": "compares two letters",
    "Decision_ToldOfIt": "looks whether a notice has named a fact",
    "Decision_MissingDocumentsOf": "keeps a list of dependents",
    "Decision_StillMissing": "keeps a list of dependents",
    "Decision_CureGiven": "looks whether a dependent was given time",
    "Decision_BasisKept": "keeps a dependent on record who stays",
    "Decision_DependentCharged": "looks what the bills of an account asked for",
    "Decision_PaidBeforeLapse": "looks what the bills of an account asked for",
}


def asker_of(question: str) -> Asker:
    return ASKERS[law_with(question, LAWS).id]


@cache
def result_of(index: int) -> QuestionResult:
    """The case of this number, asked once."""
    case = CASES[index]
    return PLAYER.play(case, next(law for law in LAWS if law.id == case.package_id))


@pytest.mark.parametrize("index", range(len(CASES)), ids=[case.title for case in CASES])
def test_question_with_facts_gives_the_answer_or_the_refusal_of_the_law(index: int) -> None:
    # when
    result = result_of(index)

    # then
    assert result.ok, "\n".join(line.text for line in build_question_verdicts(result.case.file, [result]))
    if result.answer is not None:
        assert result.answer.rules
        json.dumps(result.answer.as_data())


def test_titles_of_the_cases_tell_them_apart() -> None:
    counted = Counter((case.package_id, case.title) for case in CASES)

    assert [title for title, count in counted.items() if count > 1] == []


def test_every_question_is_asked_by_a_case_and_answers_its_examples() -> None:
    asked = {case.question for case in CASES if not case.refused}

    for law in LAWS:
        assert set(law.questions.by_id) <= asked
        for question in law.questions.by_id:
            assert ASKERS[law.id].example(question, today=TODAY).says


def test_every_contradiction_can_be_met_by_a_question_or_an_event() -> None:
    for law in LAWS:
        told = [set(question.facts) for question in law.questions.by_id.values()]
        told += [{*each.requires, *each.may_have, each.date_fact} for each in law.vocabulary.events.values()]
        for contradiction in law.questions.contradictions:
            assert any(set(contradiction.facts) <= facts for facts in told), contradiction.says


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
    for index, case in enumerate(CASES):
        answer = result_of(index).answer
        if case.package_id == law.id and answer is not None:
            reached |= {rule.decision_id for rule in answer.rules}

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
