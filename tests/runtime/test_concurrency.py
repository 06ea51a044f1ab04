"""Several threads and several processes on one store: commands come one after the other, each thing is done once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from engine.errors import EngineError, ErrorCode
from engine.handlers.contract import HandlerDefinition, JobResult
from engine.runtime import Engine
from engine.wiring import open_engine
from tests.runtime.conftest import ADA, apply_for_registration, pending, worker
from tests.runtime.crashing import Child
from tests.runtime.drawing import diagram, end, service, start

THREADS = 4


def noting(path: Path) -> dict[str, HandlerDefinition]:
    """A handler that notes the key of each job that it does beside the store."""

    def run(job: Any, services: Any) -> JobResult:
        with path.with_suffix(".txt").open("a", encoding="utf-8") as file:
            file.write(f"{job.key}\n")
        return JobResult()

    return {"far": worker(run)}


def work_alone(path: Path, owner: str) -> None:
    """What a worker of a process of its own does, until nothing is due."""
    engine = open_engine(path, handlers=noting(path))
    while engine.work(owner, limit=1):
        pass
    engine.close()


def together(calls: list[Callable[[], Any]]) -> list[Any]:
    """Call all at once, each in a thread of its own; the results or errors in order."""
    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(call) for call in calls]
        return [future.exception() or future.result() for future in futures]


def test_cases_of_several_threads_are_all_opened_and_the_chain_holds(hive: Engine) -> None:
    def open_some(thread: int) -> list[str]:
        return [apply_for_registration(hive, f"AP-{thread}-{number}") for number in range(5)]

    opened = together([lambda thread=thread: open_some(thread) for thread in range(THREADS)])  # type: ignore[misc]

    assert len({case_id for each in opened for case_id in each}) == 5 * THREADS
    assert len(hive.user_tasks()) == 5 * THREADS
    assert hive.verify().ok


def test_user_task_that_several_threads_complete_is_completed_once(hive: Engine) -> None:
    apply_for_registration(hive)
    (task,) = hive.user_tasks()

    results = together([lambda: hive.complete_user_task(task.id, {"healthy": True}, ADA)] * THREADS)

    refused = [each for each in results if isinstance(each, EngineError)]
    assert [error.code for error in refused] == [ErrorCode.TASK_COMPLETED] * (THREADS - 1)
    assert len(hive.notices()) == 1


def test_event_that_several_threads_raise_under_one_id_counts_once(hive: Engine) -> None:
    given = {"apiary_number": "AP-1", "keeper_name": "Mere Tane", "hives": 4}

    def raise_it() -> str:
        return hive.raise_event("hive_law", "registration applied for", given, ADA, event_id="letter-1").outcome

    assert sorted(together([raise_it] * THREADS)) == ["done"] + ["duplicate"] * (THREADS - 1)
    assert len(hive.cases()) == 1


def test_workers_of_several_threads_do_each_job_once(loose: Callable[..., Engine]) -> None:
    done: list[str] = []

    def run(job: Any, services: Any) -> JobResult:
        done.append(job.key)
        return JobResult()

    engine = loose(diagram("p", start(), service("A", "far"), end(), flows="Start->A->End"), far=worker(run))
    for _ in range(12):
        engine.start_process("p", {}, ADA)

    def work(owner: str) -> int:
        total = 0
        while count := engine.work(owner, limit=2):
            total += count
        return total

    totals = together([lambda owner=str(number): work(owner) for number in range(THREADS)])  # type: ignore[misc]

    assert sum(totals) == 12
    assert len(done) == len(set(done)) == 12
    assert pending(engine)["job"] == 0


def test_workers_of_two_processes_do_each_job_once(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    engine = open_engine(path, handlers=noting(path))
    engine.deploy_files({"p.bpmn": diagram("p", start(), service("A", "far"), end(), flows="Start->A->End")}, ADA)
    for _ in range(10):
        engine.start_process("p", {}, ADA)
    engine.close()

    children = [Child(work_alone, path, f"worker-{number}") for number in range(2)]
    killed = [child.wait() for child in children]

    assert killed == [False, False]
    keys = path.with_suffix(".txt").read_text(encoding="utf-8").split()
    assert len(keys) == len(set(keys)) == 10
    after = open_engine(path, handlers=noting(path))
    assert {instance.status for instance in after.instances()} == {"completed"}
    assert after.verify().ok
    after.close()


def test_two_engines_on_one_store_see_each_other(open_store: Callable[..., Engine]) -> None:
    drawn = diagram("p", start(), service("A", "far"), end(), flows="Start->A->End")
    far = {"far": worker(lambda job, services: JobResult({"by": "second"}))}
    first, second = open_store(handlers=far), open_store(handlers=far)
    first.deploy_files({"p.bpmn": drawn}, ADA)

    instance = second.start_process("p", {}, ADA)
    second.run_due()

    assert first.instance(instance.id).variables["by"] == "second"
