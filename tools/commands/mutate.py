"""`clauseflow mutate`: small faults in the law, one at a time, and which of them no scenario catches."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import EngineError, ErrorCode, Problem, did_you_mean, failure
from engine.law import LawPackage
from engine.review import covers, default_paths
from engine.review.check import played_at
from engine.review.mutation import (
    MEANING,
    WHY,
    Fate,
    Kind,
    Law,
    Mutant,
    MutationReport,
    Outcome,
    Score,
    Story,
    play_all,
    try_mutants,
)
from engine.simulation import Shelf, find_manifests, holds_questions, load_question_cases, load_scenario
from tools.commands.common import FAILED, UNREADABLE, console, manifest_at, say, say_problems

CHUNKS_BETWEEN = 20  # how much of the work is lost at most when the run is ended
SECTION_HELP = 'Only clauses of this section or below this clause, e.g. "2" or "act:2(2)". May be repeated.'
PathArgument = Annotated[
    Path | None, typer.Argument(metavar="[PACKAGE]", help="The manifest or its folder; default: the only one there is.")
]
SectionOption = Annotated[list[str] | None, typer.Option("--section", help=SECTION_HELP)]
KindOption = Annotated[list[Kind] | None, typer.Option("--kind", help="Only this kind of fault. May be repeated.")]
OwnerOption = Annotated[
    list[str] | None, typer.Option("--in", help="Only this decision, process or file. May be repeated.")
]
ScenariosOption = Annotated[
    list[Path] | None,
    typer.Option("--scenarios", help="Scenarios, question cases or folders; default: those shipped and tested."),
]
SampleOption = Annotated[int | None, typer.Option("--sample", min=1, help="Try only so many, chosen by --seed.")]
SeedOption = Annotated[int, typer.Option("--seed", help="Which sample.")]
JobsOption = Annotated[int, typer.Option("--jobs", "-j", min=1, max=64, help="Processes that share the work.")]
AgainOption = Annotated[
    Path | None,
    typer.Option("--again", help="Go on from an earlier report (--out): what it says was caught is not tried again."),
]
MostOption = Annotated[
    int | None, typer.Option("--most", min=1, help="Play at most so many scenarios for a mutant, the likeliest ones.")
]
LeastOption = Annotated[
    float, typer.Option("--least", min=0, max=1, help="End with 1 when a smaller share is caught, e.g. 0.85.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="The report as data.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="Write the report as JSON into this file, also while it runs.")
]
ListOption = Annotated[bool, typer.Option("--list", help="Only list the mutants; play nothing.")]


def mutate(
    path: PathArgument = None,
    section: SectionOption = None,
    kind: KindOption = None,
    owner: OwnerOption = None,
    scenarios: ScenariosOption = None,
    sample: SampleOption = None,
    seed: SeedOption = 1,
    jobs: JobsOption = 1,
    again: AgainOption = None,
    most: MostOption = None,
    least: LeastOption = 0.0,
    as_json: JsonOption = False,
    out: OutOption = None,
    listing: ListOption = False,
) -> None:
    """Change thresholds, operators, limits, rules and flows one at a time and show which faults no scenario catches.

    A fault is caught when an expectation of a scenario or of a question case fails. Nothing is written: all of it
    happens in memory.
    """
    manifests = [manifest_at(path)] if path is not None else find_manifests(Path.cwd())
    shelf = Shelf(manifests)
    laws = [Law.of(shelf.load(manifest)) for manifest in manifests]
    chosen = _choose(laws, section or [])
    if chosen is None:
        raise failure(
            ErrorCode.LAW_UNKNOWN_PACKAGE,
            f"expected one law package, but {Path.cwd()} holds {len(manifests) or 'none'}.",
            hint="name the folder of one, or clauses of one with --section",
        )
    law, prefixes = chosen
    every = law.mutants()
    wanted = _select(every, prefixes, kind or [], owner or [])
    sites = len(wanted)
    if sample is not None and sample < len(wanted):
        picked = set(random.Random(seed).sample(range(len(wanted)), sample))
        wanted = [mutant for index, mutant in enumerate(wanted) if index in picked]
    before = {} if again is None else _caught_in(again)
    outcomes = {each.id: Outcome(each, Fate.CAUGHT, before[each.id]) for each in wanted if each.id in before}
    left = [mutant for mutant in wanted if mutant.id not in outcomes]
    if listing:
        for mutant in left:
            say(f"{mutant.kind:<14} {mutant.id}")
        say(f"{len(left)} mutants.")
        return
    problems: list[Problem] = []
    stories = _load(scenarios or default_paths(Path.cwd(), manifests), shelf, law.package, problems)
    if not stories and not problems:
        raise failure(
            ErrorCode.SCENARIO_INVALID,
            f"expected scenarios or question cases of {law.package.id}, but there are none.",
            hint="name scenario files or folders with --scenarios",
        )
    progress = _Progress(quiet=as_json)
    play_all(law, stories, jobs=jobs, progress=progress)
    report = _report(law, sites, wanted, outcomes)
    for number, found in enumerate(try_mutants(law, left, jobs=jobs, progress=progress, most=most), 1):
        outcomes |= {each.mutant.id: each for each in found}
        report = _report(law, sites, wanted, outcomes)
        if out is not None and number % CHUNKS_BETWEEN == 0:
            _write(out, report)
    if out is not None:
        _write(out, report)
    if as_json:
        typer.echo(json.dumps(report.as_data(), indent=2, ensure_ascii=False))
    else:
        _print(report)
    say_problems(dict.fromkeys(problems))
    if problems:
        raise typer.Exit(UNREADABLE)
    if report.failing or report.refuted or report.total.share < least:
        raise typer.Exit(FAILED)


def _report(law: Law, sites: int, wanted: Iterable[Mutant], outcomes: Mapping[str, Outcome]) -> MutationReport:
    failing = tuple((each.name, each.differences[0]) for each in law.played if each.differences)
    asked = sum(each.is_asked for each in law.played)
    tried = tuple(outcomes[mutant.id] for mutant in wanted if mutant.id in outcomes)
    return MutationReport(law.package.id, sites, len(law.played) - asked, asked, failing, tried)


def _write(path: Path, report: MutationReport) -> None:
    """The file always holds a whole report, also when this process is ended while it writes."""
    begun = path.with_name(f"{path.name}.part")
    begun.write_text(json.dumps(report.as_data(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    begun.replace(path)


class _Progress:
    """How far it is, on the error stream, whenever another hundredth is done."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._told: dict[str, int] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        step = max(1, total // 20)
        if self._quiet or (done - self._told.get(what, 0) < step and done != total):
            return
        self._told[what] = done
        console(error=True).print(f"{done} of {total} {what}", highlight=False)


