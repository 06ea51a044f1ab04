"""`clauseflow simulate`: plays scenarios, asks question cases, and shows what differs from their expectations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.errors import EngineError, Problem
from engine.law import LawPackage
from engine.review import Played, asked, played, write_results
from engine.simulation import (
    QuestionPlayer,
    QuestionResult,
    Scenario,
    ScenarioResult,
    Shelf,
    build_answer,
    build_question_verdicts,
    build_verdict,
    describe_run,
    find_manifests,
    find_scenarios,
    holds_questions,
    load_question_cases,
    load_scenario,
    print_lines,
    print_timeline,
    run_scenario,
)
from tools.commands.common import FAILED, UNREADABLE, console, say, say_problems

PathsArgument = Annotated[
    list[Path], typer.Argument(metavar="FILE|DIR...", help="Scenarios, question cases, folders of them.")
]
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
    """Play each scenario in a fresh store on a simulated clock; exit 1 when one differs, 2 when one is unreadable.

    Files in a folder `questions` hold question cases, which are asked without a store.
    """
    shelf = Shelf(find_manifests(Path.cwd()))
    unreadable: list[Problem] = []
    failed = count = cases = wrong = 0
    runs: list[Played] = []
    packages: dict[str, str] = {}
    player = QuestionPlayer()
    for path in _all_scenarios(paths, unreadable):
        try:
            if holds_questions(path):
                package, answered = _ask(path, shelf, player)
                cases, wrong = cases + len(answered), wrong + sum(not each.ok for each in answered)
                runs.extend(map(asked, answered))
                packages[package.id] = package.content_hash
                _show_answers(path, answered, verbose)
                continue
            scenario = load_scenario(path, shelf)
            package = shelf.find(scenario.package_id, path)
            result = run_scenario(scenario, package, reopen=reopen)
        except EngineError as error:
            unreadable.extend(error.problems)
            continue
        count += 1
        failed += not result.ok
        runs.append(played(result))
        packages[package.id] = package.content_hash
        _show(scenario, package, result, verbose)
    say_problems(dict.fromkeys(unreadable))
    if results is not None:
        write_results(results, runs, packages)
    if count or not cases:
        say(f"{count} scenarios played, {failed} failed.")
    if cases:
        say(f"{cases} question cases asked, {wrong} failed.")
    if unreadable:
        raise typer.Exit(UNREADABLE)
    if failed or wrong:
        raise typer.Exit(FAILED)


def _all_scenarios(paths: list[Path], problems: list[Problem]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        try:
            found.extend(find_scenarios(path))
        except EngineError as error:
            problems.extend(error.problems)
    return list(dict.fromkeys(found))


def _ask(path: Path, shelf: Shelf, player: QuestionPlayer) -> tuple[LawPackage, list[QuestionResult]]:
    package, cases = load_question_cases(path, shelf)
    return package, [player.play(case, package) for case in cases]


def _show_answers(path: Path, answered: list[QuestionResult], verbose: bool) -> None:
    target = console()
    if verbose:
        for each in answered:
            print_lines(target, build_answer(each))
    print_lines(target, build_question_verdicts(str(path), answered))


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
