"""`clauseflow check`: every problem of packages and scenarios at once, as text, JSON or SARIF."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from engine.errors import Problem, Severity, counted
from engine.review import CheckReport, check_paths, default_paths
from engine.review.checks import as_sarif
from engine.simulation import find_manifests
from tools.commands.common import FAILED, console, say

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFORMATION: "dim"}


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATH]...",
        help="Manifests, scenarios, single diagrams and tables, folders; default: everything shipped.",
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How the findings are written.")]
QuietOption = Annotated[bool, typer.Option("--errors-only", help="Do not show warnings and information.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="End with 1 for warnings too, not only for errors.")]


def check(
    paths: PathsArgument = None,
    output: FormatOption = Format.TEXT,
    errors_only: QuietOption = False,
    strict: StrictOption = False,
) -> None:
    """Read packages and scenarios, run the checks of a deployment and of a review, and show every finding.

    Findings that a model accepts with a reason are counted, and named in JSON and SARIF.
    """
    report = check_paths(paths or default_paths(Path.cwd()), find_manifests(Path.cwd()))
    WRITERS[output](report, report.errors if errors_only else report.problems)
    if report.errors or (strict and report.warnings):
        raise typer.Exit(FAILED)


def _write_text(report: CheckReport, shown: tuple[Problem, ...]) -> None:
    target = console()
    for problem in shown:
        text = Text(f"{problem.severity}: ", style=STYLES[problem.severity])
        text.append(f"{problem}\n", style="none")
        target.print(text, soft_wrap=True)
    packages = ", ".join(report.packages) or "none"
    accepted = f", {len(report.accepted)} accepted in the models" if report.accepted else ""
    notes = len(report.of(Severity.INFORMATION))
    told = f", {notes} for information" if notes else ""
    cases = f", {counted(report.question_cases, 'question case')}" if report.question_cases else ""
    say(
        f"Checked: packages {packages}; {counted(report.models, 'model')}, "
        f"{counted(report.scenarios, 'scenario')}{cases}. "
        f"{counted(len(report.errors), 'error')}, {counted(len(report.warnings), 'warning')}{told}{accepted}."
    )
    columns = sum(report.columns.values())
    if columns:
        ways = "; ".join(f"{count} {way}" for way, count in report.columns.items() if count)
        say(f"Columns of decision tables: {columns}. Of these {ways}.")


def _write_json(report: CheckReport, shown: tuple[Problem, ...]) -> None:
    data = report.as_data() | {"problems": [problem.as_data() for problem in shown]}
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


def _write_sarif(report: CheckReport, shown: tuple[Problem, ...]) -> None:
    typer.echo(json.dumps(as_sarif(shown, report.accepted), indent=2, ensure_ascii=False))


WRITERS: dict[Format, Callable[[CheckReport, tuple[Problem, ...]], None]] = {
    Format.TEXT: _write_text,
    Format.JSON: _write_json,
    Format.SARIF: _write_sarif,
}
