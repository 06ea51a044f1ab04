"""Random block-structured processes in a store: at any point the log rebuilds the live state, whatever operators do."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import timedelta

from engine.runtime import Engine, Settings
from engine.runtime.rebuild import check_rebuild
from tests.bpmn.test_random_processes import random_process
from tests.runtime.conftest import ADA, pending

SEEDS = 1000 if os.environ.get("CLAUSEFLOW_SOAK") else 25
STEPS = 2000


def rebuilds(engine: Engine, instance_id: str) -> bool:
    with engine._store.read() as snapshot:
        row = snapshot.instances.get(instance_id)
        assert row is not None
        return check_rebuild(snapshot, engine._parts.packages, row) == (True, ())


def test_random_instance_is_rebuilt_from_the_log_at_any_point_and_leaves_nothing(
    open_store: Callable[..., Engine],
) -> None:
    engine = open_store(settings=Settings(external_job_types=frozenset({"work"})))

    for seed in range(SEEDS):
        draw = random.Random(seed)
        drawn = random_process(seed)
        engine.deploy_files({"demo.bpmn": drawn + b"<!-- again -->"}, ADA)
        engine.deploy_files({"demo.bpmn": drawn}, ADA)
        instance_id = engine.start_process("demo", {"trace": []}, ADA).id
        for _ in range(STEPS):
            if engine.instance(instance_id).status == "completed":
                break
            step(engine, instance_id, draw)
            assert draw.random() < 0.8 or rebuilds(engine, instance_id), f"seed {seed}"

        assert engine.instance(instance_id).status == "completed", f"seed {seed}"
        assert rebuilds(engine, instance_id), f"seed {seed}"
        assert not any(pending(engine).values()), f"seed {seed}"


def step(engine: Engine, instance_id: str, draw: random.Random) -> None:
    """A job is done, an hour passes, or an operator steps in."""
    jobs = engine.jobs(instance_id=instance_id)
    chance = draw.random()
    if chance < 0.1:
        engine.suspend_instance(instance_id, ADA, reason="why not")
        engine.advance_clock(engine.now() + timedelta(minutes=30), ADA)
        engine.resume_instance(instance_id, ADA, reason="go on", credit_timers=draw.random() < 0.5)
    elif chance < 0.3:
        versions = [engine.plan_migration("demo", version=version) for version in two_newest(engine)]
        plan = next(plan for plan in versions if plan.instances)
        assert engine.migrate("demo", ADA, reason="why not", version=plan.to_version).refused == ()
    elif not jobs or chance < 0.4:
        engine.advance_clock(engine.now() + timedelta(hours=1), ADA)
    else:
        engine.complete_job(draw.choice(jobs).id, {}, ADA)


def two_newest(engine: Engine) -> tuple[int, int]:
    [newest] = [deployed.processes["demo"] for deployed in engine.packages()]
    return newest, newest - 1