# ---- choosing -------------------------------------------------------------------------------------------------------


def _choose(laws: Sequence[Law], sections: Sequence[str]) -> tuple[Law, list[str]] | None:
    """The law that all of *sections* belong to, and these as the models write them."""
    if len(laws) == 1 and not sections:
        return laws[0], []
    resolved = [(law, [resolve_section(section, law.package) for section in sections]) for law in laws]
    fitting = [(law, [each for each in found if each]) for law, found in resolved if found and all(found)]
    if fitting:
        # "2" means the law that a package is about, which is its first register, before a statute that it cites.
        law, found = min(fitting, key=lambda each: sum(rank for rank, _ in each[1]))
        return law, [section for _, section in found]
    if len(laws) == 1 or sections:
        known = [ref for law in laws for ref in _refs(law.package)]
        raise failure(
            ErrorCode.LAW_UNKNOWN_CLAUSE,
            f'no register knows the section or clause "{", ".join(sections)}".{did_you_mean(sections[0], known)}',
            hint="write it as in the models, with the register's prefix",
        )
    return None


def resolve_section(wanted: str, package: LawPackage) -> tuple[int, str] | None:
    """*wanted* with the prefix of the first register that has clauses under it, and the place of that register.

    None when none has; place 0 when it is written with its prefix.
    """
    for rank, prefix in enumerate(("", *(f"{register}:" for register in package.registers))):
        if any(covers(f"{prefix}{wanted}", ref) for ref in _refs(package)):
            return rank, f"{prefix}{wanted}"
    return None


def _refs(package: LawPackage) -> list[str]:
    return [clause.ref for register in package.registers.values() for clause in register.clauses.values()]


