"""The port of delivery channels: what every adapter gets, does and gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from engine.errors import ErrorCode, Location, Problem
from engine.handlers.channels.settings import ChannelSettings
from engine.handlers.contract import Delivery, JobFailure, NoticeIssued


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


def address_part(delivery: Delivery, part: str) -> str:
    """A part of the address without which the channel cannot deliver. Errors: JobFailure for good."""
    value = delivery.address.get(part, "").strip()
    if not value:
        raise refusal(
            f'"{delivery.channel}" to "{delivery.address.get("party", "")}" needs "{part}", but the address has none.',
            hint=f"name the fact of {part} under address of the party in the manifest, and record it in the case",
        )
    return value


def refusal(message: str, *, hint: str, retry: bool = False) -> JobFailure:
    """A delivery that failed; with *retry* it is tried again."""
    return JobFailure(Problem(ErrorCode.JOB_FAILED, message, Location(), hint=hint), retry=retry)
