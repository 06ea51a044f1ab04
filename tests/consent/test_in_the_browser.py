"""The pages of consent in a headless Chromium, on the simulated clock: what an agent and a client really go through."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.consent.browsing import PHONE, ask, heading, press, search, shoot
from tests.consent.conftest import AGENT, EPISODE, Desk

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_client_accepts_on_a_phone_after_89_seconds_and_ok_opens_the_case(
    desk: Desk, window: Callable[..., Page]
) -> None:
    desk.register(case_number="K-100")
    agent = window(AGENT)
    ask(agent)
    desk.later(89)
    agent.get_by_role("timer").get_by_text("0:01").wait_for()
    shoot(agent, "waiting")

    phone = window(size=PHONE)
    phone.goto(desk.link())
    shoot(phone, "question_on_a_phone")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert phone.get_by_role("button", name="Accept").bounding_box()["height"] >= 44  # type: ignore[index]
    press(phone, "Accept")
    phone.get_by_text("Thank you").wait_for()
    shoot(phone, "thanks_on_a_phone")

    heading(agent, "Client Consent Received")
    shoot(agent, "consent_received")
    press(agent, "Next")
    heading(agent, "Complete the association")
    shoot(agent, "confirmation")
    assert not desk.engine.may_see_case("AG-1", desk.client_case())
    press(agent, "Ok")
    agent.get_by_text("K-100").wait_for()
    shoot(agent, "case")
    assert desk.engine.may_see_case("AG-1", desk.client_case())
    assert desk.record()["outcome"] == "accepted"


def test_client_who_does_not_answer_is_asked_verbally_sentence_by_sentence(
    desk: Desk, window: Callable[..., Page]
) -> None:
    desk.register()
    agent = window(AGENT)
    ask(agent)

    desk.later(91)

    heading(agent, "Client did not respond")
    shoot(agent, "no_response")
    press(agent, "Confirm Verbal Consent")
    for number in range(5):
        heading(agent, "Read this to John Doe")
        if number == 1:
            shoot(agent, "verbal_script")
        before = agent.locator(".spoken").inner_text()
        press(agent, "Accept")
        if number < 4:
            agent.locator(".spoken").filter(has_not_text=before).wait_for()
    heading(agent, "Complete the association")
    press(agent, "Ok")
    agent.get_by_role("heading", name="John Doe", exact=True).wait_for()
    assert desk.record()["outcome"] == "verbal consent"


def test_client_who_declines_leaves_the_agent_nothing_but_cancel(desk: Desk, window: Callable[..., Page]) -> None:
    desk.register()
    agent = window(AGENT)
    ask(agent)
    phone = window(size=PHONE)
    phone.goto(desk.link())

    press(phone, "Decline")

    phone.get_by_text("You have declined").wait_for()
    heading(agent, "Client did not consent")
    shoot(agent, "refused")
    assert agent.get_by_role("button").count() == 0
    agent.get_by_role("link", name="Cancel").click()
    agent.get_by_role("link", name="Request Case Access").wait_for()


@pytest.mark.parametrize(
    "leave",
    [lambda page: page.goto("/consent"), lambda page: page.close(), lambda page: page.reload()],
    ids=["another screen", "tab closed", "reloaded"],
)
def test_agent_who_leaves_the_screen_loses_the_request(
    desk: Desk, window: Callable[..., Page], leave: Callable[[Page], object]
) -> None:
    desk.register()
    agent = window(AGENT)
    ask(agent)

    leave(agent)

    phone = window(size=PHONE)
    phone.goto(desk.link())
    for _ in range(100):
        if desk.record()["outcome"] is not None:
            break
        phone.wait_for_timeout(100)
    assert (desk.record()["outcome"], desk.record()["withdrawal"]) == ("expired", "left the screen")
    phone.reload()
    phone.get_by_text("This request is over").wait_for()
    assert "associated" not in desk.episode().state


def test_third_request_may_leave_and_a_fourth_is_refused(desk: Desk, window: Callable[..., Page]) -> None:
    desk.register()
    agent = window(AGENT)
    ask(agent)
    for _ in range(2):
        desk.later(91)
        heading(agent, "Client did not respond")
        press(agent, "Request Electronic Consent again")
        agent.get_by_role("timer").get_by_text("1:30").wait_for()
    desk.later(91)
    heading(agent, "Client did not respond")

    press(agent, "Request Electronic Consent again")

    heading(agent, "No electronic request is left")
    shoot(agent, "fourth_refused")
    assert desk.episode().facts["requests_sent"].value == 3
    assert desk.record()["attempt_number"] == "attempt-3"


def test_cancel_while_waiting_and_next_steps_for_an_unknown_client(desk: Desk, window: Callable[..., Page]) -> None:
    agent = window(AGENT)
    search(agent)
    heading(agent, "Next steps")
    shoot(agent, "next_steps")

    desk.register()
    ask(agent)
    press(agent, "Cancel")
    agent.get_by_role("link", name="Request Case Access").wait_for()
    assert desk.record()["withdrawal"] in ("cancelled", "left the screen")
    assert desk.record()["outcome"] == "expired"


def test_pages_work_by_keyboard_and_name_their_parts(desk: Desk, window: Callable[..., Page]) -> None:
    desk.register()
    agent = window(AGENT)
    search(agent)
    heading(agent, "You have no association with this client")
    agent.keyboard.press("Tab")
    assert agent.evaluate("document.activeElement.tagName") == "BUTTON"
    assert agent.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    agent.keyboard.press("Enter")
    agent.get_by_role("timer").get_by_text("1:30").wait_for()
    assert agent.locator("html").get_attribute("lang") == "en"
    assert re.search("width=device-width", agent.content())
    assert agent.get_by_role("main").count() == 1
    assert desk.episode(EPISODE).facts["requests_sent"].value == 1
