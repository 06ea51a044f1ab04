"""A command that is ended from outside takes its other processes with it, and what they have put on the disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60

ENDED = [
    pytest.param(signal.SIGINT, -signal.SIGINT, id="Ctrl-C"),
    pytest.param(signal.SIGTERM, 128 + signal.SIGTERM, id="told to end"),
    pytest.param(signal.SIGKILL, -signal.SIGKILL, id="killed"),
]


@contextmanager
def sharing_command(folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A command with two other processes, each in a folder below *folder*; and the ids of these."""
    line = [sys.executable, "-m", "tests.tools.sharers", str(folder)]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        others = [int(process.stdout.readline().removesuffix(" is at work\n")) for _ in range(2)]
        assert len(set(others)) == len(list(folder.iterdir())) == 2
        yield process, others


@pytest.mark.parametrize(("number", "code"), ENDED)
def test_command_that_is_ended_leaves_no_process_and_no_folder(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    with sharing_command(tmp_path) as (process, _):
        process.send_signal(number)

        # The pipe ends when the last process that may write to it has ended.
        process.communicate(timeout=PATIENCE)
    assert process.returncode == code
    assert list(tmp_path.iterdir()) == []


def test_command_ends_with_the_others_when_one_of_its_processes_is_killed(tmp_path: Path) -> None:
    with sharing_command(tmp_path) as (process, others):
        os.kill(others[0], signal.SIGKILL)

        told, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert told.count("broken\n") == 4
    assert len(list(tmp_path.iterdir())) == 1
