"""Jobs of service tasks: inline ones run inside the command, worker ones become rows for the workers.

Whatever a handler does wrong stops only its own element: a failure, a BPMN error nobody catches, an exception, or a
result that is none, each ends in an incident that names the handler, and nothing of the job's records is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from engine.bpmn import JobCreated
from engine.errors import EngineError, ErrorCode, Problem, failure
from engine.feel import Value
from engine.handlers.contract import BpmnError, HandlerDefinition, HandlerKind, Job, JobFailure, JobResult, Services
from engine.runtime.attempt import Attempt
from engine.runtime.command import Command, LiveInstance
from engine.runtime.incidents import raise_incident
from engine.runtime.log_kinds import LogKind
from engine.runtime.records import apply_records
from engine.runtime.services import HandlerServices
from engine.runtime.settings import Settings
from engine.runtime.values import checked_variables, is_small_and_plain, stored
from engine.store import JobRow

INLINE = HandlerKind.INLINE
JOB_COMPLETED = str(LogKind.JOB_COMPLETED)
LISTS = (tuple, list)


def write_job_created(command: Command, live: LiveInstance, effect: JobCreated) -> None:
    """A service task was reached: queue its inline handler, or commit a row for the workers."""
    handler = command.parts.handlers.get(effect.job_type)
    inline = handler is not None and handler.kind is INLINE
    now = command.now
    if inline and not live.suspended:
        queue_inline_job(
            command,
            live,
            JobRow.inline(
                command.tx.new_id("job"),
                live.id,
                effect.element_id,
                effect.element_instance_id,
                effect.name,
                effect.clauses,
                effect.job_type,
                effect.headers,
                effect.variables,
                effect.retries,
                now,
            ),
        )
        return
    job = JobRow(
        id=command.tx.new_id("job"),
        kind="inline" if inline else "worker",
        state="open",
        instance_id=live.id,
        element_id=effect.element_id,
        element_instance_id=effect.element_instance_id,
        element_name=effect.name,
        clauses=effect.clauses,
        type=effect.job_type,
        headers=effect.headers,
        variables=effect.variables,
        retries=effect.retries,
        attempts=0,
        available_at=now,
        created_at=now,
        held_at=now if live.suspended else None,
    )
    command.write_row(live)
    command.tx.jobs.add(job)
    if inline:
        return
    command.record(
        LogKind.JOB_CREATED,
        {"job_id": job.id, "job_type": job.type, "name": effect.name, "clauses": list(job.clauses)},
        live=live,
        element_id=job.element_id,
    )


def queue_inline_job(command: Command, live: LiveInstance, job: JobRow) -> None:
    live.waiting_jobs.add(job.element_instance_id)
    command.agenda.append(partial(_run_inline_job, command, live, job))


def _run_inline_job(command: Command, live: LiveInstance, job: JobRow) -> None:
    if job.element_instance_id not in live.waiting_jobs:
        return  # the element was left before its turn came
    live.waiting_jobs.discard(job.element_instance_id)
    live.jobs_run += 1
    handler = command.parts.handlers[job.type]
    services = HandlerServices(command, live, job.element_id)
    try:
        if live.jobs_run > command.settings.jobs_per_command:
            raise _endless(command.settings)
        with Attempt(command, live):
            result = run_handler(handler, job_for(command, live, job), services, command.settings)
            if result.records:
                apply_records(command, live, result.records, job)
    except BpmnError as error:
        throw_job_error(command, live, job, error.code, str(error), error.variables)
    except JobFailure as error:
        stop_job(command, live, job, error.problem)
    except EngineError as error:
        stop_job(command, live, job, error.problem)
    else:
        finish_job(command, live, job, result)


def job_for(command: Command, live: LiveInstance, job: JobRow) -> Job:
    """The job as its handler sees it."""
    return Job(
        job.id,
        job.type,
        job.element_id,
        job.element_name,
        live.process_id,
        live.id,
        live.case_id,
        live.package_id,
        job.headers,
        job.variables,
        job.clauses,
        command.now,
        command.actor,
        job.attempts or 1,
        idempotency_key=job.id,
    )


class Checked(NamedTuple):
    """A `JobResult` whose parts are what they should be."""

    variables: dict[str, Value]
    records: tuple[object, ...] = ()
    summary: str = ""
    arithmetic: tuple[str, ...] = ()


def run_handler(handler: HandlerDefinition, job: Job, services: Services, settings: Settings) -> Checked:
    """Call the handler and check what it returns.

    Errors: JobFailure and BpmnError as the handler raised them; EngineError JOB_RESULT for a result that is none,
    JOB_FAILED for any other exception, which is named and kept as the cause.
    """
    try:
        result = handler.run(job, services)
    except BpmnError as error:
        raise _checked_error(error, job, settings) from error
    except JobFailure as error:
        if not isinstance(error.problem, Problem):
            raise _nonsense(job, "a JobFailure with a Problem", error.problem) from error
        raise
    except EngineError:
        raise
    except Exception as error:  # the border to foreign code: every fault must end in an incident
        raise failure(
            ErrorCode.JOB_FAILED,
            f"the handler {job.type} raised {type(error).__name__}: {_said(error)}",
            hint="correct the handler or the job's inputs, then resolve the incident",
            element_id=job.element_id,
        ) from error
    if not isinstance(result, JobResult):
        raise _nonsense(job, "a JobResult", result)
    if not isinstance(result.records, LISTS):
        raise _nonsense(job, "a tuple of records", result.records)
    if not isinstance(result.arithmetic, LISTS):
        raise _nonsense(job, "a tuple of lines", result.arithmetic)
    try:
        return _checked_result(result, job, settings)
    except EngineError:
        raise
    except Exception as error:  # parts of the result are foreign code as well: mappings, texts
        raise _nonsense(job, "a JobResult that can be read", error) from error


def _said(error: Exception) -> str:
    """The words of an exception, which may not have any."""
    try:
        return str(error)
    except Exception as worse:  # noqa: BLE001 -- foreign code, too
        return f"(its words cannot be read: {type(worse).__name__})"


def _checked_result(result: JobResult, job: Job, settings: Settings) -> Checked:
    variables = result.variables
    if is_small_and_plain(variables, settings.result_bytes):
        variables = variables.copy()
    else:
        variables = _checked_values(variables, job, settings)
    lines = tuple(map(str, result.arithmetic)) if result.arithmetic else ()
    return Checked(variables, tuple(result.records), str(result.summary), lines)


def _checked_error(error: BpmnError, job: Job, settings: Settings) -> BpmnError:
    if not isinstance(error.code, str) or not error.code:
        raise _nonsense(job, "a BpmnError with a code", error.code) from error
    return BpmnError(error.code, str(error), _checked_values(error.variables, job, settings))


def _checked_values(given: object, job: Job, settings: Settings) -> dict[str, Value]:
    whose, allowed = f"the handler {job.type}", settings.result_bytes
    return checked_variables(given, code=ErrorCode.JOB_RESULT, whose=whose, bytes_allowed=allowed)


def _nonsense(job: Job, expected: str, got: object) -> EngineError:
    return failure(
        ErrorCode.JOB_RESULT,
        f"the handler {job.type}: expected {expected}, but got {type(got).__name__}.",
        hint="correct the handler, then resolve the incident",
        element_id=job.element_id,
    )


def finish_job(command: Command, live: LiveInstance, job: JobRow, result: Checked) -> None:
    """The job is done: its variables go to the element, which completes."""
    data = {
        "job_id": job.id,
        "job_type": job.type,
        "name": job.element_name,
        "element_instance_id": job.element_instance_id,
        "summary": result.summary,
        "arithmetic": result.arithmetic,
        "clauses": job.clauses,
        "variables": stored(result.variables),
    }
    command.entries.append((JOB_COMPLETED, data, live.case_id, live.id, job.element_id))
    live.execution.complete_job(job.element_instance_id, result.variables)
    command.take_effects(live)


def throw_job_error(
    command: Command, live: LiveInstance, job: JobRow, code: str, message: str, variables: Mapping[str, Value]
) -> None:
    """The job ends in a BPMN error: an error event catches it, or the element fails."""
    command.record(
        LogKind.JOB_ERROR,
        {
            "job_id": job.id,
            "job_type": job.type,
            "name": job.element_name,
            "element_instance_id": job.element_instance_id,
            "code": code,
            "message": message,
            "clauses": list(job.clauses),
            "variables": stored(variables),
        },
        live=live,
        element_id=job.element_id,
    )
    command.act(live, lambda execution: execution.throw_error(job.element_instance_id, code, message, variables))


def stop_job(command: Command, live: LiveInstance, job: JobRow, problem: Problem) -> None:
    """The job cannot be done: its row stays, with an incident."""
    command.write_row(live)
    if command.tx.jobs.get(job.id) is None:
        command.tx.jobs.add(job)
    command.tx.jobs.stop(job.id)
    clause = ", ".join(job.clauses) or None
    raise_incident(
        command,
        problem.at(element_id=job.element_id, clause=clause),
        live=live,
        element_id=job.element_id,
        element_instance_id=job.element_instance_id,
        job_id=job.id,
    )


def _endless(settings: Settings) -> EngineError:
    return failure(
        ErrorCode.JOB_FAILED,
        f"more than {settings.jobs_per_command} jobs of this instance ran in one command: a loop without a wait.",
        hint="give the loop a wait state or a way out, then resolve the incident",
    )
