"""Letters and reports of deliveries over HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from engine.handlers.channels import ChannelSettings, TextGateway, TextGatewaySettings, open_channels, sign_body
from engine.law import load_package
from engine.runtime import Engine
from engine.wiring import open_engine
from tests.api.conftest import MARKET, REQUEST
from tests.channels.messages import CLOCK, NOW
from tests.runtime.conftest import ADA

SECRET = b"a secret of the market office"
REPORT = {"id": "r-1", "outcome": "returned", "at": "2011-03-08T14:00:00Z", "reason": "moved away"}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """The market law with a notice that was sent, and a gateway for text messages."""
    gateway = TextGateway(
        TextGatewaySettings("https://texts.example", SECRET), CLOCK, httpx.MockTransport(lambda _: httpx.Response(200))
    )
    channels = {**open_channels(ChannelSettings(tmp_path / "spool")), "text": gateway}
    engine = open_engine(tmp_path / "store.sqlite", clock=NOW, channels=channels)
    engine.deploy(load_package(MARKET), ADA)
    engine.raise_event("lantern_market", "stall requested", {**REQUEST, "fee_paid": 1}, ADA)
    engine.run_due()
    return engine


def test_letter_is_served_to_the_byte(engine: Engine, tmp_path: Path) -> None:
    client = TestClient(create_app(engine))
    (notice,) = client.get("/notices").json()

    letter = client.get(f"/notices/{notice['id']}/pdf")

    assert letter.headers["content-type"] == "application/pdf"
    assert letter.content == (tmp_path / "spool" / f"{notice['id']}.pdf").read_bytes()
    assert set(notice["sha256"]) == {"text/plain", "text/html", "application/pdf"}
    assert client.get("/notices/notice-9/pdf").status_code == 404


def test_report_of_the_staff_is_taken_once(engine: Engine) -> None:
    client = TestClient(create_app(engine))
    key = client.get("/notices").json()[0]["deliveries"][0]["key"]

    answers = [client.post(f"/deliveries/{key}/reports", json=REPORT).json()["outcome"] for _ in range(2)]

    assert answers == ["taken", "duplicate"]
    (report,) = client.get("/notices").json()[0]["deliveries"][0]["reports"]
    assert (report["outcome"], report["reason"], report["reported_by"]) == ("returned", "moved away", "local")


@pytest.mark.parametrize(
    ("key", "changed", "status"),
    [
        ("notice-9.1", {}, 404),
        ("notice-1.1", {"outcome": "lost"}, 400),
        ("notice-1.1", {"at": "2011-03-08T14:00:00"}, 400),
        ("notice-1.1", {"at": "2031-03-08T14:00:00Z"}, 422),
    ],
)
def test_report_that_cannot_be_is_refused(engine: Engine, key: str, changed: dict[str, str], status: int) -> None:
    client = TestClient(create_app(engine))

    assert client.post(f"/deliveries/{key}/reports", json={**REPORT, **changed}).status_code == status


def test_callback_is_taken_only_with_its_signature(engine: Engine) -> None:
    client = TestClient(create_app(engine))
    body = json.dumps({**REPORT, "key": "notice-1.1", "outcome": "bounced"}).encode()

    forged = client.post("/deliveries/callbacks/text", content=body, headers=sign_body(b"another", body, NOW))
    genuine = client.post("/deliveries/callbacks/text", content=body, headers=sign_body(SECRET, body, NOW))
    elsewhere = client.post("/deliveries/callbacks/mail", content=body, headers=sign_body(SECRET, body, NOW))

    assert (forged.status_code, genuine.status_code, elsewhere.status_code) == (401, 202, 404)
    assert genuine.json() == {"outcome": "taken"}
