"""Arithmetic (DMN 1.5, 10.3.2.13.4). Two numbers, or a date and whole days, take a short way; the rest the long one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, DecimalException
from typing import Any

from engine.errors import ErrorCode, Span
from engine.feel import nodes
from engine.feel.arithmetic import DIRECT, OPERATIONS, negate
from engine.feel.compiler.base import Code, Compiler
from engine.feel.compiler.constants import constant_of
from engine.feel.compiler.names import context_name
from engine.feel.limits import SMALL, LimitExceeded
from engine.feel.runtime import Frame, NullResult, State
from engine.feel.signature import MADE_PER_STEP
from engine.feel.temporal import DAY, DaysTimeDuration, FeelDate, date_from_python
from engine.feel.temporal_text import read_python_date
from engine.feel.values import Value

MAX_NESTED_OPERATORS = 20
MOST_DAYS = 1_000_000
_SHIFTS = ("+", "-")


def compile_arithmetic(compiler: Compiler, node: nodes.Arithmetic) -> Code:
    spine: list[nodes.Arithmetic] = [node]
    while isinstance(spine[-1].left, nodes.Arithmetic):
        spine.append(spine[-1].left)
    code = compiler.compile(spine[-1].left)
    if len(spine) > MAX_NESTED_OPERATORS:
        return _chain(code, [(each, compiler.compile(each.right)) for each in reversed(spine)])
    for each in reversed(spine):
        names = context_name(compiler, each.left), context_name(compiler, each.right)
        code = _arithmetic(compiler, each, code, compiler.compile(each.right), *names)
    return _two_operations(compiler, spine[1], node, code) if len(spine) == 2 else code


def _two_operations(compiler: Compiler, first: nodes.Arithmetic, second: nodes.Arithmetic, otherwise: Code) -> Code:
    """`premium * 1.19 / months`: two operations on values of the context and numbers, without a call in between."""
    start = context_name(compiler, first.left)
    operands = [(context_name(compiler, each.right), each.right) for each in (first, second)]
    simple = all(name is not None or isinstance(node, nodes.NumericLiteral) for name, node in operands)
    if start is None or not simple or first.operator not in DIRECT or second.operator not in DIRECT:
        return otherwise
    (name_b, node_b), (name_c, node_c) = operands
    fixed_b, fixed_c = (node.value if isinstance(node, nodes.NumericLiteral) else None for node in (node_b, node_c))
    operate_first, operate_second = DIRECT[first.operator], DIRECT[second.operator]

    def run(frame: Frame) -> Any:
        context = frame[1]
        try:
            a = context[start]
            b = fixed_b if name_b is None else context[name_b]
            c = fixed_c if name_c is None else context[name_c]
            if type(a) is Decimal and type(b) is Decimal and type(c) is Decimal:
                return operate_second(operate_first(a, b), c)
        except (KeyError, DecimalException):
            pass
        return otherwise(frame)

    return run


def _chain(first: Code, rest: list[tuple[nodes.Arithmetic, Code]]) -> Code:
    """A long sum as a loop, because closures inside closures would meet Python's recursion limit."""
    steps = [(node.operator, code, node.span) for node, code in rest]

    def run(frame: Frame) -> Any:
        value = first(frame)
        for symbol, code, span in steps:
            value = operate(symbol, value, code(frame), span, frame[0])
        return value

    return run


