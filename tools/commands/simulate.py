"""`clauseflow simulate`: plays scenarios, asks question cases, and shows what differs from their expectations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import EngineError, Problem, counted
from engine.law import LawPackage
from engine.review import Played, asked, played, question_player, share_out, shelf_of, write_results
from engine.simulation import (
    Line,
    ScenarioResult,
    build_answer,
    build_question_verdicts,
    build_timeline,
    build_verdict,
    describe_run,
    find_manifests,
    find_scenarios,
    holds_questions,
    load_question_cases,
    load_scenario,
    print_lines,
    run_scenario,
)
from tools.commands.common import FAILED, UNREADABLE, JobsOption, console, say, say_problems

PathsArgument = Annotated[
    list[Path], typer.Argument(metavar="FILE|DIR...", help="Scenarios, question cases, folders of them.")
]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Print the timeline of each scenario.")]
ReopenOption = Annotated[bool, typer.Option("--reopen", help="Close and reopen the store before each event.")]
ResultsOption = Annotated[
    Path | None, typer.Option("--json", help="Write what each run proves to this file, for `clauseflow trace`.")
]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of one file: lines to print, and what its runs prove; or why it cannot be read."""

    lines: tuple[Line, ...] = ()
    runs: tuple[Played, ...] = ()
    package: tuple[str, str] = ("", "")
    """Id and content hash."""
    are_questions: bool = False
    problems: tuple[Problem, ...] = ()


def simulate(
    paths: PathsArgument,
    verbose: VerboseOption = False,
    reopen: ReopenOption = False,
    results: ResultsOption = None,
    jobs: JobsOption = 1,
) -> None:
    """Play each scenario in a fresh store on a simulated clock; exit 1 when one differs, 2 when one is unreadable.

    Files in a folder `questions` hold question cases, which are asked without a store.
    """
    for kept in (shelf_of, question_player):
        kept.cache_clear()  # the models may have changed since this process last read them
    unreadable: list[Problem] = []
    found = _all_scenarios(paths, unreadable)
    play = partial(_play, tuple(find_manifests(Path.cwd())), verbose, reopen)
    outcomes: list[_Outcome] = []
    for outcome in share_out(play, found, jobs):
        print_lines(console(), outcome.lines)
        outcomes.append(outcome)
        unreadable.extend(outcome.problems)
    say_problems(dict.fromkeys(unreadable))
    read = [outcome for outcome in outcomes if not outcome.problems]
    if results is not None:
        write_results(results, [run for each in read for run in each.runs], dict(each.package for each in read))
    stories = [run.holds for each in read if not each.are_questions for run in each.runs]
    cases = [run.holds for each in read if each.are_questions for run in each.runs]
    if stories or not cases:
        say(f"{counted(len(stories), 'scenario')} played, {stories.count(False)} failed.")
    if cases:
        say(f"{counted(len(cases), 'question case')} asked, {cases.count(False)} failed.")
    if len(read) < len(outcomes):
        say(f"{counted(len(outcomes) - len(read), 'file')} cannot be read.")
    if unreadable:
        raise typer.Exit(UNREADABLE)
    if not all((*stories, *cases)):
        raise typer.Exit(FAILED)


def _all_scenarios(paths: list[Path], problems: list[Problem]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        try:
            found.extend(find_scenarios(path))
        except EngineError as error:
            problems.extend(error.problems)
    return list(dict.fromkeys(found))


def _play(manifests: tuple[Path, ...], verbose: bool, reopen: bool, path: Path) -> _Outcome:
    shelf = shelf_of(manifests)
    try:
        if holds_questions(path):
            package, cases = load_question_cases(path, shelf)
            answered = [question_player().play(case, package) for case in cases]
            shown = [line for each in answered for line in build_answer(each)] if verbose else []
            lines = (*shown, *build_question_verdicts(str(path), answered))
            return _Outcome(lines, tuple(map(asked, answered)), (package.id, package.content_hash), are_questions=True)
        scenario = load_scenario(path, shelf)
        package = shelf.find(scenario.package_id, path)
        result = run_scenario(scenario, package, reopen=reopen)
    except EngineError as error:
        return _Outcome(problems=error.problems)
    lines = tuple(_show(package, result, verbose))
    return _Outcome(lines, (played(result),), (package.id, package.content_hash))


def _show(package: LawPackage, result: ScenarioResult, verbose: bool) -> Iterator[Line]:
    if verbose:
        yield from describe_run(result, package.time_zone)
        yield Line("")
        yield from build_timeline(result.timeline, package.time_zone)
        yield Line("")
    yield from build_verdict(result)
    if verbose:
        yield Line("")
