"""An engine that sends by SMTP: what fails safely is tried again, what may have arrived waits for a person."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.errors import EngineError
from engine.handlers.channels import SmtpChannel, SmtpSettings
from engine.handlers.contract import Delivery, DeliveryReport, NoticeIssued
from engine.runtime import Engine, Settings
from engine.wiring import open_engine
from tests.channels.hive_by_email import bill, hive_by_email
from tests.channels.mail_server import mail_server
from tests.channels.messages import CLOCK
from tests.runtime.conftest import ADA, START

LEASE = Settings().lease
Open = Callable[..., Engine]


def smtp(port: int) -> SmtpChannel:
    return SmtpChannel(SmtpSettings("127.0.0.1", port, "office@hives.example", security="none", timeout=5), CLOCK)


def state_of(engine: Engine) -> tuple[str, int]:
    (notice,) = engine.notices()
    (delivery,) = notice.deliveries
    return delivery.state, delivery.attempts


class KilledAfterSending:
    """Hands the message over, then the process is gone before anything of it is written down."""

    resend_is_safe = False

    def __init__(self, inner: SmtpChannel) -> None:
        self._inner = inner

    def send(self, notice: NoticeIssued, delivery: Delivery, key: str) -> Mapping[str, Any]:
        self._inner.send(notice, delivery, key)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def test_notice_leaves_by_smtp_and_the_ledger_keeps_what_the_server_said(open_store: Open) -> None:
    with mail_server() as mailbox:
        engine = open_store(channels={"email": smtp(mailbox.port)})
        bill(engine, hive_by_email())
        engine.run_due()

    assert state_of(engine) == ("sent", 1)
    (notice,) = engine.notices()
    assert notice.deliveries[0].facts["answer"] == "250 taken"
    assert notice.deliveries[0].facts["message_id"] == mailbox.message()["Message-ID"]
    assert "application/pdf" not in notice.sha256


def test_server_that_is_busy_is_asked_again_later(open_store: Open) -> None:
    with mail_server(RCPT="450 busy") as mailbox:
        engine = open_store(channels={"email": smtp(mailbox.port)})
        bill(engine, hive_by_email())
        engine.run_due()
        assert (state_of(engine), engine.incidents()) == (("queued", 1), [])
        mailbox.answers.clear()
        engine.advance_clock(START + timedelta(minutes=1), ADA)

    assert state_of(engine) == ("sent", 2)
    assert len(mailbox.arrived) == 1


def test_message_that_may_have_arrived_becomes_an_incident_and_is_not_sent_again(open_store: Open) -> None:
    with mail_server(DATA="drop") as mailbox:
        engine = open_store(channels={"email": smtp(mailbox.port)})
        bill(engine, hive_by_email())
        engine.advance_clock(START + timedelta(days=1), ADA)

    (incident,) = engine.incidents()
    assert "it may have arrived or not" in incident.message
    assert state_of(engine) == ("failed", 1)
    assert len(mailbox.arrived) == 1


def test_report_that_it_arrived_settles_the_incident_and_nothing_is_sent_again(open_store: Open) -> None:
    with mail_server(DATA="drop") as mailbox:
        engine = open_store(channels={"email": smtp(mailbox.port)})
        bill(engine, hive_by_email())
        engine.run_due()
        (incident,) = engine.incidents()

        engine.report_delivery(DeliveryReport("call-1", "notice-1.1", "delivered", START, "the keeper has it"), ADA)

        with pytest.raises(EngineError):
            engine.resolve_incident(incident.id, ADA, reason="again")
        engine.advance_clock(START + timedelta(days=1), ADA)

    assert (state_of(engine), engine.incidents()) == (("sent", 1), [])
    assert len(mailbox.arrived) == 1


def test_process_killed_after_sending_leaves_an_incident_and_one_message(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with mail_server() as mailbox:
        # given a worker that is killed when the server has the message
        engine = open_engine(path, clock=START, channels={"email": KilledAfterSending(smtp(mailbox.port))})
        bill(engine, hive_by_email())
        engine.close()
        child = os.fork()
        if child == 0:
            killed = open_engine(path, channels={"email": KilledAfterSending(smtp(mailbox.port))})
            killed.run_due()
            os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL

        # when another worker goes on, before and after the lease has ended
        engine = open_engine(path, channels={"email": smtp(mailbox.port)})
        engine.run_due()
        assert (state_of(engine), engine.incidents()) == (("sending", 1), [])
        engine.advance_clock(START + LEASE + timedelta(hours=1), ADA)

    # then nothing was sent again, and a person is asked
    (incident,) = engine.incidents()
    assert "it may have arrived or not" in incident.message
    assert state_of(engine) == ("failed", 1)
    assert len(mailbox.arrived) == 1
    engine.close()


def test_delivery_whose_lease_was_lost_while_others_were_sent_is_not_sent(open_store: Open) -> None:
    sent: list[str] = []
    engines: list[Engine] = []

    class Slow:
        resend_is_safe = False

        def send(self, notice: NoticeIssued, delivery: Delivery, key: str) -> Mapping[str, Any]:
            sent.append(key)
            if len(sent) == 1:  # while it hangs, the leases of its batch end and another worker finds them lost
                with engines[0]._store.transaction("clock") as tx:
                    tx.move_clock(START + LEASE)
                engines[0].work("another")
            return {}

    engine = open_store(channels={"email": Slow()})
    engines.append(engine)
    bill(engine, hive_by_email())
    engine.raise_event(
        "hive_law",
        "registration applied for",
        {"apiary_number": "AP-2", "keeper_name": "Rua", "hives": 1, "keeper_email": "rua@example.org"},
        ADA,
    )
    engine.raise_event("hive_law", "apiary visited", {"apiary_number": "AP-2", "healthy": True}, ADA)

    engine.run_due()

    assert len(sent) == 1
    assert len(engine.incidents()) == 2
    assert [notice.deliveries[0].state for notice in engine.notices()] == ["failed", "failed"]
