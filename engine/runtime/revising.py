"""Values that turned out to be wrong, put right in the running instances of a case: one entry of the log for each.

The entry is a command of the instance, so that its state can be rebuilt from the log.
"""

from __future__ import annotations

from engine.bpmn import InstanceStatus
from engine.feel import to_wire
from engine.handlers.contract import ValuesRevised
from engine.runtime.command import Command
from engine.runtime.log_kinds import LogKind


def revise_instances(command: Command, case_id: str, record: ValuesRevised, *, but: str) -> None:
    """Revise every active instance of the case that still holds a wrong value, but the one that asks for it.

    One that is suspended is put right too: it takes no steps by that.
    """
    for instance_id in command.tx.cases.linked_instances(case_id):
        row = command.tx.instances.get(instance_id)
        if instance_id == but or row is None or row.status != InstanceStatus.ACTIVE:
            continue
        live = command.load(instance_id, suspended_too=True)
        if live.execution.status is not InstanceStatus.ACTIVE or not live.execution.holds_any(record.revisions):
            continue
        command.record(
            LogKind.VALUES_REVISED,
            {
                "reason": record.reason,
                "revisions": [
                    {"path": list(path), "was": to_wire(was), "now": to_wire(now)}
                    for path, was, now in record.revisions
                ],
            },
            live=live,
        )
        command.act(live, lambda execution: execution.revise(record.revisions))
