"""Numbers and addresses of people, planted in whole runs over HTTP: where they come out, and where they must not."""

from __future__ import annotations

import json
import logging
import re
import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from api.app import create_app
from engine.errors import EngineError
from engine.handlers.contract import Actor
from engine.law import load_package
from engine.runtime import Engine, Settings
from engine.wiring import open_engine
from tests.consent.conftest import AGENT, EXCHANGE, PACKAGE, PERSON, START, consent_package

KENTUCKY = PACKAGE.parents[1] / "kentucky_access" / "package.yaml"

SPELLINGS = ["078-05-1120", "078 05 1120", "078051120", "078.05.1120", "078–05–1120", " 078/05/1120 "]
NUMBER = re.compile(r"078.{0,3}05.{0,3}1120")
BORN, MOBILE, EMAIL = "1980-06-15", "+15025550147", "planted.person@example.org"
PLANTED = {
    "the Social Security number": NUMBER,
    "the date of birth": re.compile(r"1980.{0,3}06.{0,3}15"),
    "the mobile number": re.compile(r"5025550147"),
    "the e-mail address": re.compile(r"planted.person"),
}
STAFF = Actor("clerk", frozenset({"administrator_staff", "exchange_staff"}))
HERE = "/consent/access/search-1"
CLIENT_RECORDED = {
    "client_number": "C-77",
    **PERSON,
    "social_security_number": SPELLINGS[0],
    "preferred_channel": "text",
    "mobile_number": MOBILE,
    "email_address": EMAIL,
    "case_number": "K-100",
}
APPLICATION = {
    "application_number": "A-1",
    "applicant_name": "John Doe",
    "mailing_address": "3 River Street, Hazard, Kentucky 41701",
    "applicant_born_on": BORN,
    "applicant_ssn": SPELLINGS[1],
    "plan": "traditional",
    "payment_mode": "monthly",
    "payer_relationship": "applicant",
    "premium_received": 1000,
    "received_on": "2013-03-04",
}


class Site:
    """A server with its access log and every other log on, on a simulated clock. It keeps all that it answered."""

    def __init__(self, engine: Engine) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        # The strictest case: what uvicorn writes at most, which is more than the service asks of it.
        config = uvicorn.Config(
            create_app(engine, wake=engine.run_due), log_level="debug", lifespan="off", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]}, daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.answers: list[httpx.Response] = []
        self._client = httpx.Client(base_url=self.address, trust_env=False, timeout=60)

    def __call__(self, method: str, path: str, actor: Actor = AGENT, **given: Any) -> httpx.Response:
        headers = {"Clauseflow-Actor": actor.id, "Clauseflow-Roles": ",".join(sorted(actor.roles))}
        answer = self._client.request(method, path, headers={**headers, **given.pop("headers", {})}, **given)
        self.answers.append(answer)
        return answer

    def tell(self, package: str, event: str, facts: dict[str, object], actor: Actor = EXCHANGE) -> httpx.Response:
        return self("POST", "/events", actor, json={"package": package, "event": event, "facts": facts})

    def search(self, number: str, **fields: str) -> httpx.Response:
        form = {**PERSON, "search_number": number, **fields}
        return self("POST", "/consent/search", data=form)

    def urls(self) -> str:
        """Every address that was asked for or answered with, and every header."""
        told = [f"{each.request.url} {dict(each.headers)}" for each in self.answers]
        return "\n".join([*told, *re.findall(r'(?:href|action|src|data-\w+)="([^"]*)"', self.bodies())])

    def bodies(self) -> str:
        return "\n".join(each.text for each in self.answers)

    def close(self) -> None:
        self._client.close()
        self._server.should_exit = True
        self._thread.join(timeout=10)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(tmp_path / "store.sqlite", clock=START)
    for package in (consent_package(), load_package(KENTUCKY)):
        opened.deploy(package, Actor("analyst"))
    yield opened
    opened.close()


@pytest.fixture
def site(engine: Engine) -> Iterator[Site]:
    opened = Site(engine)
    yield opened
    opened.close()


