"""Repair by an operator: resolve an incident and run again what had stopped, or cancel an instance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import ErrorCode, failure
from engine.feel import Value
from engine.runtime.command import Command, LiveInstance
from engine.runtime.jobs import queue_inline_job
from engine.runtime.log_kinds import LogKind
from engine.runtime.values import stored
from engine.store import JobRow


def resolve_incident(command: Command, incident_id: str, given: Mapping[str, Value], reason: str) -> None:
    """Close the incident and run what had stopped again, with the *given* variables changed.

    Errors: RUN_NOT_FOUND, RUN_STATE when it is not open.
    """
    row = command.tx.incidents.get(incident_id)
    if row is None:
        raise failure(ErrorCode.RUN_NOT_FOUND, f'no incident "{incident_id}" is stored.')
    if row.state != "open":
        raise failure(ErrorCode.RUN_STATE, f'the incident "{incident_id}" is {row.state}.')
    live = None if row.instance_id is None else command.load(row.instance_id)
    command.tx.incidents.close(incident_id, "resolved", command.now)
    entry: dict[str, Any] = {"incident_id": incident_id, "code": row.code, "reason": reason}
    if given:
        entry["variables"] = stored(given)
    entry["element_instance_id"] = row.element_instance_id
    job = None if row.job_id is None else command.tx.jobs.get(row.job_id)
    entry["runs_again"] = "delivery" if row.delivery_id else "element" if job is None else "job"
    command.record(LogKind.INCIDENT_RESOLVED, entry, live=live, case_id=row.case_id, element_id=row.element_id)
    if row.delivery_id is not None:
        command.tx.deliveries.requeue(
            row.delivery_id, retries=command.settings.delivery_retries, available_at=command.now
        )
    elif live is not None and row.element_instance_id is not None:
        _run_again(command, live, row.element_instance_id, job, given)


def _run_again(
    command: Command,
    live: LiveInstance,
    element_instance_id: str,
    job: JobRow | None,
    given: Mapping[str, Value],
) -> None:
    if given:
        command.act(live, lambda execution: execution.set_variables(element_instance_id, given))
    if job is None:
        command.act(live, lambda execution: execution.retry(element_instance_id))
        return
    if given:
        command.tx.jobs.set_variables(job.id, {**job.variables, **given})
    _run_job_again(command, live, job)


def _run_job_again(command: Command, live: LiveInstance, job: JobRow) -> None:
    if job.kind == "inline":
        current = command.tx.jobs.get(job.id) or job
        command.tx.jobs.remove(job.id)
        queue_inline_job(command, live, current)
    else:
        command.tx.jobs.put_back(job.id, retries=1, available_at=command.now)


def cancel_instance(command: Command, instance_id: str, reason: str) -> None:
    """End an active instance with all that it waits for. Errors: RUN_NOT_FOUND, RUN_STATE."""
    live = command.load(instance_id, suspended_too=True)
    command.record(LogKind.INSTANCE_CANCELLED, {"reason": reason}, live=live)
    command.act(live, lambda execution: execution.cancel())
