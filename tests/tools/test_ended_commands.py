"""A command that is ended from outside takes its other processes with it, and what they have put on the disk."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60

ENDED = [
    pytest.param(signal.SIGINT, -signal.SIGINT, id="Ctrl-C"),
    pytest.param(signal.SIGTERM, 128 + signal.SIGTERM, id="told to end"),
    pytest.param(signal.SIGKILL, -signal.SIGKILL, id="killed"),
]


@pytest.mark.parametrize(("number", "code"), ENDED)
def test_command_that_is_ended_leaves_no_process_and_no_folder(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    line = [sys.executable, "-m", "tests.tools.sharers", str(tmp_path)]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["at work\n"] * 2
        assert len(list(tmp_path.iterdir())) == 2

        process.send_signal(number)

        # The pipe ends when the last process that may write to it has ended.
        process.communicate(timeout=PATIENCE)
    assert process.returncode == code
    assert list(tmp_path.iterdir()) == []
