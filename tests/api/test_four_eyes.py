"""Two people where the law has two: whoever acted before is refused at every door, before anything is stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from engine.errors import EngineError
from engine.handlers.contract import Actor
from engine.law import LawPackage, load_package, package_from_files
from engine.runtime import Engine
from tests.api.conftest import MARKET, REQUEST
from tests.runtime.drawing import diagram, element, end, start

ADA, BEA = ({"Clauseflow-Actor": name, "Clauseflow-Roles": "market_clerk"} for name in ("ada", "bea"))
OPERATOR = {"Clauseflow-Roles": "operator"}
DONE = {"variables": {"certificate_enclosed": True, "examined_on": {"date": "2024-02-26"}}}
EXAMINED = {"certificate_enclosed": True, "examined_on": "2024-02-26"}


def market_with(not_by: str) -> LawPackage:
    """The market law, changed so that a person whom the fact *not_by* names may not examine the request."""
    package = load_package(MARKET)
    (name,) = (name for name in package.files if name.endswith("examine_request.form"))
    form = json.loads(package.files[name]) | {"properties": {"not_by": not_by}}
    return package_from_files({**package.files, name: json.dumps(form).encode()}, package.file)


@pytest.fixture
def task(engine: Engine) -> str:
    """Of a request that ada made."""
    engine.deploy(market_with("keeper_name"), Actor("analyst"))
    facts = {**REQUEST, "keeper_name": "ada"}
    case_id = engine.raise_event("lantern_market", "stall requested", facts, Actor("ada")).case_id
    return engine.user_tasks(case_id=case_id)[0].id


def examined(**facts: Any) -> dict[str, Any]:
    return {
        "package": "lantern_market",
        "event": "request examined",
        "facts": {"request_number": "R-1", **EXAMINED, **facts},
    }


def test_user_task_is_neither_taken_on_nor_done(client: TestClient, engine: Engine, task: str) -> None:
    before = len(engine.timeline())

    for path, body in (("claim", None), ("completion", DONE)):
        refused = client.post(f"/user-tasks/{task}/{path}", json=body, headers=ADA)
        assert (refused.status_code, refused.json()["code"]) == (403, "TASK_FOUR_EYES")

    assert len(engine.timeline()) == before
    assert client.post(f"/user-tasks/{task}/completion", json=DONE, headers=BEA).status_code == 200


def test_event_that_does_the_task_is_refused(client: TestClient, engine: Engine, task: str) -> None:
    before = engine.timeline()

    refused = client.post("/events", json=examined(), headers=ADA)

    assert (refused.status_code, refused.json()["code"]) == (403, "TASK_FOUR_EYES")
    assert refused.json()["element_id"] == "Activity_ExamineRequest"
    assert "another person" in refused.json()["detail"] and refused.json()["hint"]
    assert (engine.timeline(), engine.user_task(task).state) == (before, "open")
    assert client.post("/events", json=examined(), headers=BEA).status_code == 201


def guarded(*, kind: str = "intermediateCatchEvent") -> bytes:
    """A process that waits for a message of anybody but those who acted in it before."""
    properties = '<zeebe:properties><zeebe:property name="not_by" value="earlier_deciders"/></zeebe:properties>'
    waits = f"<bpmn:extensionElements>{properties}</bpmn:extensionElements>"
    if kind == "receiveTask":
        caught = element(kind, "Confirmed", waits, messageRef="Message_confirmed")
    else:
        caught = element(kind, "Confirmed", f'{waits}<bpmn:messageEventDefinition messageRef="Message_confirmed"/>')
    return diagram("p", start(), caught, end(), flows="Start->Confirmed->End", messages={"confirmed": "=matter"})


def message(client: TestClient, who: str, **given: Any) -> Any:
    headers = {"Clauseflow-Actor": who, **OPERATOR}
    return client.post("/messages", json={"name": "confirmed", "key": "N-1", **given}, headers=headers)


@pytest.mark.parametrize("kind", ["intermediateCatchEvent", "receiveTask"])
@pytest.mark.parametrize("earlier", [["ada", "cleo"], "ada"])
def test_message_to_an_element_that_waits_for_another_person_is_refused(
    client: TestClient, engine: Engine, kind: str, earlier: Any
) -> None:
    engine.deploy_files({"p.bpmn": guarded(kind=kind)}, Actor("analyst"))
    started = engine.start_process("p", {"matter": "N-1", "earlier_deciders": earlier}, Actor("ada"))
    before = engine.timeline()

    refused = message(client, "ada")

    assert (refused.status_code, refused.json()["code"]) == (403, "TASK_FOUR_EYES")
    assert engine.timeline() == before
    assert message(client, "bea").status_code == 202
    assert engine.instance(started.id).status == "completed"


def test_message_that_was_kept_does_not_come_in_by_the_back_door(client: TestClient, engine: Engine) -> None:
    """It may have been sent before the element waited, by somebody who acted in the matter."""
    engine.deploy_files({"p.bpmn": guarded()}, Actor("analyst"))
    assert message(client, "ada", time_to_live_seconds=600).json()["outcome"] == "buffered"

    started = engine.start_process("p", {"matter": "N-1", "earlier_deciders": ["ada"]}, Actor("ada"))

    assert engine.instance(started.id).status == "active"


def test_element_without_a_list_of_who_acted_takes_nothing_from_anybody(client: TestClient, engine: Engine) -> None:
    engine.deploy_files({"p.bpmn": guarded()}, Actor("analyst"))
    engine.start_process("p", {"matter": "N-1"}, Actor("ada"))

    refused = message(client, "bea")

    assert (refused.status_code, refused.json()["code"]) == (403, "TASK_FOUR_EYES")
    assert 'the variable "earlier_deciders" has no value' in refused.json()["detail"]


def test_form_that_names_no_fact_is_refused_when_the_law_is_read() -> None:
    with pytest.raises(EngineError) as refused:
        market_with("keeper_nam")

    assert refused.value.code == "LAW_UNKNOWN_FACT"
    assert 'Did you mean "keeper_name"' in str(refused.value)
    assert refused.value.problem.location.part == "properties.not_by"


def test_message_of_an_event_is_refused_too(client: TestClient, engine: Engine) -> None:
    """The market law, changed so that somebody else than the keeper tells that the fine was paid."""
    package = load_package(MARKET)
    (name,) = (name for name in package.files if name.endswith("stall_fine.bpmn"))
    head = '<bpmn:intermediateCatchEvent id="Event_FinePaid" name="Fine paid">'
    waits = '<zeebe:properties><zeebe:property name="not_by" value="keeper_name" /></zeebe:properties>'
    text = package.files[name].decode()
    documented = text.index("</bpmn:documentation>", text.index(head)) + len("</bpmn:documentation>")
    text = f"{text[:documented]}<bpmn:extensionElements>{waits}</bpmn:extensionElements>{text[documented:]}"
    engine.deploy(package_from_files({**package.files, name: text.encode()}, package.file), Actor("analyst"))
    offence = {
        "report_number": "F-1",
        "keeper_name": "ada",
        "keeper_street": "3",
        "offence": "noise",
        "repeated": False,
    }
    engine.raise_event("lantern_market", "offence reported", offence, Actor("ida", frozenset({"inspector"})))
    engine.run_due()
    paid = {"package": "lantern_market", "event": "fine paid", "facts": {"report_number": "F-1", "payment": 40}}
    before = engine.timeline()

    refused = client.post("/events", json=paid, headers=ADA)

    assert (refused.status_code, refused.json()["code"]) == (403, "TASK_FOUR_EYES")
    assert engine.timeline() == before
    assert client.post("/events", json=paid, headers=BEA).status_code == 201
