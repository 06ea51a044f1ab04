"""Messages: correlated by name and key, buffered with a time to live, never processed twice.

A message goes to one instance of each process that waits for it (the one that has waited longest), and starts an
instance of each process with a message start event of its name, unless one that was started by the same key is still
active. One that is kept meanwhile starts the next when that one has ended.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean
from engine.feel import Value
from engine.runtime.independence import check_message
from engine.runtime.log_kinds import LogKind
from engine.runtime.values import stored
from engine.runtime.views import MessageResult
from engine.store import MessageRow, SubscriptionRow

if TYPE_CHECKING:
    from engine.runtime.command import Command

_SHOWN = 10


def publish_message(
    command: Command,
    name: str,
    key: str,
    variables: Mapping[str, Value],
    *,
    message_id: str | None = None,
    time_to_live: timedelta | None = None,
    case_id: str | None = None,
) -> MessageResult:
    """Deliver, start, or buffer; a message id that was seen before does nothing.

    Errors: MSG_NOBODY when nobody waits and no time to live is given; MSG_DUPLICATE when its only use would be to
    start a second instance for the same key. Nothing is stored then.
    """
    if message_id is not None:
        seen = command.tx.receipts.find("message", message_id)
        if seen is not None:
            return MessageResult("duplicate", tuple(json.loads(seen)["instance_ids"]))
    published = _record_published(command, name, key, variables, case_id)
    result = _deliver(command, name, key, variables, case_id=case_id, may_repeat=False)
    if result is None:
        if time_to_live is None or time_to_live <= timedelta(0):
            raise nobody_waits(command, name, key)
        _buffer(command, name, key, variables, time_to_live, case_id)
        result = MessageResult("buffered")
    if case_id is None and result.instance_ids:
        command.tx.log.put_in_case(published, command.case_of(result.instance_ids[0]))
    if message_id is not None:
        outcome = json.dumps({"outcome": result.outcome, "instance_ids": result.instance_ids})
        command.tx.receipts.add("message", message_id, outcome, command.now)
    return result


def publish_or_buffer(
    command: Command,
    name: str,
    key: str,
    variables: Mapping[str, Value],
    *,
    case_id: str | None = None,
    may_repeat: bool = False,
    kept: bool = True,
) -> None:
    """Publish from inside: what nobody takes waits, when *kept*, for the engine's own time to live; the log says so.

    *may_repeat* lets it start another instance though one of the same key is active.
    """
    _record_published(command, name, key, variables, case_id)
    if _deliver(command, name, key, variables, case_id=case_id, may_repeat=may_repeat) is None and kept:
        _buffer(command, name, key, variables, command.settings.message_time_to_live, case_id)


def is_awaited(command: Command, name: str, key: str) -> bool:
    """Whether an instance waits for this message now."""
    return bool(command.tx.subscriptions.all_for_message(name, key))


def start_by_message(
    command: Command,
    name: str,
    key: str,
    variables: Mapping[str, Value],
    *,
    case_id: str | None,
    may_repeat: bool = False,
) -> tuple[str, ...]:
    """Start the processes that begin with this message. Errors: MSG_NOBODY, MSG_DUPLICATE unless it *may_repeat*."""
    _record_published(command, name, key, variables, case_id)
    if not command.tx.deployments.started_by("message", name):
        known = command.tx.deployments.start_names("message")
        raise EngineError(
            Problem(
                ErrorCode.MSG_NOBODY,
                f'no deployed process starts with the message "{name}".{did_you_mean(name, known)}',
                Location(part=name),
                hint=f"messages that start a process: {', '.join(known[:_SHOWN]) or 'none'}",
            )
        )
    started = _start(command, name, key, variables, case_id=case_id, may_repeat=may_repeat)
    if not started:
        raise _started_already(command, name, key)
    return tuple(started)


def correlate_message(
    command: Command,
    name: str,
    key: str,
    variables: Mapping[str, Value],
    *,
    case_id: str | None,
    time_to_live: timedelta = timedelta(0),
) -> tuple[str, ...]:
    """Deliver to those that wait now; with a *time_to_live* keep it for those that will.

    Errors: MSG_NOBODY with what is awaited instead, when nobody waits and it is not to be kept.
    """
    _record_published(command, name, key, variables, case_id)
    reached = _correlate(command, name, key, variables)
    if not reached and time_to_live > timedelta(0):
        _buffer(command, name, key, variables, time_to_live, case_id)
    elif not reached:
        raise nobody_waits(command, name, key)
    return tuple(reached)


def _deliver(
    command: Command,
    name: str,
    key: str,
    variables: Mapping[str, Value],
    *,
    case_id: str | None,
    may_repeat: bool,
) -> MessageResult | None:
    reached = _correlate(command, name, key, variables)
    started = _start(command, name, key, variables, case_id=case_id, may_repeat=may_repeat)
    if started:
        return MessageResult("started", (*started, *reached))
    return MessageResult("correlated", tuple(reached)) if reached else None


def _correlate(command: Command, name: str, key: str, variables: Mapping[str, Value]) -> list[str]:
    reached: list[str] = []
    processes: set[str] = set()
    for subscription in command.tx.subscriptions.all_for_message(name, key):
        if subscription.process_id in processes:
            continue
        processes.add(subscription.process_id)
        deliver_to(command, subscription, variables)
        reached.append(subscription.instance_id)
    return reached


def deliver_to(command: Command, subscription: SubscriptionRow, variables: Mapping[str, Value]) -> None:
    """Hand a message to one waiting element. Errors: TASK_FOUR_EYES."""
    live = command.load(subscription.instance_id)
    check_message(command, live, subscription)
    command.record(
        LogKind.MESSAGE_CORRELATED,
        {
            "name": subscription.name,
            "key": subscription.key,
            "element_instance_id": subscription.element_instance_id,
            "variables": stored(variables),
        },
        live=live,
        element_id=subscription.element_id,
    )
    command.act(
        live,
        lambda execution: execution.deliver_message(subscription.element_instance_id, subscription.name, variables),
    )


def _start(
    command: Command,
    name: str,
    key: str,
    variables: Mapping[str, Value],
    *,
    case_id: str | None,
    may_repeat: bool,
) -> list[str]:
    started = []
    for start in command.tx.deployments.started_by("message", name):
        if key and not may_repeat and command.tx.instances.active_with_start_key(start.process_id, key):
            continue
        live = command.begin(
            start.process_id,
            variables,
            start_event_id=start.element_id,
            case_id=case_id,
            start_key=key or None,
        )
        started.append(live.id)
    return started


# ---- the buffer -----------------------------------------------------------------------------------------------------


def _buffer(
    command: Command,
    name: str,
    key: str,
    variables: Mapping[str, Value],
    time_to_live: timedelta,
    case_id: str | None,
) -> None:
    until = command.now + time_to_live
    row = MessageRow(command.tx.new_id("message"), name, key, variables, command.now, until, case_id)
    command.tx.messages.buffer(row)
    command.record(
        LogKind.MESSAGE_BUFFERED, {"name": name, "key": key, "until": row.expires_at.isoformat()}, case_id=case_id
    )


# ---- words ----------------------------------------------------------------------------------------------------------


def _record_published(
    command: Command, name: str, key: str, variables: Mapping[str, Value], case_id: str | None
) -> int:
    return command.record(
        LogKind.MESSAGE_PUBLISHED, {"name": name, "key": key, "variables": stored(variables)}, case_id=case_id
    )


def nobody_waits(command: Command, name: str, key: str) -> EngineError:
    """MSG_NOBODY, saying what is awaited under this key, or which names are awaited at all."""
    if command.tx.deployments.started_by("message", name):
        return _started_already(command, name, key)
    same_key = command.tx.subscriptions.with_key(key, limit=_SHOWN)
    if same_key:
        awaited = ", ".join(
            f'"{row.name}" at {row.element_id} ({row.instance_id}{", suspended" if row.held else ""})'
            for row in same_key
        )
        hint = f"awaited now under this key: {awaited}"
    else:
        names = command.tx.subscriptions.names()
        hint = f"nothing is awaited under this key; awaited messages: {', '.join(names[:_SHOWN]) or 'none'}"
    known = [row.name for row in same_key] or command.tx.subscriptions.names()
    return EngineError(
        Problem(
            ErrorCode.MSG_NOBODY,
            f'nobody waits for the message "{name}" with the key "{key}".{did_you_mean(name, set(known) - {name})}',
            Location(part=name),
            hint=hint,
        )
    )


def _started_already(command: Command, name: str, key: str) -> EngineError:
    active = [
        instance
        for start in command.tx.deployments.started_by("message", name)
        if (instance := command.tx.instances.active_with_start_key(start.process_id, key))
    ]
    return EngineError(
        Problem(
            ErrorCode.MSG_DUPLICATE,
            f'the message "{name}" with the key "{key}" has started {", ".join(active)}, which is still active.',
            Location(part=name),
            hint="use another key, or wait until that instance has ended",
        )
    )
