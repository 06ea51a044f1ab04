"""What holds for every route: the same command once, pages, limits, the description."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.openapi import examples
from api.permissions import CONSENT, SEARCHES
from engine.clock import SimulatedClock
from engine.handlers.contract import Actor
from engine.runtime import Engine
from tests.api.conftest import REQUEST
from tests.api.people import client_with, key_of

CLERK = Actor("ada", frozenset({"market_clerk"}))
NOW = datetime(2024, 2, 26, tzinfo=UTC)
KEY = {"Idempotency-Key": "k-1"}


def event(number: str = "R-1", **facts: Any) -> dict[str, Any]:
    return {
        "package": "lantern_market",
        "event": "stall requested",
        "facts": {**REQUEST, "request_number": number, **facts},
    }


# ---- the same command once ------------------------------------------------------------------------------------------


def test_same_command_under_the_same_key_has_its_effect_once_and_its_answer_again(
    engine: Engine, client: TestClient
) -> None:
    first, second = (client.post("/events", json=event(), headers=KEY) for _ in range(2))

    assert (first.status_code, second.status_code, second.json()) == (201, 201, first.json())
    assert (first.headers.get("idempotent-replayed"), second.headers["idempotent-replayed"]) == (None, "true")
    assert len(engine.instances()) == 1


@pytest.mark.parametrize(("path", "body"), [("/events", event("R-2")), ("/messages", event())])
def test_same_key_with_another_request_is_a_conflict(client: TestClient, path: str, body: dict[str, Any]) -> None:
    client.post("/events", json=event(), headers=KEY)

    answer = client.post(path, json=body, headers=KEY)

    assert (answer.status_code, answer.json()["code"]) == (422, "API_IDEMPOTENCY")


def test_refusal_is_answered_again_but_not_one_of_the_door(engine: Engine, client: TestClient) -> None:
    refused = [client.post("/events", json=event("R-9", fee_paid="much"), headers=KEY) for _ in range(2)]
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(422, "LAW_FACT_TYPE")] * 2
    assert refused[1].headers["idempotent-replayed"] == "true"

    other = {"Idempotency-Key": "k-2", "Clauseflow-Roles": "drafter"}
    assert client.post("/events", json=event(), headers=other).status_code == 403
    assert client.post("/events", json=event(), headers={"Idempotency-Key": "k-2"}).status_code == 201


def test_keys_of_two_callers_are_two_keys(engine: Engine) -> None:
    ada, bea = (client_with(engine, key_of(engine, name, "market_clerk")) for name in ("ada", "bea"))

    assert ada.post("/events", json=event("R-1"), headers=KEY).status_code == 201
    assert bea.post("/events", json=event("R-2"), headers=KEY).status_code == 201


def test_key_is_forgotten_after_a_day(engine: Engine, client: TestClient) -> None:
    client.post("/events", json=event(), headers=KEY)
    engine.advance_clock(NOW + timedelta(days=1), CLERK)

    assert client.post("/events", json=event("R-2"), headers=KEY).status_code == 201


def test_command_whose_answer_was_lost_is_not_carried_out_again(
    engine: Engine, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the process dies between the commit of the command and the keeping of its answer."""
    with monkeypatch.context() as patch:
        patch.setattr(Engine, "keep_answer", lambda *_: None)
        assert client.post("/events", json=event(), headers=KEY).status_code == 201

    answer = client.post("/events", json=event(), headers=KEY)

    assert (answer.status_code, answer.json()["code"]) == (409, "API_IN_PROGRESS")
    assert len(engine.instances()) == 1


def test_many_at_once_under_one_key_have_one_effect(engine: Engine) -> None:
    client = TestClient(create_app(engine))
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(client.post("/events", json=event(), headers=KEY).status_code))
        for _ in range(6)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(answers) <= {201, 409} and 201 in answers
    assert len(engine.instances()) == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "a b", "k\t1"])
def test_key_that_cannot_be_is_refused(client: TestClient, key: str) -> None:
    answer = client.post("/events", json=event(), headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["code"]) == (400, "API_REQUEST")


# ---- pages ----------------------------------------------------------------------------------------------------------


def paged(client: TestClient, path: str) -> list[Any]:
    """Every entry of a list, page after page of two."""
    found: list[Any] = []
    while path:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        assert len(answer.json()) <= 2
        found += answer.json()
        path = answer.links.get("next", {}).get("url", "")
    return found


