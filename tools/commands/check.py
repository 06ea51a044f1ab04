"""`clauseflow check`: every problem of packages and scenarios at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.review import check_paths, default_paths
from tools.commands.common import FAILED, say, say_problems

PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PATH]...", help="Manifests, scenarios or folders; default: everything shipped."),
]
QuietOption = Annotated[bool, typer.Option("--errors-only", help="Do not show warnings.")]


def check(paths: PathsArgument = None, errors_only: QuietOption = False) -> None:
    """Read packages and scenarios, run the checks of a deployment, and show every finding."""
    report = check_paths(paths or default_paths(Path.cwd()))
    say_problems(report.errors if errors_only else report.problems)
    packages = ", ".join(report.packages) or "none"
    say(
        f"Checked: packages {packages}; {report.models} models, {report.scenarios} scenarios. "
        f"{len(report.errors)} errors, {len(report.warnings)} warnings."
    )
    if report.errors:
        raise typer.Exit(FAILED)
