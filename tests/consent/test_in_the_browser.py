"""The pages of consent in a headless Chromium, on the simulated clock: what an agent and a client really go through."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

from api.app import create_app
from engine.handlers.contract import Actor
from engine.runtime import Engine
from tests.consent.conftest import AGENT, EPISODE, Desk

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

CHROMIUM = Path(os.environ.get("CLAUSEFLOW_CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1000, "height": 800}
SHOTS = os.environ.get("CLAUSEFLOW_SCREENSHOTS")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no Chromium at {CHROMIUM}: name one in CLAUSEFLOW_CHROMIUM to run the browser tests")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: sync the dev group")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def address(engine: Engine) -> Iterator[str]:
    """A server of the API on a free port, with the work that falls due done after each command."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(engine, wake=engine.run_due), log_level="error", lifespan="off", timeout_graceful_shutdown=1
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
    listener.close()


@pytest.fixture
def window(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens a page for somebody; any error of the page fails the test."""
    errors: list[str] = []
    contexts = []

    def open_window(actor: Actor | None = None, *, size: dict[str, int] = DESKTOP) -> Page:
        headers = {}
        if actor is not None:
            headers = {"Clauseflow-Actor": actor.id, "Clauseflow-Roles": ",".join(sorted(actor.roles))}
        context = chromium.new_context(base_url=address, viewport=size, extra_http_headers=headers)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert errors == []


def shoot(page: Page, name: str) -> None:
    """A picture for whoever wants to look, in the folder that CLAUSEFLOW_SCREENSHOTS names."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def search(page: Page) -> None:
    page.goto("/consent")
    page.get_by_role("link", name="Request Case Access").click()
    page.get_by_label("First Name").fill("John")
    page.get_by_label("Last Name").fill("Doe")
    page.get_by_label("Sex").select_option("Male")
    page.get_by_label("Date of Birth").fill("1980-06-15")
    shoot(page, "search")
    page.get_by_role("button", name="Search").click()


def ask(page: Page) -> None:
    search(page)
    shoot(page, "no_association")
    page.get_by_role("button", name="Request Electronic Consent").click()
    page.locator("#left[data-live]").get_by_text("1:30").wait_for()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def heading(page: Page, text: str) -> None:
    page.get_by_role("heading", name=text).wait_for()


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
