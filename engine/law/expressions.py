"""The FEEL that a law package holds outside its models, and facts as typed values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean
from engine.feel import BUILTIN_NAMES, Expression, Value, compile_expression, convert_input

if TYPE_CHECKING:
    from engine.law.vocabulary import FactDefinition


@dataclass(frozen=True, slots=True)
class FeelResult:
    """A value, and when FEEL went on with a null, why."""

    value: Value
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeelText:
    """One compiled expression with its text, for error messages."""

    text: str
    code: Expression

    def evaluate(self, values: Mapping[str, Value]) -> FeelResult:
        result = self.code.evaluate(values)
        return FeelResult(result.value, tuple(str(warning.message) for warning in result.warnings))


def read_feel(text: str, names: Iterable[str]) -> tuple[FeelText, list[Problem]]:
    """Compile *text*, in which the *names* are known.

    Problems instead of errors, without a file: FEEL_SYNTAX, FEEL_UNKNOWN_NAME, FEEL_UNKNOWN_FUNCTION. After a syntax
    error the expression given back is null, so that reading can go on.
    """
    known = list(names)
    try:
        code = compile_expression(text, known)
    except EngineError as error:
        return FeelText(text, compile_expression("null", ())), list(error.problems)
    problems = []
    called = {function.name for function in code.unknown_functions}
    for name in code.free_names:
        if name.name not in known and name.name not in called and not name.may_be_field:
            problems.append(
                Problem(
                    ErrorCode.FEEL_UNKNOWN_NAME,
                    f'no fact or input is called "{name.name}".{did_you_mean(name.name, known)}',
                    Location(text=text, span=name.span),
                    hint="declare a process variable under inputs of the notice",
                )
            )
    for function in code.unknown_functions:
        near = did_you_mean(function.name, BUILTIN_NAMES)
        message = f'FEEL has no function called "{function.name}".{near}'
        problems.append(Problem(ErrorCode.FEEL_UNKNOWN_FUNCTION, message, Location(text=text, span=function.span)))
    return FeelText(text, code), problems


_WRITTEN = {  # how a value of each type is written in JSON, YAML and CSV
    "date": "a date of the calendar, written YYYY-MM-DD",
    "date and time": "a date and time, written as 2011-03-08T14:30:00-05:00",
    "number": "a number, written as 1250.50 and not in quotation marks",
    "boolean": "a boolean: true or false",
    "string": "a string",
}


def convert_fact(definition: FactDefinition, value: object) -> Value:
    """*value* as the fact's declared type, another word for a value as that value.

    Errors: LAW_FACT_TYPE with the fact, the expected type and the value.
    """
    if definition.type == "list":
        if not isinstance(value, list | tuple):
            raise _wrong(definition, value, "a list")
        if definition.items:
            item = replace(definition, type=definition.items, items="")
            return [convert_fact(item, entry) for entry in value]
    try:
        converted: Value = convert_input(value, definition.type)
    except EngineError as error:
        said = error.problem.message
        because = "" if said.startswith(f"expected {definition.type},") else f" {said[:1].upper()}{said[1:]}"
        raise _wrong(definition, value, _WRITTEN.get(definition.type, definition.type), because) from error
    if isinstance(converted, str):
        converted = dict(definition.also).get(converted, converted)
    if definition.values and converted is not None and converted not in definition.values:
        raise _wrong(definition, value, f"one of {', '.join(definition.values)}")
    return converted


def _wrong(definition: FactDefinition, value: object, expected: str, because: str = "") -> EngineError:
    shown = f'"{value}"' if isinstance(value, str) else str(value)
    near = did_you_mean(value, definition.values) if isinstance(value, str) else ""
    return EngineError(
        Problem(
            ErrorCode.LAW_FACT_TYPE,
            f'the fact "{definition.name}" expected {expected}, but got {shown[:200]}.{near}{because}',
            Location(part=definition.name, clause=", ".join(definition.clauses) or None),
            hint=f"{definition.name} is {definition.meaning}",
        )
    )
