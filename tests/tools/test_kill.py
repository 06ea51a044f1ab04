"""`kill -9` of `clauseflow serve` while an application runs: the next start goes on, no notice twice, none lost.

The story is told over HTTP to a real server on a real store. The server is killed as soon as its log holds a chosen
number of entries, which is at some instruction after that commit; then it is started again and the interrupted step is
sent once more under the same id. In the end everything a person can see must equal the run that nobody disturbed.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.values import plain
from engine.handlers.contract import Actor
from engine.law import load_package
from engine.simulation import Shelf, load_scenario
from engine.wiring import open_engine

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / "processes" / "kentucky_access" / "package.yaml"
SCENARIO = ROOT / "processes" / "kentucky_access" / "scenarios" / "main.yaml"
SOAK = bool(os.environ.get("CLAUSEFLOW_SOAK"))
RUNS = 40 if SOAK else 3
SEED = 320
PATIENCE = 60
READS = 6000
BETWEEN_READS, BETWEEN_COUNTS = 0.01, 0.0005
"""Seconds: whoever looks without a pause takes the core that the server needs."""


@dataclass(frozen=True)
class Step:
    """One request of the story; sent again after a kill, it must not have its effect twice."""

    path: str
    body: dict[str, Any]


def story() -> list[Step]:
    """The main scenario as requests: each event at its time, then the clock to the end."""
    scenario = load_scenario(SCENARIO, Shelf([MANIFEST]))
    steps = []
    for number, event in enumerate(scenario.events):
        steps.append(Step("/clock/advance", {"to": event.at.isoformat()}))
        body = {"package": scenario.package_id, "event": event.name, "facts": plain(event.facts)}
        steps.append(Step("/events", {**body, "event_id": f"step-{number}"}))
    assert scenario.until is not None
    return [*steps, Step("/clock/advance", {"to": scenario.until.isoformat()})]


class Server:
    """A `clauseflow serve` process on a store; its address is read from what it prints."""

    def __init__(self, store: Path) -> None:
        self.store = store
        # What a server that died had begun to send waits for the end of its lease, and so for the clock to move.
        self.left_behind = deliveries(store, "state = 'sending'")
        command = [sys.executable, "-m", "tools.cli", "serve", "--store", str(store), "--port", "0"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                self.address = found[0]
                break
        else:
            pytest.fail(f"the server did not start: {''.join(said)}")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def send(self, step: Step) -> None:
        answer = httpx.post(self.address + step.path, json=step.body, timeout=PATIENCE)
        backwards = answer.status_code == 409 and answer.json()["code"] == "RUN_CLOCK"
        assert answer.is_success or backwards, answer.text

    def tell(self, step: Step) -> None:
        """Send *step* and wait for what it sets off, so that the clock never moves on over a notice under way.

        A server that is killed meanwhile sets nothing off any more; the next one does.
        """
        self.send(step)
        self.wait_until_all_is_delivered()

    def wait_until_all_is_delivered(self) -> None:
        for _ in range(READS):
            if deliveries(self.store, "state <> 'sent'") <= self.left_behind or self.process.poll() is not None:
                return
            threading.Event().wait(BETWEEN_READS)
        pytest.fail("some notice was never delivered")


def deliveries(store: Path, condition: str) -> set[str]:
    with closing(sqlite3.connect(f"file:{store / 'store.sqlite'}?mode=ro", uri=True)) as connection:
        return {delivery_id for (delivery_id,) in connection.execute(f"SELECT id FROM delivery WHERE {condition}")}


def count_entries(connection: sqlite3.Connection) -> int:
    (count,) = connection.execute("SELECT count(*) FROM log").fetchone()
    return int(count)


def make_store(store: Path) -> None:
    store.mkdir()
    engine = open_engine(store / "store.sqlite", clock=datetime(2011, 3, 8, 13, 0, tzinfo=UTC), spool=store / "spool")
    engine.deploy(load_package(MANIFEST), Actor("analyst"))
    engine.close()


def kill_when(server: Server, wanted: int, done: threading.Event) -> None:
    """Kill the server once its log holds *wanted* entries, unless the step is over before."""
    with closing(sqlite3.connect(f"file:{server.store / 'store.sqlite'}?mode=ro", uri=True)) as connection:
        while not done.wait(BETWEEN_COUNTS):
            if count_entries(connection) >= wanted:
                server.kill()
                return


def play(deployed: Path, store: Path, kill_at: Iterator[int]) -> int:
    """Tell the story on a copy of *deployed*, killing the server at each count of log entries; the number of kills."""
    shutil.copytree(deployed, store)
    kills = 0
    server = Server(store)
    wanted = next(kill_at, None)
    try:
        for step in story():
            tell(server, step, wanted)
            if server.process.poll() is not None:
                kills += 1
                wanted = next(kill_at, None)
                server = Server(store)
                server.tell(step)
    finally:
        server.kill()
    return kills


def tell(server: Server, step: Step, kill_at: int | None) -> None:
    """Send *step*, with a killer beside it when the log is to end at *kill_at*."""
    if kill_at is None:
        server.tell(step)
        return
    done = threading.Event()
    killer = threading.Thread(target=kill_when, args=(server, kill_at, done))
    killer.start()
    try:
        server.tell(step)
    except httpx.TransportError:
        killer.join()
        assert server.process.poll() is not None, "the server hung up without being killed"
    finally:
        done.set()
        killer.join()


def seen(store: Path) -> dict[str, Any]:
    """Everything that a person can see of the outcome."""
    with closing(open_engine(store / "store.sqlite", spool=store / "spool")) as engine:
        report = engine.verify()
        assert report.problems == ()
        cases = engine.cases()
        return {
            "states": {case.key: case.state for case in cases},
            "facts": {case.key: {name: fact.value for name, fact in case.facts.items()} for case in cases},
            "deadlines": {case.key: case.deadlines for case in cases},
            "notices": [(notice.type, notice.dated, notice.texts) for notice in engine.notices()],
            "attempted": [len(notice.deliveries) for notice in engine.notices()],
            "ledger": {case.key: [record.line for record in engine.ledger(case.id)] for case in cases},
            "instances": sorted((view.process_id, view.status) for view in engine.instances()),
            "tasks": [task.element_id for task in engine.user_tasks()],
            "incidents": engine.incidents(),
            # A delivery may be logged before or after the next command of the same instant, and one whose server died
            # under its lease is sent when the lease has ended.
            "timeline": sorted(
                f"{case.key} {'' if entry.kind == 'delivery' else f'{entry.at:%F %T}'} {entry.kind} {entry.what}"
                for case in cases
                for entry in engine.timeline(case_id=case.id)
            ),
            "spool": {path.name: path.read_bytes() for path in sorted((store / "spool").rglob("*")) if path.is_file()},
        }


def test_killed_server_goes_on_after_a_restart_with_no_notice_twice_and_none_lost(tmp_path: Path) -> None:
    # given
    deployed = tmp_path / "deployed"
    make_store(deployed)
    play(deployed, tmp_path / "undisturbed", iter(()))
    undisturbed = seen(tmp_path / "undisturbed")
    assert undisturbed["states"]["A-1001"] == "enrolled"
    assert undisturbed["spool"]
    with closing(sqlite3.connect(tmp_path / "undisturbed" / "store.sqlite")) as connection:
        last = count_entries(connection)
    chance = random.Random(SEED)

    for run in range(RUNS):
        # when
        points = sorted(chance.sample(range(2, last), 2))
        kills = play(deployed, tmp_path / f"run-{run}", iter(points))

        # then
        assert kills >= 1, f"seed {SEED}, run {run}: nothing was killed at {points}"
        assert seen(tmp_path / f"run-{run}") == undisturbed, f"seed {SEED}, run {run}, killed at {points}"
