"""What every test process does: it collects garbage as the command line does, and does not wait for the disk."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.garbage import collect_seldom
from engine.store import connections

IN_EARNEST = connections._WAIT_FOR_DISK
LONGEST = ("scenarios/test_shipped_scenarios.py", "tools/test_kill.py", "tools/test_several_processes.py")
"""Begun first: a long file that a worker begins last leaves the other worker without anything to do."""


def pytest_sessionstart() -> None:
    gc.disable()  # until all modules are loaded


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {Path(__file__).parent / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))
    if not os.environ.get("CLAUSEFLOW_SOAK"):
        for item in items:
            if item.get_closest_marker("soak") is not None:
                item.add_marker(pytest.mark.skip(reason="full counts of the long checks: make soak"))


def pytest_collection_finish() -> None:
    gc.enable()
    collect_seldom()


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """Nobody cuts the power while tests run: what they write goes to the disk when the system finds the time.

    The processes that tests start wait in earnest, and so does a test that asks for `waiting_for_the_disk`.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connections, "_WAIT_FOR_DISK", connections._NO_WAIT)
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture
def waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_WAIT_FOR_DISK", IN_EARNEST)
