"""Incidents: the only place that makes one of a failure. `repair.py` resolves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import Problem
from engine.runtime.log_kinds import LogKind
from engine.store import IncidentRow

if TYPE_CHECKING:
    from engine.runtime.command import Command, LiveInstance


def raise_incident(
    command: Command,
    problem: Problem,
    *,
    live: LiveInstance | None = None,
    case_id: str | None = None,
    element_id: str | None = None,
    element_instance_id: str | None = None,
    job_id: str | None = None,
    delivery_id: str | None = None,
) -> str:
    """Something has stopped: keep it, with what is known about why, until a person repairs it."""
    incident_id = command.tx.new_id("incident")
    located = problem if element_id is None else problem.at(element_id=element_id)
    if live is not None:
        command.write_row(live)
    row = IncidentRow(
        id=incident_id,
        state="open",
        code=str(located.code),
        message=located.message,
        problem=located.as_data(),
        instance_id=None if live is None else live.id,
        case_id=case_id if live is None else live.case_id,
        element_id=element_id,
        element_instance_id=element_instance_id,
        job_id=job_id,
        delivery_id=delivery_id,
        created_at=command.now,
    )
    command.tx.incidents.add(row)
    command.incidents_raised += 1
    command.record(
        LogKind.INCIDENT_RAISED,
        {
            "incident_id": incident_id,
            "problem": located.as_data(),
            "element_instance_id": element_instance_id,
            "job_id": job_id,
            "delivery_id": delivery_id,
        },
        live=live,
        case_id=row.case_id,
        element_id=element_id,
    )
    return incident_id