def link_of(engine: Engine) -> str:
    case = engine.find_case("agent_consent", "access_episode", "AG-1:C-77")
    assert case is not None
    sent = [each for each in engine.notices(case.id) if each.type == "consent_message"]
    found = re.search(r"/consent/answer/\S+", sent[-1].texts["text/plain"])
    assert found is not None
    return found[0]


def assert_nothing_of(text: str, where: str, *which: str) -> None:
    for name in which or tuple(PLANTED):
        found = PLANTED[name].search(text)
        assert found is None, f"{name} stands in {where}: {text[max(0, found.start() - 200) : found.end() + 50]}"


def whole_run(site: Site, engine: Engine) -> None:
    """From the directory to the association, in each spelling of the number; and an application to the other law."""
    assert site.tell("agent_consent", "client recorded", CLIENT_RECORDED).status_code == 201
    agent = {"agent_id": "AG-1", "agent_name": "Dana Whitfield", "agency": "Bluegrass Benefits"}
    assert site.tell("agent_consent", "agent recorded", agent).status_code == 201
    for index, spelling in enumerate(SPELLINGS):
        assert site.search(f"search-{index + 1}", social_security_number=spelling).status_code == 303
        assert "John Doe" in site("GET", f"/consent/access/search-{index + 1}").text, spelling
    assert site("POST", f"{HERE}/steps/Activity_RequestElectronicConsent", data={}).status_code == 303
    link = link_of(engine)
    client = Actor("nobody", frozenset({"client"}))
    assert "Dana Whitfield" in site("GET", link, client).text
    assert "Thank you" in site("POST", link, client, data={"consent_answer": "accept"}).text
    for element in ("Activity_GoOn", "Activity_ConfirmAssociation"):
        assert site("POST", f"{HERE}/steps/{element}", data={}).status_code == 303
    assert "K-100" in site("GET", HERE).text
    prospect = {"kind": "prospect", **PERSON, "social_security_number": SPELLINGS[3]}
    assert site("POST", "/consent/prospects", json=prospect).json()["code"] == "CONSENT_PROSPECT_STOPPED"
    application = site.tell("kentucky_access", "application received", APPLICATION, STAFF)
    assert application.status_code == 201, application.text


BARE = "078051120"
OPERATOR = Actor("op", frozenset({"operator"}))
WRITTEN_ELSEWHERE: list[tuple[str, Actor, dict[str, Any]]] = [
    ("/messages", OPERATOR, {"name": "any", "key": "k", "variables": {"a": {"b": [f"no. {BARE}"]}}}),
    ("/messages", OPERATOR, {"name": "any", "key": BARE, "time_to_live_seconds": 60}),
    ("/messages", OPERATOR, {"name": "any", "key": "k", "message_id": "0780-51120"}),
    ("/process-instances", OPERATOR, {"process_id": "prospect_check", "variables": {"a": 78051120}}),
    ("/process-instances/instance-1/cancellation", OPERATOR, {"reason": f"is {BARE}"}),
    ("/process-instances/instance-1/suspension", OPERATOR, {"reason": "0 7 8 0 5 1 1 2 0"}),
    ("/incidents/incident-1/resolution", OPERATOR, {"variables": {"a": BARE}}),
    ("/cases/case-1/associations", STAFF, {"holder": "ada", "role": "client", "reason": BARE}),
    (
        "/deliveries/key-1/reports",
        STAFF,
        {"id": "r", "outcome": "bounced", "at": "2024-03-04T15:00:00Z", "reason": BARE},
    ),
]


