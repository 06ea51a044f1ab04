"""The job types of the case record: open and join, states, facts and corrections, numbers in order of receipt."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.feel import Value
from engine.handlers.contract import CaseOpened, Fact, FactRecorded, JobResult, StateChanged
from tests.handlers.harbour import NOW, Bench, a_case, a_fact, failure_of, run


def facts_of(result: JobResult) -> dict[str, Fact]:
    return {record.fact.name: record.fact for record in result.records if isinstance(record, FactRecorded)}


def test_case_open_without_a_case_of_this_key_opens_one() -> None:
    result = run("case.open", {"case_type": "call"}, Bench(), call_sign="CQ7")

    assert result.records == (CaseOpened("case-1", "call", "CQ7"),)
    assert result.variables == {"case_id": "case-1", "case_key": "CQ7"}
    assert result.summary == "Opened the call case CQ7"


def test_case_open_with_a_case_of_this_key_joins_it() -> None:
    known = a_case(id="case-9")

    result = run("case.open", {"case_type": "call"}, Bench(known={("call", "CQ7"): known}), call_sign="CQ7")

    assert result.records == (CaseOpened("case-9", "call", "CQ7"),)
    assert result.summary == "Joined the call case CQ7"


@pytest.mark.parametrize(
    ("headers", "variables", "code", "said"),
    [
        ({}, {"call_sign": "A"}, "JOB_HEADER", 'expected the header "case_type", but it is missing'),
        ({"casetype": "call"}, {"call_sign": "A"}, "JOB_HEADER", 'Did you mean "casetype"?'),
        ({"case_type": "cal"}, {"call_sign": "A"}, "JOB_HEADER", 'Did you mean "call"?'),
        ({"case_type": "call"}, {}, "JOB_INPUT", 'the input "call_sign" of case.open expected a string'),
        ({"case_type": "call"}, {"call_sign": Decimal(7)}, "JOB_INPUT", "the number 7"),
        ({"case_type": "call"}, {"call_sign": " "}, "JOB_INPUT", "expected a string"),
    ],
)
def test_case_open_with_a_wrong_header_or_key_fails(
    headers: dict[str, str], variables: dict[str, Value], code: str, said: str
) -> None:
    problem = failure_of("case.open", headers, Bench(), **variables)

    assert problem.code == code
    assert said in problem.message
    assert problem.location.clause == "harbour:3"


def test_case_open_of_another_case_than_the_instances_own_fails() -> None:
    problem = failure_of("case.open", {"case_type": "call"}, Bench(own=a_case()), call_sign="XX1")

    assert problem.code == "JOB_INPUT"
    assert 'expected "CQ7"' in problem.message


def test_case_state_gives_the_case_a_declared_state() -> None:
    result = run("case.state", {"state": "moored"}, Bench(own=a_case()))

    assert result.records == (StateChanged("moored"),)
    assert result.summary == "Call CQ7: moored"


def test_case_state_that_is_not_declared_fails_with_the_nearest() -> None:
    problem = failure_of("case.state", {"state": "mored"}, Bench(own=a_case()))

    assert problem.code == "JOB_HEADER"
    assert 'Did you mean "moored"?' in problem.message


@pytest.mark.parametrize(
    ("job_type", "headers"), [("case.state", {"state": "moored"}), ("case.record", {"facts": "flag"})]
)
def test_writing_without_a_case_fails(job_type: str, headers: dict[str, str]) -> None:
    problem = failure_of(job_type, headers, Bench(), flag="blue")

    assert problem.code == "CASE_NOT_FOUND"
    assert "case.open" in str(problem.hint)


def test_case_record_records_the_named_variables_with_date_and_source() -> None:
    result = run("case.record", {"facts": "flag, defects"}, Bench(own=a_case()), flag="blue", defects=["hull"])

    fact = facts_of(result)["flag"]
    assert (fact.value, fact.source, fact.recorded_at, fact.valid_from) == (
        "blue",
        "berth > Activity_Test",
        NOW,
        date(2011, 3, 8),
    )
    assert facts_of(result)["defects"].value == ["hull"]
    assert result.summary == "Recorded: flag = blue; defects = hull"


def test_case_record_of_a_changed_fact_gives_the_reason() -> None:
    case = a_case(facts={"flag": a_fact("flag", "blue"), "insured": a_fact("insured", True)})

    result = run("case.record", {"facts": "flag, insured"}, Bench(own=case), flag="red", insured=True)
    corrected = run("case.record", {"facts": "flag", "reason": "misread"}, Bench(own=case), flag="red")

    assert list(facts_of(result)) == ["flag"]
    assert facts_of(result)["flag"].reason == "Test the handler"
    assert facts_of(corrected)["flag"].reason == "misread"
    assert result.summary == "Recorded: flag = red (was blue: Test the handler); insured unchanged"


@pytest.mark.parametrize(
    ("facts", "variables", "code", "said"),
    [
        ("flagg", {}, "LAW_UNKNOWN_FACT", 'Did you mean "flag"?'),
        ("flag", {}, "JOB_INPUT", "but got null"),
        ("flag", {"flag": "green"}, "JOB_INPUT", "one of white, blue, red"),
        ("dues_paid", {"dues_paid": "12"}, "JOB_INPUT", "number"),
        ("flag, flag", {"flag": "blue"}, "JOB_HEADER", '"flag" twice'),
        (" , ", {}, "JOB_HEADER", "parted by commas"),
    ],
)
def test_case_record_of_a_wrong_fact_fails(facts: str, variables: dict[str, Value], code: str, said: str) -> None:
    problem = failure_of("case.record", {"facts": facts}, Bench(own=a_case()), **variables)

    assert problem.code == code
    assert said in problem.message


def test_receipt_numbers_run_by_queue_and_are_recorded() -> None:
    bench = Bench(own=a_case())
    headers = {"queue": "ships", "fact": "order_of_arrival"}

    first, second = run("receipt.number", headers, bench), run("receipt.number", headers, bench)
    other = run("receipt.number", {**headers, "queue": "boats"}, bench)

    assert first.variables == {"order_of_arrival": Decimal(1)}
    assert facts_of(second)["order_of_arrival"].value == Decimal(2)
    assert other.variables == {"order_of_arrival": Decimal(1)}
    assert set(bench.numbers) == {"harbour:ships", "harbour:boats"}


def test_receipt_number_for_an_unknown_fact_draws_nothing() -> None:
    bench = Bench(own=a_case())

    named = failure_of("receipt.number", {"queue": "ships", "fact": "order_of_arival"}, bench)
    unnamed = failure_of("receipt.number", {"queue": "ships"}, bench)

    assert 'Did you mean "order_of_arrival"?' in named.message
    assert named.code == "LAW_UNKNOWN_FACT"
    assert unnamed.code == "JOB_HEADER"
    assert bench.numbers == {}
