"""A real SMTP server on loopback, whose answers a test chooses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Mailbox:
    """What arrived. *answers* replace the server's answer to MAIL, RCPT or DATA; `drop` at DATA breaks the line off."""

    answers: dict[str, str] = field(default_factory=dict)
    arrived: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    port: int = 0

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answer = self.answers.get("MAIL", "250 OK")
        if answer.startswith("2"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answer = self.answers.get("RCPT", "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.answers.get("DATA", "250 taken")
        if answer.startswith("2") or answer == "drop":
            self.arrived.append(envelope.original_content)
            self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        if answer == "drop":
            server.transport.abort()
        return answer

    def message(self) -> EmailMessage:
        (data,) = self.arrived
        read = message_from_bytes(data, policy=default)
        assert isinstance(read, EmailMessage)
        return read


class _AnyPort(Controller):
    """Takes a free port; the library's own first connection must go to that one."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(**answers: str) -> Iterator[Mailbox]:
    mailbox = Mailbox(dict(answers))
    controller = _AnyPort(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        mailbox.port = controller.port
        yield mailbox
    finally:
        controller.stop()
