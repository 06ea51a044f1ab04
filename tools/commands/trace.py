"""`clauseflow trace`: which clause is carried out where, which scenario proves it, what is still open."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table

from engine.errors import EngineError, ErrorCode, Problem, failure
from engine.review import (
    FORMATS,
    Amendment,
    Coverage,
    Played,
    Row,
    Sheet,
    amendment_sheets,
    back_sheet,
    build_amendment,
    build_back_trace,
    build_trace,
    default_paths,
    judge_proofs,
    judge_registers,
    matrix_sheet,
    play_scenarios,
    read_coverage,
    read_results,
    resolve_clause,
)
from engine.review.check import played_at
from engine.simulation import Shelf, find_manifests
from tools.commands.common import (
    FAILED,
    UNREADABLE,
    JobsOption,
    console,
    manifest_at,
    opened_store,
    say,
    say_findings,
    say_problems,
)
from tools.commands.progress import progress_bar

MOST_LINES = 4


class Format(StrEnum):
    TABLE = "table"
    MARKDOWN = "markdown"
    HTML = "html"
    CSV = "csv"
    JSON = "json"


GateOption = Annotated[bool, typer.Option("--gate", help="Judge the registers in force; exit 1 on any finding.")]
PrefixOption = Annotated[list[str] | None, typer.Option("--prefix", help='Clauses below this one, e.g. "act:2(2)".')]
ClauseOption = Annotated[
    str | None, typer.Option("--clause", help='All that amending this clause touches, e.g. "2(2)(e)2".')
]
StoreOption = Annotated[
    Path | None, typer.Option("--store", help="With --clause: the instances of the store in this folder too.")
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
BackOption = Annotated[bool, typer.Option("--back", help="From the models to the clauses.")]
AllOption = Annotated[bool, typer.Option("--all", help="Also clauses that are not in force.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How the matrix is written.")]
JsonOption = Annotated[bool, typer.Option("--json", help="As --format json.")]
OutOption = Annotated[Path | None, typer.Option("--out", "-o", help="The file to write; default: standard output.")]


def trace(
    clause: ClauseOption = None,
    gate: GateOption = False,
    prefix: PrefixOption = None,
    store: StoreOption = None,
    package: PackageOption = None,
    scenarios: ScenariosOption = None,
    results: ResultsOption = None,
    jobs: JobsOption = 1,
    back: BackOption = False,
    everything: AllOption = False,
    format_: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Play scenarios and question cases and print the matrix; a clause is proven when one reaches and expects it."""
    if store is not None and clause is None:
        raise typer.BadParameter("it goes with --clause.", param_hint="--store")
    if gate and (back or clause is not None):
        raise typer.BadParameter("it judges the whole registers: leave out --clause and --back.", param_hint="--gate")
    form = Format.JSON if as_json else format_
    manifests = [manifest_at(path) for path in package] if package else find_manifests(Path.cwd())
    if not manifests:
        raise failure(
            ErrorCode.LAW_UNKNOWN_PACKAGE, f"there is no law package in {Path.cwd()}.", hint="name one with --package"
        )
    shelf = Shelf(manifests)
    coverages = [read_coverage(shelf.load(manifest)) for manifest in manifests]
    prefixes = [resolve_clause(each, coverages) if ":" not in each else each for each in prefix or []]
    wanted = None if clause is None else resolve_clause(clause, coverages)
    judged = {coverage.package.id: judge_registers(coverage) for coverage in coverages} if gate else {}
    if gate and any(judged.values()):
        # Models that cite what is not there cannot be deployed, so that no scenario of theirs says anything.
        _end_gate(coverages, judged, {}, form, out)
    paths = played_at(scenarios or default_paths(Path(), manifests))
    runs, unreadable = _runs(paths, manifests, coverages, results, jobs)
    rows = {
        coverage.package.id: build_trace(
            coverage,
            _of(coverage, runs),
            prefixes=prefixes,
            in_force_only=gate or not (prefixes or everything),
        )
        for coverage in coverages
    }
    if gate:
        say_problems(unreadable)
        judged = {each.package.id: judge_proofs(each.package, rows[each.package.id]) for each in coverages}
        _end_gate(coverages, judged, rows, form, out, unreadable=bool(unreadable))
    elif wanted is not None:
        _show_amendments(_amendments(coverages, runs, wanted, store), form, out)
    elif back:
        back_rows = {each.package.id: build_back_trace(each, _of(each, runs)) for each in coverages}
        sheets = [
            back_sheet(each.package.title, back_rows[each.package.id], brief=form is Format.TABLE) for each in coverages
        ]
        _write(
            "From the models to the clauses",
            sheets,
            form,
            out,
            [row.as_data() for each in back_rows.values() for row in each],
        )
    else:
        sheets = [
            matrix_sheet(each.package.title, rows[each.package.id], brief=form is Format.TABLE)
            for each in coverages
            if rows[each.package.id]
        ]
        _write(
            "Clauses and what carries them out",
            sheets,
            form,
            out,
            [row.as_data() for each in rows.values() for row in each],
        )
    say_problems(unreadable)
    if unreadable:
        raise typer.Exit(UNREADABLE)