def _select(
    mutants: Iterable[Mutant], prefixes: Sequence[str], kinds: Sequence[Kind], owners: Sequence[str]
) -> list[Mutant]:
    every = list(mutants)
    known = {name for mutant in every for name in (mutant.owner, mutant.file, Path(mutant.file).name)}
    for name in owners:
        if name not in known:
            raise failure(
                ErrorCode.RUN_NOT_FOUND,
                f'no decision, process or file is called "{name}".{did_you_mean(name, known)}',
                hint="name one as it stands in the model",
            )
    return [
        mutant
        for mutant in every
        if (not prefixes or any(covers(prefix, clause) for prefix in prefixes for clause in mutant.clauses))
        and (not kinds or mutant.kind in kinds)
        and (not owners or {mutant.owner, mutant.file, Path(mutant.file).name} & set(owners))
    ]


def _caught_in(report: Path) -> Mapping[str, str]:
    """The ids of what a report says was caught, with what caught it. Errors: API_REQUEST when it holds no report."""
    hint = "give a file that --out wrote"
    try:
        data = json.loads(report.read_text(encoding="utf-8"))
        return {str(name): str(story) for name, story in data["caught"].items()}
    except OSError as error:
        said = f"the report cannot be read: {error.strerror}."
        raise failure(ErrorCode.API_REQUEST, said, file=str(report), hint=hint) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        said = "expected a report of mutants in JSON, but the file holds none."
        raise failure(ErrorCode.API_REQUEST, said, file=str(report), hint=hint) from error


def _load(paths: Sequence[Path], shelf: Shelf, package: LawPackage, problems: list[Problem]) -> list[Story]:
    """The scenarios and question cases of *package* at *paths*; what cannot be read goes to *problems*."""
    found: list[Story] = []
    for path in played_at(paths):
        try:
            if holds_questions(path):
                asked, cases = load_question_cases(path, shelf)
                found.extend(cases if asked is package else ())
                continue
            scenario = load_scenario(path, shelf)
            if shelf.find(scenario.package_id, path) is package:
                found.append(scenario)
        except EngineError as error:
            problems.extend(error.problems)
    return found


# ---- printing -------------------------------------------------------------------------------------------------------


def _print(report: MutationReport) -> None:
    for file, difference in report.failing:
        say(f"FAILS on the unchanged law: {file}: expected {difference.expected}, got {difference.got}", "bold red")
    grouped: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in report.survivors:
        grouped[outcome.mutant.file, outcome.mutant.owner].append(outcome)
    for (file, owner), outcomes in grouped.items():
        say(f"\n{file} > {owner}", "bold")
        for outcome in outcomes:
            mutant = outcome.mutant
            clauses = ", ".join(mutant.clauses[:3])
            say(f"  {mutant.place}  {mutant.what}  [{clauses}]")
            played = f" ({outcome.played} scenarios played)" if outcome.played else ""
            say(f"    {WHY[outcome.fate]}{played}" + (f"\n{outcome.detail}" if outcome.detail else ""))
    for outcome in report.refuted:
        say(f"\nClaimed to change nothing, but caught by {outcome.scenario}: {outcome.mutant.id}", "bold red")
    for outcome in report.claimed:
        say(f"\nClaimed to change nothing: {outcome.mutant.id}\n  {outcome.mutant.claim}")
    for title, scores in (("clause", report.clauses), ("kind", report.kinds), ("section", report.sections)):
        say(f"\nBy {title}", "bold")
        for score in scores:
            meaning = f"  {MEANING[Kind(score.name)]}" if title == "kind" else ""
            say(f"  {score.name:<28} {_figures(score)}{meaning}")
    tried = f"{len(report.outcomes)} of {report.sites} mutants" if report.sites > len(report.outcomes) else "mutants"
    say(f"\n{report.package}: {tried} tried with {_stories(report)}: {_figures(report.total)}.")


def _figures(score: Score) -> str:
    claimed = f", {score.claimed} claimed to change nothing" if score.claimed else ""
    return f"{score.caught} of {score.total} caught ({score.share:.1%}){claimed}"


def _stories(report: MutationReport) -> str:
    cases = f" and {report.cases} question cases" if report.cases else ""
    return f"{report.scenarios} scenarios{cases}"
