"""The job types on who acted: the actor of the command becomes a fact; another case is read with its actors."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.feel import Value
from engine.handlers.contract import FactRecorded
from tests.handlers.harbour import Bench, a_case, a_fact, failure_of, run


def test_actor_of_the_command_is_recorded_as_a_fact_of_the_case() -> None:
    result = run("actor.record", {"fact": "master_name"}, Bench(own=a_case()))

    (record,) = result.records
    assert isinstance(record, FactRecorded)
    assert (record.fact.name, record.fact.value) == ("master_name", "tester")
    assert record.fact.source == "berth > Activity_Test"
    assert result.variables == {"master_name": "tester"}


def test_actor_without_a_case_is_a_variable_only() -> None:
    result = run("actor.record", {"fact": "master_name"}, Bench())

    assert (result.variables, result.records) == ({"master_name": "tester"}, ())


def test_actor_who_is_recorded_already_is_not_recorded_twice_and_another_one_is_with_a_reason() -> None:
    same = run("actor.record", {"fact": "master_name"}, Bench(own=a_case(facts={"master_name": a_fact("x", "tester")})))
    other = run("actor.record", {"fact": "master_name"}, Bench(own=a_case(facts={"master_name": a_fact("x", "ann")})))

    assert same.records == ()
    (record,) = other.records
    assert isinstance(record, FactRecorded)
    assert record.fact.reason == "Test the handler"


def test_actor_for_an_unknown_fact_fails_with_the_nearest_name() -> None:
    problem = failure_of("actor.record", {"fact": "master_nam"}, Bench(own=a_case()))

    assert problem.code == "LAW_UNKNOWN_FACT"
    assert "master_name" in problem.message


def test_case_is_read_with_state_facts_and_those_who_acted_in_it() -> None:
    # given
    case = a_case(id="case-9", state="moored", facts={"flag": a_fact("flag", "blue")})
    bench = Bench(known={("call", "CQ7"): case}, actors={"case-9": ("ann", "bob")})

    # when
    read = run("case.read", {"case_type": "call"}, bench, key="CQ7").variables["case_read"]

    # then: facts that the case does not have are null, so that a table can ask for each
    assert isinstance(read, dict)
    assert (read["key"], read["state"], read["actors"], read["deadlines"]) == ("CQ7", "moored", ["ann", "bob"], {})
    facts = read["facts"]
    assert isinstance(facts, dict)
    assert facts["flag"] == "blue"
    assert facts["dues_paid"] is None


def test_case_that_does_not_exist_reads_as_null() -> None:
    result = run("case.read", {"case_type": "call"}, Bench(), key="CQ8")

    assert result.variables == {"case_read": None}
    assert result.summary == "There is no call case CQ8"


@pytest.mark.parametrize(
    ("headers", "variables", "code", "said"),
    [
        ({}, {"key": "CQ7"}, "JOB_HEADER", '"case_type"'),
        ({"case_type": "cal"}, {"key": "CQ7"}, "JOB_HEADER", 'Did you mean "call"?'),
        ({"case_type": "call"}, {}, "JOB_INPUT", 'the key of the call case ("call_sign"), but got null'),
        ({"case_type": "call"}, {"key": Decimal(1)}, "JOB_INPUT", "the number 1"),
    ],
)
def test_case_read_with_a_wrong_header_or_key_fails(
    headers: dict[str, str], variables: dict[str, Value], code: str, said: str
) -> None:
    problem = failure_of("case.read", headers, Bench(), **variables)

    assert problem.code == code
    assert said in problem.message


def test_case_read_without_type_and_key_reads_the_own_case() -> None:
    result = run("case.read", {}, Bench(own=a_case(state="berthed")))

    read = result.variables["case_read"]
    assert isinstance(read, dict)
    assert (read["case_type"], read["key"], read["state"]) == ("call", "CQ7", "berthed")
