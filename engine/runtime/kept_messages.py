"""Messages that came before anybody waited for them: who takes them later, and when they expire.

An element that begins to wait gets the one that has waited longest; an instance that ends makes way for the one that
starts the next instance of its key.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.runtime.command import Command, LiveInstance
from engine.runtime.independence import takes_from_anybody
from engine.runtime.log_kinds import LogKind
from engine.runtime.messages import deliver_to
from engine.store import MessageRow

if TYPE_CHECKING:
    from engine.bpmn import MessageSubscribed


def take_buffered(command: Command, live: LiveInstance, effect: MessageSubscribed) -> None:
    """An element has begun to wait: give it the message that came earlier, if one did."""
    look_in_buffer(command, live, effect.message_name, effect.correlation_key, effect.element_instance_id)


def look_in_buffer(command: Command, live: LiveInstance, name: str, key: str, element_instance_id: str) -> None:
    """Hand over the message that has waited longest under this name and key, when the command comes to it."""
    kept = command.tx.messages.oldest(name, key, command.now)
    if kept is not None and takes_from_anybody(live, element_instance_id):
        command.agenda.append(partial(_hand_over, command, live, name, key, element_instance_id))


def _hand_over(command: Command, live: LiveInstance, name: str, key: str, element_instance_id: str) -> None:
    message = command.tx.messages.oldest(name, key, command.now)
    waiting = [
        row
        for row in command.tx.subscriptions.all_for_message(name, key)
        if row.instance_id == live.id and row.element_instance_id == element_instance_id
    ]
    if message is None or not waiting:
        return  # another element took it, this one no longer waits, or its instance is suspended
    command.tx.messages.remove(message.id)
    deliver_to(command, waiting[0], message.variables)
    # what does not interrupt waits on, and the next message may have come early, too
    command.agenda.append(partial(_hand_over, command, live, name, key, element_instance_id))


def start_next(command: Command, ended: LiveInstance) -> None:
    """An instance that a message started has ended: the next message of its key that was kept may start another."""
    if ended.start_key is not None:
        command.agenda.append(partial(_start_next, command, ended, ended.start_key))


def _start_next(command: Command, ended: LiveInstance, key: str) -> None:
    found = command.tx.messages.waiting_to_start(ended.process_id, key, command.now)
    if found is None:
        return
    message, element_id = found
    active = command.tx.instances.active_with_start_key(ended.process_id, key)
    if active not in (None, ended.id):  # its own row is written at the end of the command
        return
    command.tx.messages.remove(message.id)
    command.begin(
        ended.process_id, message.variables, start_event_id=element_id, case_id=message.case_id, start_key=key
    )


def expire_message(command: Command, message: MessageRow) -> None:
    """The time to live is over: the message is gone, and the log says that nobody read it."""
    command.tx.messages.remove(message.id)
    command.record(
        LogKind.MESSAGE_EXPIRED,
        {"name": message.name, "key": message.key, "published_at": message.published_at.isoformat()},
    )
