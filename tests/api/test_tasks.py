"""User tasks over HTTP: for whom they are, who has them, and their form's own validation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from engine.handlers.contract import Actor
from engine.law import check_form
from engine.law.forms import read_form
from engine.runtime import Engine
from tests.api.conftest import REQUEST
from tests.api.people import client_with, key_of
from tests.runtime.drawing import diagram, end, start, user_task

CLERK = Actor("ada", frozenset({"market_clerk"}))
DONE = {"variables": {"certificate_enclosed": True, "examined_on": {"date": "2024-02-26"}}}
Person = Callable[..., TestClient]


@pytest.fixture
def person(engine: Engine) -> Person:
    return lambda name, *roles: client_with(engine, key_of(engine, name, *roles))


@pytest.fixture
def task(engine: Engine) -> str:
    case_id = engine.raise_event("lantern_market", "stall requested", REQUEST, CLERK).case_id
    (found,) = engine.user_tasks(case_id=case_id)
    return found.id


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_tasks_are_listed_for_the_roles_of_the_caller_or_for_one_group(person: Person, task: str) -> None:
    clerk, prefecture = person("ada", "market_clerk"), person("pia", "prefecture")

    assert [each["id"] for each in clerk.get("/user-tasks").json()] == [task]
    assert prefecture.get("/user-tasks").json() == []
    assert [each["id"] for each in prefecture.get("/user-tasks", params={"group": "market_clerk"}).json()] == [task]
    assert person("mori", "keeper").get("/user-tasks", params={"group": "market_clerk"}).status_code == 403


def test_task_of_another_group_is_neither_shown_nor_done(person: Person, task: str) -> None:
    prefecture = person("pia", "prefecture")

    answers = [
        prefecture.get(f"/user-tasks/{task}"),
        prefecture.post(f"/user-tasks/{task}/claim"),
        prefecture.post(f"/user-tasks/{task}/completion", json=DONE),
    ]

    assert [code(answer) for answer in answers] == [(403, "API_FORBIDDEN")] * 3


def test_task_is_done_by_whoever_took_it_on_until_it_is_given_back(engine: Engine, person: Person, task: str) -> None:
    ada, bea = person("ada", "market_clerk"), person("bea", "market_clerk")
    path = f"/user-tasks/{task}"
    assert [ada.post(f"{path}/claim").json()["assignee"] for _ in range(2)] == ["ada", "ada"]

    assert code(bea.post(f"{path}/claim")) == (409, "TASK_CLAIMED")
    assert code(bea.post(f"{path}/unclaim")) == (409, "TASK_CLAIMED")
    assert code(bea.post(f"{path}/completion", json=DONE)) == (409, "TASK_CLAIMED")
    assert ada.post(f"{path}/unclaim").json()["assignee"] is None
    assert bea.post(f"{path}/completion", json=DONE).status_code == 200

    assert code(ada.post(f"{path}/claim")) == (409, "TASK_COMPLETED")
    words = [entry.what for entry in engine.timeline() if entry.kind == "task"]
    assert [word.partition(":")[0] for word in words[1:3]] == ["Taken on by ada", "Given back by ada"]


def test_what_the_form_refuses_is_said_field_by_field_and_changes_nothing(
    engine: Engine, person: Person, task: str
) -> None:
    wrong = {"certificate_enclosed": "yes", "examined_on": "2024-02-26", "decided_by": "eve"}

    answer = person("ada", "market_clerk").post(f"/user-tasks/{task}/completion", json={"variables": wrong})

    assert code(answer) == (422, "TASK_FORM")
    assert {(each["part"], each["element_id"]) for each in answer.json()["problems"]} == {
        (f"variables.{name}", "Activity_ExamineRequest") for name in wrong
    }
    [of_the_day] = [each for each in answer.json()["problems"] if each["part"] == "variables.examined_on"]
    assert of_the_day["hint"] == 'write it as {"date": "2024-02-26"}; see the form "examine_request"'
    assert engine.user_task(task).state == "open"


def test_form_of_a_task_is_served_as_drawn(person: Person, task: str) -> None:
    assert person("ada", "market_clerk").get(f"/user-tasks/{task}/form").json()["id"] == "examine_request"


def test_task_without_a_form_takes_what_is_given_and_has_none_to_show(engine: Engine, client: TestClient) -> None:
    engine.deploy_files({"p.bpmn": diagram("p", start(), user_task("Ask"), end(), flows="Start->Ask->End")}, CLERK)
    engine.start_process("p", {}, CLERK)
    (found,) = engine.user_tasks()

    assert code(client.get(f"/user-tasks/{found.id}/form")) == (404, "RUN_NOT_FOUND")
    answer = client.post(f"/user-tasks/{found.id}/completion", json={"variables": {"anything": 1}})
    assert answer.json()["status"] == "completed"


# ---- the rules of forms ---------------------------------------------------------------------------------------------

FORM = read_form(
    b"""{"id": "f", "components": [
    {"type": "text", "text": "# Words"},
    {"type": "textfield", "key": "name", "label": "Name",
     "validate": {"required": true, "minLength": 2, "maxLength": 5, "pattern": "^[a-z]+$"}},
    {"type": "group", "components": [
       {"type": "number", "key": "months", "decimalDigits": 0, "validate": {"min": 0, "max": 12}},
       {"type": "number", "key": "price", "decimalDigits": 2}]},
    {"type": "select", "key": "size", "values": [{"label": "S", "value": "s"}, {"label": "L", "value": "l"}]},
    {"type": "radio", "key": "agreed", "values": [{"label": "Yes", "value": true}, {"label": "No", "value": false}]},
    {"type": "checklist", "key": "papers", "values": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]},
    {"type": "taglist", "key": "tags", "valuesKey": "known_tags"},
    {"type": "datetime", "subtype": "time", "key": "at", "timeLabel": "At"},
    {"type": "checkbox", "key": "sure"},
    {"type": "textarea", "key": "why", "conditional": {"hide": "= size != \\"l\\""}, "validate": {"required": true}},
    {"type": "button", "key": "go", "label": "Go"}]}""",
    "f.form",
)
GOOD: dict[str, Any] = {"name": "mori", "size": "s"}


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, []),
        ({"months": 12, "price": "1.25", "agreed": False, "papers": ["a"], "tags": ["x"], "sure": True}, []),
        ({"name": None}, ["name"]),
        ({"name": ""}, ["name"]),
        ({"name": "m"}, ["name"]),
        ({"name": "moriko"}, ["name"]),
        ({"name": "MORI"}, ["name"]),
        ({"name": 5}, ["name"]),
        ({"months": -1}, ["months"]),
        ({"months": 13}, ["months"]),
        ({"months": "1.5"}, ["months"]),
        ({"months": True}, ["months"]),
        ({"price": "1.255"}, ["price"]),
        ({"size": "m"}, ["size"]),
        ({"size": ["s"]}, ["size"]),
        ({"agreed": "true"}, ["agreed"]),
        ({"papers": "a"}, ["papers"]),
        ({"papers": ["a", "c"]}, ["papers"]),
        ({"at": "10:00"}, ["at"]),
        ({"sure": 1}, ["sure"]),
        ({"size": "l"}, ["why"]),
        ({"size": "l", "why": "so"}, []),
        ({"why": "so"}, ["why"]),
        ({"go": True, "months": 13, "else": 1}, ["else", "go", "months"]),
    ],
)
def test_form_finds_what_is_wrong_by_field(given: dict[str, Any], wrong: list[str]) -> None:
    from decimal import Decimal

    def value(item: Any) -> Any:
        if isinstance(item, int) and not isinstance(item, bool):
            return Decimal(item)
        return Decimal(item) if isinstance(item, str) and item.replace(".", "").isdigit() else item

    filled = {name: value(item) for name, item in {**GOOD, **given}.items()}

    problems = check_form(FORM, filled, {})

    assert sorted(str(problem.location.part).removeprefix("variables.") for problem in problems) == wrong
