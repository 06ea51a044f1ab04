"""Diagrams and tables that belong to no law package, checked as far as they speak for themselves.

Nothing cites a clause here, and no vocabulary says what a fact may be. A table that was drawn without requirements is
judged as it was meant (`engine.dmn.undeclared`), and told what a deployment would ask for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from engine.dmn import Model, check_model, quoted, read_model, with_undeclared_inputs, words_in_cells
from engine.dmn.checks.tables import analyse_tables, count_columns, judge_tables
from engine.dmn.requirements import reached_by_imports
from engine.errors import EngineError, ErrorCode, Problem, Severity
from engine.handlers.contract import Actor
from engine.review.checks import CHECKS, Accepted, apply_suppressions, read_suppressions
from engine.review.trial import trial_engine

DIAGRAM, TABLE = ".bpmn", ".dmn"


def loose_files(path: Path) -> list[Path]:
    """The diagrams and tables at *path*: it is one, or a folder that holds such."""
    if path.is_file():
        return [path] if path.suffix in (DIAGRAM, TABLE) else []
    return sorted(file for kind in (DIAGRAM, TABLE) for file in path.rglob(f"*{kind}"))


def check_loose(
    files: Sequence[Path], reviewer: Actor, accepted: list[Accepted], columns: Counter[str]
) -> Iterator[Problem]:
    """What is wrong with *files*; what a table accepts with a reason is added to *accepted*, how its columns were
    analysed to *columns*."""
    models: list[Model] = []
    for file in files:
        if file.suffix == TABLE:
            try:
                models.append(read_model(file.read_bytes(), str(file)))
            except EngineError as error:
                yield from error.problems
    complete = []
    for model in models:
        # Only what it imports: most tables that were drawn alone bear the same namespace, that of their editor.
        others = reached_by_imports(model, models)
        completed = with_undeclared_inputs(model, others)
        complete.append(completed)
        yield from _undeclared(model, completed)
        for problem in check_model(completed, others):
            if problem.code == ErrorCode.DMN_NO_ID:  # the standard asks for none, only a deployment does
                yield replace(problem, severity=Severity.WARNING)
            # A law package cites; loose files have no register in which a clause could be looked up.
            elif problem.code != ErrorCode.DMN_NO_CLAUSE:
                yield problem
    analyses = list(analyse_tables(complete, {}))
    columns.update(count_columns(analyses))
    remaining, suppressed = apply_suppressions(judge_tables(analyses), read_suppressions([], models), CHECKS)
    accepted.extend(suppressed)
    yield from remaining
    if any(file.suffix == DIAGRAM for file in files):
        yield from _of_diagrams(files, reviewer)


def _undeclared(model: Model, completed: Model) -> Iterator[Problem]:
    declared = {element.id for element in model.input_data}
    words = words_in_cells(completed)
    in_cells = {name for found in words.values() for name in found}
    for decision in completed.decisions:
        found = words.get(decision.id)
        if not found:
            continue
        yield Problem(
            ErrorCode.FEEL_UNKNOWN_NAME,
            "expected texts in double quotes, or names that a requirement declares, but in the cells stand "
            f"{', '.join(found)}.",
            decision.place,
            Severity.WARNING,
            why="without quotes a word is the name of a value, and nobody hands one in",
            hint=f"write {quoted(found[0])} if that is a value; otherwise draw input data of this name",
        )
    undeclared = [
        element for element in completed.input_data if element.id not in declared and element.name not in in_cells
    ]
    for decision_id, group in groupby(undeclared, lambda element: element.place.decision_id):
        elements = list(group)
        names = ", ".join(f'"{element.name}"' for element in elements)
        yield Problem(
            ErrorCode.FEEL_UNKNOWN_NAME,
            f"expected names that a requirement declares, but what is read as it is handed in is {names}.",
            replace(elements[0].place, part=None, decision_id=decision_id),
            Severity.WARNING,
            why="only who asks the table knows what to hand in, and no deployment takes it",
            hint="draw input data of these names, with a requirement of each",
        )


def _of_diagrams(files: Iterable[Path], reviewer: Actor) -> Iterator[Problem]:
    """What a deployment says of the diagrams, with the tables beside them."""
    with trial_engine() as engine:
        try:
            found = engine.deploy_files({str(file): file.read_bytes() for file in files}, reviewer).warnings
        except EngineError as error:
            found = error.problems
    for problem in found:
        if (problem.location.file or "").endswith(DIAGRAM):
            yield problem
