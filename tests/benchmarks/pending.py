"""Much that waits: a million timers, ten thousand subscriptions; and how soon and how small the service is.

Waiting instances are copied inside the store from one that the engine made, because only their number matters here.
"""

from __future__ import annotations

import contextlib
import gc
import os
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import tracemalloc
import urllib.request
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time

from engine.feel import FeelDateTime
from engine.store import Store
from tests.benchmarks.measure import race_durably
from tests.benchmarks.process_models import waiting
from tests.benchmarks.raw_sqlite import BARE, RawStore
from tests.benchmarks.report import OURS, Group, Target
from tests.benchmarks.stored_engine import CLERK, START, StoredEngine
from tests.benchmarks.stored_spiff import StoredSpiff

SPIFF, LIMIT = "SpiffWorkflow", "2 ms"
ROOT = Path(__file__).resolve().parents[2]


def measure_pending(quick: bool) -> list[Group]:
    with tempfile.TemporaryDirectory(prefix="clauseflow-bench-") as folder:
        return [
            _messages(Path(folder), 1_000 if quick else 10_000),
            _timers(Path(folder), 100_000 if quick else 1_000_000, 100 if quick else 1_000),
            _service(Path(folder), 3 if quick else 5),
        ]


def copy_instances(store: Store, source: str, count: int) -> list[str]:
    """*count* more instances like *source*, with their subscriptions and timers; their ids.

    A copy's correlation key is its number.
    """
    ids = [f"copy-{number}" for number in range(count)]
    with store.transaction("bench") as tx:
        run = tx.database.conn.execute
        columns = {
            table: [row[1] for row in run(f"SELECT * FROM pragma_table_info('{table}')")]
            for table in ("process_instance", "subscription", "timer")
        }
        for number, copy in enumerate(ids):
            given = {
                "instance_id": ":copy",
                "key": ":number",
                "element_instance_id": "replace(element_instance_id, :source, :copy)",
            }
            values = ", ".join(":copy" if name == "id" else name for name in columns["process_instance"])
            parameters = {"copy": copy, "source": source, "number": f"{number}"}
            run(f"INSERT INTO process_instance SELECT {values} FROM process_instance WHERE id = :source", parameters)
            for table in ("subscription", "timer"):
                names = [name for name in columns[table] if name != "id"]
                values = ", ".join(given.get(name, name) for name in names)
                copied = f"SELECT {values} FROM {table} WHERE instance_id = :source"
                run(f"INSERT INTO {table} ({', '.join(names)}) {copied}", parameters)
    return ids


def settle(store: Store) -> None:
    """Move what was copied from the write-ahead log into the file, which is not what is measured."""
    with store.transaction("bench") as tx:
        path = tx.database.conn.execute("PRAGMA database_list").fetchone()[2]
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(RESTART)")


