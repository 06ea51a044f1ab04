"""Operator routes: each changes what it says, carries actor and reason into the log, and refuses with the code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from engine.handlers.contract import Actor
from engine.runtime import Engine
from tests.runtime.drawing import diagram, end, start, user_task

FIRST = diagram("p", start(), user_task("Ask"), end(), flows="Start->Ask->End")
SECOND = diagram("p", start(), user_task("Enquire"), user_task("Look"), end(), flows="Start->Enquire->Look->End")
BEA = {"Clauseflow-Actor": "bea", "Clauseflow-Roles": "operator"}
Post = Callable[..., Any]


@pytest.fixture
def post(client: TestClient) -> Post:
    def send(path: str, status: int = 200, **body: Any) -> Any:
        answer = client.post(path, json=body, headers=BEA)
        assert answer.status_code == status, answer.text
        return answer.json()

    return send


@pytest.fixture
def instance(engine: Engine, post: Post) -> dict[str, Any]:
    """An instance on version 1 of a process whose version 2 is deployed."""
    engine.deploy_files({"p.bpmn": FIRST}, Actor("ada"))
    started: dict[str, Any] = post("/process-instances", 201, process_id="p")
    engine.deploy_files({"p.bpmn": SECOND}, Actor("ada"))
    return started


def test_instance_is_suspended_and_resumed_with_actor_and_reason_in_its_timeline(
    client: TestClient, post: Post, instance: dict[str, Any]
) -> None:
    path = f"/process-instances/{instance['id']}"

    suspended = post(f"{path}/suspension", reason="a complaint")
    again = post(f"{path}/suspension", 409, reason="a complaint")
    resumed = post(f"{path}/resumption", reason="settled", credit_timers=True)

    assert (suspended["status"], resumed["status"]) == ("suspended", "active")
    assert (suspended["suspended_at"], resumed["suspended_at"]) == ("2024-02-26T00:00:00Z", None)
    assert again["code"] == "RUN_STATE"
    entries = client.get(f"{path}/timeline").json()
    said = [(entry["what"], entry["actor"], entry["roles"]) for entry in entries[-2:]]
    assert said == [
        ("Process suspended: a complaint", "bea", ["operator"]),
        ("Process resumed: settled", "bea", ["operator"]),
    ]


def test_token_is_moved_and_a_move_that_does_not_fit_is_a_conflict(post: Post, instance: dict[str, Any]) -> None:
    path = f"/process-instances/{instance['id']}/move"
    [[_, where]] = instance["active_elements"]

    refused = post(path, 409, element_instance_id=where, element_id="Start", reason="again")
    moved = post(path, element_instance_id=where, element_id="End", reason="answered by letter")

    assert refused["code"] == "RUN_MOVE"
    assert moved["status"] == "completed"


def test_migration_is_planned_and_carried_out(post: Post, instance: dict[str, Any]) -> None:
    refused = post("/processes/p/migration-plan")
    planned = post("/processes/p/migration-plan", mapping={"Ask": "Enquire"})
    done = post("/processes/p/migration", mapping={"Ask": "Enquire"}, reason="the form has changed")
    nothing = post("/processes/p/migration-plan")

    assert [problem["code"] for problem in refused["instances"][0]["problems"]] == ["RUN_MIGRATION"]
    assert planned == done
    assert (done["to_version"], done["instances"][0]["from_version"]) == (2, 1)
    assert done["instances"][0]["elements"][0]["to_element_id"] == "Enquire"
    assert nothing["instances"] == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/process-instances/none/suspension", {"reason": "why"}, 404),
        ("/process-instances/none/suspension", {}, 400),
        ("/process-instances/none/move", {"reason": "why"}, 400),
        ("/processes/none/migration-plan", {}, 404),
        ("/processes/p/migration", {}, 400),
        ("/processes/p/migration-plan", {"mapping": {"Asc": "Look"}}, 409),
        ("/processes/p/migration-plan", {"version": 0}, 400),
    ],
)
def test_request_that_cannot_be_met_is_refused(
    post: Post, instance: dict[str, Any], path: str, body: dict[str, Any], status: int
) -> None:
    assert post(path, status, **body)["code"]
