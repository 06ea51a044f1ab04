"""E-mail by SMTP (RFC 5321), one message a delivery: plain text, HTML, and the letter where there is one.

A mail server does not know our keys, so a message is never handed over twice by us: what fails before its content goes
out is tried again, what fails between the content and the server's answer may have arrived, and a person must look.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from engine.clock import Clock
from engine.handlers.channels.port import address_part, refusal
from engine.handlers.channels.settings import SmtpSettings, is_mail_address
from engine.handlers.contract import Delivery, NoticeIssued

_AGAIN = "see whether the mail server and its settings are right; the delivery is tried again"


class SmtpChannel:
    def __init__(self, settings: SmtpSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    @property
    def resend_is_safe(self) -> bool:
        return False

    def send(self, notice: NoticeIssued, delivery: Delivery, key: str) -> Mapping[str, Any]:
        """Hand the message to the server. Facts: message id, the server's answer, SHA-256 of the bytes handed over.

        Errors: JobFailure, with `retry` as long as the server cannot have taken the message.
        """
        recipient = address_part(delivery, "email")
        if not is_mail_address(recipient):
            raise refusal("the e-mail address cannot be one.", hint="correct the address in the case, then retry")
        message = self._message(notice, recipient, key)
        data = message.as_bytes(policy=SMTP)
        with self._session() as session:
            _expect(session.mail(self._settings.sender), "the sender")
            _expect(session.rcpt(recipient), "the recipient")
            answer = _hand_over(session, data)
        return {
            "delivered_to": self._settings.host,
            "message_id": message["Message-ID"],
            "answer": answer,
            "sha256": hashlib.sha256(data).hexdigest(),
            "key": key,
        }

    def _message(self, notice: NoticeIssued, recipient: str, key: str) -> EmailMessage:
        digest = hashlib.sha256(key.encode()).hexdigest()
        message = EmailMessage()
        message["From"] = self._settings.sender
        message["To"] = recipient
        message["Subject"] = " ".join(notice.subject.split())
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{digest[:32]}@{self._settings.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(notice.texts["text/plain"])
        page = notice.texts.get("text/html")
        if page is not None:
            message.add_alternative(page, subtype="html")
        letter = notice.files.get("application/pdf")
        if letter is not None:
            message.add_attachment(letter, maintype="application", subtype="pdf", filename=f"{notice.notice_id}.pdf")
        for number, part in enumerate(message.walk()):
            if part.is_multipart():
                part.set_boundary(f"=_{digest[32:]}_{number}")
        return message

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A server that has greeted and let us in. Whatever goes wrong in here, no content has left yet."""
        settings = self._settings
        try:
            session = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise refusal(
                f"the mail server {settings.host} cannot be used: {error}", hint=_AGAIN, retry=True
            ) from error
        try:
            yield session
        except (OSError, smtplib.SMTPException) as error:
            raise refusal(f"the mail server {settings.host} broke off: {error}", hint=_AGAIN, retry=True) from error
        finally:
            session.close()

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        context = ssl.create_default_context()
        if settings.security == "tls":
            session: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=settings.timeout, context=context
            )
        else:
            session = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
        try:
            session.ehlo_or_helo_if_needed()
            if settings.security == "starttls":
                session.starttls(context=context)
                session.ehlo()
            if settings.user:
                session.login(settings.user, settings.password)
        except BaseException:
            session.close()
            raise
        return session


def _expect(reply: tuple[int, bytes], whom: str) -> None:
    """Go on after a reply 2xx; 4xx is worth another attempt, 5xx is final (RFC 5321 4.2.1)."""
    code, text = reply
    if 200 <= code < 300:
        return
    said = f"{code} {text.decode(errors='replace')}"
    if code < 500:
        raise refusal(f"the mail server does not take {whom} now: {said}", hint=_AGAIN, retry=True)
    raise refusal(f"the mail server refuses {whom}: {said}", hint="correct the address in the case, then retry")


def _hand_over(session: smtplib.SMTP, data: bytes) -> str:
    try:
        code, text = session.data(data)
    except smtplib.SMTPDataError as error:
        # The server refused before any content was sent.
        _expect((error.smtp_code, _bytes(error.smtp_error)), "the message")
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise refusal(
            f"the mail server broke off while the message was handed over: it may have arrived or not ({error}).",
            hint="ask the recipient or look into the server's log; resolve the incident to send it again",
        ) from error
    _expect((code, text), "the message")
    return f"{code} {text.decode(errors='replace')}"


def _bytes(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text
