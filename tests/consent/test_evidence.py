"""Each attempt, however it ends, has one outcome and its record of evidence; and so has every answer to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from engine.feel import FeelDateTime
from engine.handlers.contract import Actor
from engine.runtime import Engine
from tests.api.people import key_of
from tests.consent.conftest import AGENT, CLIENT, EPISODE, EXCHANGE, Desk
from tests.consent.test_answers import asked, at_once, outcomes

Browser = Callable[..., TestClient]
WHO = ("agent_id", "agent_name", "agency", "client_number", "client_name")
SCOPE = {"version", "scope", "purpose", "duration", "rescind"}


def accept(desk: Desk) -> None:
    desk.answer()
    desk.complete()


def leave(desk: Desk, how: str) -> None:
    desk.tell("agent withdrew", episode_number=EPISODE, withdrawal=how)


def read_out(desk: Desk, *answers: str) -> None:
    desk.later(91)
    desk.tell("next step chosen", episode_number=EPISODE, next_step="confirm verbal consent")
    for answer in answers:
        desk.tell("acknowledgement answered", episode_number=EPISODE, acknowledgement_answer=answer)


def read_out_and_cancel(desk: Desk) -> None:
    read_out(desk, "accepted")
    leave(desk, "cancelled")


def accept_and_wait(desk: Desk) -> None:
    desk.answer()
    desk.later(16 * 60)


WAYS: list[tuple[str, Callable[[Desk], object], str, tuple[str, ...]]] = [
    # what happens after the message has left, the outcome, the instants that its record then holds
    ("accepted", accept, "accepted", ("dispatched_at", "answered_at", "completed_at")),
    (
        "accepted and never completed",
        accept_and_wait,
        "not completed",
        ("dispatched_at", "answered_at", "closed_at", "withdrawn_at"),
    ),
    ("refused", lambda desk: desk.answer("decline"), "refused", ("dispatched_at", "answered_at", "closed_at")),
    ("no answer", lambda desk: desk.later(91), "no response", ("dispatched_at", "closed_at")),
    ("cancelled", lambda desk: leave(desk, "cancelled"), "expired", ("dispatched_at", "withdrawn_at")),
    ("left", lambda desk: leave(desk, "left the screen"), "expired", ("dispatched_at", "withdrawn_at")),
    ("verbally", lambda desk: read_out(desk, *["accepted"] * 5), "verbal consent", ("closed_at",)),
    ("not agreed", lambda desk: read_out(desk, "accepted", "not agreed"), "not agreed", ("closed_at",)),
    ("cancelled while read out", read_out_and_cancel, "expired", ("withdrawn_at",)),
]


@pytest.mark.parametrize(("act", "outcome", "instants"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS])
def test_attempt_has_its_outcome_and_its_evidence_however_it_ends(
    desk: Desk, act: Callable[[Desk], object], outcome: str, instants: tuple[str, ...]
) -> None:
    asked(desk)

    act(desk)

    record = desk.record()
    assert record["outcome"] == outcome
    assert all(record[name] for name in WHO) and record["requested_by"] == AGENT.id
    assert set(record["terms"]) >= SCOPE and all(record["terms"].values())
    assert record["form"] in ("electronic", "verbal") and record["attempt_number"].startswith("attempt-")
    assert record["channel"] == ("text" if record["form"] == "electronic" else "spoken")
    shown = next(each for each in desk.engine.notices(desk.episode().id) if each.id == record["question_id"])
    assert record["question_sha256"] == hashlib.sha256(shown.texts["text/plain"].encode()).hexdigest()
    stamps = [record.get(name) for name in ("requested_at", *instants)]
    assert all(isinstance(each, FeelDateTime) for each in stamps), record
    assert desk.engine.verify().ok and not desk.engine.incidents()


def test_every_answer_of_an_attempt_stands_in_the_history_with_what_it_did(desk: Desk, browser: Browser) -> None:
    link = asked(desk)
    page = browser(Actor("nobody", CLIENT.roles))
    page.post(link, data={"consent_answer": "accept"})
    desk.later(10)
    page.post(link, data={"consent_answer": "decline"})
    desk.later(100)
    page.post(link, data={"consent_answer": "accept"})

    answers = [fact.value for fact in desk.episode().history if fact.name == "answer_received"]

    assert all(isinstance(each, dict) for each in answers)
    told: list[dict[str, Any]] = [dict(each) for each in answers if isinstance(each, dict)]
    assert [(each["answer"], each["effect"]) for each in told] == [
        ("accept", "accepted"),
        ("decline", "repeated"),
        ("accept", "repeated"),
    ]
    assert all(each["attempt_number"] == "attempt-1" and each["channel"] == "text" for each in told)
    assert all(each["answered_by"] and isinstance(each["answered_at"], FeelDateTime) for each in told)


@pytest.mark.parametrize(
    ("seconds", "said", "outcome"),
    [
        (89.999, "Thank you", "accepted"),
        (90, "Thank you", "accepted"),
        (90.001, "This request is over", "no response"),
    ],
)
def test_link_clicked_about_the_last_instant_says_what_came_of_it(
    desk: Desk, browser: Browser, seconds: float, said: str, outcome: str
) -> None:
    link = asked(desk)
    desk.later(seconds)

    assert said in browser(Actor("nobody", CLIENT.roles)).post(link, data={"consent_answer": "accept"}).text

    desk.engine.run_due()
    assert outcomes(desk) == [outcome]


def test_link_clicked_four_times_at_once_by_two_answers_has_one_outcome(desk: Desk, browser: Browser) -> None:
    link = asked(desk)
    page = browser(Actor("nobody", CLIENT.roles))
    answers = ["accept", "decline"] * 2

    pages = at_once(*[lambda answer=answer: page.post(link, data={"consent_answer": answer}) for answer in answers])
    desk.engine.run_due()

    assert all(getattr(each, "status_code", 0) == 200 for each in pages), pages
    assert len(outcomes(desk)) == 1
    effects = [fact.value for fact in desk.episode().history if fact.name == "answer_received"]
    counted = [each["effect"] for each in effects if isinstance(each, dict) and each["effect"] != "repeated"]
    assert counted == outcomes(desk)
    assert not desk.engine.incidents() and desk.engine.verify().ok


# ---- who may -------------------------------------------------------------------------------------------------------


def test_pages_of_a_secured_store_open_to_the_key_of_an_agent_and_the_link_to_its_holder(
    desk: Desk, browser: Browser, engine: Engine
) -> None:
    desk.register(case_number="K-100")
    keys = {
        person: key_of(engine, person, role)
        for person, role in (("AG-1", "agent"), ("AG-2", "agent"), ("C-77", "client"), ("clerk", "exchange_staff"))
    }
    page = browser(Actor("whoever", frozenset({"operator"})))

    def status(method: str, path: str, who: str | None, **data: str) -> int:
        headers = {} if who is None else {"Authorization": f"Bearer {keys[who]}"}
        answer = page.request(method, path, headers=headers, data=data or None, follow_redirects=False)
        return int(answer.status_code)

    person = {"first_name": "John", "last_name": "Doe", "sex": "male", "date_of_birth": "1980-06-15"}
    here = "/consent/access/search-1"
    for path in ("/consent", "/consent/search", here):
        assert [status("GET", path, who) for who in (None, "C-77", "clerk")] == [401, 403, 403]
    assert status("POST", "/consent/search", "AG-1", search_number="search-1", **person) == 303
    assert [status("GET", here, who) for who in ("AG-1", "AG-2")] == [200, 404]
    assert status("POST", f"{here}/steps/Activity_RequestElectronicConsent", "AG-1", x="") == 303
    assert [status("GET", "/consent/inbox", who) for who in (None, "AG-1", "C-77")] == [401, 403, 200]
    assert status("GET", desk.link(), None) == 200
    assert status("POST", desk.link(), None, consent_answer="accept") == 200

    assert (desk.record()["outcome"], desk.record()["answered_by"]) == ("accepted", "link:attempt-1")
    assert desk.record()["requested_by"] == "AG-1"
    assert status("POST", f"{here}/left", "AG-2", x="") == 404
    assert EXCHANGE.id not in str(desk.record())
