"""`clauseflow run`: the whole product in one command: deploy, play one real case, serve the API where it ended."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import ErrorCode, failure
from engine.law import LawPackage
from engine.simulation import (
    Player,
    Scenario,
    Shelf,
    build_verdict,
    describe_run,
    find_manifests,
    load_scenario,
    play,
    print_lines,
    print_timeline,
    root_of,
)
from engine.simulation.runner import SPOOL, STORE_FILE
from tools.commands.common import (
    DEFAULT_STORE,
    FAILED,
    OPERATOR,
    StoreOption,
    console,
    in_use,
    opened_store,
    say,
    say_problems,
)
from tools.commands.serve import PortOption, listening, serve_on

ScenarioOption = Annotated[
    Path | None,
    typer.Option("--scenario", help="The scenario to play; default: the one that the shipped manifest names."),
]
ServeOption = Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the API afterwards.")]


def run(
    store: StoreOption = DEFAULT_STORE,
    port: PortOption = 8000,
    scenario: ScenarioOption = None,
    serve: ServeOption = True,
) -> None:
    """Deploy the shipped law into a new simulated store, play a scenario, print its timeline, then serve the API."""
    listener = listening(port) if serve else None
    manifests = find_manifests(Path.cwd())
    shelf = Shelf(manifests)
    path = scenario or _main_scenario(manifests, shelf)
    told = load_scenario(path, shelf)
    package = shelf.find(told.package_id, path)
    remove_simulated_store(store)
    with in_use(store):
        _play_and_serve(store, told, package, [shelf.load(manifest) for manifest in manifests], listener)


def _play_and_serve(
    store: Path, told: Scenario, package: LawPackage, laws: Iterable[LawPackage], listener: socket.socket | None
) -> None:
    player = Player(store, told.start)
    try:
        for law in laws:
            _deploy(player, law)
        result = play(player, told, package)
        target = console()
        say("")
        print_lines(target, describe_run(result, package.time_zone))
        say("")
        print_timeline(target, result.timeline, package.time_zone)
        say("")
        print_lines(target, build_verdict(result))
        if listener is not None:
            raise typer.Exit(serve_on(player.engine, listener))
    finally:
        player.close()
    if not result.ok:
        raise typer.Exit(FAILED)


def remove_simulated_store(directory: Path) -> None:
    """Make way for a new run; a store on the clock of the machine, or that another process works on, is never removed.

    Errors: RUN_CLOCK, STORE_BUSY.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if not (directory / STORE_FILE).exists():
        return
    with opened_store(directory) as engine:
        simulated = engine.is_simulated
    if not simulated:
        raise failure(
            ErrorCode.RUN_CLOCK,
            f"expected a simulated store in {directory}, but got one on the clock of this machine.",
            file=str(directory / STORE_FILE),
            hint="name another folder with --store; `run` replaces only what an earlier `run` left",
        )
    with in_use(directory, alone=True):
        for file in directory.glob(f"{STORE_FILE}*"):
            file.unlink()
        shutil.rmtree(directory / SPOOL, ignore_errors=True)


def _main_scenario(manifests: list[Path], shelf: Shelf) -> Path:
    """The scenario that a manifest names, the first package with one first. Errors: SCENARIO_INVALID."""
    for manifest in manifests:
        package = shelf.load(manifest)
        if package.main_scenario:
            path = root_of(manifest, package) / package.main_scenario
            return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    raise failure(
        ErrorCode.SCENARIO_INVALID,
        f"expected a law package in {Path.cwd()} whose manifest names a main_scenario, but there is none.",
        hint="call this in the project's folder, or name a scenario with --scenario",
    )


def _deploy(player: Player, package: LawPackage) -> None:
    deployment = player.engine.deploy(package, OPERATOR)
    say_problems(deployment.warnings)
    counted = f"{len(deployment.processes)} processes, {len(deployment.decisions)} decisions"
    say(f"Deployed {package.title}, version {deployment.version}: {counted}.")
