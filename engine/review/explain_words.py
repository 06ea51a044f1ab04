"""Values and cells of decision tables in words that a hearing officer reads: no quotes, no operators, no ISO dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.calendars import MONTH_NAMES, WEEKDAY_NAMES
from engine.errors import EngineError
from engine.feel import DEFAULT_LIMITS, nodes, print_expression
from engine.feel.parser import parse

ERASED = "erased"
NOTHING: Mapping[str, str] = {}
_MOST_ENTRIES = 12
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def show_day(day: date) -> str:
    """``Tuesday, 8 March 2011``"""
    return f"{WEEKDAY_NAMES[day.weekday()]}, {show_short_day(day)}"


def show_short_day(day: date) -> str:
    """``8 March 2011``"""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def show_instant(instant: datetime, zone: ZoneInfo) -> str:
    """``8 March 2011, 14:30`` on the clock of the law's zone."""
    local = instant.astimezone(zone)
    return f"{show_short_day(local.date())}, {local:%H:%M}"


def words_of(value: object) -> str:
    """A plain value (as in the log's words) for a reader.

    >>> words_of(True), words_of("2011-03-08"), words_of(["last_coverage_statement"]), words_of(None)
    ('yes', '8 March 2011', 'last coverage statement', 'not given')
    """
    if value is None:
        return "not given"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _words_of_text(value)
    if isinstance(value, list | tuple):
        return (
            ", ".join(f"({words_of(each)})" if isinstance(each, Mapping) else words_of(each) for each in value)
            or "none"
        )
    if isinstance(value, Mapping):
        shown = [f"{words_of(name)}: {words_of(each)}" for name, each in value.items()]
        rest = len(shown) - _MOST_ENTRIES
        return "; ".join(shown[:_MOST_ENTRIES]) + (f"; and {rest} more" if rest > 0 else "") if shown else "none"
    return str(value)


def _words_of_text(text: str) -> str:
    if _DATE.match(text):
        try:
            return show_short_day(date.fromisoformat(text))
        except ValueError:
            return text
    if _IDENTIFIER.match(text):
        return text.replace("_", " ")
    return text or "an empty text"


def words_of_test(cell: str, known: Mapping[str, str] = NOTHING) -> str:
    """The unary tests of a cell: what a value would have to be. A cell that is more than that stands as written.

    *known* gives values in words for names that a cell may compare with.

    >>> words_of_test('>= premium_required'), words_of_test('"monthly","quarterly"'), words_of_test("[18..65)")
    ('at least premium required', 'monthly or quarterly', 'from 18 to below 65')
    >>> words_of_test("< premium_required", {"premium_required": "1350"})
    'less than premium required (1350)'
    >>> words_of_test('not("paper")'), words_of_test("-"), words_of_test("null")
    ('anything but paper', 'anything', 'not given')
    """
    try:
        tree = parse(cell, set(_NAME.findall(cell)), (), DEFAULT_LIMITS, unary=True)
    except EngineError:
        return cell
    if not isinstance(tree, nodes.UnaryTestsNode):
        return cell
    if tree.any:
        return "anything"
    tests = " or ".join(_test(test, known) for test in tree.tests)
    return f"anything but {tests}" if tree.negated else tests


_OPERATORS: Mapping[str, str] = {
    "<": "less than",
    "<=": "at most",
    ">": "more than",
    ">=": "at least",
    "=": "",
    "!=": "other than",
}
_DATED: Mapping[str, str] = {"<": "before", "<=": "on or before", ">": "after", ">=": "on or after"}


def _test(node: nodes.Node, known: Mapping[str, str]) -> str:
    if isinstance(node, nodes.UnaryTest):
        operators = _DATED if _is_date(node.endpoint) and node.operator in _DATED else _OPERATORS
        return f"{operators.get(node.operator, node.operator)} {_operand(node.endpoint, known)}".strip()
    if isinstance(node, nodes.Interval):
        end = "to" if node.end_included else "to below"
        start = "from" if node.start_included else "above"
        return f"{start} {_operand(node.start, known)} {end} {_operand(node.end, known)}"
    return _operand(node, known)


def _is_date(node: nodes.Node) -> bool:
    if isinstance(node, nodes.AtLiteral):
        return _DATE.match(node.text) is not None
    name = node.name if isinstance(node, nodes.Name | nodes.PathExpression) else ""
    return name.endswith(("_on", "_date", "_day"))


def _operand(node: nodes.Node, known: Mapping[str, str]) -> str:
    if isinstance(node, nodes.Name) and node.name in known:
        return f"{words_of(node.name)} ({known[node.name]})"
    write = _OPERANDS.get(type(node))
    return print_expression(node).replace("_", " ") if write is None else write(node)


_OPERANDS: Mapping[type, Callable[..., str]] = {
    nodes.NullLiteral: lambda node: "not given",
    nodes.BooleanLiteral: lambda node: words_of(node.value),
    nodes.NumericLiteral: lambda node: format(node.value, "f"),
    nodes.StringLiteral: lambda node: words_of(node.value),
    nodes.AtLiteral: lambda node: words_of(node.text),
    nodes.Name: lambda node: node.name.replace("_", " "),
}


def words_of_output(text: str, known: Mapping[str, str] = NOTHING) -> str:
    """An output entry: a literal in words, an expression as written; *known* as in `words_of_test`."""
    try:
        tree = parse(text, set(_NAME.findall(text)), (), DEFAULT_LIMITS, unary=False)
    except EngineError:
        return text
    return _operand(tree, known)
