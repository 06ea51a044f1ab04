"""The boxed literal expression: a FEEL text (DMN 1.5, 7.3.2 and 10.2.1.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.dmn.model import LiteralExpression
from engine.dmn.run import Logic, Run, Scope
from engine.errors import EngineError, Location, Problem, Severity
from engine.feel import Expression, FeelWarning, Value, nodes

if TYPE_CHECKING:
    from engine.dmn.compiler import Compiler, Names


def compile_literal_expression(node: LiteralExpression, names: Names, compiler: Compiler) -> Logic:
    """An empty text is null. One that cannot be read is null with the reason, each time it is reached."""
    if not node.text:
        return lambda _scope, _run: None
    expression = compiler.text(node, names)
    if expression is None:
        return unreadable(compiler.problems_of(node.place))
    match expression.node:
        case nodes.NumericLiteral(value) | nodes.StringLiteral(value) | nodes.BooleanLiteral(value):
            return Fixed(value)
        case nodes.Name(name) if name in names:
            return Read(name, evaluate_text(expression, node.place, node.text))
    return evaluate_text(expression, node.place, node.text)


class Fixed:
    """The logic of a literal: the same value each time."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __call__(self, _scope: Scope, _run: Run) -> Value:
        return self.value


class Read:
    """The logic of a name: its value in the scope. One that is missing there is evaluated, which says so."""

    __slots__ = ("name", "otherwise")

    def __init__(self, name: str, otherwise: Logic) -> None:
        self.name = name
        self.otherwise = otherwise

    def __call__(self, scope: Scope, run: Run) -> Value:
        return scope[self.name] if self.name in scope else self.otherwise(scope, run)


def unreadable(problems: tuple[Problem, ...]) -> Logic:
    warnings = tuple(replace(problem, severity=Severity.WARNING) for problem in problems)

    def unreadable_text(_scope: Scope, run: Run) -> Value:
        run.add_warnings(warnings)
        return None

    return unreadable_text


def evaluate_text(expression: Expression, place: Location, text: str) -> Logic:
    evaluate = expression.evaluate

    def literal(scope: Scope, run: Run) -> Value:
        try:
            value, warnings = evaluate(scope, now=run.now)
        except EngineError as error:
            raise placed_error(error, place, text) from error
        if warnings:
            run.add_warnings(placed_warnings(warnings, place, text))
        return value

    return literal


def placed_warnings(warnings: tuple[FeelWarning, ...], place: Location, text: str) -> list[Problem]:
    """The warnings of an expression with the place of its cell in the model."""
    return [
        Problem(warning.code, warning.message, replace(place, text=text, span=warning.span), Severity.WARNING)
        for warning in warnings
    ]


def placed_error(error: EngineError, place: Location, text: str) -> EngineError:
    """A bound that an expression met, with the place of its cell; one that has a place keeps it."""
    return EngineError(
        *(
            problem
            if problem.location.file
            else replace(problem, location=replace(place, text=text, span=problem.location.span))
            for problem in error.problems
        )
    )
