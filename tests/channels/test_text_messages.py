"""Text messages: a signed post the gateway can check, tried again when it may help; call-backs only when genuine."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from engine.errors import EngineError, ErrorCode
from engine.handlers.channels import TextGateway, TextGatewaySettings, check_signature, sign_body
from engine.handlers.contract import Delivery, DeliveryReport, JobFailure
from tests.channels.messages import CLOCK, NOW, TEXT, a_notice

SECRET = b"a secret of the harbour office"
SETTINGS = TextGatewaySettings("https://texts.example/send", SECRET)
REPORT = {"id": "r-1", "key": "notice-1.1", "outcome": "delivered", "at": "2011-03-08T15:29:30+01:00", "reason": ""}


def gateway(answer: Callable[[httpx.Request], httpx.Response]) -> TextGateway:
    return TextGateway(SETTINGS, CLOCK, httpx.MockTransport(answer))


def signed(content: Any, secret: bytes = SECRET, at: datetime = NOW) -> tuple[bytes, dict[str, str]]:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return body, sign_body(secret, body, at)


def test_message_is_posted_with_its_key_and_a_signature_that_the_gateway_can_check() -> None:
    asked: list[httpx.Request] = []

    facts = gateway(lambda request: asked.append(request) or httpx.Response(202)).send(a_notice(), TEXT, "notice-1.1")

    (request,) = asked
    assert (request.method, str(request.url)) == ("POST", "https://texts.example/send")
    assert json.loads(request.content) == {
        "id": "notice-1.1",
        "to": "+351 555 0100",
        "text": "Grüße, Ana.\n.\nPay now.",
        "notice": "notice-1",
        "type": "berth_refused",
    }
    assert request.headers["Idempotency-Key"] == "notice-1.1"
    timestamp = request.headers["Clauseflow-Timestamp"]
    assert timestamp == str(int(NOW.timestamp()))
    expected = hmac.new(SECRET, timestamp.encode() + b"." + request.content, hashlib.sha256).hexdigest()
    assert request.headers["Clauseflow-Signature"] == f"v1={expected}"
    assert facts == {"delivered_to": "text gateway", "status": 202, "key": "notice-1.1"}
    assert gateway(lambda request: httpx.Response(202)).resend_is_safe is True


@pytest.mark.parametrize(
    ("status", "retry"),
    [(500, True), (503, True), (429, True), (408, True), (400, False), (401, False), (404, False), (302, False)],
)
def test_status_of_the_gateway_decides_whether_it_is_tried_again(status: int, retry: bool) -> None:
    with pytest.raises(JobFailure) as raised:
        gateway(lambda request: httpx.Response(status)).send(a_notice(), TEXT, "notice-1.1")

    assert raised.value.retry is retry
    assert f"status {status}" in raised.value.problem.message


def test_gateway_that_cannot_be_reached_is_worth_another_attempt() -> None:
    def no_route(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    with pytest.raises(JobFailure) as raised:
        gateway(no_route).send(a_notice(), TEXT, "notice-1.1")

    assert raised.value.retry is True
    assert "no route" in raised.value.problem.message


def test_delivery_without_a_number_is_refused() -> None:
    with pytest.raises(JobFailure) as raised:
        gateway(lambda request: httpx.Response(202)).send(a_notice(), Delivery("text", {"party": "master"}), "k")

    assert raised.value.retry is False
    assert '"mobile"' in raised.value.problem.message


def test_genuine_callback_is_read() -> None:
    report = gateway(lambda request: httpx.Response(202)).read_report(*signed(REPORT))

    at = datetime(2011, 3, 8, 14, 29, 30, tzinfo=UTC)
    assert report == DeliveryReport("r-1", "notice-1.1", "delivered", at, "")


@pytest.mark.parametrize(
    ("secret", "at"),
    [
        (b"another secret of somebody", NOW),
        (SECRET, NOW - timedelta(minutes=5, seconds=1)),
        (SECRET, NOW + timedelta(minutes=5, seconds=1)),
    ],
)
def test_callback_that_is_forged_or_old_is_refused(secret: bytes, at: datetime) -> None:
    with pytest.raises(EngineError) as raised:
        gateway(lambda request: httpx.Response(202)).read_report(*signed(REPORT, secret, at))

    assert raised.value.code == ErrorCode.API_UNAUTHORIZED


@pytest.mark.parametrize(
    "changed",
    [
        {"Clauseflow-Signature": ""},
        {"Clauseflow-Signature": "v1=00"},
        {"Clauseflow-Signature": "v1=ä"},
        {"Clauseflow-Timestamp": "soon"},
        {"Clauseflow-Timestamp": "9" * 40},
        {"Clauseflow-Timestamp": ""},
    ],
)
def test_callback_with_headers_that_do_not_fit_is_refused(changed: dict[str, str]) -> None:
    body, headers = signed(REPORT)

    with pytest.raises(EngineError) as raised:
        check_signature(SECRET, body, {**headers, **changed}, NOW)

    assert raised.value.code == ErrorCode.API_UNAUTHORIZED


def test_callback_whose_body_was_changed_on_the_way_is_refused() -> None:
    body, headers = signed(REPORT)

    with pytest.raises(EngineError):
        check_signature(SECRET, body.replace(b"delivered", b"bounced"), headers, NOW)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "expected JSON"),
        ([REPORT], "JSON object"),
        ({**REPORT, "id": 7}, "JSON object of texts"),
        ({**REPORT, "outcome": "lost"}, "lost"),
        ({**REPORT, "key": ""}, '"key"'),
        ({**REPORT, "at": "yesterday"}, "yesterday"),
        ({**REPORT, "at": "2011-03-08T14:29:30"}, "offset"),
        ({**REPORT, "phone": "1"}, "phone"),
        ({"id": "1"}, '"key"'),
    ],
)
def test_callback_that_is_no_report_is_refused(content: Any, said: str) -> None:
    with pytest.raises(EngineError) as raised:
        gateway(lambda request: httpx.Response(202)).read_report(*signed(content))

    assert raised.value.code == ErrorCode.API_REQUEST
    assert said in raised.value.problem.message
