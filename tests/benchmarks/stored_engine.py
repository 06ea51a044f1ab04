"""Our engine on a store of its own, driven through its facade as a service would drive it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from engine.handlers.contract import Actor, HandlerDefinition, HandlerKind, Job, JobResult, Services
from engine.runtime import Engine
from engine.wiring import open_engine

CLERK = Actor("clerk")
START = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)


def count_up(job: Job, services: Services) -> JobResult:
    """The work of every job: one variable."""
    turn = job.variables.get("turn")
    return JobResult({"turn": turn + 1 if isinstance(turn, Decimal) else Decimal(1)})


def _handler(kind: HandlerKind) -> HandlerDefinition:
    return HandlerDefinition(f"bench.{kind}", "a job of the benchmark", "", kind, count_up)


class StoredEngine:
    def __init__(self, path: Path, *diagrams: bytes, simulated: bool = False) -> None:
        handlers = {f"bench.{kind}": _handler(kind) for kind in HandlerKind}
        clock = START if simulated else "system"
        self.engine: Engine = open_engine(path, clock=clock, handlers=handlers)  # type: ignore[arg-type]
        self.engine.deploy_files({f"{number}.bpmn": data for number, data in enumerate(diagrams)}, CLERK)

    def start(self, process_id: str, **variables: int) -> str:
        given = {name: Decimal(value) for name, value in variables.items()}
        return self.engine.start_process(process_id, given, CLERK).id

    def run_instances(self, process_id: str, count: int) -> None:
        """*count* instances of worker jobs, from their start to their end."""
        for _ in range(count):
            self.start(process_id, turn=0)
        while self.engine.work("bench", limit=100):
            pass

    def complete_task(self, task_id: str, turn: int) -> None:
        """One command: load, complete the user task, run to rest, store."""
        self.engine.complete_user_task(task_id, {"turn": Decimal(turn)}, CLERK)

    def open_task(self, instance_id: str) -> str:
        return self.engine.user_tasks(instance_id=instance_id)[0].id

    def state_bytes(self, instance_id: str) -> int:
        with self.engine._store.read() as snapshot:
            row = snapshot.instances.get(instance_id)
            assert row is not None
            return len(row.state.encode())

    def close(self) -> None:
        self.engine.close()
