"""A command with two other processes, each at work without end in a folder of its own. Run by `test_ended_commands`."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from concurrent.futures.process import BrokenProcessPool

from engine.garbage import collect_seldom
from engine.processes import sharing
from tools.cli import ending_in_order


def work(parent: str) -> None:
    with tempfile.TemporaryDirectory(dir=parent):
        os.write(1, f"{os.getpid()} is at work\n".encode())
        threading.Event().wait()


if __name__ == "__main__":
    with ending_in_order(), sharing(2, collect_seldom) as pool:
        for begun in [pool.submit(work, sys.argv[1]) for _ in range(4)]:
            try:
                begun.result()
            except BrokenProcessPool:
                os.write(1, b"broken\n")
