"""`clauseflow verify`: proves that nobody changed the log of a store, an export of it, or the archive of a case."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import EngineError, ErrorCode, failure
from engine.review import ArchiveReport, verify_archive
from engine.runtime import verify_export
from tools.commands.common import DEFAULT_STORE, FAILED, console, opened_store, say, say_findings

ArchiveArgument = Annotated[
    Path | None, typer.Argument(metavar="[ARCHIVE]", help="What `clauseflow explain --archive` wrote.")
]
StoreOption = Annotated[
    Path | None,
    typer.Option("--store", help="The folder of the store; with an archive: compare it with this store too."),
]
ExportOption = Annotated[
    Path | None, typer.Option("--export", metavar="FILE", help="An audit export instead of a store.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="The report on an archive as data.")]


def verify(
    archive: ArchiveArgument = None,
    store: StoreOption = None,
    export: ExportOption = None,
    as_json: JsonOption = False,
) -> None:
    """Recompute the hash chains of a store, or all that an archive holds; exit 1 when something differs."""
    if archive is not None:
        _verify_archive(archive, store, as_json)
        return
    if as_json:
        raise typer.BadParameter("it goes with an archive.", param_hint="--json")
    if export is not None:
        report = verify_export(_lines(export), str(export))
    else:
        with opened_store(store or DEFAULT_STORE) as engine:
            report = engine.verify()
    say_findings(report.problems)
    erased = f", of them {report.erased} with erased payload" if report.erased else ""
    say(f"{report.entries} entries{erased}; head {report.head}; {'unbroken' if report.ok else 'BROKEN'}.")
    if not report.ok:
        raise typer.Exit(FAILED)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise failure(ErrorCode.STORE_IO, f"the export cannot be read: {error}.", file=str(file)) from error


def _verify_archive(path: Path, store: Path | None, as_json: bool) -> None:
    try:
        data = path.read_bytes()
    except OSError as error:
        said = f"expected an archive, but the file cannot be read: {error.strerror}."
        raise failure(ErrorCode.ARCHIVE_INVALID, said, file=str(path)) from error
    with nullcontext() if store is None else opened_store(store) as engine:
        try:
            report = verify_archive(data, engine=engine)
        except EngineError as error:
            raise EngineError(*(problem.at(file=str(path)) for problem in error.problems)) from error
    if as_json:
        console().print_json(json.dumps(report.as_data()))
    else:
        say_findings(report.problems)
        _say_report(report)
    if not report.ok:
        raise typer.Exit(FAILED)


def _say_report(report: ArchiveReport) -> None:
    erased = f", {report.erased} of them erased" if report.erased else ""
    say(f"{report.subject}: {report.entries} entries of the log{erased}, in {report.rows} rows with those of the law.")
    if report.gaps:
        say(f"Between them lie {report.gaps} stretches of the log about other cases, which are not in the archive.")
    say(f"{report.files} files of models, each as deployed; {report.notices} notices, each as issued.")
    say(f"{report.decisions} decisions evaluated again, {report.deadlines} deadlines computed again.")
    say(f"Head of the log when it was made: {report.head}")
    if not report.page_compared:
        say("The page was written by another version of this program, and was not compared; `explain` writes it anew.")
    if report.compared:
        say("Compared with the store, row by row.")
    elif report.ok:
        say("That no row was left out shows only against the store: add --store DIR.")
    end = "The archive is intact." if report.ok else f"{len(report.problems)} differences: the archive was changed."
    say(end, "bold")
