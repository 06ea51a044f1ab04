"""`clauseflow verify`: proves that nobody changed the log of a store."""

from __future__ import annotations

import typer

from tools.commands.common import DEFAULT_STORE, FAILED, StoreOption, opened_store, say, say_problems


def verify(store: StoreOption = DEFAULT_STORE) -> None:
    """Recompute the hash chain of the log; exit 1 when an entry is missing or changed."""
    with opened_store(store) as engine:
        report = engine.verify()
    say_problems(report.problems)
    erased = f", of them {report.erased} with erased payload" if report.erased else ""
    say(f"{report.entries} entries{erased}; head {report.head}; {'unbroken' if report.ok else 'BROKEN'}.")
    if not report.ok:
        raise typer.Exit(FAILED)
