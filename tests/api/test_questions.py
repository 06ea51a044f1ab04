"""Questions and decisions over HTTP: the same answers as at the command line, and problems with their place."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from engine.runtime import Engine


def test_questions_are_listed_with_their_facts_and_types(client: TestClient) -> None:
    # when
    listed = client.get("/questions").json()

    # then
    assert [each["id"] for each in listed] == ["stall_fee", "fee_outcome"]
    [size] = listed[0]["facts"]
    assert (size["name"], size["type"], size["values"], size["required"]) == (
        "stall_size",
        "string",
        ["small", "large"],
        True,
    )
    assert client.get("/questions/stall_fee").json() == listed[0]
    assert client.get("/questions", params={"package": "lantern_market"}).json() == listed


def test_question_is_answered_with_rules_and_clauses_and_leaves_nothing_behind(
    client: TestClient, engine: Engine
) -> None:
    # given
    before = len(engine.timeline())

    # when
    answer = client.post("/questions/stall_fee/answers", json={"facts": {"stall_size": "large"}})

    # then
    assert answer.status_code == 200
    body = answer.json()
    assert body["says"].startswith("EUR ")
    assert body["rules"][0]["decision_id"] == "Decision_StallFee"
    assert list(body["clauses"]) and body["models"]
    assert body["on"] == "2024-02-26"
    assert body == engine.ask("stall_fee", {"stall_size": "large"}).as_data()
    assert (len(engine.timeline()), engine.cases(), engine.instances()) == (before, [], [])


BAD: list[tuple[str, dict[str, Any], int, list[tuple[str, str | None]]]] = [
    ("stall_fees", {}, 404, [("ASK_UNKNOWN_QUESTION", None)]),
    ("stall_fee", {"package": "lantern"}, 404, [("LAW_UNKNOWN_PACKAGE", None)]),
    ("stall_fee", {}, 422, [("ASK_FACT_MISSING", "stall_size")]),
    (
        "fee_outcome",
        {"facts": {"stal_size": "small", "fee_paid": -1}},
        422,
        [("ASK_FACT_MISSING", "stall_size"), ("ASK_NEGATIVE", "fee_paid"), ("LAW_UNKNOWN_FACT", "stal_size")],
    ),
    (
        "fee_outcome",
        {"facts": {"stall_size": "small", "fee_paid": 1, "received_on": "2024-02-27", "examined_on": "2024-02-26"}},
        422,
        [("ASK_CONTRADICTION", "examined_on, received_on")],
    ),
    ("stall_fee", {"facts": {"stall_size": "huge"}}, 422, [("LAW_FACT_TYPE", "stall_size")]),
    ("stall_fee", {"facts": {"stall_size": "small"}, "readings": {"x": "y"}}, 422, [("ASK_READING", "readings.x")]),
    ("stall_fee", {"facts": {"stall_size": "small"}, "on": "2024-02-30"}, 400, [("API_REQUEST", "body.on")]),
    ("stall_fee", {"facts": [], "extra": 1}, 400, [("API_REQUEST", "body.facts"), ("API_REQUEST", "body.extra")]),
]


@pytest.mark.parametrize(("question", "body", "status", "problems"), BAD)
def test_question_that_cannot_be_answered_tells_every_problem(
    client: TestClient, question: str, body: dict[str, Any], status: int, problems: list[tuple[str, str | None]]
) -> None:
    # when
    answer = client.post(f"/questions/{question}/answers", json=body)

    # then
    assert answer.status_code == status, answer.text
    found = [(each["code"], each.get("part")) for each in answer.json()["problems"]]
    assert sorted(map(str, found)) == sorted(map(str, problems))


def test_decision_is_evaluated_and_explains_the_rules_that_did_not_match(client: TestClient, engine: Engine) -> None:
    # given
    before = len(engine.timeline())
    described = client.get("/decisions/Decision_StallFee").json()
    assert described["inputs"] == [{"name": "stall_size", "type": "string"}]

    # when
    plain = client.post("/decisions/Decision_StallFee/evaluations", json={"inputs": {"stall_size": "small"}}).json()
    explained = client.post(
        "/decisions/Decision_StallFee/evaluations", json={"inputs": {"stall_size": "small"}, "explain": True}
    ).json()

    # then
    assert plain["value"] == explained["value"] and plain["clauses"] == explained["clauses"] != []
    assert plain["audit"]["decisions"][0]["unmatched"] == []
    assert explained["audit"]["decisions"][0]["unmatched"] != []
    assert len(engine.timeline()) == before


@pytest.mark.parametrize(
    ("decision", "inputs", "status", "code"),
    [
        ("Decision_StallFees", {}, 404, "DMN_UNKNOWN_DECISION"),
        ("Decision_StallFee", {"size": "small"}, 422, "DMN_UNKNOWN_REFERENCE"),
        ("Decision_StallFee", {"stall_size": 3}, 422, "FEEL_TYPE_MISMATCH"),
    ],
)
def test_decision_that_cannot_be_evaluated_is_refused(
    client: TestClient, decision: str, inputs: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post(f"/decisions/{decision}/evaluations", json={"inputs": inputs})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
