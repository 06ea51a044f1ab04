"""A headless Chromium on a server of the pages: windows of people, and what they do in them."""

from __future__ import annotations

import os
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

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

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
    """Opens a page for somebody; any error of the page fails the test, a refusal too unless it is looked for."""
    errors: list[str] = []
    contexts = []

    def open_window(actor: Actor | None = None, *, size: dict[str, int] = DESKTOP, refusals: bool = False) -> Page:
        headers = {}
        if actor is not None:
            headers = {"Clauseflow-Actor": actor.id, "Clauseflow-Roles": ",".join(sorted(actor.roles))}
        context = chromium.new_context(base_url=address, viewport=size, extra_http_headers=headers)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        ignored = "Failed to load resource" if refusals else "nothing of that kind"
        page.on(
            "console",
            lambda said: errors.append(said.text) if said.type == "error" and ignored not in said.text else None,
        )
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
