"""`clauseflow notice`: how a notice of a process instance would read if it went out now."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from engine.errors import EngineError, ErrorCode, failure
from engine.feel import convert_input
from engine.handlers import preview_notice
from engine.handlers.contract import JobFailure
from engine.law import HTML, PDF, TEXT, RenderedNotice
from tools.commands.common import DEFAULT_STORE, FAILED, StoreOption, opened_store, say_problems
from tools.commands.decide import read_given

GIVE_IT = "give it with --input FILE: an instance that has not come to the task of this notice does not hold it"
FORMS = {"text": TEXT, "html": HTML, "pdf": PDF}

TypeArgument = Annotated[str, typer.Argument(metavar="TYPE", help="The notice type, as its source declares it.")]
InstanceOption = Annotated[str, typer.Option("--instance", help="The process instance whose case it is written for.")]
FormatOption = Annotated[Literal["text", "html", "pdf"], typer.Option("--format", help="The form to render.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="The file to write instead of the standard output.")
]
InputOption = Annotated[
    str | None,
    typer.Option("--input", help="YAML or JSON file with values that the instance does not hold; - reads stdin."),
]


def notice(
    notice_type: TypeArgument,
    instance: InstanceOption,
    form: FormatOption = "text",
    out: OutOption = None,
    inputs: InputOption = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Preview a notice; nothing is sent. Exit code 1 when it lacks what the law demands, with what is missing."""
    if form == "pdf" and out is None and sys.stdout.isatty():
        raise typer.BadParameter("a PDF is no text for a screen; name a file", param_hint="--out")
    given = {name: convert_input(value, "Any") for name, value in read_given(inputs).items()}
    with opened_store(store) as engine:
        package = engine.package(engine.instance(instance).package_id)
        package.notice(notice_type)
        with engine.looking_at(instance, "notice.send", {"notice": notice_type}) as (job, services):
            asked = replace(job, variables={**job.variables, **given})
            try:
                rendered = preview_notice(asked, services, forms=(TEXT, FORMS[form]))
            except JobFailure as error:
                problem = error.problem
                if problem.code is ErrorCode.JOB_INPUT:
                    problem = replace(problem, hint=GIVE_IT)
                raise EngineError(problem) from error
    _write(_content(rendered, FORMS[form]), out)
    if rendered.missing:
        say_problems(rendered.missing)
        raise typer.Exit(FAILED)


def _content(rendered: RenderedNotice, form: str) -> bytes:
    return rendered.files[form] if form in rendered.files else rendered.texts[form].encode()


def _write(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise failure(
            ErrorCode.STORE_IO, f"the file cannot be written: {error.strerror}.", file=str(out), hint="name another"
        ) from error
