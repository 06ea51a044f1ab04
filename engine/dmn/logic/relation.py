"""The boxed relation: a list of contexts, one for each row (DMN 1.5, 10.2.1.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dmn.model import Relation
from engine.dmn.run import Logic, Run, Scope
from engine.feel import Value

if TYPE_CHECKING:
    from engine.dmn.compiler import Compiler, Names


def compile_relation(node: Relation, names: Names, compiler: Compiler) -> Logic:
    columns = [column.name for column in node.columns]
    rows = [
        [
            compiler.typed(compiler.expression(cell, names), column.type_ref, cell.place)
            for cell, column in zip(row, node.columns, strict=True)
        ]
        for row in node.rows
    ]

    def relation(scope: Scope, run: Run) -> Value:
        return [{name: cell(scope, run) for name, cell in zip(columns, row, strict=True)} for row in rows]

    return relation
