"""`clauseflow worker`: does what falls due in a store, without serving the API."""

from __future__ import annotations

import signal
from datetime import timedelta
from typing import Annotated

import typer

from tools.commands.common import DEFAULT_STORE, StoreOption, opened_store, say
from tools.service import Worker

PollOption = Annotated[float, typer.Option("--poll", min=0.05, help="Look at least every so many seconds.")]
OnceOption = Annotated[bool, typer.Option("--once", help="Do what is due now, then end.")]


def worker(store: StoreOption = DEFAULT_STORE, poll: PollOption = 2.0, once: OnceOption = False) -> None:
    """Fire timers, run jobs and send notices as they fall due; several workers may share a store."""
    with opened_store(store) as engine:
        if once:
            say(f"{engine.run_due()} pieces of work done.")
            return
        running = Worker(engine, poll=timedelta(seconds=poll))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: running.request_stop())
        say(f"Working on {store}; stop with Ctrl-C.")
        running.run()
