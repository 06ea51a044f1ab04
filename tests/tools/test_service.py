"""The worker and the server beside it: woken by commands, stopped in order, and never silently dead."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient

from api.settings import read_access_settings
from engine.errors import EngineError, ErrorCode, failure
from engine.runtime import Engine
from engine.wiring import open_engine
from tests.tools.project import make_project
from tools.commands.serve import address_of
from tools.service import LONGEST_WAIT, WAIT_AFTER_A_FAILURE, Worker, server_settings

NOW = datetime(2024, 2, 26, tzinfo=UTC)
ENOUGH = 20


class RecordingEngine:
    """Stands where an engine stands for the loop alone: what is due and what happens when it runs are given."""

    def __init__(self, *, simulated: bool, due: datetime | None = None, error: Exception | None = None) -> None:
        self.is_simulated = simulated
        self.due = due
        self.error = error
        self.ran = threading.Semaphore(0)

    def run_due(self) -> int:
        self.ran.release()
        if self.error is not None:
            raise self.error
        return 0

    def next_due(self) -> datetime | None:
        return self.due

    def now(self) -> datetime:
        return NOW


@pytest.mark.parametrize(
    ("simulated", "due", "wait"),
    [
        (False, None, LONGEST_WAIT),
        (False, NOW + timedelta(seconds=7), timedelta(seconds=7)),
        (False, NOW + timedelta(days=7), LONGEST_WAIT),
        (False, NOW - timedelta(days=7), timedelta(milliseconds=50)),
        (True, NOW + timedelta(seconds=7), LONGEST_WAIT),
    ],
)
def test_worker_sleeps_until_the_next_due_instant_and_on_a_simulated_clock_until_woken(
    simulated: bool, due: datetime | None, wait: timedelta
) -> None:
    worker = Worker(RecordingEngine(simulated=simulated, due=due))  # type: ignore[arg-type]

    assert worker.work_once() == wait


def test_worker_that_is_woken_looks_again_at_once() -> None:
    # given
    engine = RecordingEngine(simulated=True)
    worker = Worker(engine)  # type: ignore[arg-type]
    worker.start()
    assert engine.ran.acquire(timeout=ENOUGH)

    # when
    worker.wake()

    # then
    assert engine.ran.acquire(timeout=ENOUGH)
    worker.stop()
    assert worker.crash is None


def test_worker_goes_on_after_a_failure_of_the_engine_with_a_pause() -> None:
    busy = failure(ErrorCode.STORE_BUSY, "another process writes.")
    worker = Worker(RecordingEngine(simulated=False, error=busy))  # type: ignore[arg-type]

    assert worker.work_once() == WAIT_AFTER_A_FAILURE


def test_log_of_a_failure_tells_code_and_place_and_quotes_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    said = failure(
        ErrorCode.STORE_IO, 'got "078-05-1120".', element_id="Activity_A", part="078-05-1120", hint="not 078-05-1120"
    )
    worker = Worker(RecordingEngine(simulated=False, error=said))  # type: ignore[arg-type]

    worker.work_once()

    logged = "".join(capsys.readouterr())
    assert "STORE_IO" in logged and "Activity_A" in logged
    assert "1120" not in logged


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [("", "10.0.0.2"), ("10.0.0.2", "203.0.113.7"), ("10.0.0.2 10.0.0.3", "203.0.113.7"), ("10.0.0.9", "10.0.0.2")],
)
def test_address_of_whoever_asks_is_believed_only_of_a_proxy_that_is_named(proxies: str, seen: str) -> None:
    # given
    async def whoever_asks(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": scope["client"][0].encode()})

    settings = read_access_settings({"CLAUSEFLOW_PROXIES": proxies})
    config = uvicorn.Config(whoever_asks, **server_settings(settings))
    config.load()
    client = TestClient(config.loaded_app, client=("10.0.0.2", 1))

    # when
    answer = client.get("/", headers={"X-Forwarded-For": "192.0.2.1, 203.0.113.7"})

    # then
    assert answer.text == seen


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("localhost", "http://localhost:80"), ("::1", "http://[::1]:80")],
)
def test_address_of_the_server_is_one_that_a_browser_takes(host: str, address: str) -> None:
    assert address_of(host, 80) == address
    assert httpx.URL(address_of(host, 80)).host == host


def test_proxy_that_is_no_address_is_refused() -> None:
    with pytest.raises(EngineError) as refused:
        read_access_settings({"CLAUSEFLOW_PROXIES": "10.0.0.2 proxy.example"})

    assert refused.value.code is ErrorCode.JOB_INPUT
    assert '"proxy.example"' in refused.value.problem.message


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_worker_that_meets_a_bug_says_so_and_stops_the_service() -> None:
    # given
    stopped = threading.Event()
    engine = RecordingEngine(simulated=False, error=KeyError("a bug"))
    worker = Worker(engine, on_crash=stopped.set)  # type: ignore[arg-type]

    # when
    worker.start()

    # then
    assert stopped.wait(ENOUGH)
    worker.stop()
    assert isinstance(worker.crash, KeyError)


def test_worker_on_a_real_store_has_nothing_to_do_and_stops(tmp_path: Path) -> None:
    # given
    engine: Engine = open_engine(tmp_path / "store.sqlite", clock=NOW)
    worker = Worker(engine)

    # when
    wait = worker.work_once()
    engine.close()

    # then
    assert wait == LONGEST_WAIT


@pytest.mark.parametrize(("number", "under_way"), [(signal.SIGTERM, False), (signal.SIGINT, True)])
def test_run_serves_the_api_on_the_simulated_clock_until_it_is_stopped(
    number: signal.Signals, under_way: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    make_project(tmp_path, monkeypatch)
    command = [sys.executable, "-m", "tools.cli", "run", "--port", "0", "--store", "store"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"}

    # when
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        address, clock = _wait_for_address(process)
        health = httpx.get(f"{address}/health", timeout=ENOUGH)
        begun = (
            b"POST /events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
        )
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=ENOUGH) as never_ends:
            never_ends.sendall(begun if under_way else b"")
            process.send_signal(number)
            _, errors = process.communicate(timeout=ENOUGH)

    # then
    assert health.status_code == 200
    assert "The clock is simulated and stands at 2024-03-20 00:00 UTC" in clock
    assert "Traceback" not in errors
    assert process.returncode == 0


def _wait_for_address(process: subprocess.Popen[str]) -> tuple[str, str]:
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            return found.group(), process.stdout.readline()
    raise AssertionError(process.communicate()[1])
