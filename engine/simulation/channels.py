"""The channels of a rehearsal: those of the embedded default, some of them down when the scenario says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from engine.errors import ErrorCode, failure
from engine.handlers import ChannelAdapter, ChannelSettings, open_channels
from engine.handlers.contract import Delivery, JobFailure, NoticeIssued


class ChannelDown:
    """A channel that refuses whatever it is given, for good."""

    @property
    def resend_is_safe(self) -> bool:
        return True

    def send(self, notice: NoticeIssued, delivery: Delivery, key: str) -> Mapping[str, Any]:
        raise JobFailure(
            failure(
                ErrorCode.JOB_FAILED,
                f"the channel {delivery.channel} is down in this scenario.",
                hint="take it out of channels_down",
            ).problem
        )


def rehearsal_channels(spool: Path, down: Iterable[str], *, throwaway: bool) -> dict[str, ChannelAdapter]:
    """One adapter for each channel name; nothing of it leaves this machine. *throwaway*: see `ChannelSettings`."""
    return {**open_channels(ChannelSettings(spool, throwaway=throwaway)), **{name: ChannelDown() for name in down}}
