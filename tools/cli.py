"""The `clauseflow` command. Each subcommand is one function in `tools.commands`; `COMMANDS` and `GROUPS` list all.

The module of a subcommand is imported when it is called: all together take seconds, for which nobody should wait who
calls but one.
Exit codes: 0 all well; 1 the answer is no (a scenario fails, a check finds errors, a chain is broken); 2 what was asked
cannot be read or done, with the problems on the error stream and never a traceback. What a command looks for, such as
the findings of `check`, is its output; on the error stream stands what kept it from looking, and how far it is.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from io import TextIOWrapper
from types import FrameType
from typing import Annotated, Any, NamedTuple, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from engine.errors import EngineError, ErrorCode, failure
from engine.garbage import collect_seldom
from tools.loading import without_collector


class Subcommand(NamedTuple):
    """`place` is `module:name` of the function or group; `line` says in the list of all what it does."""

    place: str
    line: str


COMMANDS: Mapping[str, Subcommand] = {
    "run": Subcommand("tools.commands.run:run", "Deploy the shipped law, play a scenario, serve the API"),
    "check": Subcommand("tools.commands.check:check", "Check packages and scenarios and show every finding"),
    "deploy": Subcommand("tools.commands.deploy:deploy", "Deploy a law package: all of it or nothing"),
    "serve": Subcommand("tools.commands.serve:serve", "Serve the API and do the work that falls due"),
    "worker": Subcommand("tools.commands.worker:worker", "Do the work that falls due, without the API"),
    "simulate": Subcommand("tools.commands.simulate:simulate", "Play scenarios and ask question cases"),
    "decide": Subcommand("tools.commands.decide:decide", "Evaluate a decision and print its value"),
    "ask": Subcommand("tools.commands.ask:ask", "Answer a legal question from facts alone"),
    "trace": Subcommand("tools.commands.trace:trace", "Show which clauses are modelled and proven, and where"),
    "coverage": Subcommand("tools.commands.coverage:coverage", "List what no scenario and no question case reaches"),
    "mutate": Subcommand("tools.commands.mutate:mutate", "Put faults into the models and show which nobody notices"),
    "diff": Subcommand("tools.commands.diff:diff", "Say what changed between two states of a law"),
    "whatif": Subcommand("tools.commands.whatif:whatif", "Replay cases under other models and list what changes"),
    "publish": Subcommand("tools.commands.publish:publish", "Write the law as pages to read, without a server"),
    "explain": Subcommand("tools.commands.explain:explain", "Tell a case: what was decided, by which clause, and why"),
    "verify": Subcommand("tools.commands.verify:verify", "Recompute the hash chains of a store or of an archive"),
    "deadlines": Subcommand("tools.commands.deadlines:deadlines", "List deadlines and what became of them"),
    "erase": Subcommand("tools.commands.erase:erase", "Show until when records are kept, or erase what is over"),
    "notice": Subcommand("tools.commands.notice:notice", "Preview a notice; nothing is sent"),
    "bank-file": Subcommand("tools.commands.bank_file:bank_file", "Book the payments of a file from the bank"),
    "instances": Subcommand("tools.commands.instances:instances", "List process instances and where they stand"),
    "suspend": Subcommand("tools.commands.instances:suspend", "Let an instance lie still until it is resumed"),
    "resume": Subcommand("tools.commands.instances:resume", "Let a suspended instance go on"),
    "move": Subcommand("tools.commands.instances:move", "Put a token on another element"),
    "cancel": Subcommand("tools.commands.instances:cancel", "End an instance with all that it waits for"),
    "resolve": Subcommand("tools.commands.instances:resolve", "Run again what had stopped"),
    "migrate": Subcommand("tools.commands.migrate:migrate", "Bring running instances to another version"),
}

GROUPS: Mapping[str, Subcommand] = {
    "keys": Subcommand("tools.commands.keys:keys", "API keys: who may use the API, in which roles"),
}

_PLAIN: Mapping[str, Any] = {"add_completion": False, "pretty_exceptions_enable": False, "rich_markup_mode": None}


class LazyGroup(TyperGroup):
    """A group that knows its commands by name and line until one is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, found, rest = super().resolve_command(ctx, args)
        return name, None if found is None else load_command(str(name)), rest


def load_command(name: str) -> Any:
    """Import the subcommand or group *name*, as the library of the command line calls it."""
    place = {**COMMANDS, **GROUPS}[name].place
    module, _, attribute = place.partition(":")
    with without_collector():
        found = getattr(import_module(module), attribute)
    collect_seldom()
    holder = typer.Typer(**_PLAIN)
    if name in COMMANDS:
        holder.command(name)(found)
        return get_command(holder)
    holder.add_typer(found, name=name)
    group = get_command(holder)
    assert isinstance(group, TyperGroup)
    return group.commands[name]


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"clauseflow {version('clauseflow')}")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Show the version and exit.")
]


def _before_all(shown: VersionOption = False) -> None:
    """Runs the law."""


def build_app() -> TyperGroup:
    app = typer.Typer(
        name="clauseflow",
        cls=LazyGroup,
        help="Runs law: procedures as BPMN diagrams, tests as DMN tables, every step with its clause.",
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        **_PLAIN,
    )
    app.callback()(_before_all)
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    for name, subcommand in {**COMMANDS, **GROUPS}.items():
        group.add_command(TyperCommand(name, help=subcommand.line))
    return group


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Within it, SIGTERM ends this process as Ctrl-C does: with its other processes, and with its folders removed."""

    def end(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; ends by SystemExit with the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal of ASCII alone shows the rest escaped
    try:
        with ending_in_order():
            build_app()(args=None if arguments is None else list(arguments), prog_name="clauseflow")
    except EngineError as error:
        _say_and_end(error)
    except OSError as error:
        said = f"the machine refuses to read or write: {error.strerror or error}."
        file = None if error.filename is None else str(error.filename)
        _say_and_end(failure(ErrorCode.STORE_IO, said, file=file, hint="see to room and rights there, and try again"))


def _say_and_end(error: EngineError) -> NoReturn:
    from tools.commands.common import UNREADABLE, say_problems  # loaded by then, and heavy for who asks for help

    say_problems(error.problems)
    sys.exit(UNREADABLE)


if __name__ == "__main__":
    main()
