"""Text messages by a signed HTTP webhook: one POST a delivery, which a gateway turns into a text message.

The body is JSON: `id` (the key of the delivery), `to`, `text`, `notice`, `type`. `Idempotency-Key` repeats the key, by
which the gateway knows a second attempt; signatures as in `signing.py`. What becomes of the message comes back by the
same signatures (`POST /deliveries/callbacks/text`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from engine.clock import Clock
from engine.errors import EngineError, ErrorCode, Location, Problem
from engine.handlers.channels.port import address_part, refusal
from engine.handlers.channels.settings import TextGatewaySettings
from engine.handlers.channels.signing import check_signature, sign_body
from engine.handlers.contract import DELIVERY_OUTCOMES, Delivery, DeliveryReport, NoticeIssued

_AGAIN_LATER = frozenset({408, 425, 429})


class TextGateway:
    """*transport* stands in for the network in tests."""

    def __init__(
        self, settings: TextGatewaySettings, clock: Clock, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._transport = transport

    @property
    def resend_is_safe(self) -> bool:
        return True

    def send(self, notice: NoticeIssued, delivery: Delivery, key: str) -> Mapping[str, Any]:
        """Post the message. Errors: JobFailure, with `retry` unless the gateway refuses the message for good."""
        content = {
            "id": key,
            "to": address_part(delivery, "mobile"),
            "text": notice.texts["text/plain"].strip(),
            "notice": notice.notice_id,
            "type": notice.notice_type,
        }
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            **sign_body(self._settings.secret, body, self._clock.now()),
        }
        try:
            with httpx.Client(timeout=self._settings.timeout, transport=self._transport) as client:
                status = client.post(self._settings.url, content=body, headers=headers).status_code
        except httpx.HTTPError as error:
            raise refusal(
                f"the gateway for text messages cannot be reached: {type(error).__name__}: {error}",
                hint="see whether its address is right and the network works; the delivery is tried again",
                retry=True,
            ) from error
        if 200 <= status < 300:
            return {"delivered_to": "text gateway", "status": status, "key": key}
        again = status >= 500 or status in _AGAIN_LATER
        raise refusal(
            f"the gateway for text messages answered with status {status}.",
            hint="the delivery is tried again" if again else "correct the number or the settings, then retry",
            retry=again,
        )

    def read_report(self, body: bytes, headers: Mapping[str, str]) -> DeliveryReport:
        """A call-back of the gateway: JSON with `id`, `key`, `outcome`, `at` (an instant with offset) and `reason`.

        Errors: API_UNAUTHORIZED for a signature that is not valid now; API_REQUEST for content that is none.
        """
        check_signature(self._settings.secret, body, headers, self._clock.now())
        try:
            given = json.loads(body)
        except ValueError as error:
            raise _no_report("JSON", "something else") from error
        if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
            raise _no_report("a JSON object of texts", type(given).__name__)
        unknown = set(given) - {"id", "key", "outcome", "at", "reason"}
        if unknown:
            raise _no_report("only id, key, outcome, at and reason", sorted(unknown)[0])
        for name in ("id", "key", "at"):
            if not given.get(name):
                raise _no_report(f'a text "{name}"', "none")
        if given.get("outcome") not in DELIVERY_OUTCOMES:
            raise _no_report(f"an outcome of {', '.join(DELIVERY_OUTCOMES)}", str(given.get("outcome")))
        return DeliveryReport(
            id=given["id"],
            key=given["key"],
            outcome=given["outcome"],
            at=_instant(given["at"]),
            reason=given.get("reason", ""),
        )


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _no_report("an instant such as 2011-03-08T14:30:00Z", text) from error
    if moment.tzinfo is None:
        raise _no_report("an instant with its offset", text)
    return moment.astimezone(UTC)


def _no_report(expected: str, got: str) -> EngineError:
    return EngineError(
        Problem(
            ErrorCode.API_REQUEST,
            f"the report of a delivery expected {expected}, but got {got[:80]}.",
            Location(part="body"),
            hint='send {"id": ..., "key": ..., "outcome": "delivered", "at": "2011-03-08T14:30:00Z", "reason": ""}',
        )
    )
