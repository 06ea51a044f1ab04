"""Signals: every instance that waits for one has it, and every process that begins with it is started.

An instance that is suspended has it when it is resumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from engine.feel import Value
from engine.runtime.log_kinds import LogKind
from engine.runtime.values import stored

if TYPE_CHECKING:
    from engine.bpmn import SignalThrown
    from engine.runtime.command import Command, LiveInstance


def broadcast_signal(
    command: Command, name: str, variables: Mapping[str, Value], *, thrown_by: str | None = None
) -> tuple[str, ...]:
    """Hand a signal to all that wait for it, except the one that threw it, and start what begins with it.

    For an instance that is suspended it is kept until that one is resumed.
    """
    reached: list[str] = []
    held: set[str] = set()
    for subscription in command.tx.subscriptions.for_signal(name):
        instance_id = subscription.instance_id
        if instance_id == thrown_by or instance_id in reached or instance_id in held:
            continue
        if subscription.held:
            held.add(instance_id)
            command.tx.subscriptions.hold_signal(instance_id, name, variables, command.now)
            live = command.load(instance_id, suspended_too=True)
            command.record(LogKind.SIGNAL_HELD, {"name": name}, live=live, element_id=subscription.element_id)
            continue
        reached.append(instance_id)
        deliver_signal(command, command.load(instance_id), name, variables, subscription.element_id)
    for start in command.tx.deployments.started_by("signal", name):
        reached.append(command.begin(start.process_id, variables, start_event_id=start.element_id).id)
    return tuple(reached)


def deliver_signal(
    command: Command, live: LiveInstance, name: str, variables: Mapping[str, Value], element_id: str
) -> None:
    """Hand a signal to one instance, which waits for it at *element_id* and perhaps elsewhere too."""
    entry = {"name": name, "variables": stored(variables)}
    command.record(LogKind.SIGNAL_DELIVERED, entry, live=live, element_id=element_id)
    command.act(live, lambda execution: execution.deliver_signal(name, variables))


def deliver_held_signals(command: Command, live: LiveInstance) -> None:
    """Hand over the signals that were thrown while the instance lay still, where it waits for them still."""
    for name, variables in command.tx.subscriptions.take_held_signals(live.id):
        waiting = [row for row in command.tx.subscriptions.for_signal(name) if row.instance_id == live.id]
        if waiting:
            deliver_signal(command, live, name, variables, waiting[0].element_id)


def write_signal_thrown(command: Command, live: LiveInstance, effect: SignalThrown) -> None:
    command.record(
        LogKind.SIGNAL_THROWN,
        {"name": effect.signal_name, "clauses": list(effect.clauses), "variables": stored(effect.variables)},
        live=live,
        element_id=effect.element_id,
    )
    command.agenda.append(partial(broadcast_signal, command, effect.signal_name, effect.variables, thrown_by=live.id))
