"""Answers of clients: links that are ours only, one outcome whatever happens at once, and a record of all of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from engine.errors import EngineError
from engine.feel import FeelDateTime
from engine.handlers.contract import Actor
from engine.runtime import Settings
from engine.wiring import open_engine
from tests.consent.conftest import AGENT, CLIENT, EPISODE, EXCHANGE, START, Desk, consent_package

Browser = Callable[..., TestClient]
NOBODY = Actor("nobody", frozenset({"client"}))
OUTCOMES = ("accepted", "refused", "no response", "expired")


def asked(desk: Desk) -> str:
    """The client has been asked; the address of the link that was sent."""
    desk.register()
    desk.search()
    desk.request()
    return desk.link()


def outcomes(desk: Desk) -> list[str]:
    """Every outcome that the record of the attempt ever had."""
    found = []
    for fact in desk.episode().history:
        if fact.name == "consent_record" and isinstance(fact.value, dict):
            outcome = fact.value.get("outcome")
            if outcome is not None and (not found or found[-1] != outcome):
                found.append(str(outcome))
    return found


# ---- the link -----------------------------------------------------------------------------------------------------


def test_link_shows_who_asks_for_what_and_opening_it_answers_nothing(desk: Desk, browser: Browser) -> None:
    link = asked(desk)

    shown = browser(NOBODY).get(link).text

    for words in ("Dana Whitfield", "Bluegrass Benefits", "John Doe", "until you take it back", "Accept", "Decline"):
        assert words in shown
    assert "answer_received" not in desk.episode().facts


@pytest.mark.parametrize(("answer", "outcome"), [("accept", "accepted"), ("decline", "refused")])
def test_link_answers_once_and_a_replay_changes_nothing(
    desk: Desk, browser: Browser, answer: str, outcome: str
) -> None:
    link = asked(desk)
    page = browser(NOBODY)

    first = page.post(link, data={"consent_answer": answer}).text
    replays = [page.post(link, data={"consent_answer": other}).text for other in ("accept", "decline")]

    assert ("Thank you" in first) == (answer == "accept")
    assert all("Your first answer stands" in replay for replay in replays)
    assert "Your first answer stands" in page.get(link).text and "Accept<" not in page.get(link).text
    assert outcomes(desk) == [outcome]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.replace("attempt-1", "attempt-2"),
        lambda token: token.replace("~text~", "~email~"),
        lambda token: token.rpartition("~")[0] + "~",
        lambda token: "case-1~attempt-1~text~" + "A" * 43,
        lambda token: "x",
    ],
    ids=["last letter", "other attempt", "other channel", "no signature", "guessed", "short"],
)
def test_guessed_or_altered_link_opens_nothing(desk: Desk, browser: Browser, spoil: Callable[[str], str]) -> None:
    token = asked(desk).rpartition("/")[2]
    bad = spoil(token)
    assert bad != token

    page = browser(NOBODY)

    answers = [
        page.get(f"/consent/answer/{bad}"),
        page.post(f"/consent/answer/{bad}", data={"consent_answer": "accept"}),
    ]
    assert [each.status_code for each in answers] == [404, 404]
    assert "John" not in answers[0].text + answers[1].text
    assert desk.record()["outcome"] is None


def test_link_of_another_installation_opens_nothing(tmp_path: Path) -> None:
    signed = []
    for secret in (b"first secret of 16 and more", b"other secret of 16 and more"):
        engine = open_engine(tmp_path / f"{secret[:5].decode()}.sqlite", clock=START, settings=Settings(secret=secret))
        engine.deploy(consent_package(), Actor("analyst"))
        desk = Desk(engine)
        signed.append(asked(desk).rpartition("~")[2])
        engine.close()

    assert signed[0] != signed[1]


def test_answer_that_is_neither_accept_nor_decline_is_refused(desk: Desk, browser: Browser) -> None:
    link = asked(desk)

    assert browser(NOBODY).post(link, data={"consent_answer": "maybe"}).status_code == 422
    assert browser(NOBODY).post(link, data={}).status_code == 422
    assert desk.record()["outcome"] is None


def test_link_after_ninety_seconds_says_that_it_is_over_and_the_answer_is_on_record(
    desk: Desk, browser: Browser
) -> None:
    link = asked(desk)
    desk.later(91)

    assert "This request is over" in browser(NOBODY).get(link).text
    assert "This request is over" in browser(NOBODY).post(link, data={"consent_answer": "accept"}).text
    received = desk.episode().facts["answer_received"].value
    assert isinstance(received, dict) and received["effect"] == "late"
    assert outcomes(desk) == ["no response"]


def test_link_of_an_earlier_request_does_not_answer_the_next_one(desk: Desk, browser: Browser) -> None:
    link = asked(desk)
    desk.later(91)
    desk.tell("next step chosen", episode_number=EPISODE, next_step="ask again")

    assert "This request is over" in browser(NOBODY).post(link, data={"consent_answer": "accept"}).text
    assert desk.record()["outcome"] is None
    assert "Thank you" in browser(NOBODY).post(desk.link(2), data={"consent_answer": "accept"}).text


# ---- after log-in -------------------------------------------------------------------------------------------------


def test_client_who_logs_in_finds_the_question_and_nobody_else_does(desk: Desk, browser: Browser) -> None:
    asked(desk)
    inbox, foreign = browser(CLIENT), browser(NOBODY)

    assert "Dana Whitfield" in inbox.get("/consent/inbox").text
    assert "Dana Whitfield" not in foreign.get("/consent/inbox").text
    assert foreign.post("/consent/inbox/attempt-1", data={"consent_answer": "accept"}).status_code == 404
    assert "Thank you" in inbox.post("/consent/inbox/attempt-1", data={"consent_answer": "accept"}).text
    record = desk.record()
    assert (record["outcome"], record["answer_channel"], record["answered_by"]) == ("accepted", "portal", "C-77")
    assert inbox.post("/consent/inbox/attempt-1", data={"consent_answer": "accept"}).status_code == 404


# ---- the clock ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "outcome"),
    [(0, "accepted"), (89.999999, "accepted"), (90, "accepted"), (90.000001, "no response"), (90.5, "no response")],
)
def test_last_instant_of_the_ninety_seconds_counts_and_the_next_one_does_not(
    desk: Desk, seconds: float, outcome: str
) -> None:
    asked(desk)

    desk.later(seconds)
    desk.answer()

    assert outcomes(desk) == [outcome]


def test_answer_after_the_last_instant_is_late_though_the_timer_was_not_yet_fired(desk: Desk) -> None:
    asked(desk)
    late = desk.engine.now() + timedelta(seconds=91)
    with desk.engine._store.transaction("clock") as tx:  # time passes and no worker is there
        tx.move_clock(late)

    desk.engine.raise_event(
        "agent_consent",
        "consent answered",
        {
            "episode_number": EPISODE,
            "attempt_number": "attempt-1",
            "consent_answer": "accept",
            "answer_channel": "text",
        },
        CLIENT,
    )
    desk.engine.run_due()

    assert outcomes(desk) == ["no response"]


# ---- at once ------------------------------------------------------------------------------------------------------


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run *calls* in threads of their own; what each gives, or the error that refused it."""

    def run(call: Callable[[], object]) -> object:
        try:
            return call()
        except EngineError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.parametrize("round_number", range(4))
