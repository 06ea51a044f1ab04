"""What an operator does to running instances: list, suspend, resume, move, cancel, and resolve an incident.

Each command says who does it and why; both go into the log.
"""

from __future__ import annotations

from typing import Annotated, Literal

import typer
from rich import box
from rich.table import Table

from engine.runtime import InstanceView
from tools.commands.common import DEFAULT_STORE, ByOption, StoreOption, console, opened_store, operator_named, say

ShownInstance = Annotated[str, typer.Argument(metavar="INSTANCE", help="The id of the process instance.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, for the log.")]
CreditOption = Annotated[
    bool, typer.Option("--credit-timers", help="Timers are due later by the time of the suspension.")
]
ProcessOption = Annotated[str | None, typer.Option("--process", help="Only instances of this process.")]
StatusOption = Annotated[
    Literal["active", "suspended", "completed", "terminated"] | None,
    typer.Option("--status", help="Only those in this state."),
]


def instances(store: StoreOption = DEFAULT_STORE, process: ProcessOption = None, status: StatusOption = None) -> None:
    """List process instances with the elements at which they stand."""
    with opened_store(store) as engine:
        found = engine.instances(process_id=process, status=status)
        stopped = [each for view in found if view.open_incidents for each in engine.incidents(instance_id=view.id)]
    if not found:
        say("No instances.")
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for head in ("Instance", "Process", "Status", "Case", "At", "Incidents"):
        table.add_column(head, overflow="fold")
    for view in found:
        at = ", ".join(f"{element_id} ({instance_id})" for element_id, instance_id in view.active_elements)
        table.add_row(view.id, view.process_id, view.status, view.case_id or "", at, str(view.open_incidents or ""))
    console().print(table)
    for incident in stopped:
        say(f"{incident.id} at {incident.element_id} of {incident.instance_id}: {incident.code}: {incident.message}")


def suspend(
    instance: ShownInstance, reason: ReasonOption, store: StoreOption = DEFAULT_STORE, by: ByOption = "operator"
) -> None:
    """Let an instance lie still: it takes no timers, messages, jobs and user tasks until it is resumed."""
    with opened_store(store) as engine:
        _say(engine.suspend_instance(instance, operator_named(by), reason=reason))


def resume(
    instance: ShownInstance,
    reason: ReasonOption,
    credit_timers: CreditOption = False,
    store: StoreOption = DEFAULT_STORE,
    by: ByOption = "operator",
) -> None:
    """Let a suspended instance go on."""
    with opened_store(store) as engine:
        _say(engine.resume_instance(instance, operator_named(by), reason=reason, credit_timers=credit_timers))


def move(
    instance: ShownInstance,
    element_instance: Annotated[str, typer.Argument(metavar="ELEMENT_INSTANCE", help="Whose token goes.")],
    element: Annotated[str, typer.Argument(metavar="ELEMENT", help="Where it goes: an element of the same scope.")],
    reason: ReasonOption,
    store: StoreOption = DEFAULT_STORE,
    by: ByOption = "operator",
) -> None:
    """Cancel an element instance and put its token on another element."""
    with opened_store(store) as engine:
        _say(engine.move_token(instance, element_instance, element, operator_named(by), reason=reason))


def cancel(
    instance: ShownInstance, reason: ReasonOption, store: StoreOption = DEFAULT_STORE, by: ByOption = "operator"
) -> None:
    """End an instance with all that it waits for."""
    with opened_store(store) as engine:
        _say(engine.cancel_instance(instance, operator_named(by), reason=reason))


def resolve(
    incident: Annotated[str, typer.Argument(metavar="INCIDENT", help="The id of the incident.")],
    reason: ReasonOption,
    store: StoreOption = DEFAULT_STORE,
    by: ByOption = "operator",
) -> None:
    """Run again what had stopped."""
    with opened_store(store) as engine:
        view = engine.resolve_incident(incident, operator_named(by), reason=reason)
        say(f"{view.id}: {view.state}")
        if view.instance_id is not None:
            _say(engine.instance(view.instance_id))


def _say(view: InstanceView) -> None:
    at = ", ".join(element_id for element_id, _ in view.active_elements)
    say(f"{view.id} ({view.process_id}): {view.status}{f', at {at}' if at else ''}")
