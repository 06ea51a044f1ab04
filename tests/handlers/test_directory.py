"""`directory.enter`, `directory.search`: people are found by a keyed hash and compared, and nothing is given away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from engine.feel import FeelDate, Value
from engine.handlers.contract import SearchKeysSet, Services
from engine.handlers.directory import compare, directory_search, search_key
from tests.handlers.harbour import Bench, a_case, a_fact, a_job, failure_of, run

HEADERS = {"case_type": "call", "by": "master_name, arrived_on", "compare": "master_name, flag, defects"}
ARRIVED = FeelDate(2011, 3, 8)
FACTS = {
    "master_name": a_fact("master_name", "Ana Reis"),
    "arrived_on": a_fact("arrived_on", ARRIVED),
    "defects": a_fact("defects", ["hull", "anchor"]),
}


def key_of(bench: Bench, **criteria: Value) -> str:
    return search_key(bench, "call", criteria)


def test_person_is_entered_under_a_hash_that_holds_no_name() -> None:
    bench = Bench(own=a_case())

    (record,) = run(
        "directory.enter", {"by": "master_name, arrived_on"}, bench, master_name="Ana Reis", arrived_on=ARRIVED
    ).records

    assert isinstance(record, SearchKeysSet)
    assert record.keys == (key_of(bench, master_name=" ana  REIS", arrived_on=ARRIVED),)
    assert "ana" not in record.keys[0].lower()


def test_person_without_a_value_to_be_found_by_is_refused() -> None:
    problem = failure_of("directory.enter", {"by": "master_name"}, Bench(own=a_case()))

    assert (problem.code, problem.location.part) == ("JOB_INPUT", "input master_name")


def test_search_gives_words_of_comparison_and_nothing_that_is_on_file() -> None:
    bench = Bench()
    found = a_case(facts=FACTS)
    bench.indexed = {key_of(bench, master_name="Ana Reis", arrived_on=ARRIVED): (found,)}
    criteria: dict[str, Value] = {
        "master_name": "ANA REIS",
        "arrived_on": ARRIVED,
        "flag": "white",
        "defects": "anchor",
    }

    result = run("directory.search", HEADERS, bench, criteria=criteria)

    assert result.variables["people_found"] == [
        {"key": "CQ7", "master_name": "agrees", "flag": "not on file", "defects": "agrees"}
    ]
    assert "Reis" not in str(result.variables) + result.summary


def test_search_without_a_field_to_find_by_finds_nobody() -> None:
    result = run("directory.search", HEADERS, Bench(), criteria={"master_name": "Ana Reis"})

    assert result.variables["people_found"] == []


def test_search_without_criteria_is_refused() -> None:
    assert failure_of("directory.search", HEADERS, Bench(), criteria="Ana").code == "JOB_INPUT"


def test_another_directory_can_stand_behind_the_port() -> None:
    class Foreign:
        def find(
            self, services: Services, case_type: str, criteria: Mapping[str, Value]
        ) -> Sequence[Mapping[str, Value]]:
            assert (case_type, dict(criteria)) == ("call", {"master_name": "Ana Reis", "arrived_on": ARRIVED})
            return [{"key": "F-1", "master_name": "Ana Reis"}]

    definition = directory_search(Foreign())
    criteria: Value = {"master_name": "Ana Reis", "arrived_on": ARRIVED}

    result = definition.run(a_job("directory.search", HEADERS, {"criteria": criteria}), Bench())

    assert result.variables["people_found"] == [
        {"key": "F-1", "master_name": "agrees", "flag": "not given", "defects": "not given"}
    ]


@pytest.mark.parametrize(
    ("given", "on_file", "word"),
    [
        ("José  Doe", "JOSÉ DOE", "agrees"),
        ("Doe", "Dough", "differs"),
        ("", "Doe", "not given"),
        (None, None, "not given"),
        ("Doe", None, "not on file"),
        ("A-2", ["A-1", "A-2"], "agrees"),
        ("A-2", [], "not on file"),
        (ARRIVED, FeelDate(2011, 3, 9), "differs"),
    ],
)
def test_fact_compares_by_what_people_mean(given: Value, on_file: Value, word: str) -> None:
    assert compare(given, on_file) == word
