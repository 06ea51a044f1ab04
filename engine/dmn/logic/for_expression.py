"""The boxed for: one result for each item, which may look back at those before it (DMN 1.5, 10.2.1.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dmn.logic.iteration import items_of, rounds
from engine.dmn.model import For
from engine.dmn.run import Logic, Run, Scope
from engine.dmn.walk import texts_of
from engine.feel import Value

if TYPE_CHECKING:
    from engine.dmn.compiler import Compiler, Names

PARTIAL = "partial"


def compile_for(node: For, names: Names, compiler: Compiler) -> Logic:
    domain = compiler.typed(compiler.expression(node.domain, names), node.variable.type_ref, node.place)
    result = compiler.expression(node.result, names | {node.variable.name, PARTIAL})
    name = node.variable.name
    looks_back = any(PARTIAL in text for text in texts_of(node.result))

    def boxed_for(scope: Scope, run: Run) -> Value:
        items = items_of(domain(scope, run), run, node.place)
        if items is None:
            return None
        own = dict(scope)
        results: list[Value] = []
        own[PARTIAL] = results
        with rounds(run, node.place) as begin_round:
            for item in items:
                begin_round()
                own[name] = item
                if looks_back:
                    own[PARTIAL] = list(results)
                results.append(result(dict(own), run))
        return results

    return boxed_for
