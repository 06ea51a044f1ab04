"""The guard of prospects under both readings: an agent is told before a prospect or a new application is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from engine.handlers.contract import Actor
from engine.law.readings import with_readings
from engine.wiring import open_engine
from tests.consent.conftest import AGENT, EXCHANGE, PERSON, START, Desk, consent_package

TOLD = "There is an enrollment or application for this person"
STOPPED, WARNED = "CONSENT_PROSPECT_STOPPED", "CONSENT_PROSPECT_WARNED"
FORM = {**PERSON, "prospect_kind": "application", "case_number": ""}


class Counter:
    """Where an agent asks before a prospect or an application is made, as a program, on the page, or by staff."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        app = create_app(desk.engine, wake=desk.engine.run_due)
        self.agent, self.other, self.staff = (
            TestClient(app, headers={"Clauseflow-Actor": who.id, "Clauseflow-Roles": next(iter(who.roles))})
            for who in (AGENT, Actor("AG-2", AGENT.roles), EXCHANGE)
        )

    def ask(self, kind: str = "application", by: TestClient | None = None, **given: str) -> Any:
        return (by or self.agent).post("/consent/prospects", json={"kind": kind, **PERSON, **given})

    def tell(self, number: str, **given: str) -> Any:
        facts = {"prospect_number": number, "prospect_kind": "application", "agent_id": "AG-1", **PERSON, **given}
        body = {"package": "agent_consent", "event": "prospect proposed", "facts": facts}
        return self.staff.post("/events", json=body)

    def states(self) -> list[str]:
        return [case.state for case in self.desk.engine.cases(package_id="agent_consent", case_type="prospect")]


@pytest.fixture(params=["block"])
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counter]:
    """Under the reading of the parameter."""
    engine = open_engine(tmp_path / "store.sqlite", clock=START)
    engine.deploy(with_readings(consent_package(), {"prospect_guard": request.param}), Actor("analyst"))
    yield Counter(Desk(engine))
    engine.close()


under_warn = pytest.mark.parametrize("counter", ["warn"], indirect=True)


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code")


# ---- the default: it is stopped -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["prospect", "application"])
def test_program_of_an_agent_is_refused_with_the_message_and_what_to_do(counter: Counter, kind: str) -> None:
    counter.desk.register(case_number="K-100")

    answer = counter.ask(kind)

    assert problem(answer) == (409, STOPPED)
    told = answer.json()
    assert TOLD in told["detail"] and "Request Case Access" in told["detail"] and "It is not created." in told["detail"]
    assert "/consent/search" in told["hint"]
    assert counter.states() == ["stopped"]


def test_event_of_staff_is_recorded_and_refused_in_the_same_way(counter: Counter) -> None:
    counter.desk.register(case_number="K-100")

    answer = counter.tell("P-1")

    assert problem(answer) == (409, STOPPED) and TOLD in answer.json()["detail"]
    assert counter.states() == ["stopped"]
    assert counter.tell("P-2", first_name="Jane").status_code == 201


def test_page_shows_the_message_and_the_way_to_ask_for_access(counter: Counter) -> None:
    counter.desk.register(case_number="K-100")
    home = counter.agent.get("/consent").text
    assert 'href="/consent/new">New Prospect or Application' in home and 'href="/consent/search"' in home
    assert 'action="/consent/new"' in counter.agent.get("/consent/new").text

    shown = counter.agent.post("/consent/new", data=FORM)

    assert shown.status_code == 409 and TOLD in shown.text
    assert 'href="/consent/search">Request Case Access' in shown.text
    assert "<form" not in shown.text


