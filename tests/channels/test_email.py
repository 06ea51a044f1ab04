"""E-mail: handed over once, whole, and never again when it may have arrived."""

from __future__ import annotations

import hashlib
import socket
from dataclasses import replace

import pytest

from engine.handlers.channels import SmtpChannel, SmtpSettings
from engine.handlers.contract import Delivery, JobFailure
from tests.channels.mail_server import Mailbox, mail_server
from tests.channels.messages import CLOCK, EMAIL, a_notice


def channel_to(port: int) -> SmtpChannel:
    return SmtpChannel(SmtpSettings("127.0.0.1", port, "office@harbour.example", security="none", timeout=5), CLOCK)


def failure_of(mailbox: Mailbox, delivery: Delivery = EMAIL) -> JobFailure:
    with pytest.raises(JobFailure) as raised:
        channel_to(mailbox.port).send(a_notice(), delivery, "notice-1.1")
    return raised.value


def test_message_arrives_with_text_page_and_letter_and_says_who_and_when() -> None:
    with mail_server() as mailbox:
        facts = channel_to(mailbox.port).send(a_notice(letter=b"%PDF-1.7\x00\xff"), EMAIL, "notice-1.1")

    message = mailbox.message()
    assert mailbox.envelopes == [("office@harbour.example", ["ana@example.org"])]
    assert (message["Subject"], message["To"]) == ("Berth réfused", "ana@example.org")
    assert message["Date"] == "Tue, 08 Mar 2011 14:30:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    text, page, letter = (part for part in message.walk() if not part.is_multipart())
    assert text.get_content().replace("\r\n", "\n") == "Grüße, Ana.\n.\nPay now.\n"
    assert page.get_content().strip() == "<p>Grüße, Ana.</p>"
    assert letter.get_content() == b"%PDF-1.7\x00\xff"
    assert facts["message_id"] == message["Message-ID"]
    assert facts["answer"] == "250 taken"
    assert facts["sha256"] == hashlib.sha256(mailbox.arrived[0]).hexdigest()


def test_same_delivery_makes_the_same_bytes() -> None:
    with mail_server() as mailbox:
        for _ in range(2):
            channel_to(mailbox.port).send(a_notice(letter=b"%PDF"), EMAIL, "notice-1.1")

    assert mailbox.arrived[0] == mailbox.arrived[1]
    assert channel_to(1).resend_is_safe is False


@pytest.mark.parametrize(
    ("step", "answer", "retry", "said"),
    [
        ("MAIL", "451 try later", True, "does not take the sender now: 451 try later"),
        ("MAIL", "550 who are you", False, "refuses the sender: 550 who are you"),
        ("RCPT", "450 mailbox busy", True, "does not take the recipient now"),
        ("RCPT", "550 no such user", False, "refuses the recipient: 550 no such user"),
        ("DATA", "452 disk full", True, "does not take the message now"),
        ("DATA", "554 spam", False, "refuses the message: 554 spam"),
    ],
)
def test_answer_of_the_server_decides_whether_it_is_tried_again(step: str, answer: str, retry: bool, said: str) -> None:
    with mail_server(**{step: answer}) as mailbox:
        failed = failure_of(mailbox)

    assert failed.retry is retry
    assert said in failed.problem.message
    assert mailbox.arrived == []


def test_line_that_breaks_after_the_content_is_never_tried_again() -> None:
    with mail_server(DATA="drop") as mailbox:
        failed = failure_of(mailbox)

    assert failed.retry is False
    assert "it may have arrived or not" in failed.problem.message
    assert len(mailbox.arrived) == 1


def test_server_that_is_not_there_is_worth_another_attempt() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        failed = failure_of(Mailbox(port=taken.getsockname()[1]))

    assert failed.retry is True
    assert "cannot be used" in failed.problem.message


def test_server_without_tls_gets_no_message_when_tls_is_wanted() -> None:
    with mail_server() as mailbox:
        settings = SmtpSettings("127.0.0.1", mailbox.port, "office@harbour.example", security="starttls", timeout=5)
        with pytest.raises(JobFailure) as raised:
            SmtpChannel(settings, CLOCK).send(a_notice(), EMAIL, "notice-1.1")

    assert raised.value.retry is True
    assert "STARTTLS" in raised.value.problem.message
    assert mailbox.arrived == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@example.org\r\nRCPT TO:<x@y.z>",
        "Ana <ana@example.org>",
        "a@b, c@d",
        "ä@b.de",
    ],
)
def test_address_that_is_none_is_refused_before_any_talk(address: str) -> None:
    with mail_server() as mailbox:
        failed = failure_of(mailbox, replace(EMAIL, address={"party": "master", "email": address}))

    assert failed.retry is False
    assert mailbox.envelopes == []


def test_subject_cannot_add_a_header() -> None:
    with mail_server() as mailbox:
        channel_to(mailbox.port).send(a_notice(subject="x\r\nBcc: all@example.org"), EMAIL, "notice-1.1")

    assert mailbox.message()["Subject"] == "x Bcc: all@example.org"
    assert mailbox.message()["Bcc"] is None
