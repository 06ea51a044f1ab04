"""The outbox: a page for people with the notices issued, newest first, each as its reader sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient

from engine.runtime import Engine

REFUSED = {"fee_paid": 1}


def test_outbox_of_a_store_without_notices_says_so(client: TestClient) -> None:
    page = client.get("/outbox")

    assert page.status_code == 200
    assert "No notice has been issued." in page.text and "<table>" not in page.text


def test_outbox_shows_the_newest_first_and_leads_on_to_the_older_ones(
    engine: Engine, client: TestClient, request_stall: Callable[..., Any]
) -> None:
    # given
    for number in range(1, 6):
        request_stall(request_number=f"R-{number}", **REFUSED)
    issued = [notice.id for notice in engine.notices()]
    assert len(issued) == 5

    # when
    seen, address = [], "/outbox?limit=2"
    while address:
        page = client.get(address).text
        seen.append(re.findall(r'href="/notices/([^/"]+)/html"', page))
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = found[1].replace("&amp;", "&") if found else ""

    # then
    newest = issued[::-1]
    assert seen == [newest[:2], newest[2:4], newest[4:]]


def test_notice_is_shown_in_its_words_and_as_the_letter_that_was_sent(
    engine: Engine, client: TestClient, request_stall: Callable[..., Any]
) -> None:
    # given
    request_stall(**REFUSED)
    [notice] = engine.notices()

    # when
    outbox, page = client.get("/outbox").text, client.get(f"/notices/{notice.id}/html")

    # then
    assert f'href="/notices/{notice.id}/pdf"' in outbox
    assert client.get(f"/notices/{notice.id}/pdf").content.startswith(b"%PDF")
    assert page.text.lower().count("<!doctype") == page.text.count("<body") == 1
    assert '<html lang="en">' in page.text and "Aiko Mori" in page.text
    assert page.headers["content-security-policy"] == client.get("/login").headers["content-security-policy"]
