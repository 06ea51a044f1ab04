"""`clauseflow deploy`: puts a law package into a store, all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.errors import ErrorCode, failure
from engine.simulation import MANIFEST, Shelf, owners_of
from tools.commands.common import DEFAULT_STORE, OPERATOR, StoreOption, manifest_at, opened_store, say, say_problems

PathArgument = Annotated[
    Path,
    typer.Argument(metavar="PATH", help="A manifest, its folder, or a diagram or table that belongs to a package."),
]
MODEL_SUFFIXES = frozenset({".bpmn", ".dmn"})


def deploy(path: PathArgument, store: StoreOption = DEFAULT_STORE) -> None:
    """Deploy a law package; nothing is stored when any of it is refused."""
    package = Shelf().load(_manifest_of(path))
    with opened_store(store, create=True) as engine:
        deployment = engine.deploy(package, OPERATOR)
    say_problems(deployment.warnings)
    said = "deployed" if deployment.new else "already deployed, nothing changed"
    say(f"{package.title}: version {deployment.version} {said}.")
    for process, version in deployment.processes.items():
        say(f"  process {process} version {version}")
    for decision in deployment.decisions:
        say(f"  decision {decision}")


def _manifest_of(path: Path) -> Path:
    """The manifest at *path*, or of the package that the model at *path* belongs to."""
    if path.suffix not in MODEL_SUFFIXES:
        return manifest_at(path)
    for manifest in owners_of([path]):
        return manifest
    raise failure(
        ErrorCode.LAW_UNKNOWN_PACKAGE,
        f"no law package lists the model {path}.",
        file=str(path),
        hint=f"name it under processes or decisions of a {MANIFEST}, then deploy that",
    )
