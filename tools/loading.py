"""The garbage collector is kept away from what stays for good: modules, and models that are compiled once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """For a block that loads modules; a sixth of the time of a start was the collector's."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def collect_seldom() -> None:
    """For a process that has loaded its modules: leave them out of every later collection, and collect less often.

    A command makes thousands of objects that go by counting alone, and compiled models are large: at the interpreter's
    own pace a sixth of the time of a simulation went into looking for cycles that are not there.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