def test_person_without_a_case_and_one_whom_nobody_knows_look_the_same(counter: Counter) -> None:
    """And what is said of one who has a case names neither a number nor a word of the record."""
    counter.desk.register()
    counter.desk.register(client_number="C-78", last_name="Roe", case_number="K-100", email_address="x@example.org")

    known, unknown = counter.ask(), counter.ask(first_name="Jane")
    pages = [counter.agent.post("/consent/new", data={**FORM, **each}) for each in ({}, {"first_name": "Jane"})]
    stopped = (
        counter.ask(last_name="Roe").text + counter.agent.post("/consent/new", data={**FORM, "last_name": "Roe"}).text
    )

    answers = [{**each.json(), "number": ""} for each in (known, unknown)]
    assert answers[0] == answers[1] == {"answer": "clear", "number": "", "message": ""}
    assert pages[0].text == pages[1].text and pages[0].status_code == 200
    assert not re.search("K-100|C-78|C-77|5550101|example.org|1980", stopped)


@pytest.mark.parametrize(
    "form",
    [{**FORM, "sex": "?"}, {**FORM, "prospect_kind": "both"}, {**FORM, "agent_id": "AG-2"}, {"first_name": "John"}, {}],
    ids=["a value", "a kind", "another agent", "fields missing", "nothing"],
)
def test_form_that_is_wrong_is_refused_or_told_under_the_own_name(counter: Counter, form: dict[str, str]) -> None:
    answer = counter.agent.post("/consent/new", data=form)

    if "agent_id" in form:
        (case,) = counter.desk.engine.cases(package_id="agent_consent", case_type="prospect")
        assert case.facts["agent_id"].value == "AG-1"
    else:
        assert answer.status_code in (400, 422), answer.text


# ---- the other reading: it warns ------------------------------------------------------------------------------------


@under_warn
def test_agent_is_warned_first_and_goes_on_with_the_number_of_the_warning(counter: Counter) -> None:
    counter.desk.register(case_number="K-100")

    warned = counter.ask()
    assert problem(warned) == (409, WARNED)
    told = warned.json()
    assert TOLD in told["detail"] and "You may go on, but you should not." in told["detail"]
    assert told["part"] in told["hint"] and told["part"].startswith("prospect-")

    again = counter.ask(warned_at=told["part"])
    assert (again.status_code, again.json()["answer"]) == (201, "warned")
    assert TOLD in again.json()["message"]
    assert counter.states() == ["warned", "warned"]


@under_warn
@pytest.mark.parametrize(
    ("number", "given"),
    [
        ("prospect-none", {}),
        ("", {"by": "other"}),
        ("", {"kind": "prospect"}),
        ("", {"last_name": "Roe"}),
    ],
    ids=["of nothing", "of another agent", "of another kind", "of another person"],
)
def test_warning_of_something_else_counts_for_nothing(counter: Counter, number: str, given: dict[str, str]) -> None:
    counter.desk.register(case_number="K-100")
    counter.desk.register(client_number="C-78", last_name="Roe", case_number="K-200")
    number = number or counter.ask().json()["part"]
    by: Callable[..., Any] = counter.ask

    answer = by(warned_at=number, **{**given, **({"by": counter.other} if "by" in given else {})})

    assert problem(answer) == (409, WARNED)


@under_warn
def test_event_of_staff_warns_first_too(counter: Counter) -> None:
    counter.desk.register(case_number="K-100")

    warned = counter.tell("P-1")
    assert (*problem(warned), warned.json()["part"]) == (409, WARNED, "P-1")
    assert problem(counter.tell("P-1")) == (409, WARNED)  # told again, it was warned no earlier

    assert counter.tell("P-2", warned_at_proposal="P-1").status_code == 201


@under_warn
def test_page_warns_and_has_a_button_to_go_on(counter: Counter) -> None:
    counter.desk.register(case_number="K-100", social_security_number="123-45-6789")
    form = {**FORM, "social_security_number": "123-45-6789"}

    warned = counter.agent.post("/consent/new", data=form)
    assert warned.status_code == 409 and TOLD in warned.text and "Go On All the Same" in warned.text
    assert "6789" not in warned.text

    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', warned.text))
    gone_on = counter.agent.post("/consent/new", data=fields)
    assert gone_on.status_code == 200 and "The agent was warned" in gone_on.text


@under_warn
def test_nobody_is_warned_where_nothing_exists(counter: Counter) -> None:
    counter.desk.register()

    assert counter.ask().json()["answer"] == "clear"