def test_answers_leaving_and_the_timer_at_once_have_exactly_one_outcome(desk: Desk, round_number: int) -> None:
    asked(desk)
    desk.later(89.999999)
    end = desk.engine.now() + timedelta(seconds=5)
    calls: list[Callable[[], object]] = [
        lambda: desk.answer("accept"),
        lambda: desk.answer("decline"),
        lambda: desk.tell("agent withdrew", episode_number=EPISODE, withdrawal="left the screen"),
        lambda: desk.engine.advance_clock(end, EXCHANGE),
        lambda: desk.answer("accept"),
    ]

    at_once(*calls[round_number:], *calls[:round_number])
    desk.engine.run_due()

    happened = outcomes(desk)
    assert len([each for each in happened if each in OUTCOMES]) == 1 or happened == ["accepted", "not completed"]
    assert not desk.engine.incidents()
    assert desk.engine.verify().ok


def test_double_clicks_in_two_windows_send_one_request_and_grant_one_association(desk: Desk) -> None:
    desk.register()
    desk.search()

    refused = [each for each in at_once(*[desk.request] * 4) if isinstance(each, EngineError)]
    assert {error.code for error in refused} <= {"TASK_NOT_FOUND", "TASK_COMPLETED"} and len(refused) == 3
    assert desk.episode().facts["requests_sent"].value == 1
    desk.answer()
    desk.tell("next clicked", episode_number=EPISODE)
    at_once(*[lambda: desk.tell("association confirmed", episode_number=EPISODE)] * 4)

    assert [each.holder for each in desk.engine.associations(desk.client_case())] == ["AG-1"]


