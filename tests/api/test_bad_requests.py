"""Nonsense at the door: each refusal is a problem document with a code and a hint, and the store is unchanged."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from engine.wiring import open_engine
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
    ("path", "methods"),
    [
        ("/cases", "GET, HEAD"),
        ("/deployments", "GET, HEAD, POST"),
        ("/cases/case-1/associations", "GET, HEAD, POST"),
        ("/events", "POST"),
        ("/audit-export", "GET"),
    ],
)
def test_method_that_no_route_takes_is_told_those_that_one_takes(client: TestClient, path: str, methods: str) -> None:
    answer = client.options(path)

    assert (answer.status_code, answer.headers["allow"]) == (405, methods)


@pytest.mark.parametrize(
    "path", ["/health", "/cases?limit=1", "/docs", "/pages/pages.css", "/openapi.json", "/cases/none"]
)
def test_head_is_answered_as_get_is_without_the_body(
    client: TestClient, request_stall: Callable[..., Any], path: str
) -> None:
    for number in ("R-1", "R-2"):
        request_stall(request_number=number)

    whole, head = client.get(path), client.head(path)

    assert (head.status_code, head.headers) == (whole.status_code, whole.headers)
    assert head.content == b"" != whole.content


@pytest.mark.parametrize("path", ["/events", "/audit-export", "/consent/access/search-1/events"])
def test_head_is_refused_where_there_is_no_get_or_its_answer_is_sent_piece_by_piece(
    client: TestClient, path: str
) -> None:
    assert client.head(path).status_code == 405


@pytest.mark.parametrize("host", ["example.org", "169.254.1.1", ""])
def test_a_host_that_is_not_the_loopback_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/health", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("name", ["", "a\tb", "x" * 101, "<script>"])
def test_an_actor_that_is_no_plain_name_is_refused(client: TestClient, name: str) -> None:
    answer = client.post("/events", json=EVENT, headers={"Clauseflow-Actor": name})

    assert (answer.status_code, answer.json()["code"]) == (401, "API_UNAUTHORIZED")


# ---- what a developer who guesses would meet ------------------------------------------------------------------------

BODIES = {
    "no JSON": (b'{"event": ', "line 1 column 11"),
    "not UTF-8": (b'{"event": "\xe9"}', "utf-8"),
    "a number that is none": (b'{"event": NaN}', "NaN"),
    "a name twice": (b'{"event": 1, "event": 2}', '"event" twice'),
    "too deep": (b'{"facts": ' + b"[" * 100 + b"]" * 100 + b"}", "nested at most 64 deep"),
    "half a character": (b'{"event": "\\ud800"}', "surrogate"),
}


@pytest.mark.parametrize("case", BODIES)
def test_body_that_cannot_be_read_says_why_and_what_to_do(client: TestClient, case: str) -> None:
    body, said = BODIES[case]

    answer = client.post("/events", content=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (400, "API_REQUEST")
    assert said in answer.json()["detail"] and answer.json()["hint"]


def test_body_that_grows_too_large_while_it_is_read_is_refused_as_too_large(client: TestClient) -> None:
    def growing() -> Iterator[bytes]:
        yield b'{"facts": "'
        yield from (b"a" * 1_000_000 for _ in range(6))

    answer = client.post("/events", content=growing(), headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (413, "API_TOO_LARGE")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/cases?packge=lantern_market", 'Did you mean "package"'),
        ("/deadlines?open=true", "it takes: "),
        ("/deployments?cursor=abc", "it takes: none"),
        ("/user-tasks?078-05-1120=x", "***1120"),
    ],
)
def test_parameter_that_a_list_does_not_take_is_refused_not_ignored(client: TestClient, path: str, said: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.json()["code"]) == (400, "API_REQUEST")
    assert said in f"{answer.json()['detail']} {answer.json()['hint']}"


@pytest.mark.parametrize("path", ["/process-instances", "/user-tasks", "/deadlines", "/incidents"])
def test_cursor_of_another_list_is_refused(client: TestClient, request_stall: Callable[..., Any], path: str) -> None:
    for number in ("R-1", "R-2"):
        request_stall(request_number=number)
    cursor = client.get("/cases?limit=1").links["next"]["url"].partition("cursor=")[2]

    answer = client.get(f"{path}?cursor={cursor}")

    assert (answer.status_code, answer.json()["code"], answer.json()["part"]) == (422, "API_CURSOR", "query.cursor")


@pytest.mark.parametrize(
    ("to", "said"),
    [("2024-03-01T00:00:00", "timezone"), ("2024-13-01T00:00:00Z", "month"), (20240301, ""), ("tomorrow", "")],
)
def test_time_without_a_zone_or_that_is_none_is_refused(client: TestClient, to: Any, said: str) -> None:
    answer = client.post("/clock/advance", json={"to": to})

    assert answer.status_code in (400, 409) and said in answer.json()["detail"]


@pytest.mark.parametrize("to", ["9999-12-31T23:59:59-14:00", "2036-01-01T00:00:00Z"])
def test_clock_does_not_leave_the_years_of_the_calendar_of_the_law(client: TestClient, to: str) -> None:
    before = client.get("/clock").json()

    answer = client.post("/clock/advance", json={"to": to})

    assert (answer.status_code, answer.json()["code"]) == (409, "RUN_CLOCK")
    assert answer.json()["detail"].endswith(
        '"lantern_market_office" of Lantern Market Ordinance (invented) ends with 2035.'
    )
    assert client.get("/clock").json() == before
    assert client.post("/clock/advance", json={"to": "2035-12-31T00:00:00Z"}).status_code == 200


def test_clock_without_a_law_moves_fifty_years_at_most(tmp_path: Path) -> None:
    with closing(open_engine(tmp_path / "store.sqlite", clock=datetime(2024, 2, 26, tzinfo=UTC))) as engine:
        client = TestClient(create_app(engine))

        answers = [client.post("/clock/advance", json={"to": f"{year}-01-01T00:00:00Z"}) for year in (2075, 2074)]

    assert [answer.status_code for answer in answers] == [409, 200]


@pytest.mark.parametrize(
    "path", ["/cases/none", "/process-instances/none", "/user-tasks/none", "/notices/notice-9", "/questions/none"]
)
@pytest.mark.parametrize("text", ["none", "a" * 3000, "%00", "%FF", "'; DROP TABLE case_record"])
def test_id_that_is_unknown_is_not_found_and_says_where_ids_stand(client: TestClient, path: str, text: str) -> None:
    answer = client.get(f"{path.rpartition('/')[0]}/{text}")

    assert answer.status_code == 404 and answer.json()["hint"]


def test_value_of_a_variable_that_is_no_value_says_how_one_is_written(client: TestClient) -> None:
    body = {"process_id": "stall_permit", "variables": {"on": {"date": "nope"}}}

    answer = client.post("/process-instances", json=body)

    assert (answer.status_code, answer.json()["part"]) == (422, "variables.on")
    assert '{"date": "2024-02-26"}' in answer.json()["hint"]


def test_refusal_by_the_schema_names_the_field_in_its_words(client: TestClient) -> None:
    # when
    answer = client.post("/messages", json={"name": "fine_paid"})

    # then
    assert answer.json()["detail"] == "body.key: field required."
    assert answer.json()["part"] == "body.key"
