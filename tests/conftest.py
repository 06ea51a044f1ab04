"""What every test process does: it collects garbage as the command line does."""

from __future__ import annotations

from tools.loading import collect_seldom


def pytest_collection_finish() -> None:
    collect_seldom()
