"""The `clauseflow` command. Each subcommand is one function in `tools.commands`; `COMMANDS` and `GROUPS` list all.

Exit codes: 0 all well; 1 the answer is no (a scenario fails, a check finds errors, a chain is broken); 2 what was asked
cannot be read or done, with the problems on the error stream and never a traceback.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import typer

from engine.errors import EngineError
from tools.commands.ask import ask
from tools.commands.bank_file import bank_file
from tools.commands.check import check
from tools.commands.common import UNREADABLE, say_problems
from tools.commands.coverage import coverage
from tools.commands.deadlines import deadlines
from tools.commands.decide import decide
from tools.commands.deploy import deploy
from tools.commands.diff import diff
from tools.commands.erase import erase
from tools.commands.explain import explain
from tools.commands.instances import cancel, instances, move, resolve, resume, suspend
from tools.commands.keys import keys
from tools.commands.migrate import migrate
from tools.commands.mutate import mutate
from tools.commands.notice import notice
from tools.commands.publish import publish
from tools.commands.run import run
from tools.commands.serve import serve
from tools.commands.simulate import simulate
from tools.commands.trace import trace
from tools.commands.verify import verify
from tools.commands.whatif import whatif
from tools.commands.worker import worker

COMMANDS: Mapping[str, Callable[..., Any]] = {
    "run": run,
    "check": check,
    "deploy": deploy,
    "serve": serve,
    "worker": worker,
    "simulate": simulate,
    "decide": decide,
    "ask": ask,
    "trace": trace,
    "coverage": coverage,
    "mutate": mutate,
    "diff": diff,
    "whatif": whatif,
    "publish": publish,
    "explain": explain,
    "verify": verify,
    "deadlines": deadlines,
    "erase": erase,
    "notice": notice,
    "bank-file": bank_file,
    "instances": instances,
    "suspend": suspend,
    "resume": resume,
    "move": move,
    "cancel": cancel,
    "resolve": resolve,
    "migrate": migrate,
}

GROUPS: Mapping[str, typer.Typer] = {"keys": keys}


def build_app() -> typer.Typer:
    app = typer.Typer(
        name="clauseflow",
        help="Runs law: procedures as BPMN diagrams, tests as DMN tables, every step with its clause.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for name, command in COMMANDS.items():
        app.command(name)(command)
    for name, group in GROUPS.items():
        app.add_typer(group, name=name)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; ends by SystemExit with the exit code."""
    try:
        build_app()(args=None if arguments is None else list(arguments), prog_name="clauseflow")
    except EngineError as error:
        say_problems(error.problems)
        sys.exit(UNREADABLE)


if __name__ == "__main__":
    main()
