"""Worker jobs: committed first, leased, run outside any transaction, retried with backoff, answered once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import EngineError, ErrorCode, Problem
from engine.handlers.contract import BpmnError, JobFailure, JobResult, StateChanged
from engine.runtime import Engine, Settings
from engine.runtime.settings import backoff
from tests.runtime.conftest import ADA, START, dump, pending, worker
from tests.runtime.drawing import boundary_error, boundary_timer, diagram, end, error, root, service, start

ONE_JOB = diagram("p", start(), service("A", "far"), end(), flows="Start->A->End")
LEASE = Settings().lease


class Far:
    """A worker handler that does what the test has queued: a result, or a fault to raise."""

    def __init__(self, *outcomes: Any) -> None:
        self.outcomes = list(outcomes)
        self.jobs: list[Any] = []

    def __call__(self, job: Any, services: Any) -> Any:
        self.jobs.append(job)
        outcome = self.outcomes.pop(0) if self.outcomes else JobResult()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


def retry(message: str = "the line is busy") -> JobFailure:
    return JobFailure(Problem(ErrorCode.JOB_FAILED, message), retry=True)


def test_worker_job_is_committed_before_it_runs(loose: Callable[..., Engine]) -> None:
    far = Far()
    engine = loose(ONE_JOB, far=worker(far))

    engine.start_process("p", {"n": 1}, ADA)

    assert far.jobs == []
    (job,) = engine.jobs()
    assert (job.type, job.state, job.retries, job.variables) == ("far", "open", 3, {"n": Decimal(1)})
    assert engine.next_due() == START


def test_worker_job_that_is_done_completes_its_element_and_its_row_goes(loose: Callable[..., Engine]) -> None:
    far = Far(JobResult({"answer": "yes"}))
    engine = loose(ONE_JOB, far=worker(far))
    instance = engine.start_process("p", {}, ADA)

    assert engine.run_due() == 1

    after = engine.instance(instance.id)
    assert (after.status, after.variables["answer"]) == ("completed", "yes")
    assert pending(engine)["job"] == 0
    assert engine.run_due() == 0


def test_worker_job_that_fails_is_retried_with_growing_waits_under_the_same_key(loose: Callable[..., Engine]) -> None:
    far = Far(retry(), retry(), JobResult())
    engine = loose(ONE_JOB, far=worker(far))
    instance = engine.start_process("p", {}, ADA)

    waits = []
    for _ in range(2):
        engine.run_due()
        due = engine.next_due()
        assert due is not None
        waits.append(due - engine.now())
        engine.advance_clock(due, ADA)

    assert engine.instance(instance.id).status == "completed"
    assert [job.attempt for job in far.jobs] == [1, 2, 3]
    assert len({job.idempotency_key for job in far.jobs}) == 1
    assert timedelta(seconds=10) <= waits[0] <= timedelta(seconds=12.5)
    assert timedelta(seconds=20) <= waits[1] <= timedelta(seconds=25)
    assert len([entry for entry in engine.timeline(instance_id=instance.id) if "the line is busy" in entry.what]) == 2


def test_worker_job_without_retries_left_becomes_an_incident(loose: Callable[..., Engine]) -> None:
    far = Far(retry(), retry(), retry(), JobResult({"at_last": True}))
    engine = loose(ONE_JOB, far=worker(far))
    instance = engine.start_process("p", {}, ADA)

    engine.advance_clock(START + timedelta(hours=1), ADA)

    (incident,) = engine.incidents()
    assert (incident.code, incident.element_id, len(far.jobs)) == (ErrorCode.JOB_FAILED, "A", 3)
    engine.resolve_incident(incident.id, ADA)
    engine.run_due()
    assert engine.instance(instance.id).variables["at_last"] is True


FINAL: dict[str, tuple[Any, ErrorCode]] = {
    "a failure that is not to be retried": (
        JobFailure(Problem(ErrorCode.JOB_INPUT, "no address")),
        ErrorCode.JOB_INPUT,
    ),
    "a result that is none": ("done", ErrorCode.JOB_RESULT),
    "variables that are no values": (JobResult({"a": 1.5}), ErrorCode.JOB_RESULT),  # type: ignore[dict-item]
    "a record that cannot be written": (JobResult({}, (StateChanged("x"),)), ErrorCode.CASE_NOT_FOUND),
}


@pytest.mark.parametrize("name", FINAL)
def test_worker_job_that_cannot_be_done_becomes_an_incident_at_once(loose: Callable[..., Engine], name: str) -> None:
    outcome, code = FINAL[name]
    far = Far(outcome)
    engine = loose(ONE_JOB, far=worker(far))
    engine.start_process("p", {}, ADA)

    engine.advance_clock(START + timedelta(days=1), ADA)

    assert [incident.code for incident in engine.incidents()] == [code]
    assert len(far.jobs) == 1
    assert engine.next_due() is None


def test_worker_handler_that_raises_is_retried_like_a_failure(loose: Callable[..., Engine]) -> None:
    far = Far(ConnectionError("gone"), JobResult())
    engine = loose(ONE_JOB, far=worker(far))
    instance = engine.start_process("p", {}, ADA)

    engine.advance_clock(START + timedelta(minutes=1), ADA)

    assert engine.instance(instance.id).status == "completed"
    assert any("ConnectionError: gone" in entry.what for entry in engine.timeline(instance_id=instance.id))


def test_worker_job_that_ends_in_a_bpmn_error_leaves_by_its_boundary_event(loose: Callable[..., Engine]) -> None:
    drawn = diagram(
        "p",
        start(),
        service("A", "far"),
        boundary_error("Refused", "A", "REFUSED"),
        end("Good"),
        end("Bad"),
        flows="Start->A->Good;Refused->Bad",
    )
    engine = loose(root(drawn, error("REFUSED")), far=worker(Far(BpmnError("REFUSED"))))
    instance = engine.start_process("p", {}, ADA)

    engine.run_due()

    assert engine.instance(instance.id).status == "completed"
    assert pending(engine)["job"] == 0


def test_worker_that_dies_holding_a_lease_is_replaced_when_the_lease_ends(loose: Callable[..., Engine]) -> None:
    class Killed(BaseException):
        """Stands for the end of the process in the middle of a handler."""

    far = Far(Killed())
    engine = loose(ONE_JOB, far=worker(far))
    instance = engine.start_process("p", {}, ADA)
    with pytest.raises(Killed):
        engine.run_due()

    assert engine.run_due() == 0, "the lease still holds"
    assert engine.next_due() == START + LEASE
    engine.advance_clock(START + LEASE, ADA)

    assert engine.instance(instance.id).status == "completed"
    assert [job.attempt for job in far.jobs] == [1, 2]


def test_answer_under_a_lost_lease_changes_nothing(loose: Callable[..., Engine]) -> None:
    engine_box: list[Engine] = []

    def slow(job: Any, services: Any) -> JobResult:
        if job.attempt == 1:  # while the first worker hangs, its lease ends and a second one does the job
            with engine_box[0]._store.transaction("clock") as tx:
                tx.move_clock(START + LEASE)
            engine_box[0].work("second")
        return JobResult({"by": Decimal(job.attempt)})

    engine = loose(ONE_JOB, far=worker(slow))
    engine_box.append(engine)
    instance = engine.start_process("p", {}, ADA)

    engine.work("first")

    assert engine.instance(instance.id).variables["by"] == Decimal(2)
    assert engine.incidents(state=None) == []


def test_answer_of_a_worker_whose_lease_was_taken_over_is_refused(loose: Callable[..., Engine]) -> None:
    engine_box: list[Engine] = []
    seen: list[dict[str, list[str]]] = []

    def slow(job: Any, services: Any) -> JobResult:
        engine = engine_box[0]
        if job.attempt == 1:
            with engine._store.transaction("clock") as tx:
                tx.move_clock(START + LEASE)
            with engine._store.transaction("second") as tx:
                tx.jobs.lease("first", types=["far"], now=tx.now, until=tx.now + LEASE, limit=1)
            seen.append(dump(engine))
        return JobResult()

    engine = loose(ONE_JOB, far=worker(slow))
    engine_box.append(engine)
    instance = engine.start_process("p", {}, ADA)

    engine.work("first")

    assert dump(engine) == seen[0]
    assert engine.instance(instance.id).status == "active"


def test_job_of_an_element_that_was_left_meanwhile_is_dropped(loose: Callable[..., Engine]) -> None:
    engine_box: list[Engine] = []

    def slow(job: Any, services: Any) -> JobResult:
        engine_box[0].cancel_instance(job.process_instance_id, ADA)
        return JobResult()

    engine = loose(ONE_JOB, far=worker(slow))
    engine_box.append(engine)
    instance = engine.start_process("p", {}, ADA)

    engine.work("first")

    assert engine.instance(instance.id).status == "terminated"
    assert pending(engine)["job"] == 0


def test_boundary_timer_that_fires_first_takes_the_job_back(loose: Callable[..., Engine]) -> None:
    far = Far(retry())
    drawn = diagram(
        "p",
        start(),
        service("A", "far"),
        boundary_timer("Late", "A", "PT1S"),
        end("Good"),
        end("Bad"),
        flows="Start->A->Good;Late->Bad",
    )
    engine = loose(drawn, far=worker(far))
    instance = engine.start_process("p", {}, ADA)

    engine.advance_clock(START + timedelta(minutes=5), ADA)

    assert engine.instance(instance.id).status == "completed"
    assert len(far.jobs) == 1
    assert not any(pending(engine).values())


def test_two_workers_share_the_jobs_and_do_each_once(loose: Callable[..., Engine]) -> None:
    far = Far()
    engine = loose(ONE_JOB, far=worker(far))
    for _ in range(7):
        engine.start_process("p", {}, ADA)

    done = [engine.work(owner, limit=2) for owner in ("first", "second", "first", "second", "first")]

    assert done == [2, 2, 2, 1, 0]
    assert len({job.key for job in far.jobs}) == len(far.jobs) == 7


def test_worker_handler_may_not_draw_numbers_of_a_queue(loose: Callable[..., Engine]) -> None:
    engine = loose(ONE_JOB, far=worker(lambda job, services: services.next_number("letters")))
    engine.start_process("p", {}, ADA)

    engine.advance_clock(START + timedelta(hours=1), ADA)

    (incident,) = engine.incidents()
    assert 'a number of the queue "letters"' in incident.message


def test_ids_that_a_worker_handler_draws_are_the_same_at_every_attempt(loose: Callable[..., Engine]) -> None:
    drawn: list[list[str]] = []

    def run(job: Any, services: Any) -> JobResult:
        drawn.append([services.new_id("letter"), services.new_id("letter")])
        if job.attempt == 1:
            raise retry()
        return JobResult()

    engine = loose(ONE_JOB, far=worker(run))
    engine.start_process("p", {}, ADA)

    engine.advance_clock(START + timedelta(minutes=1), ADA)

    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) == 2


EXTERNAL = Settings(external_job_types=frozenset({"far"}))


def test_job_of_another_program_is_completed_through_the_facade_once(loose: Callable[..., Engine]) -> None:
    engine = loose(ONE_JOB, settings=EXTERNAL)
    instance = engine.start_process("p", {}, ADA)
    (job,) = engine.jobs(instance_id=instance.id)
    assert engine.run_due() == 0

    after = engine.complete_job(job.id, {"answer": "yes"}, ADA)

    assert (after.status, after.variables["answer"]) == ("completed", "yes")
    with pytest.raises(EngineError) as caught:
        engine.complete_job(job.id, {}, ADA)
    assert caught.value.code is ErrorCode.JOB_NOT_FOUND


def test_job_of_another_program_may_end_in_an_error_or_fail(loose: Callable[..., Engine]) -> None:
    engine = loose(ONE_JOB, settings=EXTERNAL)
    first = engine.start_process("p", {}, ADA)
    second = engine.start_process("p", {}, ADA)
    jobs = engine.jobs()

    engine.throw_job_error(jobs[0].id, "REFUSED", ADA)
    engine.fail_job(jobs[1].id, JobFailure(Problem(ErrorCode.JOB_FAILED, "broken")), ADA)

    assert [(each.instance_id, each.code) for each in engine.incidents()] == [
        (first.id, ErrorCode.BPMN_UNHANDLED_ERROR),
        (second.id, ErrorCode.JOB_FAILED),
    ]


def test_backoff_doubles_up_to_its_bound_is_spread_and_repeats() -> None:
    settings = Settings()
    waits = [backoff(settings, "job-1", attempt) for attempt in range(1, 40)]

    assert all(settings.first_backoff <= wait <= settings.longest_backoff * 1.25 for wait in waits)
    assert waits[0] < waits[1] < waits[2] < waits[3]
    assert waits == [backoff(settings, "job-1", attempt) for attempt in range(1, 40)]
    assert len({backoff(settings, f"job-{number}", 1) for number in range(20)}) == 20


def test_clock_of_the_machine_that_jumps_back_an_hour_loses_nothing(open_store: Callable[..., Engine]) -> None:
    class Jumping:
        now_is = START

        def now(self) -> datetime:
            return self.now_is

    clock = Jumping()
    far = Far(retry(), JobResult())
    engine = open_store(clock="system", system_clock=clock, handlers={"far": worker(far)})
    engine.deploy_files({"p.bpmn": ONE_JOB}, ADA)
    instance = engine.start_process("p", {}, ADA)
    engine.run_due()

    clock.now_is = START - timedelta(hours=1)
    assert engine.run_due() == 0
    clock.now_is = START + timedelta(minutes=1)
    engine.run_due()

    assert engine.instance(instance.id).status == "completed"
    assert engine.verify().ok
