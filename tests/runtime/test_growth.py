"""What a command costs does not grow with what the store holds: no statement of a command scans a growing table."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from engine.runtime import Engine
from tests.runtime.conftest import ADA, START, Recorder, apply_for_registration, worker
from tests.runtime.drawing import catch_message, diagram, end, service, start
from tests.runtime.hive_law import hive_law
from tests.runtime.test_worker_jobs import Far

SMALL = {"meta", "counter", "deployment", "process_version", "decision_version", "start_subscription", "d", "p"}
"""Tables that grow with the law, not with its cases."""
LAST_ROW = "ORDER BY seq DESC LIMIT 1"
"""One step from the end of the table, which the planner calls a scan."""


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every SQL statement that connections opened from now on run, with its values filled in."""
    seen: list[str] = []
    real = sqlite3.connect

    def connect(*args: object, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*args, **options)  # type: ignore[call-overload]
        connection.set_trace_callback(seen.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect)
    return seen


def scans(path: Path, statements: list[str]) -> dict[str, str]:
    """The statements that read a growing table from end to end, by the table."""
    connection = sqlite3.connect(path)
    connection.set_trace_callback(None)
    found: dict[str, str] = {}
    for statement in dict.fromkeys(statements):
        if not statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")) or statement.endswith(LAST_ROW):
            continue
        for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
            scanned = re.match(r"SCAN (\w+)(?!.* USING )", row[3])
            if scanned and scanned[1] not in SMALL and not scanned[1].startswith(("json_each", "CONSTANT", "subquery")):
                found[scanned[1]] = statement
    connection.close()
    return found


def test_no_command_scans_a_growing_table(
    open_store: Callable[..., Engine], statements: list[str], tmp_path: Path
) -> None:
    engine = open_store(channels={"mail": Recorder(), "portal": Recorder()}, handlers={"far": worker(Far())})
    engine.deploy(hive_law(), ADA)
    engine.deploy_files(
        {
            "w.bpmn": diagram(
                "w", start(), catch_message("M", "m"), end(), flows="Start->M->End", messages={"m": "=k"}
            ),
            "j.bpmn": diagram("j", start(), service("A", "far"), end(), flows="Start->A->End"),
        },
        ADA,
    )
    statements.clear()

    case_id = apply_for_registration(engine)
    engine.raise_event(
        "hive_law", "apiary visited", {"apiary_number": "AP-1", "healthy": True}, ADA, event_id="letter-1"
    )
    engine.run_due()
    engine.raise_event("hive_law", "bill paid", {"apiary_number": "AP-1", "paid": 20}, ADA)
    engine.start_process("j", {}, ADA)
    engine.work("somebody")
    engine.publish_message("m", "1", {}, ADA, message_id="m-1", time_to_live=timedelta(hours=1))
    engine.start_process("w", {"k": "1"}, ADA)
    apply_for_registration(engine, "AP-2")
    engine.advance_clock(START + timedelta(days=20), ADA)
    engine.user_tasks(case_id=case_id)
    engine.case(case_id)
    engine.timeline(case_id=case_id)
    engine.decisions(case_id=case_id)
    engine.incidents()

    assert len(statements) > 400
    assert scans(tmp_path / "store.db", statements) == {}


def test_snapshot_and_command_do_not_grow_with_the_history_of_the_instance(
    open_store: Callable[..., Engine], statements: list[str]
) -> None:
    engine = open_store()
    loop = diagram(
        "loop",
        start(),
        '<bpmn:exclusiveGateway id="Join"/>',
        catch_message("M", "m"),
        end(),
        '<bpmn:exclusiveGateway id="Again" default="Flow_Again_Join"/>',
        flows="Start->Join->M->Again->Join;Again->End[=false]",
        messages={"m": '="1"'},
    )
    engine.deploy_files({"loop.bpmn": loop}, ADA)
    instance = engine.start_process("loop", {}, ADA)

    costs, sizes = [], []
    for _ in range(60):
        statements.clear()
        engine.publish_message("m", "1", {}, ADA)
        costs.append(len(statements))
        with engine._store.read() as snapshot:
            row = snapshot.instances.get(instance.id)
            assert row is not None
            sizes.append(len(row.state))

    assert costs[-1] == costs[5]
    assert sizes[-1] <= sizes[5] + 8, "only the numbers of element instances get longer"
