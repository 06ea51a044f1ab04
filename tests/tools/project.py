"""A project folder for tests of the command line: the invented law where a shipped law would lie."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools.cli import main

MINI_LAW = Path(__file__).parents[1] / "simulation" / "mini_law"


def make_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the invented law to processes/lantern_market and make *folder* the working directory."""
    law = folder / "processes" / "lantern_market"
    shutil.copytree(MINI_LAW, law)
    monkeypatch.chdir(folder)
    return law


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run_cli(*arguments: str | Path) -> int:
    """Run `clauseflow` with *arguments*; returns the exit code."""
    given: Sequence[str] = [str(argument) for argument in arguments]
    try:
        main(given)
    except SystemExit as end:
        return int(end.code or 0) if not isinstance(end.code, str) else 1
    return 0
