"""Drives the API from its own description: `python -m tests.api.fuzz [--seconds N] [--seed N] [--examples N]`.

A real server on a fresh store with a case, tasks and notices of the market law, and one key with every role; then
schemathesis with all its checks over the whole document. Exits with 1 when it finds a server error, an undeclared
status or any other failure. Everything stays on the loopback interface.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from api.app import create_app
from engine.handlers.contract import Actor
from engine.law import load_package
from engine.runtime import Engine
from engine.wiring import open_engine
from tests.api.conftest import MARKET, REQUEST
from tests.api.people import ROLES
from tools.service import listen

CLERK = Actor("ada", frozenset({"market_clerk"}))
CONFIG = """
# 409, 422 and 429 refuse what is well formed: the state of a case or the law is against it, or the caller hurries.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 413, 422, 429]

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 429]

[checks.missing_required_header]
expected-statuses = [400, 401, 403, 415, 422]
"""


class HurriedClock:
    """A second passes at each look, so that the limits of one caller do not hide the routes behind them."""

    def __init__(self) -> None:
        self._now = datetime(2024, 1, 1, tzinfo=UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            self._now += timedelta(seconds=1)
            return self._now


def stocked_engine(path: Path) -> tuple[Engine, str]:
    """A store on the machine's clock with something of everything, and a key with every role."""
    engine = open_engine(path, clock="system", environment={})
    engine.deploy(load_package(MARKET), Actor("analyst"))
    for number, fee in enumerate((120, 120, 1)):
        facts = {**REQUEST, "request_number": f"R-{number}", "fee_paid": fee}
        engine.raise_event("lantern_market", "stall requested", facts, CLERK)
    engine.run_due()
    return engine, engine.add_api_key("fuzz", ROLES, Actor("boss")).text


@contextmanager
def served(engine: Engine) -> Iterator[str]:
    """The address of a server on the loopback interface."""
    listener = listen(0)
    app = create_app(engine, wake=engine.run_due, clock=HurriedClock())
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.api.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=1000, help="at most so many for each operation")
    given, more = parser.parse_known_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        engine, key = stocked_engine(Path(folder) / "store.sqlite")
        config = Path(folder) / "schemathesis.toml"
        config.write_text(CONFIG, encoding="utf-8")
        with served(engine) as address:
            command = [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config)),
                *("run", f"{address}/openapi.json", "--checks", "all", "-H", f"Authorization: Bearer {key}"),
                *("-H", "Sec-Fetch-Site: same-origin"),  # as browsers say of the forms of our own pages
                *("--max-time", str(given.seconds), "--seed", str(given.seed), "-n", str(given.examples)),
                *(
                    "--continue-on-failure",
                    "--request-timeout",
                    "20",
                    "--generation-database",
                    "none",
                    # How much the generator throws away, and how fast, says nothing of the API.
                    "--suppress-health-check",
                    "filter_too_much,too_slow",
                    *more,
                ),
            ]
            code = subprocess.run(command, cwd=folder, check=False).returncode
        report = engine.verify()
        print(f"The store afterwards: {report.entries} entries, {'unbroken' if report.ok else 'BROKEN'}.")
        engine.close()
    return code or int(not report.ok)


if __name__ == "__main__":
    sys.exit(main())
