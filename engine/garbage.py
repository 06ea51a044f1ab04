"""How often a process that runs the engine looks for garbage."""

from __future__ import annotations

import gc


def collect_seldom() -> None:
    """For a process that has loaded its modules: leave them out of every later collection, and collect less often.

    A command makes thousands of objects that go by counting alone, and compiled models are large: at the interpreter's
    own pace a sixth of the time of a simulation went into looking for cycles that are not there.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
