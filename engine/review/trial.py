"""An engine on a store that is thrown away, so that the very checks of a deployment speak."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from engine.runtime import Engine
from engine.wiring import open_engine

_ANY_INSTANT = datetime(2001, 1, 1, tzinfo=UTC)


@contextmanager
def trial_engine() -> Iterator[Engine]:
    """An engine in which nothing is deployed yet; nothing of it remains."""
    with tempfile.TemporaryDirectory(prefix="clauseflow-check-") as folder:
        engine = open_engine(Path(folder) / "store.sqlite", clock=_ANY_INSTANT, throwaway=True)
        try:
            yield engine
        finally:
            engine.close()
