"""The boxed some and every; a condition that is neither true nor false makes the answer null (DMN 1.5, 10.2.1.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dmn.logic.iteration import items_of, rounds, truths
from engine.dmn.model import Quantified, Quantifier
from engine.dmn.run import Logic, Run, Scope
from engine.feel import Value

if TYPE_CHECKING:
    from engine.dmn.compiler import Compiler, Names

_COMBINE = {Quantifier.SOME: any, Quantifier.EVERY: all}


def compile_quantified(node: Quantified, names: Names, compiler: Compiler) -> Logic:
    domain = compiler.typed(compiler.expression(node.domain, names), node.variable.type_ref, node.place)
    condition = compiler.expression(node.condition, names | {node.variable.name})
    name = node.variable.name
    combine = _COMBINE[node.quantifier]

    def quantified(scope: Scope, run: Run) -> Value:
        items = items_of(domain(scope, run), run, node.place)
        if items is None:
            return None
        with rounds(run, node.place) as begin_round:
            found = (begin_round() or condition({**scope, name: item}, run) for item in items)
            verdicts = truths(found, run, node.condition.place)
        return None if verdicts is None else combine(verdicts)

    return quantified
