"""`clauseflow ask`: a question of the law, answered alone: no case, no store."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from rich.progress import Progress

from engine.clock import SystemClock
from engine.documents import read_document
from engine.errors import EngineError, ErrorCode, counted, failure
from engine.feel import to_plain
from engine.law import LawPackage, Question
from engine.runtime.asking import Answer, Asker, law_with
from engine.simulation import find_manifests
from engine.simulation.shelf import Shelf
from engine.wiring import open_asker
from tools.answers import answer_lines, question_lines
from tools.batches import FactLine, read_csv_lines, read_json_lines
from tools.commands.common import FAILED, console, manifest_at, say

QuestionArgument = Annotated[str | None, typer.Argument(metavar="QUESTION", help="Its id, see --list.")]
FactsOption = Annotated[
    str | None, typer.Option("--facts", help="YAML or JSON file with the facts by name; - reads them from stdin.")
]
BatchOption = Annotated[
    str | None,
    typer.Option("--batch", help="Many sets of facts: JSON lines, or CSV (a file *.csv, or --csv); - reads stdin."),
]
CsvOption = Annotated[bool, typer.Option("--csv", help="The batch is CSV; its first line names the facts.")]
ListOption = Annotated[bool, typer.Option("--list", help="The questions with their facts, an answer and clauses.")]
JsonOption = Annotated[bool, typer.Option("--json", help="The answer with its whole provenance as data.")]
OnOption = Annotated[str | None, typer.Option("--on", metavar="DATE", help="Ask as of this day instead of the facts'.")]
ReadingOption = Annotated[
    list[str] | None,
    typer.Option("--reading", metavar="KEY=VALUE", help="Another reading of an unclear clause; may be repeated."),
]
PackageOption = Annotated[
    Path | None, typer.Option("--package", help="A manifest or its folder; default: everything shipped.")
]


def ask(
    question: QuestionArgument = None,
    facts: FactsOption = None,
    batch: BatchOption = None,
    as_csv: CsvOption = False,
    show_list: ListOption = False,
    as_json: JsonOption = False,
    on: OnOption = None,
    reading: ReadingOption = None,
    package: PackageOption = None,
) -> None:
    """Answer a legal question from facts alone: in words, then the arithmetic, the rules and their clauses.

    Exit code 1 when lines of a batch have no answer, 2 when a question cannot be answered, with every problem at once.
    """
    laws = _packages(package)
    today = SystemClock().now()
    if show_list:
        _list(laws, question, as_json, today.date())
        return
    if question is None:
        raise failure(
            ErrorCode.ASK_UNKNOWN_QUESTION, "expected the id of a question.", hint="see clauseflow ask --list"
        )
    asker = open_asker(law_with(question, laws))
    day = today.astimezone(asker.law.time_zone).date()
    order = _Order(asker, question, day, _date(on), _readings(reading or []))
    if batch is None:
        _print(_answer_document(order, facts), as_json)
        return
    if facts is not None:
        raise failure(ErrorCode.ASK_FACTS, "expected either --facts or --batch, but got both.", hint="leave one out")
    _run_batch(order, batch, as_csv or batch.endswith(".csv"), as_json)


class _Order:
    """One question with everything but its facts."""

    def __init__(self, asker: Asker, question: str, today: date, on: date | None, readings: Mapping[str, str]) -> None:
        self.question = asker.question(question)
        self._asker, self._today, self._on, self._readings = asker, today, on, readings

    def answer(self, facts: Mapping[str, Any]) -> Answer:
        return self._asker.ask(self.question.id, facts, today=self._today, on=self._on, readings=self._readings)


# ---- what is asked ----------------------------------------------------------------------------------------------


def _packages(named: Path | None) -> list[LawPackage]:
    manifests = find_manifests(Path.cwd()) if named is None else [manifest_at(named)]
    shelf = Shelf(manifests)
    return [shelf.load(manifest) for manifest in manifests]


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise failure(
            ErrorCode.ASK_FACTS, f'expected a date for --on, but got "{text}".', hint="write it as YYYY-MM-DD"
        ) from error


def _readings(given: list[str]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for each in given:
        key, equals, value = each.partition("=")
        if not equals or not key.strip() or key.strip() in chosen:
            raise failure(
                ErrorCode.ASK_READING,
                f'expected --reading KEY=VALUE, each key once, but got "{each}".',
                part="readings",
            )
        chosen[key.strip()] = value.strip()
    return chosen


def _answer_document(order: _Order, source: str | None) -> Answer:
    """The answer for the facts in a file. Errors: what is wrong with the file and with the facts, all at once."""
    if source is None:
        return order.answer({})
    with _opened(source) as stream:
        document = read_document(stream.read().encode(), "stdin" if source == "-" else source, ErrorCode.ASK_FACTS)
    if not isinstance(document.value, dict | None):
        raise failure(ErrorCode.ASK_FACTS, "expected the facts as a mapping from name to value.", file=source, line=1)
    found = document.findings.problems
    told = {problem.location.part for problem in found}
    try:
        answer = order.answer(document.value or {})
    except EngineError as error:
        others = (problem for problem in error.problems if problem.location.part not in told)
        raise EngineError(*found, *others) from error
    document.findings.raise_if_any()
    return answer


@contextmanager
def _opened(source: str) -> Iterator[TextIO]:
    """The text of a file or of stdin. Errors: ASK_FACTS."""
    with ExitStack() as open_files:
        try:
            stream = sys.stdin if source == "-" else open_files.enter_context(_open(source))
        except OSError as error:
            raise _unreadable(source, error) from error
        try:
            yield stream
        except UnicodeDecodeError as error:
            raise _unreadable(source, error) from error


def _open(source: str) -> TextIO:
    return Path(source).open(encoding="utf-8-sig", newline="")


def _unreadable(source: str, error: Exception) -> EngineError:
    why = error.strerror if isinstance(error, OSError) else error
    return failure(ErrorCode.ASK_FACTS, f"the facts cannot be read: {why}.", file=source)


# ---- what is answered -------------------------------------------------------------------------------------------


def _print(answer: Answer, as_json: bool) -> None:
    if as_json:
        say(json.dumps(answer.as_data(), ensure_ascii=False, indent=2))
        return
    for line in answer_lines(answer):
        say(line)


def _list(laws: list[LawPackage], wanted: str | None, as_json: bool, today: date) -> None:
    if wanted is not None:
        law_with(wanted, laws)
    chosen = [
        (law, question)
        for law in laws
        for question in law.questions.by_id.values()
        if wanted is None or question.id == wanted
    ]
    askers = {law.id: open_asker(law) for law, _ in chosen}
    shown = [(law, question, _example(askers[law.id], question, today)) for law, question in chosen]
    if as_json:
        say(json.dumps([_listed(*each) for each in shown], ensure_ascii=False, indent=2))
        return
    for law, question, example in shown:
        for line in question_lines(question, law.id, example):
            say(line)
        say("")
    say(f"{counted(len(shown), 'question')}.")


def _listed(law: LawPackage, question: Question, example: Answer | EngineError) -> dict[str, object]:
    """A question as data; without an answer where its examples have none."""
    found = example if isinstance(example, Answer) else None
    answer = None if found is None else {"says": found.says, "value": to_plain(found.value)}
    return {"package": law.id, **question.as_data(), "example_answer": answer}


def _example(asker: Asker, question: Question, today: date) -> Answer | EngineError:
    try:
        return asker.example(question.id, today=today)
    except EngineError as error:
        return error


# ---- many at once -----------------------------------------------------------------------------------------------


def _run_batch(order: _Order, source: str, as_csv: bool, as_json: bool) -> None:
    """One answer, or one line of problems, for each line; goes on past bad ones and tells their number at the end."""
    asked = bad = 0
    with _opened(source) as stream, _progress(source) as step:
        lines = read_csv_lines(stream, order.question) if as_csv else read_json_lines(stream)
        for line in lines:
            found = _answer_line(order, line, as_json)
            asked, bad = asked + 1, bad + ("problems" in found)
            sys.stdout.write(json.dumps({"line": line.line, **found}, ensure_ascii=False) + "\n")
            step(line.line)
    if bad:
        console(error=True).print(f"{bad} of {asked} lines have no answer.")
        raise typer.Exit(FAILED)


def _answer_line(order: _Order, line: FactLine, as_json: bool) -> dict[str, object]:
    try:
        if line.error is not None:
            raise line.error
        answer = order.answer(line.facts)
    except EngineError as error:
        return {"problems": [problem.as_data() for problem in error.problems]}
    if as_json:
        return answer.as_data()
    return {"says": answer.says, "value": to_plain(answer.value), "unverified": list(answer.unverified)}


@contextmanager
def _progress(source: str) -> Iterator[Any]:
    """A bar on a terminal, and nothing elsewhere; it knows how far it is when the batch is a file."""
    if not sys.stderr.isatty():
        yield lambda line: None
        return
    total = None
    if source != "-":
        with Path(source).open("rb") as counted:
            total = sum(1 for _ in counted)
    with Progress(console=console(error=True), transient=True) as bar:
        task = bar.add_task("asked", total=total)
        yield lambda line: bar.update(task, completed=line)
