"""The number of a person who is known, however it is written, at every door of the engine: nothing of it is stored."""

from __future__ import annotations

import inspect
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import EngineError, ErrorCode, Problem
from engine.handlers.bank import take_bank_file
from engine.handlers.contract import Actor, DeliveryReport, JobFailure
from engine.law import load_package, numbers_in
from engine.runtime import Engine
from engine.wiring import open_engine
from tests.consent.conftest import AGENT, EXCHANGE, PERSON, START, consent_package
from tests.consent.test_personal_data import APPLICATION, CLIENT_RECORDED, KENTUCKY, STAFF
from tools.cli import main

BARE = "078051120"
NUMBER = re.compile(r"0[\W_]*7[\W_]*8[\W_]*0[\W_]*5[\W_]*1[\W_]*1[\W_]*2[\W_]*0")
ANOTHER = "110308067"  # of a check, or of a bank
WAYS = {
    "in a row": BARE,
    "in the midst of a word": f"SSN{BARE}x",
    "in other groups": "0780-51120",
    "one by one": "0 7 8 0 5 1 1 2 0",
    "with dots and blanks": "078 . 05 . 1120",
    "behind other digits": f"of 2024: {BARE}",
    "in digits of another script": "\u0660\u0667\u0668\u0660\u0665\u0661\u0661\u0662\u0660",
    "in the groups of the number": "078-05-1120",
}
OPERATOR = Actor("op", frozenset({"operator"}))
NOW = datetime(2024, 3, 4, tzinfo=UTC)
SEARCH = {"search_number": "search-1", "agent_id": "AG-1", **PERSON}


