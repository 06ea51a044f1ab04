"""Every column of a table says what it looks at: a label alone is no expression."""

from __future__ import annotations

from collections.abc import Iterable

from engine.dmn.elements import Elements
from engine.dmn.model import DecisionTable, Model
from engine.dmn.walk import expressions_of
from engine.errors import ErrorCode, Problem


def check_input_expressions(model: Model, _elements: Elements) -> Iterable[Problem]:
    for expression in expressions_of(model):
        if not isinstance(expression, DecisionTable):
            continue
        for clause in expression.inputs:
            if not clause.expression.text:
                yield Problem(
                    ErrorCode.DMN_INVALID,
                    f'expected an input expression in the column "{clause.label}", but it is empty.',
                    clause.expression.place,
                    hint="write the name of the input, or an expression over it",
                )