@pytest.mark.parametrize(
    "path", ["/cases", "/process-instances", "/user-tasks", "/notices", "/deadlines", "/readings", "/incidents"]
)
def test_pages_of_a_list_are_the_list(engine: Engine, client: TestClient, path: str) -> None:
    for number in range(5):
        engine.raise_event("lantern_market", "stall requested", event(f"R-{number}")["facts"], CLERK)
        engine.record_readings([("case-1", "GET /")], CLERK)
    engine.raise_event("lantern_market", "stall requested", event("R-5", fee_paid=1)["facts"], CLERK)
    engine.raise_event("lantern_market", "stall requested", event("R-6", fee_paid=2)["facts"], CLERK)
    engine.raise_event("lantern_market", "stall requested", event("R-7", fee_paid=3)["facts"], CLERK)
    engine.run_due()
    whole = client.get(path).json()

    join = "&" if "?" in path else "?"
    assert paged(client, f"{path}{join}limit=2")[: len(whole)] == whole
    assert len(whole) > 2 or path == "/incidents"


def test_entry_that_comes_between_two_pages_neither_skips_nor_repeats_one(engine: Engine, client: TestClient) -> None:
    facts = [event(f"R-{number}")["facts"] for number in range(4)]
    for each in facts[:3]:
        engine.raise_event("lantern_market", "stall requested", each, CLERK)
    first = client.get("/cases?limit=2")
    engine.raise_event("lantern_market", "stall requested", facts[3], CLERK)

    second = client.get(first.links["next"]["url"])

    assert [case["key"] for case in [*first.json(), *second.json()]] == ["R-0", "R-1", "R-2", "R-3"]
    assert "next" not in second.links


@pytest.mark.parametrize("cursor", ["x", "AAAA", "W10", "WyIvY2FzZXMiXQ", "WyIvbm90aWNlcyIsICJhIl0"])
def test_cursor_that_is_none_of_this_list_is_refused(client: TestClient, cursor: str) -> None:
    answer = client.get("/cases", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (422, "API_CURSOR")


@pytest.mark.parametrize("path", ["/deadlines", "/notices", "/process-instances", "/user-tasks"])
def test_question_about_a_case_that_does_not_exist_leaves_no_note(
    engine: Engine, client: TestClient, path: str
) -> None:
    assert client.get(path, params={"case_id": "none"}).json() == []
    assert engine.readings() == []


# ---- limits ---------------------------------------------------------------------------------------------------------


def test_searches_of_one_caller_are_limited_and_those_of_another_are_not(engine: Engine) -> None:
    # given
    clock = SimulatedClock(NOW)
    app = create_app(engine, clock=clock)
    ada, bea = (TestClient(app, headers={"Clauseflow-Actor": name}) for name in ("ada", "bea"))
    assert {ada.get("/cases").status_code for _ in range(SEARCHES.count)} == {200}

    # when
    clock.advance(timedelta(seconds=20))
    refused = ada.get("/cases")

    # then
    assert (refused.status_code, refused.json()["code"]) == (429, "API_RATE_LIMIT")
    assert refused.headers["retry-after"] == "40"
    assert bea.get("/cases").status_code == 200
    assert ada.get("/cases/case-1").status_code == 404
    clock.advance(timedelta(seconds=40))
    assert ada.get("/cases").status_code == 200


def test_guesses_of_links_are_limited_by_address(engine: Engine) -> None:
    client = TestClient(create_app(engine, clock=SimulatedClock(NOW)))

    found = [client.get(f"/consent/answer/guess-{number}").status_code for number in range(CONSENT.count + 1)]

    assert (set(found[:-1]), found[-1]) == ({404}, 429)


# ---- the description ------------------------------------------------------------------------------------------------


NO_ANSWER_SHOWN = {
    "log_in",
    "log_out",
    "log_in_at_issuer",
    "search",
    "step",
    "cancel",
    "left",
    "notice_letter",
    "question",
    "answer_question",
    "export_audit",
}
"""Redirects and bytes, and questions, which the invented law has none of."""


def test_description_says_of_every_operation_what_it_needs_and_what_it_answers(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()

    operations = [(path, method, each) for path, item in schema["paths"].items() for method, each in item.items()]
    assert {each["operationId"] for _, _, each in operations} == set(examples())
    assert len(operations) == len(examples())
    for path, method, each in operations:
        assert each["summary"] and each["description"], (path, method)
        public = each["x-permission"] == "public"
        assert each["security"] == ([] if public else [{"bearer": []}])
        assert ("429" in each["responses"]) is ("x-rate-limit" in each)
        names = [parameter["name"] for parameter in each.get("parameters", [])]
        assert ("Idempotency-Key" in names) is (method != "get"), path
        shown = examples()[each["operationId"]]
        assert ("requestBody" not in each) or "body" in shown, path
        assert shown.get("answers") or each["operationId"] in NO_ANSWER_SHOWN, path
        for status in ("400", "404", "500"):
            assert "application/problem+json" in each["responses"][status]["content"], (path, method)
