"""`clauseflow erase`: records of cases whose time is over, listed or erased for good."""

from __future__ import annotations

from typing import Annotated

import typer
from rich import box
from rich.table import Table

from engine.runtime import RetentionView
from tools.commands.common import DEFAULT_STORE, ByOption, StoreOption, console, opened_store, operator_named, say

CaseArgument = Annotated[list[str] | None, typer.Argument(metavar="CASE...", help="Ids of cases.")]
DueOption = Annotated[bool, typer.Option("--due", help="Every case whose time is over, instead of naming them.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, for the log; without one nothing is erased.")]


def erase(
    cases: CaseArgument = None,
    due: DueOption = False,
    reason: ReasonOption = "",
    store: StoreOption = DEFAULT_STORE,
    by: ByOption = "operator",
) -> None:
    """Show until when records are kept; with --reason erase them, and write the store anew without them."""
    if due == bool(cases):
        raise typer.BadParameter("name cases, or say --due.", param_hint="CASE")
    with opened_store(store) as engine:
        chosen = list(engine.records_due()) if due else [engine.retention(case_id) for case_id in cases or ()]
        if reason.strip():
            chosen = [engine.erase_case(view.case_id, operator_named(by), reason=reason) for view in chosen]
            if chosen:
                engine.compact()
    if not chosen:
        say("No record is due to be erased.")
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for head in ("Case", "Kept as", "By", "Last activity", "Kept until", "Now"):
        table.add_column(head, overflow="fold")
    for view in chosen:
        until = "" if view.ends_at is None else str(view.ends_at.date())
        kept, clauses = view.retention or "no class", "; ".join(view.clauses)
        name = f"{view.case_type} {view.case_key} ({view.case_id})"
        table.add_row(name, kept, clauses, str(view.last_activity.date()), until, _standing(view))
    console().print(table)
    for view in chosen:
        if view.erased_at is not None and view.shared:
            say(f"{view.case_id}: shared with another case and kept with it: {', '.join(view.shared)}")


def _standing(view: RetentionView) -> str:
    if view.erased_at is not None:
        return f"erased {view.erased_at.date()}"
    return view.hindered_by or "kept"
