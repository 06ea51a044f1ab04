"""SIGKILL at any SQL statement and inside a delivery: the next start goes on, nothing is lost, nothing done twice.

The run is that of a child, which kills itself; the parent then plays the same commands again under the same event ids,
as a caller does who got no answer.
"""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.errors import EngineError, ErrorCode
from engine.handlers.channels import SpoolFolder
from engine.runtime import Engine
from engine.wiring import open_engine
from tests.runtime.conftest import ADA, START, apply_for_registration, pending
from tests.runtime.crashing import die, was_killed
from tests.runtime.hive_law import hive_law

SEED = 20310303
SAMPLE = 10
Hook = Callable[[], None]


def play(path: Path, hook: Hook | None = None) -> None:
    """Two apiaries from application to the end; every command may be given again."""
    with_hook = hook or (lambda: None)
    real = sqlite3.connect

    def connect(*args: Any, **options: Any) -> sqlite3.Connection:
        connection = real(*args, **options)
        connection.set_trace_callback(lambda statement: with_hook())
        return connection

    sqlite3.connect = connect  # type: ignore[assignment]
    try:
        engine = open_engine(path, clock=START, spool=path.parent / "spool")
    finally:
        sqlite3.connect = real
    engine.deploy(hive_law(), ADA)
    for number in ("AP-1", "AP-2"):
        event(engine, "registration applied for", number, keeper_name="Mere Tane", hives=4, deposit=Decimal("10.00"))
    event(engine, "apiary visited", "AP-1", healthy=True)
    engine.run_due()
    event(engine, "bill paid", "AP-1", paid=Decimal("20.00"))
    target = START + timedelta(days=30)
    if engine.now() < target:
        engine.advance_clock(target, ADA)
    engine.run_due()
    engine.close()


def event(engine: Engine, name: str, number: str, **facts: object) -> None:
    engine.raise_event("hive_law", name, {"apiary_number": number, **facts}, ADA, event_id=f"{name} {number}")


def outcome(path: Path) -> dict[str, object]:
    """All that a caller can see at the end, without ids and instants of retries."""
    engine = open_engine(path)
    try:
        assert engine.verify().ok
        cases = engine.cases()
        return {
            "cases": [(case.key, case.state, len(case.history)) for case in cases],
            "ledger": [[(r.line.entry, r.line.amount) for r in engine.ledger(case.id)] for case in cases],
            "notices": [(notice.type, notice.texts["text/plain"]) for notice in engine.notices()],
            "deliveries": [[(d.channel, d.state, d.key) for d in notice.deliveries] for notice in engine.notices()],
            "spool": sorted(file.name for file in (path.parent / "spool").iterdir()),
            "instances": [(instance.process_id, instance.status) for instance in engine.instances()],
            "tasks": [(task.element_id, task.state) for task in engine.user_tasks(state=None)],
            "breached": [(record.case_key, record.deadline.name) for record in engine.deadlines(breached=True)],
            "incidents": engine.incidents(state=None),
            "pending": pending(engine),
        }
    finally:
        engine.close()


def play_and_die(path: Path, statement: int) -> None:
    """As `play`, killed just before its statement of this number."""
    left = [statement]

    def hook() -> None:
        left[0] -= 1
        if left[0] <= 0:
            die()

    play(path, hook)


def send_and_die(path: Path) -> None:
    """As `play`, killed between the sending of the first letter and the note of it."""
    send = SpoolFolder.send

    def send_once(self: Any, *args: Any) -> Any:
        send(self, *args)
        die()

    SpoolFolder.send = send_once  # type: ignore[method-assign]
    play(path)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], int]:
    """The outcome of a run that nobody kills, and the number of its SQL statements."""
    path = tmp_path_factory.mktemp("undisturbed") / "store.db"
    statements = [0]

    def count() -> None:
        statements[0] += 1

    play(path, count)
    return outcome(path), statements[0]


def check_kill_at(path: Path, undisturbed: tuple[dict[str, object], int], point: int) -> None:
    expected, _ = undisturbed
    assert was_killed(play_and_die, path, point), f"statement {point} was never reached"

    play(path)

    assert outcome(path) == expected, f"after a kill at statement {point} (seed {SEED})"


def test_undisturbed_run_reaches_the_ends_that_the_others_are_compared_with(
    undisturbed: tuple[dict[str, object], int],
) -> None:
    expected, statements = undisturbed
    assert expected["cases"] == [("AP-1", "registered", 7), ("AP-2", "open", 5)]
    assert expected["breached"] == [("AP-2", "visit")]
    assert statements > 300


def test_run_killed_at_any_statement_ends_as_one_that_was_not(
    undisturbed: tuple[dict[str, object], int], tmp_path: Path
) -> None:
    points = sorted(random.Random(SEED).sample(range(1, undisturbed[1] + 1), SAMPLE))

    for point in points:
        folder = tmp_path / str(point)
        folder.mkdir()
        check_kill_at(folder / "store.db", undisturbed, point)


@pytest.mark.soak
@pytest.mark.skipif(not os.environ.get("CLAUSEFLOW_SOAK"), reason="every statement: make soak")
def test_run_killed_at_every_statement_ends_as_one_that_was_not(
    undisturbed: tuple[dict[str, object], int], tmp_path: Path
) -> None:
    for point in range(1, undisturbed[1] + 1):
        folder = tmp_path / str(point)
        folder.mkdir()
        check_kill_at(folder / "store.db", undisturbed, point)


def test_run_killed_several_times_in_a_row_ends_as_one_that_was_not(
    undisturbed: tuple[dict[str, object], int], tmp_path: Path
) -> None:
    draw = random.Random(SEED + 1)
    path = tmp_path / "store.db"

    for point in [draw.randint(40, 400) for _ in range(4)]:
        was_killed(play_and_die, path, point)
    play(path)

    assert outcome(path) == undisturbed[0]


def test_run_killed_between_sending_and_marking_sends_the_letter_once(
    undisturbed: tuple[dict[str, object], int], tmp_path: Path
) -> None:
    path = tmp_path / "store.db"

    assert was_killed(send_and_die, path)
    letters = sorted(file.name for file in (tmp_path / "spool").iterdir())
    play(path)

    assert letters == undisturbed[0]["spool"]
    assert outcome(path) == undisturbed[0]


def test_command_that_is_refused_after_a_restart_is_refused_as_before(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    play(path)
    engine = open_engine(path, spool=tmp_path / "spool")

    with pytest.raises(EngineError) as caught:
        apply_for_registration(engine, "AP-2")

    assert caught.value.code is ErrorCode.MSG_DUPLICATE
    engine.close()
