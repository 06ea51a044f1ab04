"""Turns a syntax tree into Python closures: one file per family of nodes, one table from node to function.

Start at `NODE_COMPILERS`; `base.py` says what a closure takes and where names live.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.feel import nodes
from engine.feel.compiler.arithmetic import compile_arithmetic, compile_negation
from engine.feel.compiler.base import Code, Compiler, FreeName
from engine.feel.compiler.filters import compile_filter
from engine.feel.compiler.functions import (
    compile_function_definition,
    compile_if,
    compile_instance_of,
    compile_invocation,
)
from engine.feel.compiler.iteration import compile_for, compile_quantified
from engine.feel.compiler.literals import (
    compile_at_literal,
    compile_constant,
    compile_context,
    compile_interval,
    compile_list,
    compile_literal,
    compile_unary_test_value,
)
from engine.feel.compiler.membership import compile_in, compile_test
from engine.feel.compiler.names import compile_name, compile_path
from engine.feel.compiler.operators import (
    compile_between,
    compile_comparison,
    compile_conjunction,
    compile_disjunction,
)
from engine.feel.types import Type

NODE_COMPILERS: dict[type, Callable[[Compiler, Any], Code]] = {
    nodes.NullLiteral: compile_literal,
    nodes.BooleanLiteral: compile_literal,
    nodes.NumericLiteral: compile_literal,
    nodes.StringLiteral: compile_literal,
    nodes.AtLiteral: compile_at_literal,
    nodes.Name: compile_name,
    nodes.ArithmeticNegation: compile_negation,
    nodes.Arithmetic: compile_arithmetic,
    nodes.Comparison: compile_comparison,
    nodes.Between: compile_between,
    nodes.In: compile_in,
    nodes.Conjunction: compile_conjunction,
    nodes.Disjunction: compile_disjunction,
    nodes.IfExpression: compile_if,
    nodes.ForExpression: compile_for,
    nodes.QuantifiedExpression: compile_quantified,
    nodes.InstanceOf: compile_instance_of,
    nodes.PathExpression: compile_path,
    nodes.FilterExpression: compile_filter,
    nodes.FunctionInvocation: compile_invocation,
    nodes.FunctionDefinition: compile_function_definition,
    nodes.Context: compile_context,
    nodes.ListNode: compile_list,
    nodes.Interval: compile_interval,
    nodes.UnaryTest: compile_unary_test_value,
}


NOT_PLAIN = frozenset((nodes.ForExpression, nodes.FunctionDefinition))
LOOPS = frozenset((nodes.QuantifiedExpression, nodes.FilterExpression))


class NodeCompiler(Compiler):
    """The compiler with its dispatch."""

    def compile(self, node: nodes.Node) -> Code:
        """The closure of *node*."""
        if type(node) in NOT_PLAIN:
            self.is_plain = False
        elif type(node) in LOOPS:
            return self._compile_loop(node)
        return compile_constant(self, node) or NODE_COMPILERS[type(node)](self, node)

    def _compile_loop(self, node: nodes.Node) -> Code:
        """A loop over a short list is plain, unless another loop repeats it."""
        self.loops += 1
        if self.inside_loop:
            self.is_plain = False
        outer, self.inside_loop = self.inside_loop, True
        code = NODE_COMPILERS[type(node)](self, node)
        self.inside_loop = outer
        return code


def new_compiler(names: Iterable[str], types: Mapping[str, Type]) -> NodeCompiler:
    return NodeCompiler(names, types)


__all__ = ["NODE_COMPILERS", "Code", "Compiler", "FreeName", "NodeCompiler", "compile_test", "new_compiler"]
