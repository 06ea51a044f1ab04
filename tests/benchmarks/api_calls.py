"""Five typical calls of the API under twenty clients at once: calls a second, and the time of an answer.

A real `clauseflow serve` with its worker on a durable store, keys and all; the clients share the machine with it, each
on a connection of its own, asking again as soon as it is answered.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from engine.handlers.contract import Actor
from engine.law import load_package
from engine.simulation.runner import STORE_FILE
from engine.wiring import open_engine
from tests.benchmarks.report import OURS, Group

ROOT = Path(__file__).resolve().parents[2]
MARKET = ROOT / "tests" / "simulation" / "mini_law" / "package.yaml"
CLERK = Actor("ada", frozenset({"market_clerk"}))
CLIENTS = 20
Request = tuple[str, str, dict[str, Any] | None]


def measure_api(quick: bool) -> list[Group]:
    count = 400 if quick else 2_000
    group = Group(
        f"The API under {CLIENTS} clients at once, {count:,} calls each",
        "Wall time; server and clients share the machine. Who reads a case is written down before the answer.",
    )
    with tempfile.TemporaryDirectory(prefix="clauseflow-bench-") as folder:
        key, cases, tasks = _stock(Path(folder), count)
        calls: dict[str, Callable[[int], Request]] = {
            "list user tasks (a page of 20)": lambda number: ("GET", "/user-tasks?limit=20", None),
            "read a case": lambda number: ("GET", f"/cases/{cases[number % len(cases)]}", None),
            "read a timeline": lambda number: ("GET", f"/cases/{cases[number % len(cases)]}/timeline", None),
            "raise an event that opens a case": lambda number: ("POST", "/events", event(f"N-{number}")),
            "complete a user task": lambda number: ("POST", f"/user-tasks/{tasks[number]}/completion", EXAMINED),
        }
        with _served(Path(folder)) as port:
            for what, call in calls.items():
                asyncio.run(_load(port, key, call, CLIENTS, first=0))
                taken, times = asyncio.run(_load(port, key, call, count, first=CLIENTS))
                times.sort()
                group.add(f"{what}: throughput", {OURS: count / taken}, unit="calls/s")
                group.add(f"{what}: median", {OURS: times[count // 2]})
                group.add(f"{what}: 99th percentile", {OURS: times[count * 99 // 100]})
    return [group]


EXAMINED = {"variables": {"certificate_enclosed": True, "examined_on": {"date": "2024-02-26"}}}


def event(number: str) -> dict[str, Any]:
    facts = {
        "request_number": number,
        "keeper_name": "Aiko Mori",
        "keeper_street": "3 River Street",
        "stall_size": "small",
        "fee_paid": 120,
    }
    return {"package": "lantern_market", "event": "stall requested", "facts": facts}


def _stock(folder: Path, count: int) -> tuple[str, list[str], list[str]]:
    """A store with enough tasks, the key of a clerk, and the ids of cases and tasks."""
    engine = open_engine(folder / STORE_FILE, clock="system", environment={})
    try:
        engine.deploy(load_package(MARKET), CLERK)
        for number in range(count + CLIENTS):
            engine.raise_event("lantern_market", "stall requested", event(f"R-{number}")["facts"], CLERK)
        key = engine.add_api_key("ada", ["market_clerk"], CLERK).text
        cases = [case.id for case in engine.cases(limit=200)]
        return key, cases, [task.id for task in engine.user_tasks(limit=count + CLIENTS)]
    finally:
        engine.close()


@contextmanager
def _served(folder: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "tools.cli", "serve", "--store", str(folder), "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = re.search(r"http://[\d.]+:(\d+)", process.stdout.readline())
        assert address is not None
        try:
            yield int(address.group(1))
        finally:
            process.terminate()


async def _load(
    port: int, key: str, call: Callable[[int], Request], count: int, *, first: int
) -> tuple[float, list[float]]:
    """The wall time of *count* calls by all clients together, and the time of each."""
    numbers = iter(range(first, first + count))
    times: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            request = _bytes(key, *call(number))
            started = perf_counter()
            writer.write(request)
            status = await _answer(reader)
            times.append(perf_counter() - started)
            assert status < 300, (status, request)
        writer.close()

    started = perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return perf_counter() - started, times


def _bytes(key: str, method: str, path: str, body: dict[str, Any] | None) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
    kind = "" if body is None else "Content-Type: application/json\r\n"
    return f"{head}{kind}Content-Length: {len(content)}\r\n\r\n".encode() + content


async def _answer(reader: asyncio.StreamReader) -> int:
    """The status of one answer, read to its end."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"(?i)content-length: (\d+)", head)
    await reader.readexactly(int(length.group(1)) if length else 0)
    return int(head.split(" ", 2)[1])
