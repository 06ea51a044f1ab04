"""`clauseflow simulate`: plays scenarios and shows what differs from their expectations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.errors import EngineError, Problem
from engine.law import LawPackage
from engine.review import Played, played, write_results
from engine.simulation import (
    Scenario,
    ScenarioResult,
    Shelf,
    build_verdict,
    describe_run,
    find_manifests,
    find_scenarios,
    load_scenario,
    print_lines,
    print_timeline,
    run_scenario,
)
from tools.commands.common import FAILED, UNREADABLE, console, say, say_problems

PathsArgument = Annotated[list[Path], typer.Argument(metavar="FILE|DIR...", help="Scenarios, or folders of them.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Print the timeline of each scenario.")]
ReopenOption = Annotated[bool, typer.Option("--reopen", help="Close and reopen the store before each event.")]
ResultsOption = Annotated[
    Path | None, typer.Option("--json", help="Write what each run proves to this file, for `clauseflow trace`.")
]


def simulate(
    paths: PathsArgument,
    verbose: VerboseOption = False,
    reopen: ReopenOption = False,
    results: ResultsOption = None,
) -> None:
    """Play each scenario in a fresh store on a simulated clock; exit 1 when one differs, 2 when one is unreadable."""
    shelf = Shelf(find_manifests(Path.cwd()))
    unreadable: list[Problem] = []
    failed = count = 0
    runs: list[Played] = []
    packages: dict[str, str] = {}
    for path in _all_scenarios(paths, unreadable):
        try:
            scenario = load_scenario(path, shelf)
            package = shelf.find(scenario.package_id, path)
            result = run_scenario(scenario, package, reopen=reopen)
        except EngineError as error:
            unreadable.extend(error.problems)
            continue
        count += 1
        failed += not result.ok
        if results is not None:
            runs.append(played(result))
            packages[package.id] = package.content_hash
        _show(scenario, package, result, verbose)
    say_problems(dict.fromkeys(unreadable))
    if results is not None:
        write_results(results, runs, packages)
    say(f"{count} scenarios played, {failed} failed.")
    if unreadable:
        raise typer.Exit(UNREADABLE)
    if failed:
        raise typer.Exit(FAILED)


def _all_scenarios(paths: list[Path], problems: list[Problem]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        try:
            found.extend(find_scenarios(path))
        except EngineError as error:
            problems.extend(error.problems)
    return list(dict.fromkeys(found))


def _show(scenario: Scenario, package: LawPackage, result: ScenarioResult, verbose: bool) -> None:
    target = console()
    if verbose:
        print_lines(target, describe_run(result, package.time_zone))
        say("")
        print_timeline(target, result.timeline, package.time_zone)
        say("")
    print_lines(target, build_verdict(result))
    if verbose:
        say("")
