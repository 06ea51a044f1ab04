"""Facts that cannot be, given over HTTP: each gets a clear problem, and nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from engine.handlers.contract import Actor
from engine.law import load_package
from engine.runtime import Engine
from engine.wiring import open_engine

MANIFEST = Path(__file__).resolve().parents[2] / "processes" / "kentucky_access" / "package.yaml"
APPLICATION: dict[str, Any] = {
    "application_number": "A-1",
    "applicant_name": "Sam Hale",
    "mailing_address": "4 Oak Road, Berea, Kentucky 40403",
    "plan": "premier",
    "payment_mode": "monthly",
    "premium_received": 1000,
    "payer_relationship": "applicant",
}
NEWBORN: dict[str, Any] = {
    "dependent_number": "D-1",
    "enrollment_number": "A-1",
    "applicant_name": "Sam Hale",
    "mailing_address": "4 Oak Road, Berea, Kentucky 40403",
    "dependent_name": "Ann Hale",
    "dependent_relation": "newborn",
    "born_on": "2011-03-01",
}
ENROLLMENT: dict[str, Any] = {
    **{name: APPLICATION[name] for name in ("applicant_name", "mailing_address", "plan", "payment_mode")},
    "enrollment_number": "E-1",
    "application_number": "A-1",
    "pathway": "individual",
    "effective_date": "2011-04-01",
    "dependents": [],
}
PAYMENT = {"payment_format": "paper check", "payer_relationship": "applicant"}
CLAIM = {**{name: APPLICATION[name] for name in ("applicant_name", "mailing_address")}, "claim_number": "C-1"}
BANK_ENTRY = {
    "bank_entry": "B-1",
    "bank_entry_kind": "credit",
    "bank_entry_on": "2011-03-08",
    "bank_entry_reason": "no case",
}
# each fact that is money, and an event that brings it
MONEY: list[tuple[str, str, dict[str, Any]]] = [
    ("premium_received", "application received", APPLICATION),
    ("premium_received", "enrollment recorded", ENROLLMENT),
    ("premium_payment", "application premium received", {"application_number": "A-1"}),
    ("offered_premium", "fact corrected", {"application_number": "A-1", "correction_reason": "seen"}),
    ("other_coverage_deductible", "fact corrected", {"application_number": "A-1", "correction_reason": "seen"}),
    ("benefits_paid", "fact corrected", {"application_number": "A-1", "correction_reason": "seen"}),
    ("check_amount", "bank returns check", {"application_number": "A-1"}),
    ("bank_entry_amount", "bank entry unmatched", BANK_ENTRY),
    ("premium_paid", "premium paid", {"enrollment_number": "E-1", "payment_number": "P-1", **PAYMENT}),
    ("reinstatement_premium", "reinstatement premium received", {"appeal_number": "R-1", **PAYMENT}),
    (
        "benefit_otherwise_payable",
        "claim received",
        {**CLAIM, "enrollment_number": "E-1", "other_payments": []},
    ),
    ("noncovered_amount", "noncovered benefits found", {**CLAIM, "enrollment_number": "E-1"}),
]
# what is wrong, event, its facts, the codes of the problem, what it says
CASES: list[tuple[str, str, dict[str, Any], str, list[str]]] = [
    (
        "unknown payment option",
        "application received",
        {**APPLICATION, "payment_mode": "weekly"},
        "LAW_FACT_TYPE",
        ["weekly", "monthly, quarterly, semiannual, annual"],
    ),
    (
        "missing facts",
        "application received",
        {"application_number": "A-1"},
        "LAW_FACT_TYPE",
        ["applicant_name", "plan", "premium_received"],
    ),
    (
        "unknown fact",
        "application received",
        {**APPLICATION, "postmark": "2011-03-01"},
        "LAW_UNKNOWN_FACT",
        ["postmark"],
    ),
    (
        "fact of another event",
        "application received",
        {**APPLICATION, "months_of_residency": 12},
        "LAW_UNKNOWN_FACT",
        ["does not belong to the event"],
    ),
    (
        "negative money",
        "application received",
        {**APPLICATION, "premium_received": -1},
        "LAW_FACT_NEGATIVE",
        ["premium_received", "zero or more"],
    ),
    *(
        ("a part of a cent in " + name, event, {**facts, name: 10.001}, "LAW_FACT_TYPE", [name, "at most 2 places"])
        for name, event, facts in MONEY
    ),
    *(
        ("money below zero in " + name, event, {**facts, name: -0.01}, "LAW_FACT_NEGATIVE", [name, "zero or more"])
        for name, event, facts in MONEY
    ),
    *(
        ("nothing in " + name, event, {**facts, name: 0}, "LAW_FACT_CONTRADICTION", [name, "nothing"])
        for name, event, facts in MONEY
        if name in ("premium_payment", "premium_paid", "reinstatement_premium", "noncovered_amount")
    ),
    (
        "a date that is none",
        "application received",
        {**APPLICATION, "received_on": "2011-02-30"},
        "LAW_FACT_TYPE",
        ["received_on", "date"],
    ),
    (
        "a date after the program",
        "application received",
        {**APPLICATION, "received_on": "2014-01-01"},
        "LAW_OUTSIDE_LIFE",
        ["1 Jan 2014", "ended on 31 December 2013"],
    ),
    (
        "a date before the amendment",
        "application submitted",
        {
            **{name: value for name, value in APPLICATION.items() if name != "premium_received"},
            "channel": "fax",
            "submitted_on": "2011-02-03",
            "received_on": "2011-02-03",
        },
        "LAW_OUTSIDE_LIFE",
        ["3 Feb 2011"],
    ),
    (
        "a child of the future",
        "dependent application received",
        {**NEWBORN, "petition_filed_on": "2011-02-01", "dependent_relation": "adopted child"},
        "LAW_FACT_CONTRADICTION",
        ["no petition is filed for a child that is not born"],
    ),
    (
        "a postmark after receipt",
        "dependent application received",
        {**NEWBORN, "dependent_added_on": "2011-03-08", "application_postmarked_on": "2011-03-09"},
        "LAW_FACT_CONTRADICTION",
        ["mail cannot be postmarked after it was received"],
    ),
    (
        "a correction of no case",
        "fact corrected",
        {"application_number": "A-9", "plan": "premier", "correction_reason": "seen"},
        "CASE_NOT_FOUND",
        ["A-9"],
    ),
    (
        "premium for an unknown application",
        "application premium received",
        {"application_number": "A-9", "premium_payment": 10},
        "CASE_NOT_FOUND",
        ["A-9"],
    ),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    store = tmp_path_factory.mktemp("law") / "store.sqlite"
    opened = open_engine(store, clock=datetime(2011, 3, 8, 13, 0, tzinfo=UTC))
    opened.deploy(load_package(MANIFEST), Actor("analyst"))
    yield opened
    opened.close()


@pytest.mark.parametrize(("case", "event", "facts", "code", "said"), CASES, ids=[case[0] for case in CASES])
def test_facts_that_cannot_be_are_refused_with_what_is_wrong_and_nothing_is_kept(
    engine: Engine, case: str, event: str, facts: dict[str, Any], code: str, said: list[str]
) -> None:
    # given
    before = (len(engine.cases()), len(engine.instances()), len(engine.timeline()))

    # when
    with TestClient(create_app(engine), raise_server_exceptions=False) as client:
        answer = client.post("/events", json={"package": "kentucky_access", "event": event, "facts": facts})

    # then
    assert 400 <= answer.status_code < 500, answer.text
    assert code in answer.text
    for part in said:
        assert part in answer.text
    assert (len(engine.cases()), len(engine.instances()), len(engine.timeline())) == before