def _arithmetic(
    compiler: Compiler, node: nodes.Arithmetic, left: Code, right: Code, left_name: str | None, right_name: str | None
) -> Code:
    symbol, span = node.operator, node.span
    direct = DIRECT.get(symbol)
    if direct is None:
        return lambda frame: operate(symbol, left(frame), right(frame), span, frame[0])
    if symbol in _SHIFTS:
        duration = constant_of(node.right, compiler.is_builtin)
        if duration is not None and isinstance(duration.value, DaysTimeDuration):
            return _shift_by(symbol, left, _text_of_date(compiler, node.left), duration.value, span)
    if left_name is not None and right_name is not None:

        def run_names(frame: Frame) -> Any:
            context = frame[1]
            try:
                a, b = context[left_name], context[right_name]
                if type(a) is Decimal and type(b) is Decimal:
                    return direct(a, b)
            except (KeyError, DecimalException):
                pass
            return operate(symbol, left(frame), right(frame), span, frame[0])

        return run_names
    if isinstance(node.right, nodes.NumericLiteral):
        constant = node.right.value
        if left_name is not None:

            def run_name_and_constant(frame: Frame) -> Any:
                try:
                    a = frame[1][left_name]
                    if type(a) is Decimal:
                        return direct(a, constant)
                except (KeyError, DecimalException):
                    pass
                return operate(symbol, left(frame), constant, span, frame[0])

            return run_name_and_constant

        def run_constant(frame: Frame) -> Any:
            a = left(frame)
            if type(a) is Decimal:
                try:
                    return direct(a, constant)
                except DecimalException:
                    pass
            return operate(symbol, a, constant, span, frame[0])

        return run_constant
    if right_name is not None:

        def run_right_name(frame: Frame) -> Any:
            a = left(frame)
            try:
                b = frame[1][right_name]
                if type(a) is Decimal and type(b) is Decimal:
                    return direct(a, b)
            except (KeyError, DecimalException):
                pass
            return operate(symbol, a, right(frame), span, frame[0])

        return run_right_name

    def run(frame: Frame) -> Any:
        a = left(frame)
        b = right(frame)
        if type(a) is Decimal and type(b) is Decimal:
            try:
                return direct(a, b)
            except DecimalException:
                pass
        return operate(symbol, a, b, span, frame[0])

    return run


def _text_of_date(compiler: Compiler, node: nodes.Node) -> Code | None:
    """The argument when *node* is `date(...)` of one argument, which then is a text more often than not."""
    match node:
        case nodes.FunctionInvocation(nodes.Name("date"), (argument,), ()) if compiler.is_builtin("date"):
            return compiler.compile(argument)
    return None


def _shift_by(symbol: str, left: Code, text: Code | None, duration: DaysTimeDuration, span: Span) -> Code:
    """A date and a constant duration, as most deadlines are written. One of whole days moves Python's date.

    *text* gives what `date(...)` reads when that is the left side: then no date is made that nobody sees.
    """
    days, rest = divmod(duration.nanoseconds, DAY)
    if rest or abs(days) > MOST_DAYS:
        return lambda frame: operate(symbol, left(frame), duration, span, frame[0])
    shift = timedelta(days if symbol == "+" else -days)

    def run(frame: Frame) -> Any:
        a = left(frame)
        if type(a) is FeelDate and a.python is not None:
            try:
                return date_from_python(a.python + shift)
            except OverflowError:
                pass  # past Python's last year
        return operate(symbol, a, duration, span, frame[0])

    if text is None:
        return run
    read = text

    def run_on_text(frame: Frame) -> Any:
        value = read(frame)
        if type(value) is str and len(value) == 10 and value[4] == value[7] == "-":
            try:
                return date_from_python(read_python_date(value) + shift)
            except (ValueError, OverflowError):
                pass  # no such day, or a year that Python lacks
        return run(frame)

    return run_on_text


def operate(symbol: str, left: Value, right: Value, span: Span, state: State) -> Any:
    try:
        result = OPERATIONS[symbol](left, right)
        if type(result) is str and len(result) > SMALL:
            state.pay(len(result) >> MADE_PER_STEP[str])
        return result
    except NullResult as reason:
        return state.warn(reason.code, reason.message, span, left, right)
    except DecimalException:
        return state.warn(ErrorCode.FEEL_ARITHMETIC, "the number is out of range or undefined", span, left, right)
    except LimitExceeded as limit:
        raise LimitExceeded(limit.message, span) from None


def compile_negation(compiler: Compiler, node: nodes.ArithmeticNegation) -> Code:
    operand, span = compiler.compile(node.operand), node.span

    def run(frame: Frame) -> Any:
        value = operand(frame)
        try:
            return negate(value)
        except NullResult as reason:
            return frame[0].warn(reason.code, reason.message, span, value)

    return run
