"""Delivery channels: a port (`port.py`) and its adapters. `CHANNELS` names them; notices choose by these names.

`print` and `mail` lay letters into the spool folder, `portal` leaves them in the portal's inbox. `email` and `text` go
out by SMTP and by the signed webhook when the settings name a server (`settings.py`), else into the spool folder too.
Entry point: `open_channels(settings)` builds one adapter for each name. Reading order: port.py, settings.py, spool.py,
outbox.py, email.py, signing.py, text.py.
"""

from __future__ import annotations

from engine.handlers.channels.email import SmtpChannel
from engine.handlers.channels.outbox import Outbox
from engine.handlers.channels.port import BuildChannel, ChannelAdapter
from engine.handlers.channels.settings import (
    ChannelSettings,
    SmtpSettings,
    TextGatewaySettings,
    read_channel_settings,
)
from engine.handlers.channels.signing import check_signature, sign_body
from engine.handlers.channels.spool import SpoolFolder
from engine.handlers.channels.text import TextGateway


def _build_email(settings: ChannelSettings) -> ChannelAdapter:
    return SpoolFolder(settings) if settings.smtp is None else SmtpChannel(settings.smtp, settings.clock)


def _build_text(settings: ChannelSettings) -> ChannelAdapter:
    gateway = settings.text_gateway
    return SpoolFolder(settings) if gateway is None else TextGateway(gateway, settings.clock)


CHANNELS: dict[str, BuildChannel] = {
    "print": SpoolFolder,
    "mail": SpoolFolder,
    "text": _build_text,
    "email": _build_email,
    "portal": Outbox,
}
ON_PAPER = frozenset({"print", "mail"})
"""The channels that carry the letter, as PDF."""


def open_channels(settings: ChannelSettings) -> dict[str, ChannelAdapter]:
    """One adapter for each channel name."""
    return {name: build(settings) for name, build in CHANNELS.items()}


__all__ = [
    "CHANNELS",
    "ON_PAPER",
    "ChannelAdapter",
    "ChannelSettings",
    "Outbox",
    "SmtpChannel",
    "SmtpSettings",
    "SpoolFolder",
    "TextGateway",
    "TextGatewaySettings",
    "check_signature",
    "open_channels",
    "read_channel_settings",
    "sign_body",
]
