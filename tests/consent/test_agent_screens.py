"""The agent's screens without a browser: each click posts, redirects and shows what the procedure has come to."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from engine.handlers.contract import Actor
from tests.consent.conftest import PERSON, Desk

Browser = Callable[..., TestClient]
HERE = "/consent/access/search-1"


def search(page: TestClient, **fields: str) -> str:
    form = {**PERSON, "search_number": "search-1", **fields}
    answer = page.post("/consent/search", data=form)
    assert answer.status_code == 200, answer.text
    return answer.text


def click(page: TestClient, element: str, **fields: str) -> str:
    answer = page.post(f"{HERE}/steps/{element}", data=fields)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_agent_comes_from_the_dashboard_to_the_case_by_electronic_consent(desk: Desk, browser: Browser) -> None:
    desk.register(case_number="K-100")
    page = browser()
    assert 'href="/consent/search"' in page.get("/consent").text
    form = page.get("/consent/search").text
    assert all(f'name="{field}"' in form for field in (*PERSON, "social_security_number", "case_number"))
    number = re.search(r'name="search_number" value="(search-[^"]+)"', form)
    assert number is not None

    assert "You do not have an agent association with John Doe" in search(page)
    waiting = click(page, "Activity_RequestElectronicConsent")
    assert ">1:30<" in waiting and "data-events=" in waiting
    desk.later(89)
    assert ">0:01<" in page.get(HERE).text
    desk.answer()
    assert "John Doe has consented to the association with you" in page.get(HERE).text
    assert "With Ok you complete the association" in click(page, "Activity_GoOn")
    assert "K-100" in click(page, "Activity_ConfirmAssociation")


def test_second_click_on_any_button_changes_nothing(desk: Desk, browser: Browser) -> None:
    desk.register()
    page = browser()
    search(page)
    search(page)
    click(page, "Activity_RequestElectronicConsent")
    click(page, "Activity_RequestElectronicConsent")

    assert desk.episode().facts["requests_sent"].value == 1
    assert len(desk.engine.cases(package_id="agent_consent", case_type="case_search")) == 1


def test_cancel_brings_back_to_the_dashboard_and_expires_the_request(desk: Desk, browser: Browser) -> None:
    desk.register()
    page = browser()
    search(page)
    click(page, "Activity_RequestElectronicConsent")

    answer = page.post(f"{HERE}/cancel")

    assert answer.url.path == "/consent"
    assert desk.record()["outcome"] == "expired"
    assert "The request has expired" in page.get(HERE).text


def test_page_that_says_it_was_left_expires_the_request_and_may_say_so_twice(desk: Desk, browser: Browser) -> None:
    desk.register()
    page = browser()
    search(page)
    click(page, "Activity_RequestElectronicConsent")

    assert [page.post(f"{HERE}/left").status_code for _ in range(2)] == [204, 204]
    assert desk.record()["withdrawal"] == "left the screen"


def test_verbal_script_is_read_sentence_by_sentence(desk: Desk, browser: Browser) -> None:
    desk.register(preferred_channel="mail")
    page = browser()
    assert "The client does not prefer an electronic channel" in search(page)
    shown = click(page, "Activity_ChooseNextStep", next_step="confirm verbal consent")

    sentences = []
    while "acknowledgement_answer" in shown:
        sentence = re.search(r'<p class="spoken">(.*?)</p>', shown)
        assert sentence is not None
        sentences.append(sentence[1])
        shown = click(page, "Activity_ReadAcknowledgement", acknowledgement_answer="accepted")

    assert len(set(sentences)) == 5
    assert "With Ok you complete the association" in shown
    assert desk.record()["outcome"] == "verbal consent"
    assert [each["text"] for each in desk.record()["acknowledgements"]] == sentences


@pytest.mark.parametrize(
    "changed",
    [
        {"first_name": "Jane"},
        {"last_name": "Dough"},
        {"sex": "female"},
        {"date_of_birth": "1980-06-16"},
        {"case_number": "K-999"},
        {"social_security_number": "123-45-6780"},
        {"application_number": "A-9"},
    ],
    ids=lambda each: next(iter(each)),
)
def test_search_that_does_not_match_and_client_without_method_look_the_same(
    desk: Desk, browser: Browser, changed: dict[str, str]
) -> None:
    desk.register(case_number="K-100", application_numbers=["A-1"], social_security_number="123-45-6789")
    desk.register(client_number="C-78", last_name="Roe", preferred_channel="phone", mobile_number=None)
    page = browser()

    unknown = search(page, **changed)
    unreachable = search(page, last_name="Roe", search_number="search-2")

    def without_ids(text: str) -> str:
        return re.sub(r"search-\d|notice-\d+", "", text)

    assert "We do not say which" in unknown
    assert without_ids(unknown) == without_ids(unreachable)


def test_social_security_number_finds_the_client_and_is_stored_nowhere(desk: Desk, browser: Browser) -> None:
    desk.register(social_security_number="123 45 6789")

    assert "John Doe" in search(browser(), social_security_number="123-45-6789")
    facts = desk.engine.case(desk.client_case()).facts
    assert facts["social_security_last_four"].value == "6789"
    everything = str(desk.engine.timeline(limit=100_000, detail=True)) + str(desk.engine.cases())
    assert not re.search("45.{0,3}6789", everything)


def test_screen_of_another_agent_and_of_nobody_is_not_found(desk: Desk, browser: Browser) -> None:
    desk.register()
    search(browser())
    other = browser(Actor("AG-2", frozenset({"agent"})))

    for address in (HERE, "/consent/access/search-9"):
        assert other.get(address).status_code == 404
    for action in ("cancel", "left", "steps/Activity_RequestElectronicConsent"):
        assert other.post(f"{HERE}/{action}").status_code == 404
    assert other.get(f"{HERE}/events").status_code == 404


def test_form_of_another_site_a_huge_one_and_one_with_a_bad_field_are_refused(desk: Desk, browser: Browser) -> None:
    desk.register()
    page = browser()
    form = {**PERSON, "search_number": "search-1"}

    crossed = page.post("/consent/search", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert (crossed.status_code, crossed.json()["code"]) == (403, "API_FORBIDDEN")
    assert page.post("/consent/search", data={**form, "first_name": "x" * 30_000}).status_code == 400
    assert page.post("/consent/search", data={**form, "sex": "?"}).status_code == 422
    assert page.post("/consent/search", data={**form, "date_of_birth": "soon"}).status_code == 422
    assert page.post("/consent/search", data=PERSON).status_code == 400
    assert page.post("/consent/search", data={**form, "episode_number": "AG-9:C-77"}).status_code == 422


def test_refusal_is_a_page_for_a_browser_and_problem_details_for_a_program(desk: Desk, browser: Browser) -> None:
    desk.register()
    page, reader = browser(), {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    form = {**PERSON, "search_number": "search-1", "social_security_number": "<b>078-05-11"}

    refused = page.post("/consent/search", data=form, headers=reader)
    link = page.get("/consent/answer/case-1~<b>~text~x", headers=reader)

    assert [refused.status_code, link.status_code] == [422, 404]
    for answer in (refused, link):
        assert answer.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "<b>" not in answer.text and "078-05" not in answer.text
    assert "expected a text of 9 digits" in refused.text
    assert "This link opens nothing. Ask the agent to request anew." in link.text
    assert page.post("/consent/search", data=form).headers["content-type"] == "application/problem+json"


def test_every_page_holds_to_a_strict_policy_and_names_escape(desk: Desk, browser: Browser) -> None:
    desk.register(first_name="<b>Jo</b>")
    shown = browser().post("/consent/search", data={**PERSON, "first_name": "<b>Jo</b>", "search_number": "search-1"})

    assert "<b>Jo" not in shown.text and "&lt;b&gt;Jo" in shown.text
    policy = shown.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "<script>" not in shown.text and "style=" not in shown.text and "onclick" not in shown.text
    assert browser().get("/pages/pages.js").headers["content-type"].startswith("text/javascript")
    assert browser().get("/pages/secret").status_code == 404
