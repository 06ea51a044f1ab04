"""Unary tests: the cells of decision tables and allowed values (DMN 1.5, 8.3.3 and rules 7 to 15)."""

from __future__ import annotations

import datetime as py
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.feel import nodes
from engine.feel.comparison import compare
from engine.feel.compiler import NodeCompiler, compile_test, new_compiler
from engine.feel.compiler.base import FIRST_SLOT
from engine.feel.compiler.constants import constant_of
from engine.feel.compiler.membership import any_of
from engine.feel.expression import FALSE, TRUE, Compiled, is_plain
from engine.feel.limits import DEFAULT_LIMITS, LimitExceeded, Limits
from engine.feel.parser import parse
from engine.feel.runtime import UNTOUCHED, Evaluation, Frame, StateNeeded
from engine.feel.types import Type
from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class Equals:
    """The value equals *value*."""

    value: Value


@dataclass(frozen=True, slots=True)
class IntervalTest:
    """The value lies between the ends; an end that is None is no bound."""

    low: Value
    low_closed: bool
    high: Value
    high_closed: bool


ConstantTest: TypeAlias = Equals | IntervalTest


class UnaryTests(Compiled):
    """A compiled cell. Build it with `compile_unary_tests`."""

    __slots__ = ("_code", "_constants", "_is_plain")

    def __init__(
        self,
        text: str,
        names: Iterable[str] = (),
        *,
        fields: Iterable[str] = (),
        types: Mapping[str, Type] | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        names = tuple(names)
        self.text = text
        self.limits = limits
        node = parse(text, names, fields, limits, unary=True)
        if not isinstance(node, nodes.UnaryTestsNode):
            raise TypeError("the parser gave no unary tests")
        self.node: nodes.UnaryTestsNode = node
        compiler = new_compiler(names, types or {})
        value_slot = compiler.new_slot()
        try:
            self._code = _compile(compiler, node, value_slot)
        except RecursionError:
            raise LimitExceeded("nested too deeply").as_error(text) from None
        self._idle = []
        self._locals = (None,) * (compiler.frame_size - FIRST_SLOT - 1)
        self._is_plain = is_plain(compiler, text, limits)
        self.free_names = tuple(compiler.free_names)
        self.unknown_functions = tuple(compiler.unknown_functions)
        self.unknown_types = tuple(compiler.unknown_types)
        self._constants = _constant_tests(node, compiler.is_builtin)

    @property
    def any(self) -> bool:
        """Whether the cell is `-`, which every value satisfies."""
        return self.node.any

    @property
    def negated(self) -> bool:
        """Whether the cell is `not(...)`."""
        return self.node.negated

    def constant_tests(self) -> tuple[ConstantTest, ...] | None:
        """The tests when all are constant, else None. Of `-` the empty tuple; of `not(...)` those inside it."""
        return self._constants

    def evaluate(self, input_value: Value, context: Mapping[str, Value], now: py.datetime | None = None) -> Evaluation:
        """True, False, or null when undecided (which satisfies no rule), with the reasons."""
        frame = [UNTOUCHED, context, input_value, *self._locals]
        if self._is_plain:
            try:
                verdict = self._code(frame)
            except (StateNeeded, LimitExceeded, RecursionError):
                pass
            else:
                if verdict is True:
                    return TRUE
                if verdict is False:
                    return FALSE
        return self._run(self._code, frame, now)

    def __repr__(self) -> str:
        return f"UnaryTests({self.text!r})"


def _compile(compiler: NodeCompiler, node: nodes.UnaryTestsNode, slot: int) -> Callable[[Frame], Any]:
    if node.any:
        return lambda frame: True
    tests = [compile_test(compiler, test, cell=True) for test in node.tests]
    if node.negated:

        def run_negated(frame: Frame) -> Any:
            verdict = any_of(tests, frame[slot], frame)
            return None if verdict is None else not verdict

        return run_negated
    if len(tests) == 1:
        test = tests[0]
        return lambda frame: test(frame[slot], frame)
    return lambda frame: any_of(tests, frame[slot], frame)


def _constant_tests(node: nodes.UnaryTestsNode, is_builtin: Callable[[str], bool]) -> tuple[ConstantTest, ...] | None:
    tests: list[ConstantTest] = []
    for each in node.tests:
        found = _constant_test(each, is_builtin)
        if found is None or (node.negated and isinstance(each, nodes.ListNode)):
            # A value of another kind is not in a list, but undecided against its items: not() tells them apart.
            return None
        tests.extend(found)
    return tuple(tests)


def _constant_test(node: nodes.Node, is_builtin: Callable[[str], bool]) -> list[ConstantTest] | None:
    match node:
        case nodes.UnaryTest(operator, endpoint):
            bound = constant_of(endpoint, is_builtin)
            if bound is None or bound.value is None or operator == "!=":
                return None
            return [_of_comparison(operator, bound.value)]
        case nodes.Interval(start, end, start_included, end_included):
            low, high = constant_of(start, is_builtin), constant_of(end, is_builtin)
            if low is None or high is None:
                return None
            order = compare(low.value, high.value)
            if order is None or order > 0:
                return None
            return [IntervalTest(low.value, start_included, high.value, end_included)]
        case nodes.ListNode(items):
            values = [constant_of(item, is_builtin) for item in items]
            if any(value is None for value in values):
                return None
            return [Equals(value.value) for value in values if value is not None]
    constant = constant_of(node, is_builtin)
    return None if constant is None else [Equals(constant.value)]


def _of_comparison(operator: str, bound: Value) -> ConstantTest:
    match operator:
        case "<" | "<=":
            return IntervalTest(None, False, bound, operator == "<=")
        case ">" | ">=":
            return IntervalTest(bound, operator == ">=", None, False)
    return Equals(bound)


def compile_unary_tests(
    text: str,
    names: Iterable[str] = (),
    *,
    fields: Iterable[str] = (),
    types: Mapping[str, Type] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> UnaryTests:
    """Read and compile the text of a cell; see `compile_expression`."""
    return UnaryTests(text, names, fields=fields, types=types, limits=limits)
