"""What the channels need to reach the world, read from the environment and from nowhere else.

Without any of these names every message stays on this machine: in the spool folder and in the portal's inbox.

    CLAUSEFLOW_SMTP_HOST      the mail server that takes e-mail; makes `email` leave by SMTP
    CLAUSEFLOW_SMTP_PORT      its port; 587, with tls 465
    CLAUSEFLOW_SMTP_SECURITY  starttls (default), tls, or none, which only a server on this machine may have
    CLAUSEFLOW_SMTP_SENDER    the address that e-mail comes from
    CLAUSEFLOW_SMTP_USER      name and password for the server, both or none
    CLAUSEFLOW_SMTP_PASSWORD
    CLAUSEFLOW_TEXT_URL       where text messages are posted to; makes `text` leave by the signed webhook
    CLAUSEFLOW_TEXT_SECRET    the key of its signatures, in both directions; 16 characters or more
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path
from urllib.parse import urlsplit

from engine.clock import Clock, SystemClock
from engine.errors import EngineError, ErrorCode, Location, Problem

PREFIX = "CLAUSEFLOW_"
SECURITIES = ("starttls", "tls", "none")
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SECRET_LENGTH = 16


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """One mail server. *timeout* in seconds bounds every step of the talk with it."""

    host: str
    port: int
    sender: str
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class TextGatewaySettings:
    """The gateway that takes text messages by HTTP. *timeout* in seconds bounds one request."""

    url: str
    secret: bytes = field(repr=False)
    timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """Where the channels work. *spool* is the folder of letters to print; it is made when first needed.

    A channel without settings of its own stays in the spool folder. *clock* dates what is sent. Nothing of a
    *throwaway* spool, which is removed after use, waits for the disk.
    """

    spool: Path
    smtp: SmtpSettings | None = None
    text_gateway: TextGatewaySettings | None = None
    clock: Clock = field(default_factory=SystemClock)
    throwaway: bool = False


def read_channel_settings(environment: Mapping[str, str], spool: Path) -> ChannelSettings:
    """The settings that *environment* gives. Errors, all at once: JOB_INPUT for what is missing or cannot be."""
    reader = _Reader(environment)
    settings = ChannelSettings(spool, reader.smtp(), reader.text_gateway())
    if reader.problems:
        raise EngineError(*reader.problems)
    return settings


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[Problem] = []

    def _get(self, name: str) -> str:
        return self._environment.get(PREFIX + name, "").strip()

    def _problem(self, name: str, message: str, hint: str) -> None:
        self.problems.append(Problem(ErrorCode.JOB_INPUT, message, Location(part=PREFIX + name), hint=hint))

    def _given_without(self, kind: str, main: str) -> None:
        for name in sorted(self._environment):
            if name.startswith(f"{PREFIX}{kind}_"):
                self._problem(
                    name.removeprefix(PREFIX), f"it is set, but {PREFIX}{main} is not.", f"set {PREFIX}{main}"
                )

    def smtp(self) -> SmtpSettings | None:
        host = self._get("SMTP_HOST")
        if not host:
            self._given_without("SMTP", "SMTP_HOST")
            return None
        security = self._get("SMTP_SECURITY") or SECURITIES[0]
        if security not in SECURITIES:
            self._problem(
                "SMTP_SECURITY", f'expected one of {", ".join(SECURITIES)}, but got "{security}".', "correct it"
            )
        if security == "none" and host not in _THIS_MACHINE:
            self._problem("SMTP_SECURITY", "letters may leave this machine only encrypted.", "use starttls or tls")
        sender = self._get("SMTP_SENDER")
        if not is_mail_address(sender):
            self._problem(
                "SMTP_SENDER", f'expected an e-mail address, but got "{sender}".', "such as office@example.org"
            )
        user, password = self._get("SMTP_USER"), self._get("SMTP_PASSWORD")
        if bool(user) != bool(password):
            self._problem("SMTP_USER", "user and password are needed both, or none.", f"set {PREFIX}SMTP_PASSWORD too")
        return SmtpSettings(host, self._port(security), sender, security, user, password)

    def _port(self, security: str) -> int:
        given = self._get("SMTP_PORT")
        if given and not (given.isascii() and given.isdigit() and 0 < int(given) < 65536):
            self._problem("SMTP_PORT", f'expected a port from 1 to 65535, but got "{given}".', "such as 587")
            return 0
        return int(given) if given else _PORTS.get(security, 0)

    def text_gateway(self) -> TextGatewaySettings | None:
        url = self._get("TEXT_URL")
        if not url:
            self._given_without("TEXT", "TEXT_URL")
            return None
        parts = urlsplit(url)
        if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE)):
            self._problem(
                "TEXT_URL", "expected an https address, or http on this machine.", "messages are personal data"
            )
        secret = self._get("TEXT_SECRET").encode()
        if len(secret) < _SECRET_LENGTH:
            self._problem(
                "TEXT_SECRET", f"expected a secret of {_SECRET_LENGTH} characters or more.", "draw it at random"
            )
        return TextGatewaySettings(url, secret)


def is_mail_address(text: str) -> bool:
    """Whether *text* is one plain e-mail address, with no name, list, comment or control character about it."""
    if not text.isascii() or any(ord(character) <= 32 or ord(character) == 127 for character in text):
        return False
    try:
        address = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        return False
    return bool(address.username and address.domain) and address.addr_spec == text
