"""Playing many scenarios and question cases: one after the other, or in several processes, telling how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from engine.errors import EngineError, Problem
from engine.garbage import collect_seldom
from engine.processes import sharing
from engine.review.trace_results import Played, asked, played
from engine.simulation import (
    QuestionPlayer,
    Shelf,
    holds_questions,
    load_question_cases,
    load_scenario,
    run_scenario,
)

_PIECES_OF_WORK = 8
_LARGEST_PIECE = 6  # files, so that whoever watches hears something every few seconds
Outcome = tuple[tuple[Played, ...], tuple[Problem, ...]]
Result = TypeVar("Result")


def play_scenarios(
    paths: Sequence[Path],
    manifests: Sequence[Path],
    *,
    jobs: int = 1,
    tell: Callable[[int], None] = lambda done: None,
) -> tuple[list[Played], list[Problem]]:
    """The runs of the scenarios and question cases at *paths*, in that order, and what is wrong with unreadable ones.

    *jobs* processes share the work; *tell* is given the number of those done so far.
    """
    runs: list[Played] = []
    problems: dict[Problem, None] = {}
    for done, (found, wrong) in enumerate(share_out(partial(_play, tuple(manifests)), paths, jobs), 1):
        runs.extend(found)
        problems.update(dict.fromkeys(wrong))
        tell(done)
    return runs, list(problems)


def share_out(play: Callable[[Path], Result], paths: Sequence[Path], jobs: int) -> Iterator[Result]:
    """What *play* gives for each of *paths*, in that order, from *jobs* processes; *play* can be pickled."""
    if jobs <= 1 or len(paths) < 2 * jobs:
        yield from map(play, paths)
        return
    with sharing(jobs, collect_seldom) as pool:
        share = max(1, min(_LARGEST_PIECE, len(paths) // (jobs * _PIECES_OF_WORK)))
        yield from pool.map(play, paths, chunksize=share)


def _play(manifests: tuple[Path, ...], path: Path) -> Outcome:
    shelf = shelf_of(manifests)
    try:
        if holds_questions(path):
            package, cases = load_question_cases(path, shelf)
            return tuple(asked(question_player().play(case, package)) for case in cases), ()
        scenario = load_scenario(path, shelf)
        return (played(run_scenario(scenario, shelf.find(scenario.package_id, path))),), ()
    except EngineError as error:
        return (), error.problems


@cache
def question_player() -> QuestionPlayer:
    """The player of this process, which keeps the laws that it has asked."""
    return QuestionPlayer()


@cache
def shelf_of(manifests: tuple[Path, ...]) -> Shelf:
    """The packages of this process, each read once."""
    return Shelf(manifests)
