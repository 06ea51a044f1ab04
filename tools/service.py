"""What keeps a store going: a worker that fires what is due, and an HTTP server beside it in one process.

On the system clock the worker sleeps until the next due instant or until a command wakes it; on a simulated clock time
moves only by command, so it waits to be woken. A worker that meets a bug stops the whole process: a service that
answers but no longer works would be worse.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog

from engine.clock import SystemClock
from engine.errors import EngineError, Problem, places_of
from engine.runtime import Engine
from tools.loading import without_collector

if TYPE_CHECKING:
    from api.settings import AccessSettings

HOST = "127.0.0.1"
LONGEST_WAIT = timedelta(minutes=1)
SHORTEST_WAIT = timedelta(milliseconds=50)
WAIT_AFTER_A_FAILURE = timedelta(seconds=5)

SECONDS_TO_END = 2
"""For requests that are under way when the server is told to end; a screen that is watched has one without end."""

log = structlog.get_logger("clauseflow.worker")


class Worker:
    """Runs what is due in one thread. `poll` bounds the wait, for stores that other processes write to as well.

    `seen_at` is when it last looked, by the machine's clock: a worker that hangs is told by it.
    """

    def __init__(
        self, engine: Engine, *, poll: timedelta = LONGEST_WAIT, on_crash: Callable[[], None] = lambda: None
    ) -> None:
        self._engine = engine
        self._poll = poll
        self._on_crash = on_crash
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run_or_stop_all, name="worker", daemon=True)
        self._clock = SystemClock()
        self.crash: BaseException | None = None
        self.seen_at = self._clock.now()

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Look again now: a command may have made something due."""
        self._woken.set()

    def stop(self) -> None:
        self._stopped.set()
        self._woken.set()
        self._thread.join()

    def run(self) -> None:
        """Work until stopped; what `start` does in a thread."""
        while not self._stopped.is_set():
            self.seen_at = self._clock.now()
            self._woken.clear()
            wait = self.work_once()
            self._woken.wait(wait.total_seconds())

    def request_stop(self) -> None:
        """As `stop`, without waiting; safe in a signal handler."""
        self._stopped.set()
        self._woken.set()

    def work_once(self) -> timedelta:
        """Do what is due; returns how long nothing can become due."""
        try:
            done = self._engine.run_due()
            due = self._engine.next_due()
        except EngineError as error:
            # Neither message nor hint: they quote values, which may be those of a person.
            log.error("work failed", problems=[_place_of(problem) for problem in error.problems])
            return WAIT_AFTER_A_FAILURE
        if done:
            log.info("work done", count=done)
        if due is None or self._engine.is_simulated:
            return self._poll
        return min(max(due - self._engine.now(), SHORTEST_WAIT), self._poll)

    def _run_or_stop_all(self) -> None:
        try:
            self.run()
        except BaseException as crash:
            self.crash = crash
            log.error("the worker met a bug and stops the service", error=type(crash).__name__, places=places_of(crash))
            self._on_crash()
            raise


def _place_of(problem: Problem) -> dict[str, str]:
    """The code of a problem and where in the models or the store it is."""
    place = problem.location
    known = {"file": place.file, "element_id": place.element_id, "decision_id": place.decision_id}
    return {"code": str(problem.code), **{name: text for name, text in known.items() if text}}


def listen(port: int, host: str = HOST) -> socket.socket:
    """A listening socket, by default on the loopback interface. Errors: OSError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


@contextmanager
def _ending_well() -> Iterator[None]:
    """A server that was told to end, and has, did what it was asked: it raises the signal once more, for nobody."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_no_cut(record: logging.LogRecord) -> bool:
    """A request that is cut off at the end of the server is counted by it, and no bug whose place anybody needs."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def server_settings(settings: AccessSettings) -> dict[str, Any]:
    """What the HTTP server is told beside the application."""
    return {
        "log_level": "warning",
        "lifespan": "off",
        "server_header": False,
        "proxy_headers": bool(settings.proxies),
        "forwarded_allow_ips": list(settings.proxies),
        "timeout_graceful_shutdown": SECONDS_TO_END,
    }


def serve(engine: Engine, listener: socket.socket, settings: AccessSettings) -> int:
    """Serve the API on *listener* with a worker beside it until interrupted; returns the exit code."""
    worker = Worker(engine, on_crash=lambda: setattr(server, "should_exit", True))
    # Loaded here, because most commands need no server and would wait for its libraries.
    with without_collector():
        import uvicorn

        from api.app import create_app

        app = create_app(engine, wake=worker.wake, settings=settings, worker_seen=lambda: worker.seen_at)
    gc.freeze()  # no collection looks through what the start has made while somebody waits for an answer
    logging.getLogger("uvicorn.error").addFilter(_is_no_cut)
    server = uvicorn.Server(uvicorn.Config(app, **server_settings(settings)))
    worker.start()
    try:
        with _ending_well():
            server.run(sockets=[listener])
    finally:
        worker.stop()
        listener.close()
    return 0 if worker.crash is None else 1
