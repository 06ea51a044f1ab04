"""Asking a handler what it would do now: a job that stands in no diagram, and services that only read."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import ErrorCode, failure
from engine.feel import Value
from engine.handlers.contract import Actor, Job
from engine.runtime.command import Parts
from engine.runtime.questions import instance_view
from engine.runtime.services import WorkerServices
from engine.store import Snapshot, Store


def preview_job(
    store: Store, parts: Parts, snapshot: Snapshot, instance_id: str, job_type: str, headers: Mapping[str, str]
) -> tuple[Job, WorkerServices]:
    """The job with the variables of the instance, or of the job of this kind that stopped there in an incident.

    Errors: RUN_NOT_FOUND.
    """
    row, heading = snapshot.instances.get(instance_id), snapshot.instances.heading(instance_id)
    if row is None or heading is None:
        raise failure(ErrorCode.RUN_NOT_FOUND, f'no process instance "{instance_id}" is stored.')
    variables: dict[str, Value] = dict(instance_view(snapshot, parts.packages, row).variables)
    for incident in snapshot.incidents.find(state="open", instance_id=instance_id, case_id=None, limit=100):
        stopped = None if incident.job_id is None else snapshot.jobs.get(incident.job_id)
        if stopped is not None and stopped.type == job_type and headers.items() <= stopped.headers.items():
            variables.update(stopped.variables)
    job = Job(
        key="preview",
        type=job_type,
        element_id="",
        element_name="",
        process_id=heading.process_id,
        process_instance_id=heading.id,
        case_id=heading.case_id,
        package_id=heading.package_id,
        headers=headers,
        variables=variables,
        clauses=(),
        now=snapshot.now,
        actor=Actor("preview"),
    )
    return job, WorkerServices(store, parts.packages, heading, "preview", parts.settings)
