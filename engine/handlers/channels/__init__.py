"""Delivery channels: a port (`port.py`) and its adapters. `CHANNELS` names them; notices choose by these names.

`print` and `mail` lay letters into the spool folder, `portal` leaves them in the portal's inbox. Entry point:
`open_channels(settings)` builds one adapter for each name.
"""

from __future__ import annotations

from engine.handlers.channels.outbox import Outbox
from engine.handlers.channels.port import BuildChannel, ChannelAdapter, ChannelSettings
from engine.handlers.channels.spool import SpoolFolder

CHANNELS: dict[str, BuildChannel] = {
    "print": SpoolFolder,
    "mail": SpoolFolder,
    "portal": Outbox,
}


def open_channels(settings: ChannelSettings) -> dict[str, ChannelAdapter]:
    """One adapter for each channel name."""
    return {name: build(settings) for name, build in CHANNELS.items()}


__all__ = ["CHANNELS", "ChannelAdapter", "ChannelSettings", "Outbox", "SpoolFolder", "open_channels"]
