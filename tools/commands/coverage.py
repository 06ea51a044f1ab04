"""`clauseflow coverage`: what scenarios and question cases leave out, and the edges of limits that none stands on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import EngineError, ErrorCode, Problem, did_you_mean, failure
from engine.review import Coverage, default_paths, play_scenarios, read_coverage, read_results
from engine.review.check import played_at, scenarios_at
from engine.review.limits import AROUND, EDGES, Edge, LimitEdges, find_edges, read_limits, suggest_scenario
from engine.review.scenario_coverage import (
    CLAUSES,
    FAMILIES,
    Covered,
    ScenarioCoverage,
    build_scenario_coverage,
    by_owner,
)
from engine.simulation import ScenarioResult, Shelf, find_manifests, load_scenario, run_scenario
from tools.commands.common import FAILED, UNREADABLE, JobsOption, manifest_at, say, say_aside, say_problems
from tools.commands.progress import progress_bar

PathsArgument = Annotated[
    list[Path] | None, typer.Argument(metavar="[PACKAGE]...", help="Manifests or folders; default: those shipped.")
]
ScenariosOption = Annotated[
    list[Path] | None,
    typer.Option("--scenarios", help="Scenarios, question cases or folders; default: those shipped and tested."),
]
ResultsOption = Annotated[
    Path | None, typer.Option("--results", help="What `clauseflow simulate --json FILE` wrote, instead of playing.")
]
LimitsOption = Annotated[bool, typer.Option("--limits", help="Which edges of each limit of time a scenario stands on.")]
SuggestOption = Annotated[
    str | None,
    typer.Option(
        "--suggest", metavar="LIMIT", help="Scenarios to begin with for the missing edges of a limit, or all."
    ),
]
OutOption = Annotated[Path | None, typer.Option("--out", "-o", help="Write the suggested scenarios into this folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="The coverage as data.")]
QuietOption = Annotated[bool, typer.Option("--summary", help="Only the shares, not what is left out.")]


def coverage(
    paths: PathsArgument = None,
    scenarios: ScenariosOption = None,
    limits: LimitsOption = False,
    suggest: SuggestOption = None,
    out: OutOption = None,
    as_json: JsonOption = False,
    summary: QuietOption = False,
    results: ResultsOption = None,
    jobs: JobsOption = 1,
) -> None:
    """Play scenarios and question cases and list the elements, flows, rules and clauses that none goes through.

    With --limits the edges of the limits of time instead; with --suggest a YAML scenario for each that is missing.
    """
    edges_wanted = limits or suggest is not None
    if edges_wanted and results is not None:
        raise typer.BadParameter("the edges of limits need the scenarios played.", param_hint="--results")
    if edges_wanted and jobs > 1:
        raise typer.BadParameter("the edges of limits are looked for in one process.", param_hint="--jobs")
    manifests = [manifest_at(path) for path in paths] if paths else find_manifests(Path.cwd())
    if not manifests:
        raise failure(
            ErrorCode.LAW_UNKNOWN_PACKAGE, f"there is no law package in {Path.cwd()}.", hint="name its folder"
        )
    shelf = Shelf(manifests)
    laws = [read_coverage(shelf.load(manifest)) for manifest in manifests]
    if suggest is not None:
        _check_limit(suggest, laws)
    given = scenarios or default_paths(Path.cwd(), manifests)
    if edges_wanted:
        problems = _show_edges(laws, given, shelf, suggest, out, as_json=as_json)
        failing = False
    else:
        failing, problems = _show_coverage(laws, played_at(given), manifests, shelf, results, jobs, as_json, summary)
    say_problems(dict.fromkeys(problems))
    if problems:
        raise typer.Exit(UNREADABLE)
    if failing:
        raise typer.Exit(FAILED)


def _show_coverage(
    laws: Sequence[Coverage],
    paths: Sequence[Path],
    manifests: Sequence[Path],
    shelf: Shelf,
    results: Path | None,
    jobs: int,
    as_json: bool,
    summary: bool,
) -> tuple[bool, list[Problem]]:
    """Whether a run fails, and what is wrong with what cannot be played."""
    problems: list[Problem] = []
    if results is not None:
        # results speak of the laws beside those that are looked at too
        found = [shelf.load(manifest) for manifest in dict.fromkeys([*manifests, *find_manifests(Path.cwd())])]
        runs = read_results(results, paths, {package.id: package.content_hash for package in found})
    else:
        with progress_bar(len(paths), jobs=jobs) as tell:
            runs, problems = play_scenarios(paths, manifests, jobs=jobs, tell=tell)
    built = [build_scenario_coverage(law, runs) for law in laws]
    if as_json:
        typer.echo(json.dumps([each.as_data() for each in built], indent=2, ensure_ascii=False))
    else:
        for each in built:
            _print(each, summary=summary)
    return any(each.failing for each in built), problems


def _show_edges(
    laws: Sequence[Coverage],
    paths: Sequence[Path],
    shelf: Shelf,
    suggest: str | None,
    out: Path | None,
    *,
    as_json: bool,
) -> list[Problem]:
    results, problems = _play(paths, shelf)
    data: list[object] = []
    for law in laws:
        edges = find_edges(law.package, results)
        data.extend(each.as_data() for each in edges)
        if not as_json:
            _print_edges(edges) if suggest is None else _suggest(law, edges, suggest, out)
    if as_json:
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
    return problems


def _play(paths: Sequence[Path], shelf: Shelf) -> tuple[list[ScenarioResult], list[Problem]]:
    results: list[ScenarioResult] = []
    problems: list[Problem] = []
    found = scenarios_at(paths)
    with progress_bar(len(found), sooner="fewer of them, with --scenarios FOLDER") as tell:
        for done, path in enumerate(found, 1):
            try:
                scenario = load_scenario(path, shelf)
                results.append(run_scenario(scenario, shelf.find(scenario.package_id, path)))
            except EngineError as error:
                problems.extend(error.problems)
            tell(done)
    return results, problems


def _print(built: ScenarioCoverage, *, summary: bool) -> None:
    for file in built.failing:
        say(f"fails, and counts for nothing: {file}", "bold red")
    for family in FAMILIES:
        whole, missing, apart = built.of(family), built.unreached(family), built.apart(family)
        say(
            f"\n{built.package}: {len(whole) - len(missing)} of {len(whole)} {family} ({built.share(family):.1%})",
            "bold",
        )
        if family == CLAUSES:
            standings = Counter(each.why for each in whole)
            say(f"  as their register has them: {', '.join(f'{count} {why}' for why, count in standings.items())}")
        for reason, count in Counter(each.apart for each in apart).items():
            say(f"  not counted: {count} {reason}")
        if summary:
            continue
        _print_listed(missing)
        if apart:
            say("  not counted:")
            _print_listed(apart)
    say(
        f"\n{built.scenarios} scenarios played and {built.question_cases} question cases asked,"
        f" {len(built.failing)} failed."
    )


def _print_listed(items: Sequence[Covered]) -> None:
    for (file, owner), listed in by_owner(items).items():
        say(f"  {file} > {owner}")
        for each in listed:
            clauses = f"  [{', '.join(each.clauses[:3])}]" if each.clauses and each.clauses != (each.place,) else ""
            why = f": {each.why}" if each.apart and each.why and each.why not in each.label else ""
            say(f"    {each.place}: {each.label}{clauses}{why}")


# ---- edges of limits ------------------------------------------------------------------------------------------------


def _check_limit(wanted: str, laws: Iterable[Coverage]) -> None:
    known = [limit.id for law in laws for limit in read_limits(law.package)]
    if wanted != "all" and wanted not in known:
        raise failure(
            ErrorCode.CAL_UNKNOWN_LIMIT,
            f'no package has a limit "{wanted}".{did_you_mean(wanted, known)}',
            hint=f"limits: {', '.join(known) or 'none'}; or all",
        )


def _print_edges(edges: Sequence[LimitEdges]) -> None:
    for each in edges:
        say(f"{each.limit.id}  [{', '.join(each.limit.clauses[:3])}]", "bold")
        if not each.runs:
            say("  no scenario sets it running")
            continue
        for edge in Edge:
            say(f"  {_words(each, edge):<40} {_standing(each, edge)}")
        for said in each.in_vain:
            say(
                f"  its row says that the edge {said} cannot be, but there is none so called, or one stands on it",
                "bold",
            )
    missing = sum(len(each.missing) for each in edges)
    without = sum(len(set(each.without) - set(each.standing)) for each in edges)
    say(
        f"\n{len(edges)} limits, {len(edges) * len(Edge)} edges: {without} cannot be, "
        f"{missing} that no scenario stands on."
    )


def _words(edges: LimitEdges, edge: Edge) -> str:
    around = edges.limit.is_exact and edge in AROUND
    return EDGES[edge].replace("day", edges.limit.unit.removesuffix("s")) if around else EDGES[edge]


def _standing(edges: LimitEdges, edge: Edge) -> str:
    files = [Path(file).stem for file in edges.standing.get(edge, ())]
    if not files:
        return f"cannot be: {edges.without[edge]}" if edge in edges.without else "MISSING"
    more = f" and {len(files) - 2} more" if len(files) > 2 else ""
    return f"{', '.join(files[:2])}{more}"


def _suggest(law: Coverage, edges: Sequence[LimitEdges], wanted: str, out: Path | None) -> None:
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    for each in edges:
        if wanted not in ("all", each.limit.id):
            continue
        if not each.runs:
            say_aside(f"{each.limit.id}: no scenario sets it running, so that there is none to begin with")
            continue
        for edge in each.missing:
            written = suggest_scenario(law.package, each, edge)
            if written is None:
                say_aside(f"{each.limit.id}: no scenario can be moved to {EDGES[edge]}")
            elif out is None:
                typer.echo(f"{written}---")
            else:
                path = out / f"{each.limit.id}_{edge.name.lower()}.yaml"
                path.write_text(written, encoding="utf-8")
                say(f"written: {path}")
