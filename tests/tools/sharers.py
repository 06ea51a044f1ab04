"""A command with two other processes, each at work without end in a folder of its own. Run by `test_ended_commands`."""

from __future__ import annotations

import os
import sys
import tempfile
import threading

from engine.garbage import collect_seldom
from engine.processes import sharing
from tools.cli import ending_in_order


def work(parent: str) -> None:
    with tempfile.TemporaryDirectory(dir=parent):
        os.write(1, b"at work\n")
        threading.Event().wait()


if __name__ == "__main__":
    with ending_in_order(), sharing(2, collect_seldom) as pool:
        list(pool.map(work, sys.argv[1:] * 4))
