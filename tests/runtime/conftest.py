"""Engines on simulated stores: with the invented law deployed, or with loose diagrams and handlers of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.handlers.contract import Actor, Field, HandlerDefinition, HandlerKind, Job, JobResult, Services
from engine.runtime import Engine, Settings
from engine.store import Store, dump_tables
from engine.wiring import open_engine
from tests.runtime.hive_law import hive_law

ADA = Actor("ada", frozenset({"bee_officer"}))
START = datetime(2031, 3, 3, 20, 30, tzinfo=UTC)  # Tuesday, 4 March 2031, 09:30 in Auckland

Handler = Callable[[Job, Services], JobResult]


def inline(run: Handler, *headers: str) -> HandlerDefinition:
    fields = tuple(Field(name, "a header", required=False) for name in headers)
    return HandlerDefinition("", "a test's handler", "", HandlerKind.INLINE, run, headers=fields)


def worker(run: Handler) -> HandlerDefinition:
    return HandlerDefinition("", "a test's handler", "", HandlerKind.WORKER, run)


def dump(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table."""
    with engine._store.read() as snapshot:
        return dump_tables(snapshot)


def pending(engine: Engine) -> dict[str, int]:
    """How much of a finished instance is left in the tables of what is awaited."""
    unlimited = dict.fromkeys(("timer", "subscription", "message", "held_signal"), "")
    tables = {"job": " WHERE state NOT IN ('completed', 'cancelled')", **unlimited}
    with engine._store.read() as snapshot:
        return {
            name: snapshot.database.conn.execute(f"SELECT count(*) FROM {name}{where}").fetchone()[0]
            for name, where in tables.items()
        }


class Recorder:
    """A channel that keeps what it sends; *faults* are raised first, one a call."""

    def __init__(self, *, resend_is_safe: bool = True) -> None:
        self.resend_is_safe = resend_is_safe
        self.sent: list[tuple[str, str]] = []
        self.faults: list[BaseException] = []

    def send(self, notice: Any, delivery: Any, key: str) -> Mapping[str, Any]:
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append((delivery.channel, key))
        return {"key": key}


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """Opens engines on `store.db` of the test's folder, on a simulated clock unless told otherwise.

    At the end of every test its stores must verify: chain, texts, and each instance rebuilt from the log. A test that
    tampers with its store says `checked=False`.
    """
    opened: list[Engine] = []
    unchecked: list[Engine] = []

    def open_one(**options: Any) -> Engine:
        name, checked = options.pop("name", "store.db"), options.pop("checked", True)
        options.setdefault("clock", START)
        engine = open_engine(tmp_path / name, spool=tmp_path / "spool", **options)
        (opened if checked else unchecked).append(engine)
        return engine

    yield open_one
    for engine in opened:
        if not engine._store.is_closed:
            report = engine.verify()
            assert report.problems == ()
            assert report.rebuilt == len(engine.instances(limit=100_000)) or report.erased
        engine.close()
    for engine in unchecked:
        engine.close()


@pytest.fixture
def hive(open_store: Callable[..., Engine]) -> Engine:
    """An engine with the invented law."""
    engine = open_store()
    engine.deploy(hive_law(), ADA)
    return engine


@pytest.fixture
def loose(open_store: Callable[..., Engine]) -> Callable[..., Engine]:
    """`loose(diagram, job_type=handler)`: an engine with one loose diagram and the given handlers."""

    def deploy(*diagrams: bytes, settings: Settings | None = None, **handlers: HandlerDefinition) -> Engine:
        engine = open_store(handlers=handlers, settings=settings)
        engine.deploy_files({f"{number}.bpmn": data for number, data in enumerate(diagrams)}, ADA)
        return engine

    return deploy


def apply_for_registration(engine: Engine, number: str = "AP-1", **facts: object) -> str:
    """Raise the first event of the law and return the id of the case."""
    given = {"apiary_number": number, "keeper_name": "Mere Tane", "hives": 4, **facts}
    case_id = engine.raise_event("hive_law", "registration applied for", given, ADA).case_id
    assert case_id is not None
    return case_id


__all__ = ["ADA", "START", "Recorder", "Store", "apply_for_registration", "dump", "inline", "pending", "worker"]
