"""Deliveries of notices: leased, handed to a channel under their key, marked sent.

A crash between sending and marking sends again under the same key. A channel that cannot recognise a key
(`resend_is_safe` false) is not asked again: that delivery becomes an incident.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from engine.errors import EngineError, ErrorCode, Problem, did_you_mean, failure
from engine.feel import Value
from engine.handlers.contract import Delivery, JobFailure, NoticeIssued
from engine.runtime.command import Command
from engine.runtime.incidents import raise_incident
from engine.runtime.log_kinds import LogKind
from engine.runtime.messages import publish_or_buffer
from engine.runtime.settings import backoff
from engine.store import DeliveryRow, NoticeRow

DELIVERY_MESSAGE = "notice_delivery"
"""The message, with the notice's id as key, by which a process that waits for it learns what became of a delivery.

Its variables are `delivery_outcome` (sent, failed, and later delivered, bounced, returned), `delivery_channel` and
`delivery_reason`. A failure that a process waits for is its business and no incident.
"""


DELIVERY_VARIABLES = ("delivery_outcome", "delivery_channel", "delivery_reason")
"""What that message carries."""


class ChannelAdapter(Protocol):
    """Carries a notice to its address. `resend_is_safe`: a second call under one key does nothing new."""

    @property
    def resend_is_safe(self) -> bool: ...

    def send(self, notice: NoticeIssued, delivery: Delivery, key: str) -> Mapping[str, Any]:
        """Deliver, and return the facts of it as plain JSON (file, message id ...).

        Errors: JobFailure with `retry` when another attempt may help; anything else is retried too.
        """
        ...


def send(
    channels: Mapping[str, ChannelAdapter], notice: NoticeRow, delivery: DeliveryRow
) -> tuple[Mapping[str, Any], Problem | None, bool]:
    """Try once, outside any transaction: (facts, None, False), or ({}, what went wrong, whether to try again)."""
    adapter = channels.get(delivery.channel)
    if adapter is None:
        unknown = failure(
            ErrorCode.JOB_FAILED,
            f'no channel is called "{delivery.channel}".{did_you_mean(delivery.channel, channels)}',
            hint=f"channels: {', '.join(channels) or 'none'}",
        )
        return {}, unknown.problem, False
    try:
        facts = adapter.send(_issued(notice), Delivery(delivery.channel, delivery.address), delivery.key)
        json.dumps(dict(facts))
    except JobFailure as error:
        return {}, error.problem, error.retry
    except EngineError as error:
        return {}, error.problem, True
    except Exception as error:  # noqa: BLE001 -- the border to the outside: every fault must be retried or shown
        raised = failure(
            ErrorCode.JOB_FAILED,
            f"the channel {delivery.channel} raised {type(error).__name__}: {error}",
            hint="see whether its server and its address are right, then resolve the incident",
        )
        return {}, raised.problem, True
    return facts, None, False


def record_outcome(
    command: Command, delivery: DeliveryRow, facts: Mapping[str, Any], problem: Problem | None, retry: bool
) -> None:
    """Mark the delivery sent, or put it back, or stop it. An outcome under a lost lease changes nothing."""
    current = command.tx.deliveries.get(delivery.id)
    # the number of the attempt tells two leases apart, though their owners may share a name
    if current is None or current.state != "sending" or current.attempts != delivery.attempts:
        return
    notice = command.tx.notices.get(delivery.notice_id)
    case_id = None if notice is None else notice.case_id
    shared = {
        "notice_id": delivery.notice_id,
        "type": "" if notice is None else notice.type,
        "delivery_id": delivery.id,
        "channel": delivery.channel,
        "attempt": current.attempts,
    }
    instance_id = None if notice is None else notice.instance_id
    if problem is None:
        command.tx.deliveries.mark_sent(delivery.id, at=command.now, facts=facts)
        command.record(
            LogKind.NOTICE_SENT, {**shared, "delivered": dict(facts)}, case_id=case_id, instance_id=instance_id
        )
        tell_who_waits(command, delivery, case_id, "sent")
    elif retry and current.retries > 1:
        wait = backoff(command.settings, delivery.key, current.attempts)
        command.tx.deliveries.requeue(delivery.id, retries=current.retries - 1, available_at=command.now + wait)
        command.record(
            LogKind.NOTICE_RETRIED,
            {**shared, "problem": problem.as_data(), "retry_at": (command.now + wait).isoformat()},
            case_id=case_id,
            instance_id=instance_id,
        )
    else:
        command.tx.deliveries.fail(delivery.id)
        if not tell_who_waits(command, delivery, case_id, "failed", problem.message):
            raise_incident(command, problem, case_id=case_id, delivery_id=delivery.id)


def tell_who_waits(
    command: Command, delivery: DeliveryRow, case_id: str | None, outcome: str, reason: str = ""
) -> bool:
    """Publish the outcome to a process that waits for it; False when none does. A notice in general has no such."""
    if not command.tx.subscriptions.all_for_message(DELIVERY_MESSAGE, delivery.notice_id):
        return False
    variables: dict[str, Value] = {
        "delivery_outcome": outcome,
        "delivery_channel": delivery.channel,
        "delivery_reason": reason,
    }
    publish_or_buffer(command, DELIVERY_MESSAGE, delivery.notice_id, variables, case_id=case_id)
    return True


def recover_lost(command: Command, channels: Mapping[str, ChannelAdapter], limit: int) -> None:
    """Deliveries whose lease ended while being sent: queued again where that is safe, else stopped."""
    for row in command.tx.deliveries.lost(command.now, limit=limit):
        adapter = channels.get(row.channel)
        if adapter is None or adapter.resend_is_safe:
            command.tx.deliveries.requeue(row.id, retries=row.retries, available_at=command.now)
            continue
        notice = command.tx.notices.get(row.notice_id)
        command.tx.deliveries.fail(row.id)
        lost = Problem(
            ErrorCode.JOB_FAILED,
            f"the worker was lost while it sent {row.key} by {row.channel}: it may have arrived or not.",
            hint="ask the recipient or the server's log; resolve the incident to send it again",
        )
        raise_incident(command, lost, case_id=None if notice is None else notice.case_id, delivery_id=row.id)


def _issued(row: NoticeRow) -> NoticeIssued:
    return NoticeIssued(
        notice_id=row.id,
        notice_type=row.type,
        dated=row.dated,
        subject=row.subject,
        texts=row.texts,
        required=row.required,
        deliveries=(),
        source_hash=row.source_hash,
        files=row.files,
    )
