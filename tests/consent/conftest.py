"""The shipped consent procedure on a simulated clock, with a client in the directory and an agent who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from engine.handlers.contract import Actor
from engine.law import LawPackage, load_package
from engine.runtime import CaseRecord, Engine
from engine.wiring import open_engine
from tests.consent.browsing import address, chromium, window

__all__ = ["address", "chromium", "window"]

PACKAGE = Path(__file__).resolve().parents[2] / "processes" / "agent_consent" / "package.yaml"
START = datetime(2024, 3, 4, 15, 0, tzinfo=UTC)
AGENT = Actor("AG-1", frozenset({"agent"}))
CLIENT = Actor("C-77", frozenset({"client"}))
EXCHANGE = Actor("exchange-1", frozenset({"exchange_staff"}))
PERSON = {"first_name": "John", "last_name": "Doe", "sex": "male", "date_of_birth": "1980-06-15"}
EPISODE = "AG-1:C-77"


@cache
def consent_package() -> LawPackage:
    return load_package(PACKAGE)


class Desk:
    """What happens, in short words. `engine` may be replaced by one that was opened on the same store."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def tell(self, event: str, actor: Actor = AGENT, **facts: object) -> None:
        self.engine.raise_event("agent_consent", event, facts, actor)
        self.engine.run_due()

    def later(self, seconds: float) -> None:
        self.engine.advance_clock(self.engine.now() + timedelta(seconds=seconds), EXCHANGE)

    def register(self, **facts: object) -> None:
        given = {"client_number": "C-77", "preferred_channel": "text", "mobile_number": "+15025550101", **PERSON}
        self.tell("client recorded", EXCHANGE, **{**given, **facts})
        self.tell("agent recorded", EXCHANGE, agent_id="AG-1", agent_name="Dana Whitfield", agency="Bluegrass Benefits")

    def search(self, number: str = "S-1", agent: str = "AG-1") -> None:
        self.tell("case access searched", Actor(agent, AGENT.roles), search_number=number, agent_id=agent, **PERSON)

    def request(self, episode: str = EPISODE) -> None:
        self.tell("electronic consent requested", episode_number=episode)

    def answer(self, answer: str = "accept", attempt: str = "attempt-1", episode: str = EPISODE) -> None:
        self.tell(
            "consent answered",
            CLIENT,
            episode_number=episode,
            attempt_number=attempt,
            consent_answer=answer,
            answer_channel="text",
        )

    def complete(self, episode: str = EPISODE) -> None:
        self.tell("next clicked", episode_number=episode)
        self.tell("association confirmed", episode_number=episode)

    def episode(self, key: str = EPISODE) -> CaseRecord:
        found = self.engine.find_case("agent_consent", "access_episode", key)
        assert found is not None
        return found

    def record(self, key: str = EPISODE) -> dict[str, Any]:
        value = self.episode(key).facts["consent_record"].value
        assert isinstance(value, dict)
        return value

    def client_case(self) -> str:
        found = self.engine.find_case("agent_consent", "client", "C-77")
        assert found is not None
        return found.id

    def link(self, number: int = 1) -> str:
        """The address that the client was sent in the message of the attempt of this number."""
        sent = [each for each in self.engine.notices(self.episode().id) if each.type == "consent_message"]
        words = sent[number - 1].texts["text/plain"].split()
        return next(word for word in words if "/consent/answer/" in word).removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(tmp_path / "store.sqlite", clock=START)
    opened.deploy(consent_package(), Actor("analyst"))
    yield opened
    opened.close()


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


@pytest.fixture
def browser(engine: Engine) -> Iterator[Callable[..., TestClient]]:
    """A client of the API that acts as somebody."""
    opened: list[TestClient] = []

    def act(actor: Actor = AGENT) -> TestClient:
        headers = {"Clauseflow-Actor": actor.id, "Clauseflow-Roles": ",".join(sorted(actor.roles))}
        client = TestClient(create_app(engine, wake=engine.run_due), headers=headers, raise_server_exceptions=False)
        client.__enter__()
        opened.append(client)
        return client

    yield act
    for client in opened:
        client.__exit__(None, None, None)
