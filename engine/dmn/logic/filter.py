"""The boxed filter: the items for which the match is true (DMN 1.5, 10.2.1.12).

As in FEEL's own filter, `item` and the entries of an item that is a context are in scope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dmn.logic.iteration import items_of, rounds, truths
from engine.dmn.model import Filter
from engine.dmn.run import Logic, Run, Scope
from engine.feel import Value

if TYPE_CHECKING:
    from engine.dmn.compiler import Compiler, Names

ITEM = "item"


def compile_filter(node: Filter, names: Names, compiler: Compiler) -> Logic:
    domain = compiler.expression(node.domain, names)
    match = compiler.expression(node.match, names | {ITEM} | compiler.fields)

    def boxed_filter(scope: Scope, run: Run) -> Value:
        items = items_of(domain(scope, run), run, node.place)
        if items is None:
            return None
        with rounds(run, node.place) as begin_round:
            found = (begin_round() or match(_item_scope(scope, item), run) for item in items)
            verdicts = truths(found, run, node.match.place, null_is=False)
        return None if verdicts is None else [item for item, hit in zip(items, verdicts, strict=True) if hit]

    return boxed_filter


def _item_scope(scope: Scope, item: Value) -> Scope:
    """An entry of the item hides everything else, even one that is called "item"."""
    own = {**scope, ITEM: item}
    if isinstance(item, dict):
        own.update(item)
    return own
