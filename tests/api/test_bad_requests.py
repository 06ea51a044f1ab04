"""Nonsense at the door: each refusal is a problem document with a code and a hint, and the store is unchanged."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import REQUEST

EVENT = {"package": "lantern_market", "event": "stall requested", "facts": REQUEST}

CASES: list[tuple[str, str, str, Any, int, str]] = [
    ("an unknown package", "POST", "/events", {**EVENT, "package": "lantern_markt"}, 404, "LAW_UNKNOWN_PACKAGE"),
    ("an unknown event", "POST", "/events", {**EVENT, "event": "stall reqested"}, 422, "LAW_UNKNOWN_EVENT"),
    ("an unknown fact", "POST", "/events", {**EVENT, "facts": {**REQUEST, "feepaid": 1}}, 422, "LAW_UNKNOWN_FACT"),
    ("a missing fact", "POST", "/events", {**EVENT, "facts": {"request_number": "R-1"}}, 422, "LAW_FACT_TYPE"),
    (
        "a fact of the wrong type",
        "POST",
        "/events",
        {**EVENT, "facts": {**REQUEST, "fee_paid": "much"}},
        422,
        "LAW_FACT_TYPE",
    ),
    (
        "a value outside the list",
        "POST",
        "/events",
        {**EVENT, "facts": {**REQUEST, "stall_size": "huge"}},
        422,
        "LAW_FACT_TYPE",
    ),
    (
        "a message that nobody waits for",
        "POST",
        "/events",
        {"package": "lantern_market", "event": "fine paid", "facts": {"report_number": "F-9", "payment": 1}},
        404,
        "MSG_NOBODY",
    ),
    (
        "a task that is not open",
        "POST",
        "/events",
        {
            "package": "lantern_market",
            "event": "request examined",
            "facts": {"request_number": "R-9", "certificate_enclosed": True},
        },
        404,
        "TASK_NOT_FOUND",
    ),
    ("an unknown field", "POST", "/events", {**EVENT, "evnt": "x"}, 400, "API_REQUEST"),
    ("a list for an object", "POST", "/events", {**EVENT, "facts": []}, 400, "API_REQUEST"),
    ("a number for a name", "POST", "/process-instances", {"process_id": 7}, 400, "API_REQUEST"),
    ("an unknown process", "POST", "/process-instances", {"process_id": "stall_permt"}, 404, "RUN_UNKNOWN_PROCESS"),
    (
        "a date that does not exist",
        "POST",
        "/process-instances",
        {"process_id": "stall_permit", "variables": {"d": {"date": "2024-02-30"}}},
        422,
        "FEEL_INVALID_ARGUMENT",
    ),
    ("a message without a key", "POST", "/messages", {"name": "fine_paid"}, 400, "API_REQUEST"),
    (
        "a negative time to live",
        "POST",
        "/messages",
        {"name": "fine_paid", "key": "F-9", "time_to_live_seconds": -1},
        400,
        "API_REQUEST",
    ),
    ("an unknown task", "POST", "/user-tasks/task-404/completion", {"variables": {}}, 404, "TASK_NOT_FOUND"),
    ("an unknown instance", "GET", "/process-instances/none", None, 404, "RUN_NOT_FOUND"),
    ("an unknown instance's timeline", "GET", "/process-instances/none/timeline", None, 404, "RUN_NOT_FOUND"),
    ("an unknown case", "GET", "/cases/none", None, 404, "CASE_NOT_FOUND"),
    ("an unknown notice", "GET", "/notices/none", None, 404, "RUN_NOT_FOUND"),
    ("a limit out of bounds", "GET", "/cases?limit=0", None, 400, "API_REQUEST"),
    ("an unknown route", "GET", "/nothing", None, 404, "API_REQUEST"),
    ("a wrong method", "DELETE", "/cases", None, 405, "API_REQUEST"),
    ("a clock moved back", "POST", "/clock/advance", {"to": "2020-01-01T00:00:00Z"}, 409, "RUN_CLOCK"),
    ("an instant without an offset", "POST", "/clock/advance", {"to": "2024-03-01T00:00:00"}, 400, "API_REQUEST"),
    (
        "a package without its files",
        "POST",
        "/deployments",
        {"manifest": "package.yaml", "files": {}},
        422,
        "LAW_MANIFEST",
    ),
    (
        "a manifest that is no YAML",
        "POST",
        "/deployments",
        {"manifest": "package.yaml", "files": {"package.yaml": "a: [b"}},
        422,
        "LAW_MANIFEST",
    ),
]


def dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize(("case", "method", "path", "body", "status", "code"), CASES, ids=[case[0] for case in CASES])
def test_nonsense_is_refused_with_a_problem_document_and_changes_nothing(
    client: TestClient, tmp_path: Path, case: str, method: str, path: str, body: Any, status: int, code: str
) -> None:
    # given
    before = dump(tmp_path / "store.sqlite")

    # when
    answer = client.request(method, path, json=body)

    # then
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == code
    assert problem["detail"]
    assert problem["problems"][0]["message"] == problem["detail"]
    assert dump(tmp_path / "store.sqlite") == before


@pytest.mark.parametrize(
    ("case", "body", "status", "code"),
    [
        ("no JSON", b"{", 400, "API_REQUEST"),
        ("another encoding", b"\xff\xfe", 400, "API_REQUEST"),
        ("NaN", b'{"package": "a", "event": "x", "facts": {"fee_paid": NaN}}', 400, "API_REQUEST"),
        ("a name twice", b'{"package": "a", "package": "b", "event": "x"}', 400, "API_REQUEST"),
        ("half a character", b'{"package": "\\ud800", "event": "x"}', 400, "API_REQUEST"),
        ("deep nesting", b'{"facts": {"v": ' + b"[" * 2000 + b"]" * 2000 + b"}}", 400, "API_REQUEST"),
        ("too much", b'{"package": "' + b"a" * 5_000_001 + b'"}', 413, "API_TOO_LARGE"),
    ],
)
def test_unreadable_body_is_refused(client: TestClient, case: str, body: bytes, status: int, code: str) -> None:
    answer = client.post("/events", content=body, headers={"content-type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def test_body_of_another_kind_is_refused(client: TestClient) -> None:
    answer = client.post("/events", content=b"package=a", headers={"content-type": "application/x-www-form-urlencoded"})

    assert (answer.status_code, answer.json()["code"]) == (415, "API_MEDIA_TYPE")


def test_second_completion_of_a_task_is_refused_and_changes_nothing(
    client: TestClient, tmp_path: Path, request_stall: Callable[..., dict[str, Any]]
) -> None:
    # given
    case_id = request_stall()["case_id"]
    [task] = client.get("/user-tasks", params={"case_id": case_id}).json()
    path = f"/user-tasks/{task['id']}/completion"
    variables = {"certificate_enclosed": True, "examined_on": {"date": "2024-02-26"}}
    assert client.post(path, json={"variables": variables}).status_code == 200
    before = dump(tmp_path / "store.sqlite")

    # when
    answer = client.post(path, json={"variables": {"certificate_enclosed": False}})

    # then
    assert (answer.status_code, answer.json()["code"]) == (409, "TASK_COMPLETED")
    assert dump(tmp_path / "store.sqlite") == before


def test_numbers_keep_every_digit(client: TestClient, request_stall: Callable[..., dict[str, Any]]) -> None:
    body = (
        b'{"package": "lantern_market", "event": "stall requested", "facts": {"request_number": "R-7",'
        b' "keeper_name": "K", "keeper_street": "S", "stall_size": "small", "fee_paid": 12345678901234567890.12}}'
    )

    answer = client.post("/events", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 201, answer.text
    [record] = client.get(f"/cases/{answer.json()['case_id']}/ledger").json()
    assert record["line"]["amount"] == "12345678901234567890.12"


@pytest.mark.parametrize(
    ("path", "methods"), [("/cases", "GET"), ("/deployments", "GET, POST"), ("/cases/case-1/associations", "GET, POST")]
)
def test_method_that_no_route_takes_is_told_those_that_one_takes(client: TestClient, path: str, methods: str) -> None:
    answer = client.options(path)

    assert (answer.status_code, answer.headers["allow"]) == (405, methods)


@pytest.mark.parametrize("host", ["example.org", "169.254.1.1", ""])
def test_a_host_that_is_not_the_loopback_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/health", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("name", ["", "a\tb", "x" * 101, "<script>"])
def test_an_actor_that_is_no_plain_name_is_refused(client: TestClient, name: str) -> None:
    answer = client.post("/events", json=EVENT, headers={"Clauseflow-Actor": name})

    assert (answer.status_code, answer.json()["code"]) == (401, "API_UNAUTHORIZED")
