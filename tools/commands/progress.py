"""How far the playing of many scenarios is, on the error stream."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine.errors import counted
from tools.commands.common import console, say_aside

SOONER = "--jobs 2, or --results FILE of `clauseflow simulate --json FILE`"
MANY = 40
"""Scenarios from which on it is said how long they take."""
SECONDS_OF_A_SCENARIO = 0.25


@contextmanager
def progress_bar(total: int, *, jobs: int = 1, sooner: str = SOONER) -> Iterator[Callable[[int], None]]:
    """A bar where the error stream is a terminal; of many scenarios, a word on how long they take."""
    if total >= MANY:
        say_aside(f"Playing {total} scenarios, for about {_duration(total, jobs)}. In less time: {sooner}.")
    if not sys.stderr.isatty() or total < 2:
        yield lambda done: None
        return
    columns = (TextColumn("Playing scenarios"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(error=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.update(task, completed=done)


def _duration(scenarios: int, jobs: int) -> str:
    seconds = scenarios * SECONDS_OF_A_SCENARIO / min(jobs, os.cpu_count() or 1)
    return counted(math.ceil(seconds / 60), "minute") if seconds > 60 else f"{math.ceil(seconds / 10) * 10} seconds"
