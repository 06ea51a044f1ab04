"""Durable processes: ours against stock SpiffWorkflow kept in SQLite, and against raw transactions as many.

Both sides give the same guarantee. What a command does is committed with synchronous FULL before it is answered: for
jobs and user tasks one commit for each that is completed, for a run of inline tasks one commit for the whole, since
nothing of it is visible before. A crash in such a run loses the run and no part of it, on either side; stock would pay
more if it stored its row after each task. Ours writes on top of the state a log row with its hash, which stock does not
have; stock keeps the history of the instance in its row.

A commit waits for the disk as long for one as for the other, which says nothing of either and takes most of the wall
time on a busy machine: the bare commit of one row on the same disk stands beside it. So targets against stock are held
twice: by the wall, as a client sees it, and by CPU time, which is what an engine can be made better at. Where the bare
commit alone takes longer than the target leaves, no engine that commits can meet the one by the wall.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.measure import Action, race_durably
from tests.benchmarks.process_models import INLINE, USER, WORKER, loop, sequence
from tests.benchmarks.raw_sqlite import BARE, RawStore
from tests.benchmarks.report import OURS, Group, Target
from tests.benchmarks.stored_engine import StoredEngine
from tests.benchmarks.stored_spiff import StoredSpiff

SPIFF, RAW = "SpiffWorkflow", "raw SQLite"
TEN, MANY = 10, 300
SPIFF_ITERATIONS = 300


class Stores(NamedTuple):
    ours: StoredEngine
    spiff: StoredSpiff
    raw: RawStore


@contextmanager
def open_stores() -> Iterator[Stores]:
    """One store of each kind on the same disk, with every process of this file."""
    shapes = [(WORKER, TEN), (INLINE, TEN), (INLINE, MANY), (WORKER, MANY)]
    with tempfile.TemporaryDirectory(prefix="clauseflow-bench-") as folder:
        ours = StoredEngine(Path(folder) / "ours.db", *(sequence(*shape) for shape in shapes), loop(INLINE), loop(USER))
        spiff = StoredSpiff(Path(folder) / "spiff.db")
        for diagram in (
            *(sequence(*shape, spiff=True) for shape in shapes),
            loop(INLINE, spiff=True),
            loop(USER, spiff=True),
        ):
            spiff.deploy(diagram)
        raw = RawStore(Path(folder) / "raw.db")
        try:
            yield Stores(ours, spiff, raw)
        finally:
            for store in (ours, spiff, raw):
                store.close()


def measure_processes(quick: bool) -> list[Group]:
    with open_stores() as stores:
        return [_throughput(stores, quick), _growth(stores, quick)]


def _throughput(stores: Stores, quick: bool) -> Group:
    """Whole instances, from their start to their end."""
    group = Group(
        "Durable instances, synchronous FULL: one instance from start to end",
        "Wall times depend on the disk and, where others want the processor, on the wait for it after each commit,\n"
        "which is the longer the more one has computed; CPU times do not. Raw SQLite is the bound, one commit a job.",
    )
    ours, spiff, raw = stores
    rounds, many = (5, 3) if quick else (11, 5)
    batch = 10 if quick else 25
    name = f"sequence_worker_{TEN}"
    wall, cpu = race_durably(
        {
            OURS: lambda: ours.run_instances(name, batch),
            SPIFF: lambda: spiff.run_instances(name, batch),
            RAW: lambda: raw.run_instances(batch, TEN),
        },
        rounds=rounds,
    )
    bound = Target(RAW, 0.7)
    group.add("ten tasks, each a job of its own", {who: each / batch for who, each in wall.items()}, bound)
    group.add("  the same, CPU", {who: each / batch for who, each in cpu.items()})
    wait = _wait_to_reach(bound, {who: each / batch for who, each in cpu.items()}) / (TEN + 1)
    group.add("  met where a commit waits for the disk", {OURS: wait})
    _add_rates(group, wall, cpu, batch)
    for label, process, variables, target, turns, calls in (
        ("ten inline tasks", f"sequence_inline_{TEN}", {"turn": 0}, 2.5, rounds, batch),
        (f"{MANY} inline tasks in sequence", f"sequence_inline_{MANY}", {"turn": 0}, 5, many, 1),
        (f"a loop of {MANY} inline iterations", "loop_inline", {"turn": 0, "rounds": MANY}, 20, many, 1),
    ):
        wall, cpu = race_durably(
            {
                OURS: lambda process=process, given=variables: ours.start(process, **given),  # type: ignore[misc]
                SPIFF: lambda process=process, given=variables: spiff.start(process, **given),  # type: ignore[misc]
                BARE: raw.commit_one_row,
            },
            rounds=turns,
            calls=calls,
        )
        group.add(label, wall, Target(SPIFF, target))
        group.add("  the same, CPU", cpu, Target(SPIFF, target))
        if process == f"sequence_inline_{TEN}":
            _add_rates(group, wall, cpu, 1)
    wall, cpu = race_durably(
        {
            OURS: lambda: ours.run_instances(f"sequence_worker_{MANY}", 1),
            SPIFF: lambda: spiff.run_instances(f"sequence_worker_{MANY}", 1),
        },
        rounds=1 if quick else 3,
    )
    group.add(f"{MANY} tasks in sequence, each a job", wall, Target(SPIFF, 5))
    group.add("  the same, CPU", cpu, Target(SPIFF, 5))
    return group


def _wait_to_reach(bound: Target, cpu: Mapping[str, float]) -> float:
    """Seconds from which on *bound* is reached, when ours and the other wait so long for the disk beside what they
    compute; 0 where it is reached without."""
    return max(0.0, (bound.ratio * cpu[OURS] - cpu[bound.against]) / (1 - bound.ratio))


def _add_rates(group: Group, wall: Mapping[str, float], cpu: Mapping[str, float], count: int) -> None:
    """The same as instances per second, of *count* instances in so many seconds: a ratio below 1 speaks for us."""
    for what, seconds in (("  instances per second", wall), ("  instances per second of CPU", cpu)):
        group.add(what, {who: count / each for who, each in seconds.items() if who != BARE}, unit="/s")


def _growth(stores: Stores, quick: bool) -> Group:
    """One command and the stored snapshot while a loop goes on and on."""
    group = Group(
        "One durable command, and what is stored, after so many iterations of a loop",
        f"SpiffWorkflow finds no task deeper than 1,000, so its loop stands still after {SPIFF_ITERATIONS} iterations.",
    )
    ours, spiff, _ = stores
    checkpoints = (1, 10, 100, 300) if quick else (1, 10, 100, 300, 1000)
    samples = 5
    instance = ours.start("loop_user", turn=0, rounds=1_000_000)
    workflow = spiff.begin("loop_user", turn=0, rounds=1_000_000)
    turn = 0
    ours_at: dict[int, tuple[float, int]] = {}
    for checkpoint in checkpoints:
        with_spiff = checkpoint <= SPIFF_ITERATIONS
        while turn < checkpoint:
            turn += 1
            ours.complete_task(ours.open_task(instance), turn)
            if with_spiff:
                spiff.run_task(workflow)
        actions: dict[str, Action] = {OURS: _OneMore(ours, instance, turn)}
        sizes = {OURS: float(ours.state_bytes(instance))}
        if with_spiff:
            copies = [spiff.keep(workflow) for _ in range(samples + 1)]
            sizes[SPIFF] = float(spiff.state_bytes(copies.pop()))
            actions[SPIFF] = lambda left=copies: spiff.complete_task(left.pop())  # type: ignore[misc]
        wall, cpu = race_durably(actions, rounds=samples)
        turn += samples
        ours_at[checkpoint] = cpu[OURS], int(sizes[OURS])
        group.add(f"command after {checkpoint}", wall)
        group.add("  the same, CPU", cpu)
        group.add("  stored snapshot", sizes, unit="bytes")
        for _ in range(samples):
            spiff.run_task(workflow)
    last = checkpoints[-1]
    flat = Target("after 10", 1.5, at_most=True)
    group.add(f"command, CPU, {last} to 10", {OURS: ours_at[last][0], "after 10": ours_at[10][0]}, flat)
    group.add(f"snapshot, {last} to 10", {OURS: ours_at[last][1], "after 10": ours_at[10][1]}, flat, unit="bytes")
    return group


class _OneMore:
    """The next iteration of a loop around a user task, as one command each time it is called."""

    def __init__(self, ours: StoredEngine, instance: str, turn: int) -> None:
        self.ours, self.instance, self.turn = ours, instance, turn

    def prepare(self) -> None:
        self.task = self.ours.open_task(self.instance)

    def __call__(self) -> None:
        self.turn += 1
        self.ours.complete_task(self.task, self.turn)