def numbers_elsewhere(site: Site) -> None:
    """The number of the client, who is known by now, in texts of every kind: refused, and never said again."""
    told: list[tuple[str, Actor, dict[str, Any]]] = [
        ("/events", EXCHANGE, {"package": "agent_consent", "event": "client recorded", "facts": facts})
        for facts in (
            {**CLIENT_RECORDED, "case_number": BARE},
            {**CLIENT_RECORDED, "application_numbers": ["A-1", f"SSN{BARE}"]},
            {**CLIENT_RECORDED, "email_address": f"{BARE}@example.org"},
        )
    ]
    told.append(
        (
            "/events",
            STAFF,
            {
                "package": "kentucky_access",
                "event": "application received",
                "facts": {**APPLICATION, "check_number": BARE},
            },
        )
    )
    for path, actor, body in (*told, *WRITTEN_ELSEWHERE):
        answer = site("POST", path, actor, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "LAW_HIDDEN_NUMBER"), (path, body, answer.text)


def test_planted_values_of_a_whole_run_come_out_nowhere_but_where_they_are_asked_for(
    site: Site, engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    whole_run(site, engine)
    numbers_elsewhere(site)
    site("GET", "/metrics", Actor("op", frozenset({"operator"})))
    described = site("GET", "/openapi.json")

    metrics = site.answers[-2]
    assert metrics.status_code == described.status_code == 200
    written = capfd.readouterr()
    logged = caplog.text + written.out + written.err
    assert "/consent/search" in logged  # the access log was on
    assert_nothing_of(logged, "the logs")
    assert_nothing_of(site.urls(), "an address or a header")
    assert_nothing_of(metrics.text, "the metrics")
    assert_nothing_of(described.text, "the description of the API")
    assert_nothing_of(site.bodies(), "an answer")
    assert_nothing_of(json.dumps([str(each) for each in engine.incidents()]), "an incident")


def test_store_holds_of_a_social_security_number_a_keyed_hash_and_the_last_four_digits(
    site: Site, engine: Engine, tmp_path: Path
) -> None:
    whole_run(site, engine)
    numbers_elsewhere(site)
    person = engine.find_case("agent_consent", "client", "C-77")
    application = engine.find_case("kentucky_access", "application", "A-1")
    assert person is not None and application is not None

    assert person.facts["social_security_last_four"].value == "1120"
    assert re.fullmatch("[A-Za-z0-9_-]{43}", str(person.facts["social_security_digest"].value))
    assert application.facts["applicant_ssn_last_four"].value == "1120"
    assert "applicant_ssn" not in application.facts
    with sqlite3.connect(tmp_path / "store.sqlite") as store:
        assert_nothing_of("\n".join(store.iterdump()), "the store", "the Social Security number")
    for file in tmp_path.rglob("*"):
        if file.is_file():
            text = file.read_bytes().decode("utf-8", "replace")
            assert_nothing_of(text, file.name, "the Social Security number")
    assert engine.verify().ok


JSON = {"Content-Type": "application/json"}
BROKEN: list[tuple[str, str, str, dict[str, Any]]] = [
    ("a number of another length", "POST", "/consent/search", {"data": {"social_security_number": "078-05-11201"}}),
    ("the number as a first name", "POST", "/consent/search", {"data": {"first_name": "078-05-1120"}}),
    ("the number in the midst of a name", "POST", "/consent/search", {"data": {"last_name": "Doe (078 05 1120)"}}),
    ("the number as a date", "POST", "/consent/search", {"data": {"date_of_birth": "078-05-1120"}}),
    ("the number as a sex", "POST", "/consent/search", {"data": {"sex": "078.05.1120"}}),
    ("the number as the name of a field", "POST", "/consent/search", {"data": {"078-05-1120": "x"}}),
    ("the number in an address", "GET", "/consent/access/078-05-1120", {}),
    ("the number in an address of nothing", "GET", "/people/078051120", {}),
    ("the number as a token", "GET", "/consent/answer/078-05-1120", {}),
    ("the number as an element", "POST", f"{HERE}/steps/078-05-1120", {"data": {}}),
    (
        "a prospect with a long number",
        "POST",
        "/consent/prospects",
        {"json": {"social_security_number": "078-05-1120" * 3}},
    ),
    ("a prospect with a list", "POST", "/consent/prospects", {"json": {"social_security_number": ["078-05-1120"]}}),
    ("a body that is no JSON", "POST", "/events", {"content": b'{"x": "078-05-1120"', "headers": JSON}),
    ("a name given twice", "POST", "/events", {"content": b'{"078-05-1120": 1, "078-05-1120": 2}', "headers": JSON}),
    ("an idempotency key", "POST", "/events", {"json": {}, "headers": {"Idempotency-Key": "078 05 1120"}}),
]


def test_refusal_of_broken_input_does_not_repeat_the_number(site: Site) -> None:
    for name, method, path, given in BROKEN:
        sent = dict(given)
        if path == "/consent/search":
            sent["data"] = {**PERSON, "search_number": "search-1", **given["data"]}

        answer = site(method, path, **sent)

        assert 400 <= answer.status_code < 500, (name, answer.text)
        assert_nothing_of(answer.text, f"the refusal of {name}", "the Social Security number")


STRAY: list[tuple[str, str, dict[str, object], dict[str, object]]] = [
    ("agent_consent", "client recorded", CLIENT_RECORDED, {"social_security_number": 78051120}),
    ("agent_consent", "client recorded", CLIENT_RECORDED, {"social_security_number": "078-05-112X"}),
    ("agent_consent", "client recorded", CLIENT_RECORDED, {"social_security_number": ["078-05-1120"]}),
    ("agent_consent", "client recorded", CLIENT_RECORDED, {"social_security_digest": "078-05-1120"}),
    ("agent_consent", "client recorded", CLIENT_RECORDED, {"application_numbers": ["A-1", "078-05-1120"]}),
    ("agent_consent", "client recorded", CLIENT_RECORDED, {"078-05-1120": True}),
    ("agent_consent", "078-05-1120", CLIENT_RECORDED, {}),
    ("078051120", "client recorded", CLIENT_RECORDED, {}),
    ("kentucky_access", "application received", APPLICATION, {"mailing_address": "SSN 078-05-1120, Hazard"}),
    ("kentucky_access", "application received", APPLICATION, {"plan": "078-05-1120"}),
    ("kentucky_access", "application received", APPLICATION, {"applicant_born_on": "078-05-1120"}),
]


def test_event_that_holds_the_number_where_it_does_not_belong_is_refused_and_changes_nothing(
    engine: Engine, site: Site
) -> None:
    before = len(engine.timeline(limit=100_000))
    for package, event, facts, wrong in STRAY:
        answer = site.tell(package, event, {**facts, **wrong}, STAFF)

        assert answer.status_code in (404, 422), (wrong, answer.text)
        assert_nothing_of(answer.text, f"the refusal of {wrong}", "the Social Security number")
    assert len(engine.timeline(limit=100_000)) == before


def test_task_that_is_completed_with_the_number_is_refused_and_stays_open(site: Site, engine: Engine) -> None:
    site.tell("agent_consent", "client recorded", CLIENT_RECORDED)
    site.tell("agent_consent", "agent recorded", {"agent_id": "AG-1", "agent_name": "Dana", "agency": "Bluegrass"})
    site.search("search-1")
    (task,) = engine.user_tasks()

    with pytest.raises(EngineError) as refused:
        engine.complete_user_task(task.id, {"note": "of 078-05-1120"}, AGENT)

    assert refused.value.code == "LAW_HIDDEN_NUMBER"
    assert_nothing_of(str(refused.value), "a refusal", "the Social Security number")
    assert [each.id for each in engine.user_tasks()] == [task.id]


def test_hash_of_a_number_differs_from_one_installation_to_the_next(tmp_path: Path) -> None:
    digests = set()
    for name in ("one", "other"):
        secret = f"{name} secret of 16 and more".encode()
        engine = open_engine(tmp_path / f"{name}.sqlite", clock=START, settings=Settings(secret=secret))
        engine.deploy(consent_package(), Actor("analyst"))
        engine.raise_event("agent_consent", "client recorded", CLIENT_RECORDED, EXCHANGE)
        engine.run_due()
        person = engine.find_case("agent_consent", "client", "C-77")
        assert person is not None
        digests.add(person.facts["social_security_digest"].value)
        engine.close()

    assert len(digests) == 2
