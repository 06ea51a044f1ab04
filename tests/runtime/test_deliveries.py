"""Deliveries of notices: once under their key, retried, never lost, never sent again where that is not safe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from engine.errors import ErrorCode, Problem
from engine.handlers.contract import JobFailure
from engine.runtime import Engine, Settings
from tests.runtime.conftest import ADA, START, Recorder, apply_for_registration
from tests.runtime.hive_law import hive_law

LEASE = Settings().lease


class Killed(BaseException):
    """Stands for the end of the process in the middle of a delivery."""


def bill(open_store: Callable[..., Engine], **channels: Recorder) -> Engine:
    """An engine in which a bill is issued by mail and portal and nothing is sent yet."""
    engine = open_store(channels={"mail": Recorder(), "portal": Recorder(), **channels})
    engine.deploy(hive_law(), ADA)
    apply_for_registration(engine)
    engine.raise_event("hive_law", "apiary visited", {"apiary_number": "AP-1", "healthy": True}, ADA)
    return engine


def states(engine: Engine) -> dict[str, tuple[str, int]]:
    (notice,) = engine.notices()
    return {delivery.channel: (delivery.state, delivery.attempts) for delivery in notice.deliveries}


def test_notice_is_queued_with_the_command_and_sent_by_the_worker(open_store: Callable[..., Engine]) -> None:
    mail = Recorder()
    engine = bill(open_store, mail=mail)
    assert states(engine) == {"mail": ("queued", 0), "portal": ("queued", 0)}
    assert mail.sent == []

    engine.run_due()

    assert states(engine) == {"mail": ("sent", 1), "portal": ("sent", 1)}
    assert mail.sent == [("mail", "notice-1.1")]
    (notice,) = engine.notices()
    assert notice.deliveries[0].sent_at == START
    assert notice.deliveries[0].facts == {"key": "notice-1.1"}
    engine.run_due()
    assert len(mail.sent) == 1


def test_delivery_that_fails_is_retried_until_it_arrives(open_store: Callable[..., Engine]) -> None:
    mail = Recorder()
    mail.faults = [ConnectionError("gone"), JobFailure(Problem(ErrorCode.STORE_IO, "full"), retry=True)]
    engine = bill(open_store, mail=mail)

    engine.advance_clock(START + timedelta(minutes=5), ADA)

    assert states(engine)["mail"] == ("sent", 3)
    assert mail.sent == [("mail", "notice-1.1")]
    retried = [entry.what for entry in engine.timeline() if entry.kind == "delivery" and "not sent" in entry.what]
    assert ["gone" in retried[0], "full" in retried[1]] == [True, True]


def test_delivery_without_retries_left_becomes_an_incident_and_is_sent_when_it_is_resolved(
    open_store: Callable[..., Engine],
) -> None:
    mail = Recorder()
    mail.faults = [ConnectionError("gone")] * 5
    engine = bill(open_store, mail=mail)

    engine.advance_clock(START + timedelta(hours=3), ADA)

    (incident,) = engine.incidents()
    assert (incident.code, incident.case_id, states(engine)["mail"]) == (ErrorCode.JOB_FAILED, "case-1", ("failed", 5))
    engine.resolve_incident(incident.id, ADA, reason="server repaired")
    engine.run_due()
    assert states(engine)["mail"] == ("sent", 6)
    assert engine.incidents() == []


def test_delivery_that_can_never_arrive_becomes_an_incident_at_once(open_store: Callable[..., Engine]) -> None:
    mail = Recorder()
    mail.faults = [JobFailure(Problem(ErrorCode.JOB_INPUT, "no such street"))]
    engine = bill(open_store, mail=mail)

    engine.run_due()

    assert [incident.message for incident in engine.incidents()] == ["no such street"]
    assert states(engine) == {"mail": ("failed", 1), "portal": ("sent", 1)}


def test_delivery_to_a_channel_that_is_gone_becomes_an_incident(open_store: Callable[..., Engine]) -> None:
    bill(open_store).close()
    engine = open_store(channels={"mails": Recorder(), "portal": Recorder()})

    engine.run_due()

    (incident,) = engine.incidents()
    assert 'no channel is called "mail". Did you mean "mails"?' in incident.message


def test_crash_before_the_mark_sends_again_under_the_same_key_where_that_is_safe(
    open_store: Callable[..., Engine],
) -> None:
    mail = Recorder()
    mail.faults = [Killed()]
    engine = bill(open_store, mail=mail)
    try:
        engine.run_due()
    except Killed:
        assert states(engine)["mail"] == ("sending", 1)

    engine.advance_clock(START + LEASE, ADA)

    assert states(engine) == {"mail": ("sent", 2), "portal": ("sent", 2)}
    assert mail.sent == [("mail", "notice-1.1")]
    assert engine.incidents(state=None) == []


def test_crash_before_the_mark_becomes_an_incident_where_sending_again_is_not_safe(
    open_store: Callable[..., Engine],
) -> None:
    mail = Recorder(resend_is_safe=False)
    mail.faults = [Killed()]
    engine = bill(open_store, mail=mail)
    try:
        engine.run_due()
    except Killed:
        assert mail.sent == []

    engine.advance_clock(START + LEASE + timedelta(days=1), ADA)

    (incident,) = engine.incidents()
    assert "it may have arrived or not" in incident.message
    assert mail.sent == []
    assert states(engine)["mail"] == ("failed", 1)


def test_channel_that_returns_nonsense_is_retried_and_then_shown(open_store: Callable[..., Engine]) -> None:
    class Broken(Recorder):
        def send(self, notice: object, delivery: object, key: str) -> object:  # type: ignore[override]
            return {"when": object()}

    engine = bill(open_store, mail=Broken())

    engine.advance_clock(START + timedelta(hours=3), ADA)

    (incident,) = engine.incidents()
    assert "the channel mail raised TypeError" in incident.message


def test_delivery_that_outlives_its_lease_is_marked_by_the_later_attempt_only(
    open_store: Callable[..., Engine],
) -> None:
    engine_box: list[Engine] = []

    class Slow(Recorder):
        def send(self, notice: object, delivery: object, key: str) -> Mapping[str, Any]:
            attempt = len(self.sent) + 1
            super().send(notice, delivery, key)
            if attempt == 1:  # while it hangs, its lease ends and another worker of the same name sends again
                with engine_box[0]._store.transaction("clock") as tx:
                    tx.move_clock(START + LEASE)
                engine_box[0].work("engine")
            return {"attempt": attempt}

    engine = bill(open_store, mail=Slow())
    engine_box.append(engine)

    engine.run_due()

    (notice,) = engine.notices()
    assert notice.deliveries[0].facts == {"attempt": 2}
    assert [e.what for e in engine.timeline() if e.kind == "delivery"].count("Notice bill sent by mail") == 1
