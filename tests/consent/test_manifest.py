"""What the manifest says for the pages of consent and of hidden numbers: it must be there, or nothing is deployed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from engine.errors import EngineError
from engine.feel import Value
from engine.handlers.contract import Actor
from engine.law import HiddenNumber, hide_numbers, package_from_files
from engine.runtime import Engine
from engine.wiring import open_engine
from tests.consent.conftest import START, Desk, consent_package

HIDDEN = HiddenNumber((3, 2, 4), "digest", "ending")

FAULTS: list[tuple[str, str, str, str]] = [
    # what is written, what instead, the place, what is said
    ("asked_by: agent\n", "asked_by: agnt\n", "consent_pages > asked_by", 'Did you mean "agent"?'),
    ("search: case_search", "search: case_serch", "consent_pages > case_types > search", 'Did you mean "case_search"?'),
    ("prospect: prospect}\n  events", "}\n  events", "consent_pages > case_types", "is missing"),
    ("answer: consent answered", "answer: consent given", "consent_pages > events > answer", "no event"),
    ("answer: consent answered", "answer: case access searched", "consent_pages > events > answer", "is an event of a"),
    ("withdraw: agent withdrew", "withdraw: next clicked", "consent_pages > events > withdraw", "withdrawal"),
    ("asked_by: agent_id", "asked_by: agent_number", "consent_pages > facts > asked_by", "no fact"),
    ("home: dashboard", "home: dashbord", "consent_pages > forms > home", 'Did you mean "dashboard"?'),
    ("answer_notice: answer_received", "answer_notice: answered", "consent_pages > answer_notice", "no notice"),
    ("associated_already: associated", "associated_already: bound", "consent_pages > associated_already", "no state"),
    ("{stopped: stopped, warned", "{stopped: halted, warned", "consent_pages > proposals > stopped", "no state"),
    ("holds: name, meaning: the last", "holds: nam, meaning: the last", "facts > last_name > holds", "expected one of"),
    ("leave: left the screen}", "leave: left}", "consent_pages > withdrawals > leave", "is no value of"),
    ("process: case_access\n", "process: case_acces\n", "consent_pages > process", 'Did you mean "case_access"?'),
    ("deadline: consent_answer\n", "deadline: consent_anwser\n", "consent_pages > deadline", "consent_answer"),
    ("  deadline: consent_answer\n", "  dead_line: consent_answer\n", "consent_pages > dead_line", "not known here"),
    ("groups: [3, 2, 4]", "groups: [9]", "social_security_number > hidden > groups", "two or more groups"),
    ("groups: [3, 2, 4]", "groups: [3, two, 4]", "social_security_number > hidden > groups", "two or more groups"),
    ("ending: social_security_last_four}", "ending: last_four}", "social_security_number > hidden > ending", "no fact"),
    (
        "digest: social_security_digest,",
        "digest: date_of_birth,",
        "social_security_number > hidden > digest",
        "no fact",
    ),
]


@pytest.mark.parametrize(("old", "new", "place", "said"), FAULTS, ids=[f"{each[2]}: {each[3]}" for each in FAULTS])
def test_manifest_that_names_what_is_not_there_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, place: str, said: str
) -> None:
    law = consent_package()
    text = law.files[law.file].decode()
    assert old in text
    engine = open_engine(tmp_path / "store.sqlite", clock=START)

    with pytest.raises(EngineError) as refused:
        engine.deploy(
            package_from_files({**law.files, law.file: text.replace(old, new, 1).encode()}, law.file), Actor("analyst")
        )

    engine.close()
    found = [each for each in refused.value.problems if (each.location.part or "").endswith(place)]
    assert found, refused.value
    assert said in f"{found[0].message} {found[0].hint}"
    assert found[0].location.file == law.file


def test_pages_say_so_while_no_law_has_any(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "store.sqlite", clock=START)
    with TestClient(create_app(engine), raise_server_exceptions=False) as page:
        answer = page.get("/consent")
    engine.close()

    assert (answer.status_code, answer.json()["code"]) == (404, "LAW_UNKNOWN_PACKAGE")
    assert "consent_pages" in answer.json()["hint"]


def test_figure_that_nobody_verified_is_said_to_be_so_wherever_it_is_counted(
    desk: Desk, browser: Callable[..., TestClient]
) -> None:
    desk.register()
    desk.search()
    desk.request()
    desk.answer()
    steps = {name: " ".join(each.steps) for name, each in desk.episode().deadlines.items()}
    case = browser(Actor("op", frozenset({"operator"}))).get(f"/cases/{desk.episode().id}")

    assert "the figure is unverified" in steps["consent_dispatch"]
    assert "the figure is unverified" in steps["consent_completion"]
    assert "the figure is" not in steps["consent_answer"]
    assert case.text.count("the figure is unverified") == 2


@pytest.mark.parametrize(
    "text", ["078-05-1120", "x 078 05 1120.", "(078.05.1120)", "078–05–1120", "078 - 05 - 1120", "SSN:078/05/1120"]
)
@pytest.mark.parametrize("wrap", [lambda text: text, lambda text: [text], lambda text: {"a": [{"b": text}]}])
def test_number_spelled_in_another_fact_is_refused_and_not_repeated(text: str, wrap: Callable[[str], Value]) -> None:
    with pytest.raises(EngineError) as refused:
        hide_numbers({"tax_number": HIDDEN}, {"note": wrap(text)}, lambda purpose, digits: "")

    assert refused.value.code == "LAW_HIDDEN_NUMBER" and refused.value.problem.location.part == "note"
    assert "1120" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["1078-05-1120", "078-05-11201", "2078-05-11", "K-100-05", "078-051120", "502-555-0101"]
)
def test_text_that_is_no_such_number_stays_as_it_is(text: str) -> None:
    kept = hide_numbers({"tax_number": HIDDEN}, {"note": text}, lambda purpose, digits: "")

    assert kept == {"note": text}


def test_number_that_is_told_becomes_its_hash_and_its_last_group() -> None:
    kept = hide_numbers({"tax_number": HIDDEN}, {"tax_number": "078051120", "n": None}, lambda *given: "/".join(given))

    assert kept == {"n": None, "digest": "tax number/078051120", "ending": "1120"}


def test_number_in_two_spellings_has_one_hash(engine: Engine) -> None:
    desk = Desk(engine)
    desk.register(social_security_number="078-05-1120")
    first = engine.case(desk.client_case()).facts["social_security_digest"].value
    desk.register(social_security_number="078 05 1120")

    assert engine.case(desk.client_case()).facts["social_security_digest"].value == first
