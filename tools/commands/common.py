"""What the subcommands share: where the store lies, which packages there are, how lines are printed."""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from api.masking import masked
from engine.errors import ErrorCode, Problem, failure
from engine.handlers.contract import Actor
from engine.runtime import Engine
from engine.simulation import MANIFEST, WIDTH
from engine.simulation.runner import SPOOL, STORE_FILE
from engine.wiring import open_engine

OPERATOR = Actor("operator", frozenset({"operator"}))
FAILED = 1
UNREADABLE = 2

StoreOption = Annotated[
    Path, typer.Option("--store", help="The folder of the store: store.sqlite and spool/.", show_default=True)
]
DEFAULT_STORE = Path(".clauseflow")
LOCK_FILE = "in_use.lock"
JobsOption = Annotated[int, typer.Option("--jobs", "-j", min=1, max=64, help="Processes that play the scenarios.")]
ByOption = Annotated[str, typer.Option("--by", help="Who gives the command, for the log.")]


def operator_named(name: str) -> Actor:
    """Whoever gives a command at the command line, in the role of an operator."""
    return Actor(name, OPERATOR.roles)


def console(*, error: bool = False) -> Console:
    """A console as wide as the terminal, and 100 columns wide when there is none."""
    stream = sys.stderr if error else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else WIDTH, highlight=False, soft_wrap=True)


def say(text: str, style: str = "") -> None:
    console().print(Text(text, style=style), soft_wrap=True)


def say_aside(text: str) -> None:
    """On the error stream, so that what is printed can be piped on."""
    console(error=True).print(Text(text), soft_wrap=True)


def say_problems(problems: Iterable[Problem]) -> None:
    """What kept a command from doing what it was asked, on the error stream, a blank line between two."""
    target = console(error=True)
    for index, problem in enumerate(problems):
        said = masked(str(problem))
        target.print(Text(f"\n{said}" if index else said), soft_wrap=True)


def say_findings(findings: Iterable[Problem]) -> None:
    """What a command was asked to look for, as its output, a blank line after each."""
    for finding in findings:
        say(f"{masked(str(finding))}\n")


@contextmanager
def opened_store(directory: Path, *, create: bool = False) -> Iterator[Engine]:
    """The engine on the store in *directory*. Errors: STORE_IO when there is none and none may be made."""
    path = directory / STORE_FILE
    if create:
        directory.mkdir(parents=True, exist_ok=True)
    elif not path.is_file():
        raise failure(
            ErrorCode.STORE_IO,
            f"expected a store in {directory}, but there is no {STORE_FILE}.",
            file=str(path),
            hint="start one with `clauseflow run` or `clauseflow deploy PATH`, or name another folder with --store",
        )
    with in_use(directory):
        engine = open_engine(path, spool=directory / SPOOL)
        try:
            yield engine
        finally:
            engine.close()


@contextmanager
def in_use(directory: Path, *, alone: bool = False) -> Iterator[None]:
    """Hold the store in *directory*, beside other processes or *alone*, so that nobody removes what others write to.

    Errors: STORE_BUSY when another process holds it, or holds it alone.
    """
    with (directory / LOCK_FILE).open("a") as lock:
        try:
            fcntl.flock(lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise failure(
                ErrorCode.STORE_BUSY,
                f"another process works on the store in {directory}.",
                file=str(directory),
                hint="stop it, or name another folder with --store",
            ) from error
        yield


def manifest_at(path: Path) -> Path:
    """The manifest that *path* names: the file itself, or the one in the folder. Errors: LAW_MANIFEST."""
    manifest = path / MANIFEST if path.is_dir() else path
    if not manifest.is_file():
        raise failure(
            ErrorCode.LAW_MANIFEST,
            f"expected the manifest of a law package, but there is no file {manifest}.",
            file=str(path),
            hint=f"name a {MANIFEST} or the folder that holds it",
        )
    return manifest
