"""A client of the API on a fresh store that runs the invented market law on a simulated clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from engine.handlers.contract import Actor
from engine.law import load_package
from engine.runtime import Engine
from engine.wiring import open_engine

MARKET = Path(__file__).resolve().parents[1] / "simulation" / "mini_law" / "package.yaml"
REQUEST = {
    "request_number": "R-1",
    "keeper_name": "Aiko Mori",
    "keeper_street": "3 River Street",
    "stall_size": "small",
    "fee_paid": 120,
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(tmp_path / "store.sqlite", clock=datetime(2024, 2, 26, 0, 0, tzinfo=UTC))
    opened.deploy(load_package(MARKET), Actor("analyst"))
    yield opened
    opened.close()


@pytest.fixture
def client(engine: Engine) -> Iterator[TestClient]:
    with TestClient(create_app(engine), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def request_stall(client: TestClient) -> Callable[..., dict[str, Any]]:
    def request(**facts: Any) -> dict[str, Any]:
        body = {"package": "lantern_market", "event": "stall requested", "facts": {**REQUEST, **facts}}
        answer = client.post("/events", json=body)
        assert answer.status_code == 201, answer.text
        result: dict[str, Any] = answer.json()
        return result

    return request
