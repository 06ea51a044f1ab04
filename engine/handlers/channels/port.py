"""The port of delivery channels: what every adapter gets, does and gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from engine.handlers.contract import Delivery, NoticeIssued


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """Where the embedded channels work. *spool* is the folder of letters to print; it is made when first needed."""

    spool: Path


class ChannelAdapter(Protocol):
    """Carries one delivery out. `resend_is_safe`: the same *key* again changes nothing outside."""

    @property
    def resend_is_safe(self) -> bool: ...

    def send(self, notice: NoticeIssued, delivery: Delivery, key: str) -> Mapping[str, Any]:
        """Deliver, and give the facts of the delivery as plain JSON.

        Errors: JobFailure, with `retry` when another attempt may help.
        """
        ...


BuildChannel = Callable[[ChannelSettings], ChannelAdapter]
