"""The boxed context: entries that see those above them, and perhaps a result (DMN 1.5, 10.2.1.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dmn.model import ContextExpression
from engine.dmn.run import Logic, Run, Scope
from engine.feel import Value

if TYPE_CHECKING:
    from engine.dmn.compiler import Compiler, Names


def compile_context(node: ContextExpression, names: Names, compiler: Compiler) -> Logic:
    entries: list[tuple[str, Logic]] = []
    result: Logic | None = None
    inner = names
    for entry in node.entries:
        logic = compiler.expression(entry.value, inner)
        if entry.variable is None:
            result = logic
            continue
        place = node.place if entry.value is None else entry.value.place
        entries.append((entry.variable.name, compiler.typed(logic, entry.variable.type_ref, place)))
        inner = inner | {entry.variable.name}

    def context(scope: Scope, run: Run) -> Value:
        # A copy: what an entry names must not be seen outside of its context.
        own = dict(scope)
        values: Scope = {}
        for name, logic in entries:
            values[name] = own[name] = logic(own, run)
        return values if result is None else result(own, run)

    return context
