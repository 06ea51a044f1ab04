"""Signatures of webhooks in both directions: HMAC-SHA-256 over the time and the exact bytes of the body.

`Clauseflow-Timestamp` holds the instant in seconds since 1970, `Clauseflow-Signature` is `v1=` and the hexadecimal HMAC
of timestamp, a point and the body. A signature counts for five minutes before and after its timestamp.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from engine.errors import EngineError, ErrorCode, Problem

TIMESTAMP, SIGNATURE = "Clauseflow-Timestamp", "Clauseflow-Signature"
TOLERANCE = timedelta(minutes=5)


def sign_body(secret: bytes, body: bytes, now: datetime) -> dict[str, str]:
    """The two headers for *body*."""
    timestamp = str(int(now.timestamp()))
    return {TIMESTAMP: timestamp, SIGNATURE: _signature(secret, timestamp, body)}


def check_signature(secret: bytes, body: bytes, headers: Mapping[str, str], now: datetime) -> None:
    """Let a genuine and recent body pass. Errors: API_UNAUTHORIZED, which does not say more to a forger."""
    given = {name.lower(): value for name, value in headers.items()}
    timestamp, signature = given.get(TIMESTAMP.lower(), ""), given.get(SIGNATURE.lower(), "")
    genuine = hmac.compare_digest(_signature(secret, timestamp, body).encode(), signature.encode())
    recent = (
        timestamp.isascii()
        and timestamp.isdigit()
        and len(timestamp) < 12
        and abs(int(now.timestamp()) - int(timestamp)) <= TOLERANCE.total_seconds()
    )
    if not (genuine and recent):
        raise EngineError(
            Problem(
                ErrorCode.API_UNAUTHORIZED,
                "the signature of the message is not valid now.",
                hint=f"sign timestamp, point and body with the shared secret; send {TIMESTAMP} and {SIGNATURE}",
            )
        )


def _signature(secret: bytes, timestamp: str, body: bytes) -> str:
    return "v1=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
