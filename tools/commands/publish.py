"""`clauseflow publish`: the law as a site of static pages for reviewers."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import ErrorCode, Problem, did_you_mean, failure
from engine.review import Coverage, default_paths, play_scenarios, read_coverage, read_results
from engine.review.check import played_at
from engine.review.publish import OfficialText, SiteInput, publish_site, read_official
from engine.simulation import Shelf, find_manifests, load_scenario
from tools.commands.common import UNREADABLE, JobsOption, manifest_at, say, say_problems
from tools.commands.progress import progress_bar
from tools.commands.trace import cannot_write

DirArgument = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="The folder to write to; made when it is not there.")
]
PackageOption = Annotated[
    list[Path] | None, typer.Option("--package", help="Manifests; default: the shipped packages.")
]
ScenariosOption = Annotated[
    list[Path] | None, typer.Option("--scenarios", help="Scenarios or folders; default: those shipped and tested.")
]
ResultsOption = Annotated[
    Path | None, typer.Option("--results", help="What `clauseflow simulate --json FILE` wrote, instead of playing.")
]
OfficialOption = Annotated[
    list[str] | None,
    typer.Option("--official", help="REGISTER=FILE: your copy of the official text (text or CSV), shown beside ours."),
]


def publish(
    folder: DirArgument,
    package: PackageOption = None,
    scenarios: ScenariosOption = None,
    results: ResultsOption = None,
    jobs: JobsOption = 1,
    official: OfficialOption = None,
) -> None:
    """Write pages on procedures, decisions, clauses, coverage, notices and stories; no script, no server needed."""
    manifests = [manifest_at(path) for path in package] if package else find_manifests(Path.cwd())
    if not manifests:
        raise failure(
            ErrorCode.LAW_UNKNOWN_PACKAGE, f"there is no law package in {Path.cwd()}.", hint="name one with --package"
        )
    shelf = Shelf(manifests)
    coverages = [read_coverage(shelf.load(manifest)) for manifest in manifests]
    prefixes = {prefix for coverage in coverages for prefix in coverage.package.registers}
    named = dict(_split(each, prefixes) for each in official or [])
    copies = {prefix: _official(prefix, file, coverages) for prefix, file in named.items()}
    _make(folder)
    paths = played_at(scenarios or default_paths(Path.cwd(), manifests))
    problems: list[Problem] = []
    if results is not None:
        hashes = {coverage.package.id: coverage.package.content_hash for coverage in coverages}
        runs = read_results(results, paths, hashes)
    else:
        with progress_bar(len(paths), jobs=jobs) as tell:
            runs, problems = play_scenarios(paths, manifests, jobs=jobs, tell=tell)
    runs = [run for run in runs if not run.question]
    stories = [load_scenario(Path(run.file), shelf) for run in runs]
    inputs = []
    for coverage in coverages:
        name = coverage.package.id
        mine = [each for each in stories if each.package_id == name]
        inputs.append(SiteInput(coverage, mine, [run for run in runs if run.package_id == name], copies))
    pages = publish_site(inputs)
    _write(folder, pages)
    say_problems(problems)
    say(f"{len(pages)} pages written; open {folder / 'index.html'}")
    if problems:
        raise typer.Exit(UNREADABLE)


def _split(text: str, prefixes: set[str]) -> tuple[str, Path]:
    prefix, equals, file = text.partition("=")
    if not equals or not file:
        raise typer.BadParameter(f"expected REGISTER=FILE, but got {text!r}.", param_hint="--official")
    if prefix not in prefixes:
        raise failure(
            ErrorCode.LAW_REGISTER,
            f'no register is called "{prefix}".{did_you_mean(prefix, prefixes)}',
            hint=f"the registers are: {', '.join(sorted(prefixes))}",
        )
    return prefix, Path(file)


def _official(prefix: str, file: Path, coverages: Sequence[Coverage]) -> OfficialText:
    """Read against the register of that prefix, which every package that has it shares."""
    holding = (coverage.package.registers for coverage in coverages if prefix in coverage.package.registers)
    return read_official(file, next(holding)[prefix])


def _make(folder: Path) -> None:
    """Errors: STORE_IO for a folder that cannot be written, before the scenarios are played for nothing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise cannot_write(folder, error) from error


def _write(folder: Path, pages: dict[str, bytes]) -> None:
    """Errors: STORE_IO for a folder that cannot be written. Pages of an earlier run that are no more are left alone."""
    for name, data in pages.items():
        target = folder / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        except OSError as error:
            raise cannot_write(target, error) from error