def _messages(folder: Path, count: int) -> Group:
    group = Group(f"{count:,} instances that wait for a message", "SpiffWorkflow is told the row; it has no index.")
    ours = StoredEngine(folder / "messages.db", waiting("message"))
    first = ours.start("waiting_message", reference=-1)
    copy_instances(ours.engine._store, first, count)
    settle(ours.engine._store)
    spiff = StoredSpiff(folder / "spiff.db")
    spiff.deploy(waiting("message", spiff=True))
    rows = [spiff.start("waiting_message", reference=number) for number in range(40)]
    raw = RawStore(folder / "raw.db")
    keys = [str(number) for number in range(0, count, count // 40)]
    wall, cpu = race_durably(
        {
            OURS: lambda: ours.engine.publish_message("Answer", keys.pop(), {}, CLERK),
            SPIFF: lambda: spiff.deliver(rows.pop()),
            BARE: raw.commit_one_row,
        },
        rounds=25,
    )
    group.add("correlate one", {**wall, LIMIT: 0.002}, Target(LIMIT, 1))
    group.add("  the same, CPU", {**cpu, LIMIT: 0.002}, Target(LIMIT, 1))
    one, one_cpu = _among(ours, first, 100 * count)
    group.add(f"correlate one among {100 * count:,} that wait", {OURS: one, LIMIT: 0.002}, Target(LIMIT, 1))
    group.add("  the same, CPU", {OURS: one_cpu, LIMIT: 0.002}, Target(LIMIT, 1))
    group.add("memory of a process with 1,000 of them", _memory(ours, spiff), unit="bytes")
    group.add(
        "stored snapshot of one", {OURS: ours.state_bytes("copy-1"), SPIFF: spiff.state_bytes(rows[0])}, unit="bytes"
    )
    for store in (ours, spiff, raw):
        store.close()
    return group


def _among(ours: StoredEngine, waiting_one: str, count: int) -> tuple[float, float]:
    """Seconds by the wall and of the processor for one message, the median of some, among *count* subscriptions."""
    with ours.engine._store.transaction("bench") as tx:
        tx.database.conn.execute(
            "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :count)"
            " INSERT INTO subscription (kind, name, key, instance_id, process_id, element_id, element_instance_id)"
            " SELECT kind, name, 'other ' || n, instance_id, process_id, element_id, element_instance_id || n"
            " FROM number, (SELECT * FROM subscription WHERE instance_id = :one)",
            {"count": count, "one": waiting_one},
        )
    settle(ours.engine._store)
    keys = iter(range(3, 54, 2))
    wall, cpu = race_durably(
        {OURS: lambda: ours.engine.publish_message("Answer", str(next(keys)), {}, CLERK)}, rounds=25
    )
    return wall[OURS], cpu[OURS]


def _memory(ours: StoredEngine, spiff: StoredSpiff) -> dict[str, float]:
    """What stays in memory, 1 KiB at least: ours keeps none between commands, stock keeps those it is to answer."""
    tracemalloc.start()
    gc.collect()
    started = [ours.start("waiting_message", reference=number) for number in range(100)]
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    started += [ours.start("waiting_message", reference=100 + number) for number in range(100)]
    gc.collect()  # what was let go and not yet collected is not kept
    kept = 10 * (tracemalloc.get_traced_memory()[0] - before)
    before = tracemalloc.get_traced_memory()[0]
    workflows = [spiff.begin("waiting_message", reference=number) for number in range(100)]
    theirs = 10 * (tracemalloc.get_traced_memory()[0] - before)
    tracemalloc.stop()
    assert len(started) == 2 * len(workflows)
    return {OURS: float(max(kept, 1024)), SPIFF: float(theirs)}


def _timers(folder: Path, count: int, due: int) -> Group:
    group = Group(f"{count:,} pending timers, {due:,} of them due")
    ours = StoredEngine(folder / "timers.db", waiting("timer"), simulated=True)
    store = ours.engine._store
    soon = FeelDateTime.from_python(START + timedelta(days=1))
    first = ours.engine.start_process("waiting_timer", {"due": soon}, CLERK).id
    copy_instances(store, first, due - 1)
    with store.transaction("bench") as tx:
        tx.database.conn.execute(
            "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :count)"
            " INSERT INTO timer (kind, due, instance_id, timer_id, element_id, element_instance_id)"
            " SELECT 'element', strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', '2031-01-01', n || ' seconds'), instance_id,"
            " 'later ' || n, element_id, element_instance_id"
            " FROM number, (SELECT * FROM timer WHERE instance_id = :first)",
            {"count": count - due, "first": first},
        )
    settle(store)
    wall, _ = race_durably({OURS: ours.engine.next_due}, rounds=25)
    group.add("next due", {**wall, LIMIT: 0.002}, Target(LIMIT, 1))
    started, at_cpu = perf_counter(), process_time()
    ours.engine.advance_clock(START + timedelta(days=2), CLERK)
    each, each_cpu = (perf_counter() - started) / due, (process_time() - at_cpu) / due
    raw = RawStore(folder / "bare.db")
    bare, bare_cpu = race_durably({BARE: raw.commit_one_row}, rounds=25)
    raw.close()
    group.add(f"firing {due:,} due timers, each", {OURS: each, **bare, LIMIT: 0.002}, Target(LIMIT, 1))
    group.add("  the same, CPU", {OURS: each_cpu, **bare_cpu, LIMIT: 0.002}, Target(LIMIT, 1))
    assert ours.engine.instance("copy-1").status == "completed"
    ours.close()
    return group


def _service(folder: Path, rounds: int) -> Group:
    """From the command line to the first answer of the API, on a store with a deployed law."""
    group = Group(
        "clauseflow serve: from the command to the first answer",
        "From the second start on: the first compiles the modules, as any program in Python does once.",
    )
    store = folder / "service.db"
    command = [sys.executable, "-c", "from tools.cli import main; main()"]
    subprocess.run(
        [*command, "deploy", "--store", str(store), str(ROOT / "tests/simulation/mini_law")],
        check=True,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    serve = [*command, "serve", "--store", str(store), "--port", "0"]
    compiled = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    compiled.pop("PYTHONDONTWRITEBYTECODE", None)
    _start_of_service(serve, compiled)
    starts = [_start_of_service(serve, compiled) for _ in range(rounds)]
    wall, cpu = (sorted(times)[rounds // 2] for times in zip(*starts, strict=True))
    group.add("start-up", {OURS: wall})
    group.add("  the same, CPU", {OURS: cpu})
    return group


def _start_of_service(command: list[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds by the wall until the first answer, and of the processor until the end, which comes right after it."""
    started, before = perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = re.search(r"http://[\d.:]+", process.stdout.readline())
        assert address is not None
        with urllib.request.urlopen(f"{address.group()}/health") as answer:
            answer.read()
        taken = perf_counter() - started
        process.terminate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
