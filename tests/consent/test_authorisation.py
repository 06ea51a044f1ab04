"""What an agent may see is read from associations: 403 before, 200 after Ok, 403 after revocation."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from engine.handlers.contract import Actor
from tests.consent.conftest import AGENT, CLIENT, EPISODE, Desk

Browser = Callable[..., TestClient]
PARTS = ("", "/timeline", "/decisions", "/ledger")


def statuses(page: TestClient, case_id: str) -> set[int]:
    return {page.get(f"/cases/{case_id}{part}").status_code for part in PARTS}


def test_agent_sees_the_case_from_ok_until_the_consent_is_taken_back(desk: Desk, browser: Browser) -> None:
    desk.register()
    case_id, page = desk.client_case(), browser()
    assert statuses(page, case_id) == {403}
    desk.search()
    desk.request()
    assert statuses(page, case_id) == {403}
    desk.answer()
    assert statuses(page, case_id) == {403}
    desk.tell("next clicked", episode_number=EPISODE)
    assert statuses(page, case_id) == {403}
    desk.tell("association confirmed", episode_number=EPISODE)
    assert statuses(page, case_id) == {200}
    assert [each["key"] for each in page.get("/cases").json()] == ["C-77"]

    desk.tell("consent taken back", CLIENT, episode_number=EPISODE, revocation_reason="another agent")

    assert statuses(page, case_id) == {403}
    assert page.get("/cases").json() == []
    (association,) = desk.engine.associations(case_id)
    assert (association.basis, association.reason) == ("attempt-1", "another agent")


def test_association_of_one_agent_is_none_of_another_and_staff_need_none(desk: Desk, browser: Browser) -> None:
    desk.register()
    desk.search()
    desk.request()
    desk.answer()
    desk.complete()
    case_id = desk.client_case()

    assert statuses(browser(Actor("AG-2", AGENT.roles)), case_id) == {403}
    assert statuses(browser(Actor("AG-2", frozenset({"agent", "operator"}))), case_id) == {200}
    assert statuses(browser(Actor("staff", frozenset({"exchange_staff"}))), case_id) == {200}


def test_answer_for_a_case_that_is_closed_to_the_agent_and_for_none_is_the_same(desk: Desk, browser: Browser) -> None:
    desk.register()
    page = browser()

    closed, missing = page.get(f"/cases/{desk.client_case()}"), page.get("/cases/case-999")

    assert (closed.status_code, missing.status_code) == (403, 403)
    assert closed.json() == missing.json()
    assert closed.json()["code"] == "API_FORBIDDEN"
    assert page.get("/deadlines", params={"case_id": "case-999"}).status_code == 403
    assert page.get("/deadlines").json() == []


def test_second_association_of_the_same_agent_is_not_made_twice_and_may_come_after_a_revocation(desk: Desk) -> None:
    desk.register()
    for number in (1, 2):
        desk.search(f"S-{number}")
        desk.request()
        desk.answer(attempt=f"attempt-{number}")
        desk.complete()
        desk.tell("consent taken back", CLIENT, episode_number=EPISODE, revocation_reason="once more")

    rows = desk.engine.associations(desk.client_case())
    assert [(row.basis, row.revoked_at is not None) for row in rows] == [("attempt-1", True), ("attempt-2", True)]
    assert not desk.engine.may_see_case("AG-1", desk.client_case())


def test_consent_taken_back_before_ok_leaves_no_access_and_tells_the_agent(desk: Desk, browser: Browser) -> None:
    desk.register()
    desk.search()
    desk.request()
    desk.answer()
    desk.tell("next clicked", episode_number=EPISODE)

    desk.tell("consent taken back", CLIENT, episode_number=EPISODE, revocation_reason="changed my mind")

    page, case_id = browser(), desk.client_case()
    clicked = page.post("/consent/access/S-1/steps/Activity_ConfirmAssociation", data={})
    assert "has taken the consent back" in clicked.text
    assert statuses(page, case_id) == {403}
    assert not desk.engine.associations(case_id)
    record = desk.record()
    assert (record["outcome"], record["answered_by"] is not None) == ("taken back", True)
    assert desk.episode().state == "revoked"
