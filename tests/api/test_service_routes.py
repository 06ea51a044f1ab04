"""Definitions with their ETags, figures and readiness for monitors, bugs, and files of banks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from engine.clock import SimulatedClock
from engine.handlers.contract import Actor
from engine.runtime import Engine
from tests.api.conftest import REQUEST
from tests.runtime.drawing import diagram, end, start, user_task

CLERK = Actor("ada", frozenset({"market_clerk"}))
NOW = datetime(2024, 2, 26, tzinfo=UTC)
EVENT = {"package": "lantern_market", "event": "stall requested", "facts": REQUEST}

# ---- definitions ----------------------------------------------------------------------------------------------------


def test_definition_is_served_to_the_byte_and_not_again_to_who_has_it(engine: Engine, client: TestClient) -> None:
    shown = client.get("/definitions")
    process = next(each for each in shown.json() if each["id"] == "stall_permit")
    path = f"/definitions/{process['hash']}"

    file = client.get(path)

    assert file.content == (Path(__file__).parents[1] / "simulation/mini_law/stall_permit.bpmn").read_bytes()
    assert file.headers["content-type"] == "application/xml"
    for tag in (file.headers["etag"], f"W/{file.headers['etag']}", f'"x", {file.headers["etag"]}', "*"):
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", file.headers["etag"])
    assert client.get(path, headers={"If-None-Match": '"x"'}).status_code == 200
    unchanged = client.get("/definitions", headers={"If-None-Match": shown.headers["etag"]})
    assert unchanged.status_code == 304
    assert client.get(f"/definitions/{'0' * 64}").status_code == 404


def test_list_of_definitions_has_another_tag_after_a_deployment(engine: Engine, client: TestClient) -> None:
    before = client.get("/definitions").headers["etag"]
    engine.deploy_files({"p.bpmn": diagram("p", start(), user_task("Ask"), end(), flows="Start->Ask->End")}, CLERK)

    assert client.get("/definitions", headers={"If-None-Match": before}).status_code == 200


def test_trace_tells_what_carries_out_a_clause_and_the_nearest_of_an_unknown_one(client: TestClient) -> None:
    (row,) = client.get("/trace", params={"package": "lantern_market", "clause": "lmo:2(1)"}).json()
    unknown = client.get("/trace", params={"package": "lantern_market", "clause": "lmo:2(11)"})

    assert {"Rule_SmallStall", "Activity_CheckFee"} <= {citation["place"] for citation in row["cited_by"]}
    assert (unknown.status_code, unknown.json()["code"]) == (422, "LAW_UNKNOWN_CLAUSE")
    assert "Did you mean" in unknown.json()["detail"]
    assert client.get("/trace", params={"package": "none"}).status_code == 404


# ---- figures and readiness ------------------------------------------------------------------------------------------


def test_figures_name_routes_and_states_and_no_person_or_case(engine: Engine, client: TestClient) -> None:
    client.post("/events", json=EVENT)
    client.get("/cases/case-1", headers={"Clauseflow-Actor": "ada.lovelace"})
    client.get("/cases/secret-case")
    client.get("/nothing/mori")
    client.request("BREW", "/cases")

    text = client.get("/metrics").text

    assert 'clauseflow_http_requests_total{method="GET",route="/cases/{case_id}",status="200"} 1.0' in text
    assert 'clauseflow_http_requests_total{method="GET",route="/cases/{case_id}",status="404"} 1.0' in text
    assert 'clauseflow_store_entries{kind="open_user_tasks"} 1.0' in text
    assert "clauseflow_http_request_seconds_bucket" in text
    for planted in ("lovelace", "secret", "mori", "Mori", "case-1", "R-1", "BREW"):
        assert planted not in text


@pytest.mark.parametrize(
    ("age", "status", "worker"),
    [(None, 200, "elsewhere"), (timedelta(0), 200, "ok"), (timedelta(hours=1), 503, "late")],
)
def test_readiness_tells_whether_the_worker_looks(
    engine: Engine, age: timedelta | None, status: int, worker: str
) -> None:
    seen: Callable[[], datetime | None] = lambda: None if age is None else NOW - age  # noqa: E731
    client = TestClient(create_app(engine, clock=SimulatedClock(NOW), worker_seen=seen))

    answer = client.get("/readiness")

    assert (answer.status_code, answer.json()["worker"]) == (status, worker)


def test_bug_is_answered_as_a_problem_that_tells_nothing_of_it(
    engine: Engine, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(Engine, "case", broken)

    answer = client.get("/cases/case-1")

    assert (answer.status_code, answer.json()["code"]) == (500, "API_INTERNAL")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text


# ---- bank files -----------------------------------------------------------------------------------------------------


def test_bank_file_for_a_law_that_takes_none_is_refused(client: TestClient) -> None:
    plain = {"content-type": "text/plain"}
    answers = [
        client.post("/bank-files", content=b"01,", headers=plain),
        client.post("/bank-files?package=lantern_market", content=b"01,", headers=plain),
        client.post("/bank-files", content=b"{}", headers={"content-type": "application/json"}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (404, "LAW_UNKNOWN_PACKAGE"),
        (422, "LAW_MANIFEST"),
        (415, "API_MEDIA_TYPE"),
    ]