def opened_in(folder: Path) -> Engine:
    """With both laws, and one client whose number is known."""
    opened = open_engine(folder / "store.sqlite", clock=START)
    for package in (consent_package(), load_package(KENTUCKY)):
        opened.deploy(package, Actor("analyst"))
    opened.raise_event("agent_consent", "client recorded", CLIENT_RECORDED, EXCHANGE)
    return opened


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = opened_in(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a store in which nothing changes but what a test may find there already."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def shared(folder: Path) -> Iterator[Engine]:
    opened = opened_in(folder)
    yield opened
    opened.close()


def recorded(engine: Engine, **facts: object) -> None:
    engine.raise_event("agent_consent", "client recorded", {**CLIENT_RECORDED, "client_number": "C-78", **facts}, STAFF)


def the_task(engine: Engine) -> str:
    if found := engine.user_tasks():
        return found[0].id
    agent = {"agent_id": "AG-1", "agent_name": "Dana", "agency": "Bluegrass"}
    engine.raise_event("agent_consent", "agent recorded", agent, EXCHANGE)
    engine.raise_event("agent_consent", "case access searched", SEARCH, AGENT)
    engine.run_due()
    return engine.user_tasks()[0].id


def the_case(engine: Engine) -> str:
    case = engine.find_case("agent_consent", "client", "C-77")
    assert case is not None
    return case.id


DOORS: Mapping[str, Callable[[Engine, str], Any]] = {
    "start_process": lambda on, text: on.start_process("prospect_check", {"note": text}, OPERATOR),
    "publish_message": lambda on, text: on.publish_message("any", "k", {"deep": [{"er": text}]}, OPERATOR),
    "publish_message, name": lambda on, text: on.publish_message(text, "k", {}, OPERATOR),
    "publish_message, key": lambda on, text: on.publish_message("any", text, {}, OPERATOR, time_to_live=timedelta(1)),
    "publish_message, id": lambda on, text: on.publish_message("any", "k", {}, OPERATOR, message_id=text),
    "broadcast_signal": lambda on, text: on.broadcast_signal("any", {text: True}, OPERATOR),
    "raise_event": lambda on, text: recorded(on, case_number=text),
    "raise_event, list": lambda on, text: recorded(on, application_numbers=["A-1", text]),
    "raise_event, key": lambda on, text: recorded(on, client_number=text),
    "raise_event, id": lambda on, text: on.raise_event(
        "agent_consent", "client recorded", {**CLIENT_RECORDED, "client_number": "C-78"}, STAFF, event_id=text
    ),
    "raise_event, other law": lambda on, text: on.raise_event(
        "kentucky_access", "application received", {**APPLICATION, "check_number": text}, STAFF
    ),
    "complete_user_task": lambda on, text: on.complete_user_task(the_task(on), {"note": text}, EXCHANGE),
    "complete_job": lambda on, text: on.complete_job("job-1", {"note": text}, OPERATOR),
    "throw_job_error": lambda on, text: on.throw_job_error("job-1", "E", OPERATOR, message=text),
    "fail_job": lambda on, text: on.fail_job("job-1", JobFailure(Problem(ErrorCode.JOB_FAILED, text)), OPERATOR),
    "report_delivery": lambda on, text: on.report_delivery(DeliveryReport("r", "k", "bounced", NOW, text), OPERATOR),
    "resolve_incident": lambda on, text: on.resolve_incident("i", OPERATOR, variables={"note": text}),
    "resolve_incident, reason": lambda on, text: on.resolve_incident("i", OPERATOR, reason=text),
    "cancel_instance": lambda on, text: on.cancel_instance("i", OPERATOR, reason=text),
    "suspend_instance": lambda on, text: on.suspend_instance("i", OPERATOR, reason=text),
    "resume_instance": lambda on, text: on.resume_instance("i", OPERATOR, reason=text),
    "move_token": lambda on, text: on.move_token("i", "e", "f", OPERATOR, reason=text),
    "migrate": lambda on, text: on.migrate("case_access", OPERATOR, reason=text),
    "erase_case": lambda on, text: on.erase_case(the_case(on), OPERATOR, reason=text),
    "add_api_key": lambda on, text: on.add_api_key("ada", ["operator"], OPERATOR, note=text),
    "grant_association": lambda on, text: on.grant_association(the_case(on), "ada", "client", text, STAFF),
    "revoke_association": lambda on, text: on.revoke_association(the_case(on), "ada", text, STAFF),
    "claim_task": lambda on, text: on.claim_task(the_task(on), Actor(text)),
    "take_bank_file": lambda on, text: take_bank_file(on, "kentucky_access", b"", f"{text}.txt", OPERATOR),
}
NOTHING_IN_WORDS = {
    "deploy",
    "deploy_files",
    "unclaim_task",
    "advance_clock",
    "skip_clock",
    "revoke_api_key",
    "record_readings",
}
"""Commands that take no words of a person beside the name of the actor, which every command looks through."""


def everything(folder: Path) -> str:
    with sqlite3.connect(folder / "store.sqlite") as store:
        return "\n".join(store.iterdump())


def test_every_command_of_the_engine_has_a_door_here() -> None:
    commands = {
        name
        for name, method in inspect.getmembers(Engine, inspect.isfunction)
        if not name.startswith("_") and "actor" in inspect.signature(method).parameters
    }

    assert commands - NOTHING_IN_WORDS == {door.partition(",")[0] for door in DOORS} - {"take_bank_file"}


@pytest.mark.parametrize("door", DOORS)
def test_number_of_a_person_who_is_known_is_refused_at_every_door(shared: Engine, folder: Path, door: str) -> None:
    ways = WAYS if door in ("start_process", "raise_event") else {"in a row": BARE, "one by one": WAYS["one by one"]}
    for way, text in ways.items():
        with pytest.raises(EngineError) as refused:
            DOORS[door](shared, text)

        assert refused.value.code == "LAW_HIDDEN_NUMBER", way
        assert NUMBER.search(str(refused.value)) is None, way
    assert NUMBER.search(everything(folder)) is None


def test_number_in_a_row_that_belongs_to_nobody_is_that_of_a_check(engine: Engine) -> None:
    recorded(engine, case_number=ANOTHER, application_numbers=[f"ABA {ANOTHER}"])

    case = engine.find_case("agent_consent", "client", "C-78")
    assert case is not None and case.facts["case_number"].value == ANOTHER


@pytest.mark.parametrize("fact", ["first_name", "last_name"])
def test_number_in_a_row_does_not_stand_in_a_name(shared: Engine, fact: str) -> None:
    with pytest.raises(EngineError) as refused:
        recorded(shared, **{fact: f"Doe{ANOTHER}"})

    assert (refused.value.code, refused.value.problem.location.part) == ("LAW_HIDDEN_NUMBER", fact)
    assert ANOTHER not in str(refused.value)


def test_number_in_a_row_does_not_stand_in_an_address(engine: Engine) -> None:
    event = {**APPLICATION, "mailing_address": f"3 River Street {ANOTHER}"}

    with pytest.raises(EngineError) as refused:
        engine.raise_event("kentucky_access", "application received", event, STAFF)
    assert refused.value.problem.location.part == "mailing_address"

    extended = {**event, "mailing_address": "3 River Street, Hazard, Kentucky 41701-1234"}
    assert engine.raise_event("kentucky_access", "application received", extended, STAFF).outcome == "done"


def test_number_is_known_from_the_event_that_tells_it(engine: Engine, tmp_path: Path) -> None:
    """In the same event, and from then on: of a law that compares no numbers too."""
    own = {**APPLICATION, "applicant_ssn": ANOTHER}

    with pytest.raises(EngineError) as refused:
        engine.raise_event("kentucky_access", "application received", {**own, "check_number": ANOTHER}, STAFF)
    assert refused.value.code == "LAW_HIDDEN_NUMBER"

    engine.raise_event("kentucky_access", "application received", own, STAFF)
    with pytest.raises(EngineError):
        recorded(engine, case_number=ANOTHER)
    assert ANOTHER not in everything(tmp_path)


def test_whole_number_that_lost_its_zeros_is_found(shared: Engine) -> None:
    with pytest.raises(EngineError) as refused:
        shared.start_process("prospect_check", {"note": Decimal("78051120")}, OPERATOR)

    assert refused.value.code == "LAW_HIDDEN_NUMBER"


def test_agent_does_not_learn_from_a_refusal_whose_number_is_known(engine: Engine) -> None:
    """Nine digits in a row are refused whether they are somebody's or not; in other groups they are taken."""
    told = []
    for case_number in (BARE, ANOTHER):
        with pytest.raises(EngineError) as refused:
            engine.raise_event("agent_consent", "case access searched", {**SEARCH, "case_number": case_number}, AGENT)
        told.append(str(refused.value))
    for number, groups in enumerate(("0780 51120", "1103 08067")):
        search = {**SEARCH, "search_number": f"search-{number}", "case_number": groups}
        told.append(engine.raise_event("agent_consent", "case access searched", search, AGENT).outcome)

    assert told[0] == told[1] and told[2] == told[3] == "done"


def test_agent_and_client_whose_own_names_are_nine_digits_get_to_the_association(engine: Engine) -> None:
    """Names of records and of whoever acts are no numbers of people, even where they look like them."""
    agent = Actor("123456789", AGENT.roles)
    episode = {"episode_number": "123456789:987654321"}

    def tell(event: str, actor: Actor, **facts: object) -> None:
        engine.raise_event("agent_consent", event, facts, actor, event_id=f"{event} 123456789")
        engine.run_due()

    recorded(engine, client_number="987654321", social_security_number=None, last_name="Roe", case_number=ANOTHER)
    tell("agent recorded", EXCHANGE, agent_id=agent.id, agent_name="Dana", agency="Bluegrass")
    tell("case access searched", agent, **{**SEARCH, "agent_id": agent.id, "last_name": "Roe"})
    tell("electronic consent requested", agent, **episode)
    attempt = engine.cases(package_id="agent_consent", case_type="access_episode")[0].facts["consent_record"].value
    answer = {"attempt_number": attempt["attempt_number"], "consent_answer": "accept", "answer_channel": "text"}  # type: ignore[index, call-overload]
    tell("consent answered", Actor("987654321", frozenset({"client"})), **episode, **answer)
    tell("next clicked", agent, **episode)
    tell("association confirmed", agent, **episode)

    client = engine.find_case("agent_consent", "client", "987654321")
    assert client is not None and engine.may_see_case(agent.id, client.id)


def test_number_is_forgotten_with_the_case_that_told_it(engine: Engine) -> None:
    case_id = the_case(engine)
    engine.advance_clock(START + timedelta(days=366 * 11), OPERATOR)

    engine.erase_case(case_id, OPERATOR, reason="its time is over")

    recorded(engine, case_number=BARE, social_security_number=None)


def test_text_of_a_bank_is_cut_to_the_ending(shared: Engine) -> None:
    assert shared.cut_numbers(f"DOE {BARE} PPD") == "DOE ***1120 PPD"
    assert shared.cut_numbers("DOE 123-45-6789 0780-51120") == "DOE ***6789 ***1120"
    assert shared.cut_numbers(f"ABA {ANOTHER}, 2024-03-04") == f"ABA {ANOTHER}, 2024-03-04"


@pytest.mark.parametrize(
    "arguments",
    [
        ["cancel", "instance-1", "--reason", f"is {BARE}"],
        ["cancel", "instance-1", "--reason", "is 078-05-1120"],
        ["suspend", "instance-1", "--reason", "x", "--by", BARE],
        ["keys", "add", "ada", "--role", "operator", "--note", BARE],
        ["bank-file", "{folder}/078051120.txt"],
        ["explain", "078-05-1120"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_command_line_refuses_the_number_and_does_not_repeat_it(
    shared: Engine, folder: Path, tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / f"{BARE}.txt").write_bytes(b"101")

    with pytest.raises(SystemExit) as ended:
        main([each.replace("{folder}", str(tmp_path)) for each in arguments] + ["--store", str(folder)])

    written = "".join(capsys.readouterr())
    assert ended.value.code not in (0, None)
    assert NUMBER.search(written) is None, written
    assert NUMBER.search(everything(folder)) is None


MARKS = st.text(alphabet=" -./_+,:;()\u00a0\u2013\n", max_size=3)


@settings(max_examples=200, deadline=None)
@given(marks=st.lists(MARKS, min_size=8, max_size=8), before=st.sampled_from(["", "No. ", "x", "\u00e9-"]))
def test_number_is_found_with_any_marks_between_its_digits(marks: list[str], before: str) -> None:
    spelled = before + "".join(digit + mark for digit, mark in zip(BARE, [*marks, ""], strict=True))

    assert BARE in set(numbers_in(spelled, 9))


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="0123456789 -ab", max_size=40))
def test_numbers_found_are_made_of_whole_runs_of_digits(text: str) -> None:
    found = list(numbers_in(text, 9))

    digits = re.sub(r"\D", "", text)
    assert all(len(each) == 9 and each in digits for each in found)
    assert not re.search(r"\d{10}", text) or all(each not in re.findall(r"\d{10,}", text) for each in found)
