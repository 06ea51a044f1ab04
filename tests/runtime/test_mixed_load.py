"""A mixed load on one store by several processes, each killed at any statement: the end is that of an undisturbed run.

Jobs, timers, messages, user tasks and inline work; one process gives the commands, two are workers. Each dies at a
drawn statement and is started again, a few times; then all run on to the end. The effect of a job on the outside is a
file named after its idempotency key, so that an effect under a second key would be seen.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from engine.errors import EngineError, ErrorCode
from engine.handlers.contract import HandlerDefinition, JobResult
from engine.runtime import Engine
from engine.wiring import open_engine
from tests.runtime.conftest import ADA, START, inline, pending, worker
from tests.runtime.crashing import Child, die_at_statement
from tests.runtime.drawing import (
    boundary_timer,
    catch_message,
    catch_timer,
    diagram,
    end,
    message_start,
    parallel,
    service,
    user_task,
)

RUNS = 200 if os.environ.get("CLAUSEFLOW_SOAK") else 10
SEED = 45
INSTANCES = 3
KILLS = 4
LAST_STATEMENT = 500
PAUSE = 0.02
LONG = timedelta(days=400)
STEP = timedelta(minutes=10)
MIXED = diagram(
    "mixed",
    message_start("Begin", "begin"),
    parallel("Fork"),
    service("Send", "outside"),
    service("Note", "inside"),
    catch_timer("Rest", '="PT1H"', "timeDuration"),
    service("Remind", "outside"),
    catch_message("Hear", "answer"),
    user_task("Decide"),
    boundary_timer("Nudge", "Decide", '="PT5M"', cancel=False),
    service("Warn", "outside"),
    end("Warned"),
    parallel("Join"),
    service("Close", "outside"),
    end(),
    flows="Begin->Fork->Send->Note->Join;Fork->Rest->Remind->Join;Fork->Hear->Join;Fork->Decide->Join;"
    "Nudge->Warn->Warned;Join->Close->End",
    messages={"begin": None, "answer": "=key"},
)


def handlers(folder: Path) -> dict[str, HandlerDefinition]:
    def outside(job: Any, services: Any) -> JobResult:
        """An effect that its receiver counts once per key."""
        written = f"{job.variables['key']} {job.element_id}"
        try:
            with (folder / "effects" / job.idempotency_key).open("x", encoding="utf-8") as file:
                file.write(written)
        except FileExistsError:
            pass
        return JobResult({f"did_{job.element_id}": True})

    def inside(job: Any, services: Any) -> JobResult:
        return JobResult({"noted": services.next_number("notes") > 0})

    return {"outside": worker(outside), "inside": inline(inside)}


def opened(folder: Path) -> Engine:
    return open_engine(folder / "store.db", clock=START, spool=folder / "spool", handlers=handlers(folder))


def is_over(engine: Engine) -> bool:
    views = engine.instances()
    return len(views) == INSTANCES and all(view.status == "completed" for view in views)


def give_commands(folder: Path, dies_at: int | None) -> None:
    """Everything that people and other programs send; all of it may be sent again."""
    if dies_at is not None:
        die_at_statement(dies_at)
    engine = opened(folder)
    engine.deploy_files({"mixed.bpmn": MIXED}, ADA)
    for number in range(INSTANCES):
        key = f"k{number}"
        engine.publish_message("begin", key, {"key": key}, ADA, message_id=f"begin {key}")
        engine.publish_message("answer", key, {"heard": number}, ADA, message_id=f"answer {key}", time_to_live=LONG)
    while not is_over(engine):
        for task in engine.user_tasks():
            if "did_Warn" in engine.instance(task.instance_id).variables:  # so that every run goes the same ways
                decide(engine, task.id)
        with engine._store.transaction("clock") as tx:
            tx.move_clock(tx.now + STEP)
        threading.Event().wait(PAUSE)
    engine.close()


def decide(engine: Engine, task_id: str) -> None:
    try:
        engine.complete_user_task(task_id, {"decided": True}, ADA)
    except EngineError as error:
        if error.code is not ErrorCode.TASK_COMPLETED:
            raise


def work(folder: Path, owner: str, dies_at: int | None) -> None:
    """A worker that stops when all is done."""
    if dies_at is not None:
        die_at_statement(dies_at)
    engine = opened(folder)
    while not is_over(engine):
        if engine.work(owner, limit=3) == 0:
            threading.Event().wait(PAUSE)
    engine.close()


ROLES: dict[str, Callable[[Path, int | None], Child]] = {
    "commands": lambda folder, dies_at: Child(give_commands, folder, dies_at),
    "worker one": lambda folder, dies_at: Child(work, folder, "one", dies_at),
    "worker two": lambda folder, dies_at: Child(work, folder, "two", dies_at),
}


def run(folder: Path, draw: random.Random | None) -> int:
    """One run to its end; how many processes were killed. Without *draw* nobody is."""
    (folder / "effects").mkdir(parents=True)
    opened(folder).close()
    deaths = {role: [None if draw is None else draw.randint(1, LAST_STATEMENT) for _ in range(KILLS)] for role in ROLES}
    kills = 0
    lives = {role: start(folder, deaths[role].pop()) for role, start in ROLES.items()}
    while lives:
        for role, child in list(lives.items()):
            child.process.join(PAUSE)
            if child.process.exitcode is None:
                continue
            del lives[role]
            if child.wait():
                kills += 1
                lives[role] = ROLES[role](folder, deaths[role].pop() if deaths[role] else None)
    return kills


def outcome(folder: Path) -> dict[str, object]:
    engine = opened(folder)
    try:
        report = engine.verify()
        assert (report.problems, report.rebuilt) == ((), INSTANCES)
        effects = sorted(path.read_text(encoding="utf-8") for path in (folder / "effects").iterdir())
        return {
            "instances": sorted((view.status, sorted(view.variables.items())) for view in engine.instances()),
            "effects": effects,
            "tasks": sorted((task.element_id, task.state) for task in engine.user_tasks(state=None)),
            "incidents": engine.incidents(state=None),
            "pending": pending(engine),
        }
    finally:
        engine.close()


def test_mixed_load_of_processes_that_are_killed_ends_as_one_that_nobody_disturbs(tmp_path: Path) -> None:
    # given
    assert run(tmp_path / "undisturbed", None) == 0
    expected = outcome(tmp_path / "undisturbed")
    elements = ("Close", "Remind", "Send", "Warn")
    assert expected["effects"] == sorted(f"k{number} {element}" for number in range(INSTANCES) for element in elements)
    assert expected["incidents"] == []
    draw = random.Random(SEED)
    kills = 0

    for number in range(RUNS):
        # when
        kills += run(tmp_path / str(number), draw)

        # then
        assert outcome(tmp_path / str(number)) == expected, f"seed {SEED}, run {number}"
    assert kills >= 3 * RUNS
    print(f"{RUNS} runs, {kills} processes killed, seed {SEED}: all ended as the undisturbed run")
