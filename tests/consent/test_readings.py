"""Each reading with a switch: flipping its row in the table changes what happens, and nothing else has to change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.handlers.contract import Actor
from engine.law import package_from_files
from engine.wiring import open_engine
from tests.consent.conftest import EPISODE, PERSON, START, Desk, consent_package

READINGS = "decisions/parameters/consent_readings.dmn"
REQUESTS = "decisions/agent_consent/consent_request.dmn"
LIMITS = "decisions/parameters/consent_limits.dmn"


@pytest.fixture
def flipped(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """The procedure with one cell changed: (file, cell id, old text, new text)."""
    file, cell, old, new = request.param
    package = consent_package()
    text = package.files[file].decode()
    before, after = (f'<outputEntry id="{cell}"><text>{value}</text>' for value in (old, new))
    assert text.count(before) == 1
    changed = package_from_files({**package.files, file: text.replace(before, after).encode()}, package.file)
    engine = open_engine(tmp_path / "store.sqlite", clock=START)
    engine.deploy(changed, Actor("analyst"))
    yield Desk(engine)
    engine.close()


def flip(file: str, cell: str, old: str, new: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("flipped", [(file, cell, old, new)], indirect=True)


def open_task(desk: Desk) -> list[str]:
    return [task.element_id for task in desk.engine.user_tasks(case_id=desk.episode().id)]


@flip(READINGS, "Rule_OnRefusal_Out3", '"end"', '"retry"')
def test_refusal_may_leave_the_remaining_requests(flipped: Desk) -> None:
    flipped.register()
    flipped.search()
    flipped.request()
    flipped.answer("decline")

    flipped.tell("next step chosen", episode_number=EPISODE, next_step="confirm verbal consent")
    assert flipped.record()["attempt_number"] == "attempt-2" and flipped.record()["form"] == "electronic"


@flip(READINGS, "Rule_OnRefusal_Out3", '"end"', '"verbal"')
def test_refusal_may_open_verbal_consent_but_no_further_request(flipped: Desk) -> None:
    flipped.register()
    flipped.search()
    flipped.request()
    flipped.answer("decline")

    flipped.tell("next step chosen", episode_number=EPISODE, next_step="ask again")
    assert flipped.record()["attempt_number"] == "attempt-1"
    flipped.tell("next step chosen", episode_number=EPISODE, next_step="confirm verbal consent")
    assert open_task(flipped) == ["Activity_ReadAcknowledgement"]


@flip(READINGS, "Rule_VerbalWithoutMethod_Out3", '"no"', '"yes"')
def test_client_without_electronic_method_may_be_asked_verbally(flipped: Desk) -> None:
    flipped.register(mobile_number=None)
    flipped.search()

    assert open_task(flipped) == ["Activity_ChooseNextStep"]


@flip(READINGS, "Rule_ProspectGuard_Out3", '"block"', '"warn"')
def test_guard_may_warn_only(flipped: Desk) -> None:
    flipped.register(case_number="K-100")
    flipped.tell("prospect proposed", prospect_number="P-1", prospect_kind="prospect", agent_id="AG-1", **PERSON)

    prospect = flipped.engine.find_case("agent_consent", "prospect", "P-1")
    assert prospect is not None and prospect.state == "warned"


@flip(REQUESTS, "Rule_ThreeRequests_Out1", "3", "1")
def test_maximum_of_requests_is_a_cell_of_a_table(flipped: Desk) -> None:
    flipped.register()
    flipped.search()
    flipped.request()
    flipped.later(91)
    flipped.tell("next step chosen", episode_number=EPISODE, next_step="ask again")

    assert flipped.record()["attempt_number"] == "attempt-1"


@flip(LIMITS, "Rule_Answer_Out1", "90", "120")
def test_time_to_answer_is_a_cell_of_a_table(flipped: Desk) -> None:
    flipped.register()
    flipped.search()
    flipped.request()
    flipped.later(120)
    flipped.answer()

    assert flipped.record()["outcome"] == "accepted"
