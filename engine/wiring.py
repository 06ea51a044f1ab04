"""The only place where the parts of the engine are put together: clock, store, handlers, channels."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from engine.runtime.engine import Engine


def open_engine(
    path: Path,
    *,
    clock: Literal["system"] | datetime | None = None,
    spool: Path | None = None,
) -> Engine:
    """Open (or create) the store at *path* and return the engine on it.

    *clock* chooses the clock of a **new** store: "system" or the instant where a simulated one starts; None takes what an
    existing store has (system for a new one). *spool* is the folder of print and mail (default: beside the store).
    Errors: STORE_SCHEMA, STORE_IO; RUN_CLOCK when *clock* contradicts the clock of an existing store.
    """
    ...
