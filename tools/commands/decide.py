"""`clauseflow decide`: one decision of a model file, and why it came out as it did."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from engine.clock import SystemClock
from engine.dmn import DecisionResult, EvaluatedDecision, MatchedRule, Model, UnmatchedRule, quoted, words_in_cells
from engine.dmn.model import BoxedExpression, LiteralExpression
from engine.documents import read_document
from engine.errors import ErrorCode, Location, Problem, Severity, did_you_mean, failure
from engine.feel import format_value, to_plain
from tools.commands.common import FAILED, console, say, say_problems
from tools.decision_models import load_model

ModelArgument = Annotated[Path, typer.Argument(metavar="MODEL", help="The .dmn file; models it imports lie beside it.")]
DecisionOption = Annotated[str | None, typer.Option("--decision", help="Id or name; not needed for the only one.")]
InputOption = Annotated[
    str | None, typer.Option("--input", help="YAML or JSON file with the inputs by name; - reads them from stdin.")
]
ExplainOption = Annotated[bool, typer.Option("--explain", help="Every rule, matched or not, with the reason.")]
JsonOption = Annotated[bool, typer.Option("--json", help="The result and its audit record as data.")]


def decide(
    model: ModelArgument,
    decision: DecisionOption = None,
    inputs: InputOption = None,
    explain: ExplainOption = False,
    as_json: JsonOption = False,
) -> None:
    """Evaluate a decision and print its value; exit code 1 when the value is no answer (clashing rules, bad input)."""
    read, library = load_model(model)
    decision_id = find_decision(read, decision)
    given = library.read_inputs(decision_id, read_given(inputs), file=inputs)
    result = library.evaluate(decision_id, given, now=SystemClock().now(), explain=explain)
    missing = [each.name for each in library.info(decision_id).inputs if each.name not in given]
    warnings = [each for each in result.warnings if not says_missing(each, read)]
    if as_json:
        data = {"value": to_plain(result.value), **result.audit.as_data()}
        console().print_json(json.dumps(data, ensure_ascii=False))
    elif explain:
        print_explanation(result, read, missing, warnings)
        say_problems(each for each in warnings if each.severity is Severity.ERROR)
    else:
        say(format_value(result.value))
        say_problems([*missing_inputs(read, decision_id, missing), *warnings])
    if any(warning.severity is Severity.ERROR for warning in result.warnings):
        raise typer.Exit(FAILED)


def says_missing(warning: Problem, model: Model) -> bool:
    """Whether *warning* is about input data that was not given; all of them are said in one sentence."""
    return warning.code is ErrorCode.FEEL_NOT_FOUND and warning.location in [each.place for each in model.input_data]


def missing_inputs(model: Model, decision_id: str, names: Sequence[str]) -> Iterator[Problem]:
    words = [name for name in words_in_cells(model).get(decision_id, []) if name in names]
    if names:
        texts = f"; a value in a cell is written as {quoted(words[0])}" if words else ""
        yield Problem(
            ErrorCode.FEEL_NOT_FOUND,
            f"expected a value for each input, but {len(names)} had none and are null: {', '.join(names)}.",
            Location(file=model.file, decision_id=decision_id),
            Severity.WARNING,
            hint=f"give their values with --input, or null where nothing is known{texts}",
        )


def find_decision(model: Model, wanted: str | None) -> str:
    """The id of the decision that is meant by id, name or variable. Errors: DMN_UNKNOWN_DECISION with the nearest."""
    if wanted is None and len(model.decisions) == 1:
        return model.decisions[0].id
    names: dict[str, str] = {}
    for each in model.decisions:
        names[each.variable.name] = each.id
    names.update((each.name, each.id) for each in model.decisions)
    names.update((each.id, each.id) for each in model.decisions)
    if wanted in names:
        return names[wanted]
    if not names:
        raise failure(
            ErrorCode.DMN_UNKNOWN_DECISION,
            "expected a model with a decision, but it holds none.",
            file=model.file,
            hint="name the model that holds the decision; this one is there for others to import",
        )
    got = "none was named" if wanted is None else f'got "{wanted}"'
    raise failure(
        ErrorCode.DMN_UNKNOWN_DECISION,
        f"expected a decision of the model, but {got}.{did_you_mean(wanted or '', names)}",
        file=model.file,
        hint=f"name one with --decision: {', '.join(each.id for each in model.decisions)}",
    )


def read_given(source: str | None) -> dict[str, Any]:
    """The inputs as written. Errors: DMN_INVALID with file and line."""
    if source is None:
        return {}
    if source == "-":
        data, name = sys.stdin.buffer.read(), "stdin"
    else:
        path = Path(source)
        if not path.is_file():
            raise failure(ErrorCode.DMN_INVALID, "expected a file with the inputs, but there is none.", file=source)
        data, name = path.read_bytes(), source
    document = read_document(data, name, ErrorCode.DMN_INVALID)
    document.findings.raise_if_any()
    if document.value is None:
        return {}
    if not isinstance(document.value, dict):
        raise failure(
            ErrorCode.DMN_INVALID,
            "expected the inputs as a mapping from name to value.",
            file=name,
            line=1,
            hint="write one input a line: name: value",
        )
    return document.value


# ---- for people -------------------------------------------------------------------------------------------------


def print_explanation(
    result: DecisionResult, model: Model, missing: Sequence[str], warnings: Sequence[Problem]
) -> None:
    """Inputs, then each decision with its rules and what went wrong in it, then the result and what it rests on."""
    say("Inputs as used", "bold")
    for name, value in result.audit.inputs.items():
        say(f"  {name} = {_shown(value)}{'  (not given)' if name in missing else ''}")
    logic = {each.id: each.expression for each in model.decisions}
    for decision in result.audit.decisions:
        own = [each for each in warnings if each.location.decision_id == decision.id]
        _print_decision(decision, logic.get(decision.id), own)
    reached = {decision.id for decision in result.audit.decisions}
    elsewhere = [each for each in warnings if each.location.decision_id not in reached]
    if elsewhere:
        say("\nElsewhere", "bold")
        _print_warnings(elsewhere)
    say(f"\nResult: {_shown(result.value)}", "bold")
    if result.audit.clauses:
        say(f"Clauses: {', '.join(result.audit.clauses)}")
    say(f"Model: {result.audit.file} sha256:{result.audit.model_hash}", "dim")


def _print_decision(decision: EvaluatedDecision, logic: BoxedExpression | None, warnings: Sequence[Problem]) -> None:
    clauses = f"  [{'; '.join(decision.clauses)}]" if decision.clauses else ""
    say(f"\n{decision.name}  ({decision.id}){clauses}", "bold")
    for matched in decision.matched:
        _print_matched(matched)
    for unmatched in decision.unmatched:
        _print_unmatched(unmatched)
    for line in logic.text.splitlines() if isinstance(logic, LiteralExpression) else ():
        say(f"    {line}", "dim")
    _print_warnings(warnings)
    say(f"  = {_shown(decision.value)}{_why_nothing(decision, warnings)}")


def _why_nothing(decision: EvaluatedDecision, warnings: Sequence[Problem]) -> str:
    if decision.value is None and any(each.severity is Severity.ERROR for each in warnings):
        return "  (no answer)"
    return "  (no rule matches)" if decision.unmatched and not decision.matched else ""


def _print_warnings(warnings: Sequence[Problem]) -> None:
    for warning in warnings:
        text = f"    {warning.location.text}" if warning.location.text else ""
        part = f"{warning.location.part}: " if warning.location.part else ""
        say(f"  ! {part}{warning.message}{text}", "yellow")


def _print_matched(rule: MatchedRule) -> None:
    outputs = ", ".join(f"{name} = {_shown(value)}" for name, value in rule.outputs.items())
    line = Text("  + ", style="green")
    line.append(
        f"rule {rule.index} {rule.rule_id} [{'; '.join(rule.clauses) or 'no clause'}] {rule.reason}".rstrip(),
        style="default",
    )
    console().print(line, soft_wrap=True)
    say(f"      {outputs}")


def _print_unmatched(rule: UnmatchedRule) -> None:
    say(f"  - rule {rule.index} {rule.rule_id} [{'; '.join(rule.clauses) or 'no clause'}]", "dim")
    if rule.input is None:
        say(f"      {rule.reason}", "dim")
        return
    for label, value, cell in ((rule.input, rule.value, rule.cell), *((e.input, e.value, e.cell) for e in rule.also)):
        say(f"      {label}: {_shown(value)} does not satisfy {cell}", "dim")
    if rule.where:
        say(f"      where {', '.join(f'{name} = {_shown(value)}' for name, value in rule.where.items())}", "dim")


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else format_value(value)
