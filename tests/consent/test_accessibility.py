"""Every page held against the rules of axe (WCAG 2.2, levels A and AA, and good practice), in light and in dark."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from engine.handlers.contract import Actor
from engine.law.readings import with_readings
from tests.consent.browsing import PHONE, ask, heading, press, search, shoot
from tests.consent.conftest import AGENT, PERSON, Desk, consent_package

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Window = Callable[..., "Page"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def axe() -> str:
    pytest.importorskip("axe_playwright_python", reason="axe is not installed: sync the dev group")
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def assert_accessible(page: Page, axe: str, name: str) -> None:
    shoot(page, f"axe_{name}")
    page.evaluate(axe)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", RULES)
        broken = [
            f"{each['id']}: {each['help']}: {node['html'][:120]} {node.get('failureSummary', '')}"
            for each in found["violations"]
            for node in each["nodes"]
        ]
        assert not broken, f"{name}, {scheme}:\n" + "\n".join(broken)
        assert len(found["passes"]) > 5
    assert page.title().startswith(page.locator("h1").first.inner_text())


def test_pages_of_the_agent_and_of_the_client_are_accessible(desk: Desk, window: Window, axe: str) -> None:
    desk.register(case_number="K-100")
    agent = window(AGENT)
    for path, name in (("/consent", "dashboard"), ("/consent/search", "search"), ("/consent/new", "prospect")):
        agent.goto(path)
        assert_accessible(agent, axe, name)
    search(agent)
    heading(agent, "You have no association with this client")
    assert_accessible(agent, axe, "no_association")
    ask(agent)
    assert_accessible(agent, axe, "waiting")
    phone = window(size=PHONE)
    phone.goto(desk.link())
    assert_accessible(phone, axe, "question")
    inbox = window(Actor("C-77", frozenset({"client"})))
    inbox.goto("/consent/inbox")
    assert_accessible(inbox, axe, "inbox")
    press(phone, "Accept")
    phone.get_by_text("Thank you").wait_for()
    assert_accessible(phone, axe, "thanks")
    heading(agent, "Client Consent Received")
    assert_accessible(agent, axe, "received")
    press(agent, "Next")
    heading(agent, "Complete the association")
    assert_accessible(agent, axe, "confirmation")
    press(agent, "Ok")
    agent.get_by_text("K-100").wait_for()
    assert_accessible(agent, axe, "case")


def test_outbox_and_notices_are_accessible_and_fit_a_narrow_screen(desk: Desk, window: Window, axe: str) -> None:
    page = window(size={"width": 320, "height": 640})
    page.goto("/outbox")
    assert_accessible(page, axe, "outbox_empty")
    desk.register()
    ask(window(AGENT))

    for path in ("/docs", "/outbox"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page, axe, "outbox")
    page.locator("td a").first.click()
    heading(page, "The request is with the client")
    assert_accessible(page, axe, "notice")


def test_pages_of_verbal_consent_are_accessible(desk: Desk, window: Window, axe: str) -> None:
    desk.register()
    agent = window(AGENT)
    ask(agent)
    desk.later(91)
    heading(agent, "Client did not respond")
    assert_accessible(agent, axe, "no_response")
    press(agent, "Confirm Verbal Consent")
    heading(agent, "Read this to John Doe")
    assert_accessible(agent, axe, "script")


def test_pages_that_refuse_or_warn_are_accessible(desk: Desk, window: Window, axe: str) -> None:
    desk.engine.deploy(with_readings(consent_package(), {"prospect_guard": "warn"}), Actor("analyst"))
    desk.register(case_number="K-100")
    agent = window(AGENT, refusals=True)
    agent.goto("/consent/new")
    agent.get_by_label("About to Create").select_option("Application")
    agent.get_by_label("First Name").fill("John")
    agent.get_by_label("Last Name").fill("Doe")
    agent.get_by_label("Sex").select_option("Male")
    agent.get_by_label("Date of Birth").fill(PERSON["date_of_birth"])
    press(agent, "Check")
    heading(agent, "There is an enrollment or application for this person")
    assert_accessible(agent, axe, "warned")
    press(agent, "Go On All the Same")
    heading(agent, "The agent was warned")
    assert_accessible(agent, axe, "gone_on")
    agent.goto("/consent/access/search-9")
    assert_accessible(agent, axe, "not_found")


def test_person_logs_in_with_a_key_by_keyboard_and_out_again(desk: Desk, window: Window, axe: str) -> None:
    key = desk.engine.add_api_key("AG-1", ["agent"], Actor("boss")).text
    page = window(refusals=True)

    page.goto("/consent")
    assert_accessible(page, axe, "unauthorized")
    page.get_by_role("link", name="Log in").click()
    assert_accessible(page, axe, "log_in")
    page.get_by_label("API key").fill("cfk_key-1.guess")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("This key is not in force.").wait_for()
    assert_accessible(page, axe, "log_in_refused")
    page.get_by_label("API key").fill(key)
    page.keyboard.press("Enter")

    page.get_by_role("link", name="Request Case Access").wait_for()
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "Strict")
    assert page.evaluate("document.cookie") == ""
    search(page)
    heading(page, "Next steps")
    page.goto("/consent")
    assert_accessible(page, axe, "dashboard_logged_in")
    press(page, "Log out")
    page.get_by_label("API key").wait_for()
    page.goto("/consent")
    page.get_by_role("link", name="Log in").wait_for()
