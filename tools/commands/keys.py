"""`clauseflow keys`: API keys, given out once, listed without their secret, revoked for good."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from api.names import may_act
from engine.errors import ErrorCode, failure
from engine.runtime import Engine
from engine.store import ApiKeyRow
from tools.commands.common import (
    DEFAULT_STORE,
    ByOption,
    StoreOption,
    console,
    opened_store,
    operator_named,
    say,
    say_aside,
)

keys = typer.Typer(no_args_is_help=True, help="API keys: who may use the API, in which roles.")

PersonArgument = Annotated[str, typer.Argument(metavar="PERSON", help="Who acts with it, as the audit log will say.")]
RolesOption = Annotated[list[str], typer.Option("--role", help="A role of a deployed law; may be given several times.")]
PartyOption = Annotated[str, typer.Option("--party", help="Tell events of this party of a law alone.")]
CaseOption = Annotated[
    list[str] | None, typer.Option("--case", help="A case that is theirs, as TYPE:KEY, for a role that sees its own.")
]
DaysOption = Annotated[
    int | None, typer.Option("--days", min=1, max=3650, help="For how long; default: until revoked.")
]
NoteOption = Annotated[str, typer.Option("--note", help="What it is for.")]


@keys.command("add")
def add(
    person: PersonArgument,
    role: RolesOption,
    party: PartyOption = "",
    case: CaseOption = None,
    days: DaysOption = None,
    note: NoteOption = "",
    by: ByOption = "operator",
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Give out a key. It is shown once and stored nowhere; only its digest is kept."""
    if not may_act(person):
        raise failure(
            ErrorCode.JOB_INPUT,
            f"nobody may act under the name {person[:40]!r}.",
            hint="use a plain identifier of letters, digits and _.@:|+-, such as the one that their log-in has",
        )
    with opened_store(store) as engine:
        cases = [_case_id(engine, each) for each in case or []]
        expires = None if days is None else _after(engine.now(), days)
        made = engine.add_api_key(person, role, operator_named(by), party=party, note=note, expires_at=expires)
        for case_id in cases:
            engine.grant_association(case_id, person, role[0], f"key {made.row.id}", operator_named(by))
    print(made.text)
    say_aside(f"{made.row.id}: {person} as {', '.join(role)}. The key above is not shown again.")


@keys.command("list")
def list_keys(store: StoreOption = DEFAULT_STORE) -> None:
    """Every key that was given out, the revoked ones too."""
    with opened_store(store) as engine:
        rows, now = engine.api_keys(), engine.now()
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for head in ("Key", "Person", "Roles", "Party", "Given out", "State", "Note"):
        table.add_column(head, overflow="fold")
    for row in rows:
        given = f"{row.created_at:%Y-%m-%d} by {row.created_by}"
        state = _state(row, in_force=row.is_in_force(now))
        table.add_row(row.id, row.person, ", ".join(row.roles), row.party, given, state, row.note)
    if rows:
        console().print(table)
    else:
        say("No key was given out: the API answers on this machine alone, to whoever is there.")


@keys.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its id, as `keys list` shows it.")],
    by: ByOption = "operator",
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Let a key open nothing any more, at once and for good."""
    with opened_store(store) as engine:
        row = engine.revoke_api_key(key, operator_named(by))
    say(f"{row.id} of {row.person} is revoked.")


def _after(now: datetime, days: int) -> datetime:
    """Errors: RUN_CLOCK on a simulated clock at the end of the calendar."""
    try:
        return now + timedelta(days=days)
    except OverflowError as error:
        said = f"{days} days after {now:%Y-%m-%d} there is no day any more."
        raise failure(ErrorCode.RUN_CLOCK, said, hint="give out the key without --days") from error


def _case_id(engine: Engine, named: str) -> str:
    """Errors: CASE_NOT_FOUND."""
    case_type, _, key = named.partition(":")
    for law in engine.laws():
        found = engine.find_case(law.id, case_type, key)
        if found is not None:
            return found.id
    raise failure(
        ErrorCode.CASE_NOT_FOUND, f'there is no case "{named}".', hint="write it as TYPE:KEY, such as application:A-1"
    )


def _state(row: ApiKeyRow, *, in_force: bool) -> str:
    if row.revoked_at is not None:
        return f"revoked {row.revoked_at:%Y-%m-%d}"
    if row.expires_at is None:
        return "in force"
    return f"{'until' if in_force else 'expired'} {row.expires_at:%Y-%m-%d}"
