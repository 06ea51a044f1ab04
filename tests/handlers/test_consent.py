"""`consent.open` and `consent.note`: the record of evidence, and the signed link to answer by."""

from __future__ import annotations

import pytest

from engine.feel import FeelDateTime, Value
from engine.handlers import AnswerLink, build_token, read_token
from engine.handlers.contract import FactRecorded
from tests.handlers.harbour import Bench, a_case, a_fact, failure_of, run

LINK = AnswerLink("case-1", "attempt-1", "text")


def opened(bench: Bench, **variables: Value) -> dict[str, Value]:
    return dict(run("consent.open", {"form": "electronic"}, bench, **variables).variables)


def test_attempt_is_opened_with_its_record_and_a_link_that_only_we_can_make() -> None:
    bench = Bench(own=a_case())

    result = run("consent.open", {"form": "electronic"}, bench, entries={"pilot": "Rui"}, channel="text")

    (version,) = result.records
    assert isinstance(version, FactRecorded)
    record = result.variables["consent_record"]
    assert version.fact.name == "consent_record" and version.fact.value == record
    assert isinstance(record, dict)
    assert record["attempt_number"] == "attempt-1" and record["form"] == "electronic" and record["pilot"] == "Rui"
    assert record["requested_by"] == "tester" and isinstance(record["requested_at"], FeelDateTime)
    link = str(result.variables["answer_link"])
    prefix, _, token = link.rpartition("/")
    assert prefix == "https://harbour.example/consent/answer"
    assert read_token(token, bench.sign) == LINK


@pytest.mark.parametrize(
    "token",
    [
        "",
        "case-1~attempt-1~text~",
        "case-1~attempt-1~text~AAAA",
        "case-1~attempt-2~text~" + build_token(LINK, Bench().sign).rpartition("~")[2],
        build_token(LINK, Bench().sign).replace("text", "email"),
        build_token(LINK, lambda purpose, text: Bench().sign("another purpose", text)),
        build_token(LINK, Bench().sign) + "~x",
        "é" * 50,
    ],
)
def test_token_that_was_guessed_changed_or_made_for_something_else_says_nothing(token: str) -> None:
    assert read_token(token, Bench().sign) is None


def test_note_adds_to_the_record_and_stamps_the_instant() -> None:
    bench = Bench(own=a_case())
    record = opened(bench)["consent_record"]

    result = run("consent.note", {"stamp": "closed_at"}, bench, consent_record=record, entries={"outcome": "accepted"})

    noted = result.variables["consent_record"]
    assert isinstance(noted, dict) and isinstance(record, dict)
    assert noted == {**record, "outcome": "accepted", "closed_at": noted["closed_at"]}
    assert isinstance(noted["closed_at"], FeelDateTime)


def test_note_takes_the_record_of_the_case_where_the_process_holds_none() -> None:
    case = a_case(facts={"consent_record": a_fact("consent_record", {"attempt_number": "attempt-9"})})

    result = run("consent.note", {}, Bench(own=case), entries={"outcome": "expired"})

    assert result.variables["consent_record"] == {"attempt_number": "attempt-9", "outcome": "expired"}


@pytest.mark.parametrize(
    ("job_type", "headers", "variables", "part"),
    [
        ("consent.note", {}, {}, "input consent_record"),
        ("consent.note", {}, {"consent_record": {}, "entries": "all"}, "input entries"),
        ("consent.open", {"form": "verbal"}, {"entries": ["all"]}, "input entries"),
        ("consent.open", {}, {}, "header form"),
    ],
)
def test_consent_job_without_what_it_needs_is_refused(
    job_type: str, headers: dict[str, str], variables: dict[str, Value], part: str
) -> None:
    assert failure_of(job_type, headers, Bench(own=a_case()), **variables).location.part == part


def test_consent_without_a_case_is_refused() -> None:
    assert failure_of("consent.open", {"form": "verbal"}, Bench()).code == "CASE_NOT_FOUND"
