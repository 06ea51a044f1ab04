"""`clauseflow whatif`: what other models would have done to past cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import EngineError, ErrorCode, Problem, failure
from engine.review.check import scenarios_at
from engine.review.whatif import CaseResult, WhatIf, replay_scenarios, replay_store
from engine.simulation import Scenario, Shelf, find_manifests, load_scenario
from tools.commands.common import DEFAULT_STORE, UNREADABLE, console, manifest_at, say, say_problems

WithOption = Annotated[Path, typer.Option("--with", help="The candidate: a manifest or its folder.")]
StoreOption = Annotated[
    Path | None, typer.Option("--store", help=f"The store whose cases are replayed (default: {DEFAULT_STORE}).")
]
ScenariosOption = Annotated[
    list[Path] | None, typer.Option("--scenarios", help="Replay these scenarios or folders instead of a store.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="The changes as data.")]
SHOWN = 12


def whatif(
    candidate: WithOption,
    store: StoreOption = None,
    scenarios: ScenariosOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replay the cases of a store, or scenarios, under other models and list what each would have come to.

    The store is only read. Events, answers of people and messages come again at their times; everything else follows.
    """
    if store is not None and scenarios:
        raise failure(ErrorCode.API_REQUEST, "expected --store or --scenarios, but got both.", hint="leave one out")
    manifest = manifest_at(candidate)
    law = Shelf().load(manifest)
    problems: list[Problem] = []
    if scenarios:
        found = _replay_scenarios(scenarios, manifest, problems, quiet=as_json)
        source = _count(len({each.source for each in found}), "scenario")
    else:
        found = replay_store(store or DEFAULT_STORE, law)
        source = f"the store {store or DEFAULT_STORE}"
    report = WhatIf(law.id, str(manifest), found)
    if as_json:
        typer.echo(json.dumps(report.as_data(), indent=2, ensure_ascii=False))
    else:
        _print(report, source)
    say_problems(dict.fromkeys(problems))
    if problems:
        raise typer.Exit(UNREADABLE)


def _replay_scenarios(
    paths: list[Path], manifest: Path, problems: list[Problem], *, quiet: bool
) -> tuple[CaseResult, ...]:
    """The scenarios of the candidate's law, played under the package that lies with them and under the candidate."""
    shelf = Shelf(find_manifests(Path.cwd()))
    law = Shelf().load(manifest)
    chosen: list[Scenario] = []
    files = scenarios_at(paths)
    if not files:
        hint = "name a scenario file or a folder with scenarios"
        raise failure(ErrorCode.SCENARIO_INVALID, "expected scenarios, but there are none.", hint=hint)
    for path in files:
        try:
            scenario = load_scenario(path, shelf)
            if scenario.package_id == law.id:
                chosen.append(scenario)
        except EngineError as error:
            problems.extend(error.problems)
    if not chosen:
        return ()
    package = shelf.find(law.id, files[0])
    step = max(1, len(chosen) // 10)

    def progress(done: int) -> None:
        if not quiet and len(chosen) > 1 and (done % step == 0 or done == len(chosen)):
            console(error=True).print(f"{done} of {len(chosen)} scenarios", highlight=False)

    return replay_scenarios(chosen, package, law, progress)


def _print(report: WhatIf, source: str) -> None:
    for result in report.results:
        if not result.changes and not result.reason:
            continue
        case = f"case {result.case}" if result.case else "no case"
        say(f"{case}  ({_shown(result.source)})", "bold")
        if result.reason:
            say(f"  not replayed to its end: {result.reason}", "yellow")
        different = list({change.sentence: change for change in result.changes}.values())
        for change in different[:SHOWN]:
            clauses = f"  [{', '.join(change.clauses[:3])}]" if change.clauses else ""
            say(f"  {change.sentence}{clauses}")
        if len(different) > SHOWN:
            say(f"  and {len(different) - SHOWN} more; --json lists them all")
    if report.by_clause:
        say("\nBy clause", "bold")
        for clause, (cases, changes) in report.by_clause.items():
            say(f"  {clause:<28} {_count(cases, 'case')}, {_count(changes, 'change')}")
    say(
        f"\n{report.package}: {_count(len(report.results), 'case')} of {source} replayed under {report.candidate}: "
        f"{len(report.changed)} would come to something else, "
        f"{len(report.not_replayed)} could not be replayed to their end."
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _shown(source: str) -> str:
    place, here = Path(source).resolve(), Path.cwd().resolve()
    return str(place.relative_to(here)) if place.is_relative_to(here) else source
