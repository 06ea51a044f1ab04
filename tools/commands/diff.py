"""`clauseflow diff`: what changed between two versions of a law, in sentences."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import EngineError, ErrorCode, Problem, failure
from engine.law import LawPackage
from engine.review import default_paths
from engine.review.check import scenarios_at
from engine.review.diff import LawDiff, Part, as_markdown, as_text, compare_packages
from engine.review.stored import PREFIX, copied_store, stored_package
from engine.simulation import MANIFEST, Scenario, Shelf, find_manifests, load_scenario
from tools.commands.common import DEFAULT_STORE, FAILED, StoreOption, manifest_at, say_problems

VERSION_HELP = "A manifest, its folder, a project with packages, or store:VERSION, store:HASH, store:PACKAGE@VERSION."


class Format(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


OldArgument = Annotated[str, typer.Argument(metavar="OLD", help=VERSION_HELP)]
NewArgument = Annotated[str, typer.Argument(metavar="NEW", help="As OLD.")]
FormatOption = Annotated[Format, typer.Option("--format", help="How the changes are written.")]
ScenariosOption = Annotated[
    list[Path] | None,
    typer.Option("--scenarios", help="Scenarios to name; default: those with NEW and of the tests."),
]
ExitOption = Annotated[bool, typer.Option("--exit-code", help="End with 1 when more than layout changed.")]

Versions = Mapping[str, tuple[str, LawPackage]]


def diff(
    old: OldArgument,
    new: NewArgument,
    store: StoreOption = DEFAULT_STORE,
    scenarios: ScenariosOption = None,
    output: FormatOption = Format.TEXT,
    exit_code: ExitOption = False,
) -> None:
    """Say what changed in diagrams, tables, limits, readings, notices, calendar and manifest; a store is only read."""
    before, after = _read(old, store), _read(new, store)
    problems: list[Problem] = []
    found = list(_compare(before, after, _scenarios(scenarios, new, problems)))
    WRITERS[output](found)
    say_problems(dict.fromkeys(problems))
    if exit_code and any(change.part is not Part.LAYOUT for each in found for change in each.changes):
        raise typer.Exit(FAILED)


def _compare(before: Versions, after: Versions, scenarios: Sequence[Scenario]) -> list[LawDiff]:
    """Packages of one id are compared; where each side holds one, these two, whatever they are called."""
    if len(before) == len(after) == 1:
        pairs = [(next(iter(before.values())), next(iter(after.values())))]
    else:
        only = {*before} ^ {*after}
        if only:
            raise failure(
                ErrorCode.LAW_UNKNOWN_PACKAGE,
                f"expected the same packages in both, but only one of them has {', '.join(sorted(only))}.",
                hint="name the folder of one package on each side",
            )
        pairs = [(before[package_id], after[package_id]) for package_id in after]
    return [
        compare_packages(
            was,
            now,
            [each for each in scenarios if each.package_id == now.id],
            names=(was_name, now_name),
        )
        for (was_name, was), (now_name, now) in pairs
    ]


def _read(wanted: str, store: Path) -> Versions:
    """The packages that *wanted* names, by id, each with its name for people."""
    if wanted.startswith(PREFIX):
        with copied_store(store) as copy:
            name, package = stored_package(copy, wanted.removeprefix(PREFIX))
        return {package.id: (name, package)}
    path = Path(wanted)
    manifests = [path / MANIFEST] if (path / MANIFEST).is_file() else find_manifests(path) if path.is_dir() else []
    packages = [Shelf().load(manifest) for manifest in manifests or [manifest_at(path)]]
    return {package.id: (str(path), package) for package in packages}


def _scenarios(given: list[Path] | None, new: str, problems: list[Problem]) -> list[Scenario]:
    """The scenarios that can be read as they are; those of another version may not fit, and are left out."""
    place = Path(new) if not new.startswith(PREFIX) else Path.cwd()
    folder = place if place.is_dir() else place.parent
    shelf = Shelf(find_manifests(Path.cwd()))
    found: list[Scenario] = []
    for path in scenarios_at(given or dict.fromkeys([folder, *default_paths(Path.cwd())])):
        try:
            scenario = load_scenario(path, shelf)
            found.append(replace(scenario, file=_shown(path)))
        except EngineError as error:
            if given:
                problems.extend(error.problems)
    return found


def _shown(path: Path) -> str:
    """The path as seen from the working directory, where it lies below it."""
    place, here = path.resolve(), Path.cwd().resolve()
    return str(place.relative_to(here)) if place.is_relative_to(here) else str(path)


def _write_json(found: Sequence[LawDiff]) -> None:
    typer.echo(json.dumps([each.as_data() for each in found], indent=2, ensure_ascii=False))


WRITERS = {
    Format.TEXT: lambda found: typer.echo("\n".join(as_text(each) for each in found), nl=False),
    Format.MARKDOWN: lambda found: typer.echo("\n".join(as_markdown(each) for each in found), nl=False),
    Format.JSON: _write_json,
}
