"""Children that may be killed: forked from a clean server, because a fork of a process with threads may hang.

The functions that run in a child are module-level functions of the test, with picklable arguments.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Callable
from typing import Any

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["engine.wiring", "tests.runtime.hive_law", "tests.runtime.conftest"])
PATIENCE = 120


class Child:
    """One run of *target* in a process of its own."""

    def __init__(self, target: Callable[..., None], *args: Any) -> None:
        self.process = _SERVER.Process(target=target, args=args)
        self.process.start()

    def kill(self) -> None:
        self.process.kill()

    def wait(self) -> bool:
        """Wait for its end: True when it was killed, False when it came to its end. A fault in it fails the test."""
        self.process.join(PATIENCE)
        code = self.process.exitcode
        if code is None:
            self.process.kill()
            self.process.join()
            raise AssertionError(f"the child did not end within {PATIENCE} seconds")
        assert code in (0, -signal.SIGKILL), f"the child ended with {code}"
        return bool(code)


def was_killed(target: Callable[..., None], *args: Any) -> bool:
    """Run *target* in a child to its end; whether it was killed."""
    return Child(target, *args).wait()


def die() -> None:
    """As if the power had failed: nothing of this process runs any more."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_statement(number: int) -> None:
    """From now on this process is killed just before its SQL statement of this number, on whatever connection."""
    left = [number]
    connect = sqlite3.connect

    def count(statement: str) -> None:
        left[0] -= 1
        if left[0] <= 0:
            die()

    def counted(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = counted  # type: ignore[assignment]
