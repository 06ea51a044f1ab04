"""FEEL 1.5: reading, compiling and evaluating the expressions of decisions and diagrams.

Entry point: `compile_expression(text, names).evaluate(context)` gives the value and a reason for every null;
`compile_unary_tests` does the same for the cells of a decision table. `grammar.md` maps the standard's rules to code.

Reading order: `values.py` and `temporal.py` (what a value is), `lexer.py`, `scope.py`, `parser.py` (text to tree),
`compiler/` (tree to closures), `runtime.py` and `invocation.py` (running them), `builtins/` (one file per family),
`types.py` (declared types), `wire.py` and `python_values.py` (values in and out).

Knows nothing of DMN's models. Never reads the clock: `now()` is what the caller passes as `now`.
"""

from __future__ import annotations

from engine.feel.builtin_names import BUILTIN_NAMES
from engine.feel.comparison import compare, contains, equal, in_range
from engine.feel.compiler import FreeName
from engine.feel.expression import Expression, compile_expression
from engine.feel.invocation import invoke
from engine.feel.limits import DEFAULT_LIMITS, Limits
from engine.feel.nodes import Node
from engine.feel.parser import parse_expression
from engine.feel.printer import print_expression
from engine.feel.python_values import convert_input, from_python, to_plain
from engine.feel.runtime import Evaluation, FeelWarning
from engine.feel.temporal import DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, YearsMonthsDuration
from engine.feel.text import format_value
from engine.feel.types import Type, coerce, is_instance, parse_type
from engine.feel.unary_tests import ConstantTest, Equals, IntervalTest, UnaryTests, compile_unary_tests
from engine.feel.values import Function, Parameter, Range, Value, kind_of
from engine.feel.wire import dump_value, from_wire, load_value, to_wire, wire_to_plain

__all__ = [
    "BUILTIN_NAMES",
    "DEFAULT_LIMITS",
    "ConstantTest",
    "DaysTimeDuration",
    "Equals",
    "Evaluation",
    "Expression",
    "FeelDate",
    "FeelDateTime",
    "FeelTime",
    "FeelWarning",
    "FreeName",
    "Function",
    "IntervalTest",
    "Limits",
    "Node",
    "Parameter",
    "Range",
    "Type",
    "UnaryTests",
    "Value",
    "YearsMonthsDuration",
    "coerce",
    "compare",
    "compile_expression",
    "compile_unary_tests",
    "contains",
    "convert_input",
    "dump_value",
    "equal",
    "format_value",
    "from_python",
    "from_wire",
    "in_range",
    "invoke",
    "is_instance",
    "kind_of",
    "load_value",
    "parse_expression",
    "parse_type",
    "print_expression",
    "to_plain",
    "to_wire",
    "wire_to_plain",
]
