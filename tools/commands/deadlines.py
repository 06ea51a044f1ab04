"""`clauseflow deadlines`: the deadlines of all cases, in order of their due dates."""

from __future__ import annotations

from typing import Annotated

import typer
from rich import box
from rich.table import Table

from engine.handlers.contract import Deadline
from engine.runtime import DeadlineRecord
from tools.commands.common import DEFAULT_STORE, StoreOption, console, opened_store, say

BreachedOption = Annotated[bool, typer.Option("--breached", help="Only duties that were missed.")]
OpenOption = Annotated[bool, typer.Option("--open", help="Only deadlines that still run.")]


def deadlines(
    store: StoreOption = DEFAULT_STORE, breached: BreachedOption = False, open_only: OpenOption = False
) -> None:
    """List deadlines with the limit they rest on, its clause, and what became of them."""
    with opened_store(store) as engine:
        records = engine.deadlines(breached=True if breached else None, open_only=open_only)
    if not records:
        say("No deadlines.")
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    shown = [record.deadline for record in records]
    # Names and clauses stay whole, so that they can be copied.
    whole = {"Deadline": max(len(each.name) for each in shown), "Clause": max(len(each.clause) for each in shown)}
    for head in ("Due", "Deadline", "Case", "Outcome", "Clause"):
        table.add_column(head, overflow="fold", min_width=whole.get(head))
    for record in sorted(records, key=_order):
        deadline = record.deadline
        kind = "duty" if deadline.duty else "limit"
        limit = f"{deadline.amount} {deadline.unit} from {deadline.started_on} ({kind})"
        case = f"{record.case_type} {record.case_key}"
        named = f"{deadline.name}\n{limit}"
        table.add_row(str(deadline.due_date), named, case, _outcome(deadline), deadline.clause)
    console().print(table)


def _order(record: DeadlineRecord) -> tuple[str, str, str]:
    return (record.deadline.due_date.isoformat(), record.case_key, record.deadline.name)


def _outcome(deadline: Deadline) -> str:
    met = f"met {deadline.met_on}" if deadline.met_on else ""
    if deadline.breached:
        return f"BREACHED, {met}" if met else "BREACHED"
    return met or "running"
