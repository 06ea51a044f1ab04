"""Processes that share work and never outlive the one that began them, however that one ends.

Each holds the reading end of a pipe whose writing end the first process alone holds: when that end is closed, by the
process or by the operating system because the process is gone, whoever reads stops.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any

_SECONDS_TO_TIDY_UP = (1.5, 1.5, 3.0)
"""Before a process that was told to end is told so again; after the last time it is ended."""
_ENDED = 1


@contextmanager
def sharing(jobs: int, begin: Callable[..., None], *given: Any) -> Iterator[ProcessPoolExecutor]:
    """A pool of *jobs* processes that each call ``begin(*given)`` first, both of which can be pickled.

    When what stands in the block is interrupted the processes end at once, and their folders go with them.
    """
    # A spawned process begins empty, so that it inherits no open store, no lock and no end of a pipe.
    spawning = multiprocessing.get_context("spawn")
    heard, held = spawning.Pipe(duplex=False)
    with heard, held, ProcessPoolExecutor(jobs, spawning, _begin, (heard, begin, *given)) as pool:
        try:
            yield pool
        except BaseException:
            held.close()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _begin(heard: Connection, begin: Callable[..., None], *given: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of Ctrl-C the first process hears, and tells
    threading.Thread(target=_end_with, args=(heard,), name="end with the first process", daemon=True).start()
    begin(*given)
    signal.signal(signal.SIGTERM, _stop)


def _end_with(heard: Connection) -> None:
    """Ends this process when the first one has, also while its main thread hears no signal."""
    heard.poll(None)
    if not _ENDING.is_set():
        _ENDING.set()  # told twice at once, it would break off the tidying up as well
        os.kill(os.getpid(), signal.SIGTERM)
        _insist()


def _stop(number: int, frame: FrameType | None) -> None:
    """Breaks off what the main thread does, so that it removes its folders. Whoever runs the pieces of work takes that
    for the end of one piece, and begins the next."""
    if not _ENDING.is_set():
        _ENDING.set()
        threading.Thread(target=_insist, name="end", daemon=True).start()
    raise SystemExit(_ENDED)


def _insist() -> None:
    never = threading.Event()
    for seconds in _SECONDS_TO_TIDY_UP:
        never.wait(seconds)
        os.kill(os.getpid(), signal.SIGTERM)
    os._exit(_ENDED)


_ENDING = threading.Event()
