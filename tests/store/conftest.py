"""A store on a simulated clock, and one on the system clock, each a real file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.store import Store

START = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "store.db", simulated_start=START)
    yield opened
    opened.close()


@pytest.fixture
def system_store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "system.db")
    yield opened
    opened.close()
