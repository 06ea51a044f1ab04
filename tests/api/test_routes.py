"""The happy path of every route: what a developer does in the first hour."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from engine.law import load_package
from tests.api.conftest import MARKET

Request = Callable[..., dict[str, Any]]


def test_health_says_clock_and_packages(client: TestClient) -> None:
    assert client.get("/health").json() == {
        "status": "ok",
        "now": "2024-02-26T00:00:00Z",
        "clock": "simulated",
        "packages": ["lantern_market"],
    }


def test_event_starts_an_instance_whose_case_task_and_ledger_can_be_read(
    client: TestClient, request_stall: Request
) -> None:
    # when
    result = request_stall()

    # then
    [instance_id] = result["instance_ids"]
    instance = client.get(f"/process-instances/{instance_id}").json()
    assert (instance["status"], instance["process_id"]) == ("active", "stall_permit")
    case = client.get(f"/cases/{result['case_id']}").json()
    assert (case["type"], case["key"]) == ("stall_request", "R-1")
    [found] = client.get(
        "/cases", params={"package": "lantern_market", "case_type": "stall_request", "key": "R-1"}
    ).json()
    assert found["id"] == case["id"]
    [task] = client.get("/user-tasks", params={"case_id": case["id"]}).json()
    assert (task["element_id"], task["state"]) == ("Activity_ExamineRequest", "open")
    assert client.get(f"/user-tasks/{task['id']}").json() == task
    [record] = client.get(f"/cases/{case['id']}/ledger").json()
    assert (record["line"]["amount"], record["line"]["currency"]) == ("120.00", "EUR")


def test_completed_task_leads_to_a_decision_a_notice_and_a_timeline_with_clauses(
    client: TestClient, request_stall: Request
) -> None:
    # given
    case_id = request_stall()["case_id"]
    [task] = client.get("/user-tasks", params={"case_id": case_id}).json()

    # when
    answer = client.post(
        f"/user-tasks/{task['id']}/completion",
        json={"variables": {"certificate_enclosed": True, "examined_on": {"date": "2024-02-26"}}},
    )

    # then
    assert answer.status_code == 200, answer.text
    assert client.get(f"/cases/{case_id}").json()["state"] == "granted"
    [notice] = client.get("/notices", params={"case_id": case_id}).json()
    assert notice["type"] == "stall_permit"
    assert "Aiko Mori" in client.get(f"/notices/{notice['id']}/html").text
    assert notice["subject"] in client.get("/outbox").text
    decisions = client.get(f"/cases/{case_id}/decisions").json()
    assert [decision["decision_id"] for decision in decisions if decision["audit"]["inputs"]]
    entries = client.get(f"/cases/{case_id}/timeline").json()
    assert {"lmo:2(1)", "lmo:4"} <= {clause for entry in entries for clause in entry["clauses"]}
    later = client.get(f"/cases/{case_id}/timeline", params={"after": entries[-2]["seq"]}).json()
    assert later == entries[-1:]


def test_moved_clock_breaches_a_duty_which_is_then_listed(client: TestClient, request_stall: Request) -> None:
    # given
    request_stall()
    assert client.get("/deadlines", params={"breached": True}).json() == []

    # when
    moved = client.post("/clock/advance", json={"to": "2024-03-20T09:00:00+09:00"})

    # then
    assert moved.json()["now"] == "2024-03-20T00:00:00Z"
    [breached] = client.get("/deadlines", params={"breached": True}).json()
    assert breached["deadline"]["name"] == "examination"


def test_the_same_event_id_has_its_effect_once(client: TestClient) -> None:
    facts = {"report_number": "F-1", "keeper_name": "K", "keeper_street": "S", "offence": "noise", "repeated": False}
    body = {"package": "lantern_market", "event": "offence reported", "facts": facts, "event_id": "sent-1"}

    first, second = client.post("/events", json=body), client.post("/events", json=body)

    assert (first.json()["outcome"], second.json()["outcome"]) == ("done", "duplicate")
    assert len(client.get("/process-instances").json()) == 1


def test_deployment_of_the_same_files_is_no_new_version(client: TestClient) -> None:
    package = load_package(MARKET)
    files = {name: data.decode() for name, data in package.files.items()}

    answer = client.post("/deployments", json={"manifest": package.file, "files": files})

    assert answer.status_code == 201, answer.text
    assert (answer.json()["new"], answer.json()["version"]) == (False, 1)
    assert [deployment["package_id"] for deployment in client.get("/deployments").json()] == ["lantern_market"]


def test_cancelled_instance_is_terminated_and_says_why(client: TestClient, request_stall: Request) -> None:
    [instance_id] = request_stall()["instance_ids"]

    answer = client.post(
        f"/process-instances/{instance_id}/cancellation",
        json={"reason": "withdrawn by the keeper"},
        headers={"Clauseflow-Actor": "mori", "Clauseflow-Roles": "operator"},
    )

    assert answer.json()["status"] == "terminated"
    entries = client.get(f"/process-instances/{instance_id}/timeline").json()
    assert any(entry["actor"] == "mori" for entry in entries)
    assert client.get("/user-tasks").json() == []


def test_openapi_describes_every_route_and_the_problem_details(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()

    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (path, method)
            (kind,) = operation["responses"]["404"]["content"].items()
            assert kind == ("application/problem+json", {"schema": {"$ref": "#/components/schemas/ProblemOut"}}), path
    assert set(schema["components"]["schemas"]["ProblemOut"]["required"]) > {"type", "title", "status", "code"}


def test_shipped_files_hold_no_absolute_path() -> None:
    assert all(not Path(name).is_absolute() for name in load_package(MARKET).files)