def test_two_agents_at_once_each_get_the_answer_that_was_given_to_them(desk: Desk) -> None:
    desk.register()
    desk.tell("agent recorded", EXCHANGE, agent_id="AG-2", agent_name="Lee Ortiz", agency="River City Cover")
    at_once(lambda: desk.search("S-1"), lambda: desk.search("S-2", "AG-2"))
    at_once(desk.request, lambda: desk.request("AG-2:C-77"))
    attempts = {key: desk.record(key)["attempt_number"] for key in (EPISODE, "AG-2:C-77")}

    at_once(
        lambda: desk.answer("accept", attempts[EPISODE]),
        lambda: desk.answer("decline", attempts["AG-2:C-77"], "AG-2:C-77"),
    )

    assert desk.record()["outcome"] == "accepted"
    assert desk.record("AG-2:C-77")["outcome"] == "refused"
    desk.complete()
    assert desk.engine.may_see_case("AG-1", desk.client_case())
    assert not desk.engine.may_see_case("AG-2", desk.client_case())


def test_attempt_number_of_another_agent_answers_nothing_of_this_one(desk: Desk) -> None:
    desk.register()
    desk.search("S-1")
    desk.search("S-2", "AG-2")
    desk.request()
    desk.request("AG-2:C-77")

    desk.answer("accept", "attempt-2", EPISODE)

    assert desk.record()["outcome"] is None and desk.record("AG-2:C-77")["outcome"] is None


# ---- the record ---------------------------------------------------------------------------------------------------


def test_record_of_an_attempt_holds_who_what_when_how_and_the_hash_of_the_text(desk: Desk) -> None:
    asked(desk)
    desk.later(30)
    desk.answer()
    desk.complete()

    record = desk.record()
    notice = next(each for each in desk.engine.notices(desk.episode().id) if each.id == record["question_id"])
    assert record["question_sha256"] == hashlib.sha256(notice.texts["text/plain"].encode()).hexdigest()
    assert (record["agent_id"], record["agent_name"], record["agency"]) == (
        "AG-1",
        "Dana Whitfield",
        "Bluegrass Benefits",
    )
    assert (record["client_number"], record["client_name"]) == ("C-77", "John Doe")
    assert (record["form"], record["channel"], record["answer_channel"]) == ("electronic", "text", "text")
    assert set(record["terms"]) == {"version", "scope", "purpose", "duration", "rescind"}
    assert (record["outcome"], record["completed"], record["requested_by"]) == ("accepted", True, AGENT.id)
    stamps = [record[name] for name in ("requested_at", "asked_at", "dispatched_at", "answered_at", "completed_at")]
    assert all(isinstance(each, FeelDateTime) for each in stamps)
    instants = [each.instant for each in stamps]
    assert instants == sorted(instants)
    seconds = (record["answered_at"].instant - record["dispatched_at"].instant) / 1_000_000_000
    assert seconds == 30


def test_message_goes_by_the_preferred_channel_only_and_its_clock_starts_when_it_left(tmp_path: Path) -> None:
    class Slow:
        resend_is_safe = True

        def __init__(self) -> None:
            self.attempts: list[datetime] = []

        def send(self, notice: object, delivery: object, key: str) -> dict[str, str]:
            self.attempts.append(engine.now())
            if len(self.attempts) == 1:
                raise TimeoutError("the gateway is slow")
            return {"delivered_to": "test"}

    class Quiet(Slow):
        def send(self, notice: object, delivery: object, key: str) -> dict[str, str]:
            self.attempts.append(engine.now())
            return {}

    text, email = Slow(), Quiet()
    channels = {"text": text, "email": email, "portal": Quiet()}
    engine = open_engine(tmp_path / "store.sqlite", clock=START, channels=channels)
    engine.deploy(consent_package(), Actor("analyst"))
    desk = Desk(engine)
    desk.register(email_address="john@example.org")
    desk.search()
    desk.request()
    desk.later(20)

    assert len(text.attempts) == 2 and email.attempts == []
    deadline = desk.episode().deadlines["consent_answer"]
    assert deadline.due == text.attempts[1] + timedelta(seconds=90, microseconds=1)
    engine.close()


def test_channel_that_never_reports_is_a_technical_failure_that_does_not_count(tmp_path: Path) -> None:
    class Silent:
        resend_is_safe = True

        def send(self, notice: object, delivery: object, key: str) -> dict[str, str]:
            raise TimeoutError("no answer")

    engine = open_engine(tmp_path / "store.sqlite", clock=START, channels={"text": Silent(), "portal": Silent()})
    engine.deploy(consent_package(), Actor("analyst"))
    desk = Desk(engine)
    desk.register()
    desk.search()
    desk.request()
    desk.later(31)

    record = desk.record()
    assert (record["outcome"], record["failure"]) == ("technical failure", "the channel did not report in time")
    assert desk.episode().facts["requests_sent"].value == 0
    assert [task.element_id for task in engine.user_tasks(case_id=desk.episode().id)] == ["Activity_ChooseNextStep"]
    engine.close()