def _of(coverage: Coverage, runs: Sequence[Played]) -> list[Played]:
    return [run for run in runs if run.package_id == coverage.package.id]


# ---- playing --------------------------------------------------------------------------------------------------------


def _runs(
    paths: Sequence[Path], manifests: Sequence[Path], coverages: Sequence[Coverage], results: Path | None, jobs: int
) -> tuple[list[Played], list[Problem]]:
    """The runs from the file of results, or played now with a bar on a terminal; nothing is kept between two calls."""
    if results is not None:
        packages = {coverage.package.id: coverage.package.content_hash for coverage in coverages}
        return read_results(results, paths, packages), []
    with progress_bar(len(paths), jobs=jobs) as tell:
        return play_scenarios(paths, manifests, jobs=jobs, tell=tell)


# ---- the gate -------------------------------------------------------------------------------------------------------


def _end_gate(
    coverages: Sequence[Coverage],
    judged: dict[str, tuple[Problem, ...]],
    rows: dict[str, tuple[Row, ...]],
    form: Format,
    out: Path | None,
    *,
    unreadable: bool = False,
) -> None:
    """Say what was found and what was judged, and leave with the exit code."""
    findings = [problem for found in judged.values() for problem in found]
    counts = {coverage.package.id: _counts(rows.get(coverage.package.id, ())) for coverage in coverages}
    if form is Format.JSON:
        data = {"ok": not findings, "packages": counts, "findings": [problem.as_data() for problem in findings]}
        _put(json.dumps(data, ensure_ascii=False, indent=2) + "\n", out)
    else:
        say_findings(findings)
        for coverage in coverages:
            if rows:
                found = counts[coverage.package.id]
                told = ", ".join(f"{number} {what}" for what, number in found.items() if number and what != "clauses")
                say(f"{coverage.package.title}: {found['clauses']} clauses in force: {told or 'none'}.")
            else:
                say(f"{coverage.package.title}: not played, the findings above come first.")
        say(f"{len(findings)} findings; the gate is {'closed' if findings else 'open'}.")
    raise typer.Exit(UNREADABLE if unreadable else FAILED if findings else 0)


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    found = {"clauses": len(rows), "open": sum(bool(row.open) for row in rows)}
    for row in rows:
        if not row.open:
            found[str(row.standing)] = found.get(str(row.standing), 0) + 1
    return found


# ---- the matrix -----------------------------------------------------------------------------------------------------


def _amendments(coverages: Sequence[Coverage], runs: Sequence[Played], ref: str, store: Path | None) -> list[Amendment]:
    """What the amendment touches in each package whose register holds the clause."""
    holding = [each for each in coverages if ref in each.package.clauses.clauses or ref in each.package.clauses.groups]
    with nullcontext() if store is None else opened_store(store) as engine:
        return [build_amendment(each, _of(each, runs), ref, engine=engine) for each in holding]


def _show_amendments(amendments: Sequence[Amendment], form: Format, out: Path | None) -> None:
    for amendment in amendments:
        title = f"Amending {amendment.ref}"
        sheets = amendment_sheets(amendment, brief=form is Format.TABLE)
        if form is Format.TABLE and out is None:
            say(title, "bold")
            say(amendment.text)
            say("")
        _write(title, sheets, form, out, amendment.as_data(), whole=True)


def _write(
    title: str, sheets: Sequence[Sheet], form: Format, out: Path | None, data: Any, *, whole: bool = False
) -> None:
    if form is Format.JSON:
        _put(json.dumps(data, ensure_ascii=False, indent=2) + "\n", out)
    elif form is Format.TABLE:
        _print(sheets, out, whole=whole)
    else:
        _put(FORMATS[form](title, sheets), out)


def _put(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise cannot_write(out, error) from error
    say(f"Written: {out}")


def cannot_write(out: Path, error: OSError) -> EngineError:
    said = f"the file cannot be written: {error.strerror}."
    return failure(ErrorCode.STORE_IO, said, file=str(out), hint="name a file in a folder that is there")


def _print(sheets: Sequence[Sheet], out: Path | None, *, whole: bool) -> None:
    """Tables on the terminal; unless *whole*, a long list is cut there."""
    if out is not None:
        raise typer.BadParameter("a terminal table goes to the terminal; choose another --format.", param_hint="--out")
    for sheet in sheets:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, title=sheet.title, title_justify="left")
        shown = [n for n in range(len(sheet.heads)) if any(row[n] for row in sheet.rows)]
        for n in shown:
            table.add_column(sheet.heads[n], overflow="fold")
        for row in sheet.rows:
            table.add_row(*(_some(row[n], len(row[n]) if whole else MOST_LINES) or "-" for n in shown))
        console().print(table)
        say(f"{sheet.says}\n")


def _some(lines: Sequence[str], shown: int) -> str:
    rest = len(lines) - shown
    return "\n".join(lines[:shown]) + (f"\nand {rest} more" if rest > 0 else "")
