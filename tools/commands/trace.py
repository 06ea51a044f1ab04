"""`clauseflow trace`: which clause is carried out where, which scenario proves it, what is still open."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from engine.errors import EngineError, ErrorCode, Problem, did_you_mean, failure
from engine.review import (
    BackRow,
    Citation,
    Coverage,
    Proof,
    Row,
    build_back_trace,
    build_trace,
    default_paths,
    read_coverage,
)
from engine.review.check import scenarios_at
from engine.simulation import ScenarioResult, Shelf, find_manifests, load_scenario, run_scenario
from tools.commands.common import UNREADABLE, console, manifest_at, say, say_problems

PrefixOption = Annotated[list[str] | None, typer.Option("--prefix", help='Clauses below this one, e.g. "act:2(2)".')]
ClauseOption = Annotated[str | None, typer.Option("--clause", help="One clause with all that touches it.")]
PackageOption = Annotated[
    list[Path] | None, typer.Option("--package", help="Manifests; default: the shipped packages.")
]
ScenariosOption = Annotated[
    list[Path] | None, typer.Option("--scenarios", help="Scenarios or folders; default: those shipped and tested.")
]
BackOption = Annotated[bool, typer.Option("--back", help="From the models to the clauses.")]
AllOption = Annotated[bool, typer.Option("--all", help="Also clauses that are not in force.")]
JsonOption = Annotated[bool, typer.Option("--json", help="The matrix as data.")]

PLACED_BY_ID = frozenset({"element", "rule", "parameter"})


def trace(
    clause: ClauseOption = None,
    prefix: PrefixOption = None,
    package: PackageOption = None,
    scenarios: ScenariosOption = None,
    back: BackOption = False,
    everything: AllOption = False,
    as_json: JsonOption = False,
) -> None:
    """Play the scenarios and print the matrix; a clause is proven when one reaches it and expects it on a date."""
    manifests = [manifest_at(path) for path in package] if package else find_manifests(Path.cwd())
    if not manifests:
        raise failure(
            ErrorCode.LAW_UNKNOWN_PACKAGE, f"there is no law package in {Path.cwd()}.", hint="name one with --package"
        )
    shelf = Shelf(manifests)
    coverages = [read_coverage(shelf.load(manifest)) for manifest in manifests]
    prefixes = list(prefix or [])
    if clause is not None:
        prefixes = [resolve_clause(clause, coverages)]
    results, unreadable = _play(scenarios or default_paths(Path.cwd()), shelf)
    rows: list[Row] = []
    back_rows: list[BackRow] = []
    for coverage in coverages:
        played = results.get(coverage.package.id, [])
        rows.extend(build_trace(coverage, played, prefixes=prefixes, in_force_only=not (prefixes or everything)))
        back_rows.extend(build_back_trace(coverage, played))
    if as_json:
        console().print_json(json.dumps([row.as_data() for row in rows]))
    elif clause is not None:
        for row in rows:
            _print_in_full(row)
    elif back:
        _print_back(back_rows)
    else:
        _print_matrix(rows)
    say_problems(unreadable)
    if unreadable:
        raise typer.Exit(UNREADABLE)


def resolve_clause(wanted: str, coverages: Iterable[Coverage]) -> str:
    """The clause that is meant, with its register's prefix. Errors: LAW_UNKNOWN_CLAUSE with the nearest."""
    known = [
        ref for coverage in coverages for ref in (*coverage.package.clauses.clauses, *coverage.package.clauses.groups)
    ]
    if wanted in known:
        return wanted
    for ref in known:
        if ref.partition(":")[2] == wanted:
            return ref
    raise failure(
        ErrorCode.LAW_UNKNOWN_CLAUSE,
        f'no register knows the clause "{wanted}".{did_you_mean(wanted, known)}',
        hint="write it as in the models, with the register's prefix",
    )


def _play(paths: Sequence[Path], shelf: Shelf) -> tuple[dict[str, list[ScenarioResult]], list[Problem]]:
    """The results of every scenario at *paths*, by package id, and the problems of those that cannot be read."""
    results: dict[str, list[ScenarioResult]] = {}
    problems: list[Problem] = []
    for path in scenarios_at(paths):
        try:
            scenario = load_scenario(path, shelf)
            result = run_scenario(scenario, shelf.find(scenario.package_id, path))
        except EngineError as error:
            problems.extend(error.problems)
            continue
        results.setdefault(scenario.package_id, []).append(result)
    return results, problems


def _print_matrix(rows: Sequence[Row]) -> None:
    table = _table("Clause", "Carried out by", "Proven by", "Still open")
    for row in rows:
        places = dict.fromkeys(_place(citation) for citation in row.citations)
        proving = [Path(proof.file).stem for proof in row.proofs if proof.proves]
        table.add_row(row.clause.ref, "\n".join(places) or "-", _some(proving) or "-", "\n".join(row.open) or "-")
    console().print(table)
    proven = sum(row.proven for row in rows)
    say(f"{len(rows)} clauses, {proven} proven, {len(rows) - proven} open.")


def _place(citation: Citation) -> str:
    """Elements and rules are found by their id; other places need to say in what they lie."""
    if citation.kind in PLACED_BY_ID:
        return citation.place
    return f"{citation.kind} {citation.owner}" + (f" > {citation.place}" if citation.place != citation.owner else "")


def _print_back(rows: Sequence[BackRow]) -> None:
    table = _table("Where", "What", "Clauses", "Scenarios")
    for row in rows:
        table.add_row(
            f"{row.kind} {row.place}",
            row.label,
            "\n".join(row.clauses),
            _some([Path(file).stem for file in row.scenarios]) or "-",
        )
    console().print(table)
    say(f"{len(rows)} places cite a clause, {sum(bool(row.scenarios) for row in rows)} of them reached by a scenario.")


def _print_in_full(row: Row) -> None:
    say(f"{row.clause.ref}  {'proven' if row.proven else 'OPEN'}  ({row.clause.citation})", "bold")
    say(f"  {' '.join(row.clause.text.split())}")
    for citation in row.citations:
        say(f"  {citation.kind:<9} {citation.owner} > {citation.place}: {citation.label}")
    for proof in row.proofs:
        if proof.expects or not proof.holds:
            say(f"  scenario  {shown_path(proof.file)}: {_role(proof)}")
    others = sum(1 for proof in row.proofs if proof.holds and not proof.expects)
    if others:
        say(f"  scenario  {others} more reach{'es' if others == 1 else ''} it without an expectation that cites it")
    for reason in row.open:
        say(f"  open      {reason}")
    say("")


def shown_path(file: str) -> str:
    """The path as seen from the working directory, where it lies below it."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file


def _role(proof: Proof) -> str:
    """What one scenario does for a clause, in words."""
    words = {"reaches": proof.reaches, "expects": proof.expects, "with a date": proof.expects_date}
    end = " (proves)" if proof.proves else "" if proof.holds else " (FAILS)"
    return " ".join(word for word, true in words.items() if true) + end


def _table(*heads: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


def _some(names: Sequence[str], shown: int = 3) -> str:
    rest = len(names) - shown
    return "\n".join(names[:shown]) + (f"\nand {rest} more" if rest > 0 else "")
