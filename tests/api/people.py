"""People of the market law, each with a key, and the server that asks for one."""

from __future__ import annotations

from fastapi.testclient import TestClient

from api.app import create_app
from engine.handlers.contract import Actor
from engine.runtime import Engine

ROLES = ("keeper", "broker", "market_clerk", "prefecture", "drafter", "reviewer", "operator")


def key_of(engine: Engine, person: str, *roles: str, **given: str) -> str:
    return engine.add_api_key(person, roles, Actor("boss"), **given).text  # type: ignore[arg-type]


def client_with(engine: Engine, key: str | None) -> TestClient:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return TestClient(create_app(engine), headers=headers, raise_server_exceptions=False)
