"""An invented notice and the deliveries of it that the tests of channels send."""

from __future__ import annotations

from datetime import UTC, date, datetime

from engine.clock import SimulatedClock
from engine.handlers.contract import Delivery, NoticeIssued

NOW = datetime(2011, 3, 8, 14, 30, tzinfo=UTC)
CLOCK = SimulatedClock(NOW)
EMAIL = Delivery("email", {"party": "master", "name": "Ana Reis", "email": "ana@example.org"})
TEXT = Delivery("text", {"party": "master", "mobile": "+351 555 0100"})


def a_notice(*, subject: str = "Berth réfused", letter: bytes | None = None) -> NoticeIssued:
    texts = {"text/plain": "Grüße, Ana.\n.\nPay now.\n", "text/html": "<p>Grüße, Ana.</p>"}
    files = {} if letter is None else {"application/pdf": letter}
    return NoticeIssued("notice-1", "berth_refused", date(2011, 3, 8), subject, texts, (), (), "hash", files)
