"""The worker's loop body: lease, run outside any transaction, answer in a transaction of its own.

Used by the facade's `work` and `run_due`. Several workers may share a store: a lease belongs to one owner, and an
answer under a lost lease is refused.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from engine.errors import EngineError, ErrorCode, Problem, failure
from engine.handlers.contract import ENGINE, BpmnError, HandlerKind, Job, JobFailure
from engine.runtime.attempt import Attempt
from engine.runtime.command import Command, LiveInstance, Parts
from engine.runtime.deliveries import ChannelAdapter, record_outcome, recover_lost, send
from engine.runtime.jobs import Checked, finish_job, run_handler, stop_job, throw_job_error
from engine.runtime.log_kinds import LogKind
from engine.runtime.records import apply_records
from engine.runtime.schedule import STORE_TROUBLE
from engine.runtime.services import WorkerServices
from engine.runtime.settings import backoff
from engine.store import DeliveryRow, InstanceHeading, JobRow, Store

_log = logging.getLogger(__name__)
OpenCommand = Callable[[], AbstractContextManager[Command]]


@dataclass(frozen=True, slots=True)
class Worker:
    """Works for one store. `open_command` opens a command of the engine itself."""

    store: Store
    parts: Parts
    channels: Mapping[str, ChannelAdapter]
    open_command: OpenCommand

    def work(self, owner: str, limit: int) -> int:
        """Do up to *limit* due jobs and *limit* due deliveries; how many were tried."""
        return self._work_jobs(owner, limit) + self._work_deliveries(owner, limit)

    # ---- jobs ------------------------------------------------------------------------------------------------

    def _work_jobs(self, owner: str, limit: int) -> int:
        types = [name for name, handler in self.parts.handlers.items() if handler.kind is HandlerKind.WORKER]
        with self.store.read() as snapshot:
            if not snapshot.jobs.has_work(types, snapshot.now):
                return 0
        with self.open_command() as command:
            until = command.now + self.parts.settings.lease
            jobs = command.tx.jobs.lease(owner, types=types, now=command.now, until=until, limit=limit)
            leased = [(job, command.tx.instances.heading(job.instance_id)) for job in jobs]
            now = command.now
        for job, instance in leased:
            if instance is not None:
                self._run(job, instance, now)
        return len(jobs)

    def _run(self, row: JobRow, instance: InstanceHeading, now: datetime) -> None:
        services = WorkerServices(self.store, self.parts.packages, instance, row.id, self.parts.settings)
        job = Job(
            key=row.id,
            type=row.type,
            element_id=row.element_id,
            element_name=row.element_name,
            process_id=instance.process_id,
            process_instance_id=instance.id,
            case_id=instance.case_id,
            package_id=instance.package_id,
            headers=row.headers,
            variables=row.variables,
            clauses=row.clauses,
            now=now,
            actor=ENGINE,
            attempt=row.attempts,
            idempotency_key=row.id,
        )
        outcome: Checked | BpmnError | JobFailure
        try:
            outcome = run_handler(self.parts.handlers[row.type], job, services, self.parts.settings)
        except (BpmnError, JobFailure) as error:
            outcome = error
        except EngineError as error:
            outcome = JobFailure(error.problem, retry=error.code is ErrorCode.JOB_FAILED)
        finally:
            services.close()
        self._answer(row, outcome)

    def _answer(self, row: JobRow, outcome: Checked | BpmnError | JobFailure) -> None:
        """Answer in a transaction of its own; an answer that the instance refuses stops the job with an incident."""
        try:
            with self.open_command() as command:
                answer_job(command, row, outcome)
        except EngineError as error:
            if error.code in STORE_TROUBLE:
                raise
            if error.code is ErrorCode.JOB_NOT_OPEN:
                _log.warning("answer refused: job=%s type=%s element=%s: %s", row.id, row.type, row.element_id, error)
                return
            with self.open_command() as command:
                answer_job(command, row, JobFailure(error.problem))

    # ---- deliveries ------------------------------------------------------------------------------------------

    def _work_deliveries(self, owner: str, limit: int) -> int:
        with self.store.read() as snapshot:
            due = snapshot.deliveries.next_available()
            if due is None or due > snapshot.now:
                return 0
        with self.open_command() as command:
            recover_lost(command, self.channels, limit)
            until = command.now + self.parts.settings.lease
            deliveries = command.tx.deliveries.lease(owner, now=command.now, until=until, limit=limit)
        for delivery in deliveries:
            self._deliver(delivery)
        return len(deliveries)

    def _deliver(self, delivery: DeliveryRow) -> None:
        with self.store.read() as snapshot:
            notice = snapshot.notices.get(delivery.notice_id)
        if notice is None:
            raise failure(ErrorCode.STORE_SCHEMA, f"the delivery {delivery.id} has no notice.")
        if not self._may_send(delivery):
            return
        facts, problem, retry = send(self.channels, notice, delivery)
        with self.open_command() as command:
            record_outcome(command, delivery, facts, problem, retry)

    def _may_send(self, delivery: DeliveryRow) -> bool:
        """Whether the lease still holds: others of the batch may have taken long, and a lost one is an incident by now.

        Where sending twice is harmless nothing is asked.
        """
        adapter = self.channels.get(delivery.channel)
        if adapter is None or adapter.resend_is_safe:
            return True
        with self.open_command() as command:
            until = command.now + self.parts.settings.lease
            return command.tx.deliveries.renew(delivery.id, attempt=delivery.attempts, now=command.now, until=until)


def answer_job(command: Command, leased: JobRow, outcome: Checked | BpmnError | JobFailure) -> None:
    """Write what became of a leased job.

    Errors: JOB_NOT_FOUND when it is gone, JOB_NOT_OPEN when the lease was lost.
    """
    if isinstance(outcome, Checked) and not outcome.records and command.tx.jobs.remove_leased(leased):
        finish_job(command, command.load(leased.instance_id), leased, outcome)
        return
    row = command.tx.jobs.get(leased.id)
    if row is None:
        if leased.lease_owner is None:
            raise failure(ErrorCode.JOB_NOT_FOUND, f'no job "{leased.id}" is open.')
        return  # the element was left while the worker ran: its answer is no longer wanted
    # the number of the attempt tells two leases apart, though their owners may share a name
    own = (row.lease_owner, row.attempts) == (leased.lease_owner, leased.attempts)
    if not own or row.state not in ("open", "leased"):
        raise failure(
            ErrorCode.JOB_NOT_OPEN,
            f'the job "{row.id}" ({row.type}) is {row.state} and not leased to {leased.lease_owner}.',
            hint="the lease ended and another worker took the job; its answer counts",
        )
    live = command.load(row.instance_id)
    if isinstance(outcome, JobFailure):
        _retry_or_stop(command, live, row, outcome.problem, outcome.retry)
        return
    if isinstance(outcome, BpmnError):
        command.tx.jobs.remove(row.id)
        throw_job_error(command, live, row, outcome.code, str(outcome), outcome.variables)
        return
    if outcome.records:
        try:
            with Attempt(command, live):
                apply_records(command, live, outcome.records, row)
        except EngineError as error:
            stop_job(command, live, row, error.problem)
            return
    command.tx.jobs.remove(row.id)
    finish_job(command, live, row, outcome)


def _retry_or_stop(command: Command, live: LiveInstance, row: JobRow, problem: Problem, retry: bool) -> None:
    if not retry or row.retries <= 1:
        stop_job(command, live, row, problem)
        return
    at = command.now + backoff(command.settings, row.id, row.attempts)
    command.tx.jobs.put_back(row.id, retries=row.retries - 1, available_at=at)
    command.record(
        LogKind.JOB_RETRIED,
        {
            "job_id": row.id,
            "job_type": row.type,
            "name": row.element_name,
            "attempt": row.attempts,
            "retries": row.retries - 1,
            "retry_at": at.isoformat(),
            "problem": problem.as_data(),
            "clauses": list(row.clauses),
        },
        live=live,
        element_id=row.element_id,
    )
