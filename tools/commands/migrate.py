"""`clauseflow migrate`: running instances go on in another version of their process, shown first, then done."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.runtime import InstanceMigration, MigrationPlan
from tools.commands.common import (
    DEFAULT_STORE,
    FAILED,
    ByOption,
    StoreOption,
    opened_store,
    operator_named,
    say,
    say_findings,
)

ProcessArgument = Annotated[str, typer.Argument(metavar="PROCESS", help="The id of the process.")]
VersionOption = Annotated[int | None, typer.Option("--version", min=1, help="The version to go to; default: newest.")]
MapOption = Annotated[
    list[str] | None, typer.Option("--map", metavar="OLD=NEW", help="An element that has another id; may be repeated.")
]
InstanceOption = Annotated[
    list[str] | None, typer.Option("--instance", help="Only this instance; may be repeated. Default: all active ones.")
]
ApplyOption = Annotated[bool, typer.Option("--plan/--apply", help="Show what would be done, or do it.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, for the log; needed with --apply.")]


def migrate(
    process: ProcessArgument,
    store: StoreOption = DEFAULT_STORE,
    version: VersionOption = None,
    mapping: MapOption = None,
    instance: InstanceOption = None,
    plan: ApplyOption = True,
    reason: ReasonOption = "",
    by: ByOption = "operator",
) -> None:
    """Show for each running instance what maps and what cannot, or migrate all that can in one transaction."""
    pairs = dict(_pair(text) for text in mapping or ())
    with opened_store(store) as engine:
        if plan:
            shown = engine.plan_migration(process, version=version, mapping=pairs, instance_ids=instance)
        else:
            shown = engine.migrate(
                process, operator_named(by), reason=reason, version=version, mapping=pairs, instance_ids=instance
            )
    _say_plan(shown, applied=not plan)
    if shown.refused:
        raise typer.Exit(FAILED)


def _pair(text: str) -> tuple[str, str]:
    old, separator, new = text.partition("=")
    if not (separator and old and new):
        raise typer.BadParameter(f"expected OLD=NEW, but got {text}", param_hint="--map")
    return old, new


def _say_plan(plan: MigrationPlan, *, applied: bool) -> None:
    for each in plan.instances:
        _say_instance(plan.process_id, each)
        say_findings(each.problems)
    verb = "migrated" if applied else "can be migrated"
    left = f", {len(plan.refused)} left alone" if plan.refused else ""
    say(f"{plan.process_id}: {len(plan.migrated)} {verb} to version {plan.to_version}{left}.")


def _say_instance(process_id: str, each: InstanceMigration) -> None:
    case = f", case {each.case_id}" if each.case_id else ""
    caller = f", called in {each.process_id}" if each.process_id != process_id else ""
    state = ", suspended" if each.suspended else ""
    verdict = "cannot be migrated" if each.problems else "maps"
    say(f"{each.instance_id} (version {each.from_version}{caller}{case}{state}) {verdict}")
    for element in each.elements:
        onto = "" if element.to_element_id == element.element_id else f" -> {element.to_element_id}"
        say(f"  {element.element_id}{onto} ({element.element_instance_id})")
        for remark in element.remarks:
            say(f"    {remark}")
