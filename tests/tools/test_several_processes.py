"""`clauseflow serve` and two `clauseflow worker` on one store: killed amid the work, all is done once, nothing lost."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from engine.handlers.contract import Actor
from engine.law import load_package
from engine.wiring import open_engine

ROOT = Path(__file__).resolve().parents[2]
MARKET = ROOT / "tests" / "simulation" / "mini_law" / "package.yaml"
REQUESTS = 4
PATIENCE = 60
READS = 400


@contextmanager
def told_by(server: subprocess.Popen[str], store: Path) -> Iterator[None]:
    """A connection that breaks shows how the server ended and what it said last."""
    try:
        yield
    except httpx.TransportError as broken:
        for _ in range(20):
            if server.poll() is not None:
                break
            threading.Event().wait(0.05)
        said = (store.parent / "serve.err").read_text()
        if server.poll() is not None and server.stdout is not None:
            said += server.stdout.read()
        raise AssertionError(
            f"{broken!r}; the server's exit code is {server.poll()}; it said: {said[-4000:]}"
        ) from broken


@contextmanager
def command(store: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A `clauseflow` process and the line with which it says that it runs; killed at the end."""
    line = [sys.executable, "-u", "-m", "tools.cli", *arguments, "--store", str(store)]
    with (
        (store.parent / f"{arguments[0]}.err").open("a") as errors,
        subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            said = next((line for line in process.stdout if "stop with Ctrl-C" in line), "")
            assert said, "the process did not start"
            yield process, said
        finally:
            process.kill()


def address_in(said: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found is not None
    return found[0]


def post(address: str, path: str, **body: Any) -> None:
    answer = httpx.post(f"{address}{path}", json=body, timeout=PATIENCE)
    assert answer.is_success, answer.text


def request_stall(address: str, number: int) -> None:
    facts = {
        "request_number": f"R-{number}",
        "keeper_name": "Aiko Mori",
        "keeper_street": "3 River Street",
        "stall_size": "small",
        "fee_paid": 120,
    }
    post(address, "/events", package="lantern_market", event="stall requested", facts=facts, event_id=f"R-{number}")


def examine_all(address: str) -> None:
    for task in httpx.get(f"{address}/user-tasks", timeout=PATIENCE).json():
        variables = {"certificate_enclosed": True, "examined_on": {"date": "2024-02-26"}}
        post(address, f"/user-tasks/{task['id']}/completion", variables=variables)


def wait_until_all_is_sent(address: str) -> None:
    for _ in range(READS):
        notices = httpx.get(f"{address}/notices", timeout=PATIENCE).json()
        states = {delivery["state"] for notice in notices for delivery in notice["deliveries"]}
        if len(notices) == REQUESTS and states == {"sent"}:
            return
        threading.Event().wait(0.05)
    raise AssertionError(f"not all was sent: {states}")


def test_server_and_workers_that_are_killed_do_everything_once(tmp_path: Path) -> None:
    # given
    store = tmp_path / "store"
    store.mkdir()
    with closing(open_engine(store / "store.sqlite", clock=datetime(2024, 2, 26, tzinfo=UTC))) as engine:
        engine.deploy(load_package(MARKET), Actor("analyst"))

    # when
    with command(store, "worker", "--poll", "0.05") as (first, _), command(store, "worker", "--poll", "0.05"):
        with command(store, "serve", "--port", "0") as (server, said), told_by(server, store):
            address = address_in(said)
            for number in range(REQUESTS):
                request_stall(address, number)
            examine_all(address)
            first.send_signal(signal.SIGKILL)
            server.send_signal(signal.SIGKILL)
        with command(store, "serve", "--port", "0") as (server, said), told_by(server, store):
            address = address_in(said)
            for number in range(REQUESTS):
                request_stall(address, number)
            examine_all(address)
            # a delivery that a killed process had begun is free again once its lease has ended
            post(address, "/clock/advance", to="2024-02-26T01:00:00+00:00")
            wait_until_all_is_sent(address)

    # then
    with closing(open_engine(store / "store.sqlite", spool=store / "spool")) as engine:
        assert engine.verify().ok
        assert len(engine.cases()) == len(engine.notices()) == REQUESTS
        assert engine.incidents() == []
        deliveries = [delivery for notice in engine.notices() for delivery in notice.deliveries]
    labels = sorted(path.name for path in (store / "spool").glob("*.json"))
    spooled = [delivery for delivery in deliveries if delivery.facts.get("delivered_to") == "spool"]
    assert labels == sorted(str(delivery.facts["file"]) for delivery in spooled)
    assert len(labels) == REQUESTS
