"""`clauseflow explain`: the life of a case for a hearing, as a page and as an archive that proves itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import ErrorCode, failure
from engine.review import build_explanation, read_case_file, render_explanation, write_archive
from tools.commands.common import DEFAULT_STORE, StoreOption, opened_store, say

SubjectArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="A case by its id or key, e.g. A-1001, or a process instance.")
]
PageOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="Write the page to this file; default: standard output.")
]
ArchiveOption = Annotated[
    Path | None,
    typer.Option("--archive", help="Write page, log, models and notices to this .zip, for `clauseflow verify`."),
]


def explain(
    subject: SubjectArgument,
    store: StoreOption = DEFAULT_STORE,
    out: PageOption = None,
    archive: ArchiveOption = None,
) -> None:
    """Tell a case: facts, decisions with rules and clauses, why not otherwise, deadlines, notices, who did what."""
    with opened_store(store) as engine:
        case_file = read_case_file(engine, subject)
    page = render_explanation(build_explanation(case_file))
    if out is not None:
        _write(out, page.encode())
    if archive is not None:
        _write(archive, write_archive(case_file, page))
    if out is None and archive is None:
        sys.stdout.write(page)


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        said = f"the file cannot be written: {error.strerror}."
        raise failure(ErrorCode.STORE_IO, said, file=str(path), hint="name a file in a folder that is there") from error
    say(f"Written: {path} ({len(data)} bytes)")
