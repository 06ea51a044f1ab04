"""Which cases a caller sees, and what stays of a look: the note of who has read what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from engine.handlers.contract import Actor
from engine.runtime import Engine, verify_export
from tests.api.conftest import REQUEST
from tests.api.people import client_with, key_of

CLERK = Actor("ada", frozenset({"market_clerk"}))


def event(number: str, **facts: Any) -> dict[str, Any]:
    facts = {**REQUEST, "request_number": number, **facts}
    return {"package": "lantern_market", "event": "stall requested", "facts": facts}


@pytest.fixture
def keeper(engine: Engine) -> TestClient:
    return client_with(engine, key_of(engine, "mori", "keeper"))


@pytest.fixture
def clerk(engine: Engine) -> TestClient:
    return client_with(engine, key_of(engine, "ada", "market_clerk"))


@pytest.fixture
def reviewer(engine: Engine) -> TestClient:
    return client_with(engine, key_of(engine, "rita", "reviewer"))


def parts_of(engine: Engine, case_id: str) -> list[str]:
    """Every address that shows something of a case."""
    case = engine.case(case_id)
    (task,) = engine.user_tasks(case_id=case_id)
    (instance_id,) = case.instance_ids
    notices = engine.notices(case_id)
    return [
        *(f"/cases/{case_id}{part}" for part in ("", "/timeline", "/decisions", "/ledger")),
        *(f"/process-instances/{instance_id}{part}" for part in ("", "/timeline", "/decisions", "/deadlines")),
        f"/deadlines?case_id={case_id}",
        f"/notices?case_id={case_id}",
        f"/process-instances?case_id={case_id}",
        f"/user-tasks?case_id={case_id}",
        *(f"/notices/{notice.id}{part}" for notice in notices for part in ("", "/html", "/pdf")),
        *(f"/user-tasks/{task.id}{part}" for part in ("", "/form")),
    ]


LISTS = ("/cases", "/deadlines", "/notices", "/process-instances", "/user-tasks")


def test_person_sees_the_case_that_they_opened_and_no_other(engine: Engine, keeper: TestClient) -> None:
    # given
    own = keeper.post("/events", json=event("R-1")).json()["case_id"]
    other = engine.raise_event("lantern_market", "stall requested", event("R-2")["facts"], CLERK).case_id
    assert other is not None

    # then
    for path in parts_of(engine, other):
        answer = keeper.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "API_FORBIDDEN"), path
        assert answer.json() == keeper.get("/cases/case-404").json(), path
    assert {keeper.get(path).status_code for path in parts_of(engine, own) if "user-tasks/" not in path} == {200}
    assert [case["key"] for case in keeper.get("/cases").json()] == ["R-1"]
    for path in LISTS:
        shown = {entry.get("case_id", entry.get("id")) for entry in keeper.get(path).json()}
        assert shown <= {own}, path
    assert "R-2" not in keeper.get("/outbox").text


def test_leave_opens_a_case_to_a_person_until_it_is_revoked(
    engine: Engine, keeper: TestClient, clerk: TestClient
) -> None:
    case_id = engine.raise_event("lantern_market", "stall requested", event("R-2")["facts"], CLERK).case_id
    leave = {"holder": "mori", "role": "keeper", "reason": "it is her request"}
    path = f"/cases/{case_id}"
    assert keeper.get(path).status_code == 403

    assert clerk.post(f"{path}/associations", json=leave).status_code == 201
    assert clerk.post(f"{path}/associations", json=leave).status_code == 201
    assert keeper.get(path).status_code == 200
    assert [case["id"] for case in keeper.get("/cases").json()] == [case_id]
    clerk.post(f"{path}/associations/mori/revocation", json={"reason": "it was another Mori"})

    assert keeper.get(path).status_code == 403
    (association,) = clerk.get(f"{path}/associations").json()
    assert association["reason"] == "it was another Mori"
    again = clerk.post(f"{path}/associations/mori/revocation", json={"reason": "again"})
    assert (again.status_code, again.json()["code"]) == (404, "RUN_NOT_FOUND")


def test_person_tells_events_of_their_own_party_in_their_own_cases(engine: Engine, keeper: TestClient) -> None:
    engine.raise_event("lantern_market", "stall requested", event("R-2")["facts"], CLERK)
    foreign = {"package": "lantern_market", "event": "certificate received", "facts": {"request_number": "R-2"}}
    office = {
        "package": "lantern_market",
        "event": "request examined",
        "facts": {"request_number": "R-2", "certificate_enclosed": True},
    }

    answers = [keeper.post("/events", json=body) for body in (foreign, event("R-2"), office)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "API_FORBIDDEN")] * 3
    assert "market_office" in answers[2].json()["detail"]


def test_key_of_a_party_tells_its_events_alone(engine: Engine) -> None:
    client = client_with(engine, key_of(engine, "till", "market_clerk", party="inspector"))

    assert client.post("/events", json=event("R-1")).status_code == 403


def test_variables_are_for_those_who_may_read_them(engine: Engine, keeper: TestClient, clerk: TestClient) -> None:
    instance_id = keeper.post("/events", json=event("R-1")).json()["instance_ids"][0]

    assert keeper.get(f"/process-instances/{instance_id}").json()["variables"] is None
    assert clerk.get(f"/process-instances/{instance_id}").json()["variables"]["stall_size"] == "small"


# ---- the note of readings -------------------------------------------------------------------------------------------


def test_reading_of_a_case_by_staff_is_noted_before_it_leaves(
    engine: Engine, keeper: TestClient, clerk: TestClient, reviewer: TestClient
) -> None:
    # given
    case_id = keeper.post("/events", json=event("R-1")).json()["case_id"]
    keeper.get(f"/cases/{case_id}")

    # when
    clerk.get(f"/cases/{case_id}/ledger")
    clerk.get("/cases")
    clerk.get("/cases/case-404")
    clerk.get("/deployments")

    # then
    noted = reviewer.get("/readings", params={"case_id": case_id}).json()
    assert [(entry["actor"], entry["roles"], entry["what"]) for entry in noted] == [
        ("ada", ["market_clerk"], "GET /cases/{case_id}/ledger"),
        ("ada", ["market_clerk"], "GET /cases"),
    ]
    assert {entry["at"] for entry in noted} == {"2024-02-26T00:00:00Z"}


def test_every_part_of_a_case_leaves_a_note(engine: Engine, clerk: TestClient) -> None:
    case_id = engine.raise_event("lantern_market", "stall requested", event("R-1")["facts"], CLERK).case_id
    assert case_id is not None

    for path in parts_of(engine, case_id):
        before = len(engine.readings(case_id=case_id))
        answer = clerk.get(path)
        assert answer.status_code == 200, path
        assert len(engine.readings(case_id=case_id)) == before + 1, path


def test_export_verifies_elsewhere_and_tells_every_change(
    engine: Engine, clerk: TestClient, reviewer: TestClient
) -> None:
    # given
    case_id = engine.raise_event("lantern_market", "stall requested", event("R-1")["facts"], CLERK).case_id
    clerk.get(f"/cases/{case_id}")
    clerk.get(f"/cases/{case_id}/timeline")

    # when
    answer = reviewer.get("/audit-export")
    lines = answer.text.splitlines()
    bare = reviewer.get("/audit-export", params={"payloads": False}).text

    # then
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    report = verify_export(lines, "export")
    assert report.ok and report.head == engine.verify().head and report.entries == engine.verify().entries
    assert "Aiko Mori" in answer.text and "Aiko Mori" not in bare
    assert verify_export(bare.splitlines(), "export").ok
    readings = [json.loads(line) for line in lines if json.loads(line)["kind"] == "reading"]
    assert [(each["actor"], each["case_id"]) for each in readings] == [("ada", case_id)] * 2
    for index, line in enumerate(lines):
        changed = {**json.loads(line), "actor": "eve", "log": "0"}
        assert not verify_export([*lines[:index], json.dumps(changed), *lines[index + 1 :]], "export").ok
        assert not verify_export([*lines[:index], *lines[index + 1 :]], "export").ok


def test_note_that_somebody_changed_is_told_by_verify(engine: Engine, clerk: TestClient, tmp_path: Path) -> None:
    import sqlite3

    case_id = engine.raise_event("lantern_market", "stall requested", event("R-1")["facts"], CLERK).case_id
    clerk.get(f"/cases/{case_id}")
    assert engine.verify().ok
    with sqlite3.connect(tmp_path / "store.sqlite") as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute("DELETE FROM access_log")
        connection.execute("DROP TRIGGER access_log_is_never_updated")
        connection.execute("UPDATE access_log SET actor = 'eve'")
        connection.commit()

    (problem,) = engine.verify().problems
    assert problem.location.part == "access log entry 1"
