"""Which names anything in a package reads: a reading or an entry of a context that nobody names changes nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from engine.bpmn.checks.expression_texts import expression_texts
from engine.bpmn.expressions import is_feel
from engine.dmn.elements import Elements
from engine.dmn.requirements import Graph
from engine.feel import Node, nodes, parse_expression
from engine.law import LawPackage
from engine.review.mutation.parts import parts_of
from engine.simulation import PackageModels
from engine.simulation.reached import Place

_WORD = re.compile(r"\w+")


def names_read(package: LawPackage, models: PackageModels) -> frozenset[str]:
    """Every name in every expression of diagrams and decisions, and every word of the notices and the manifest."""
    found: set[str] = set()
    for node in _expressions(models):
        found.update(names_in(node))
    for name in (package.file, *(notice.file for notice in package.notices.values())):
        found.update(_WORD.findall(package.files[name].decode("utf-8")))
    return frozenset(found)


def readers(models: PackageModels) -> dict[str, frozenset[Place]]:
    """The elements whose expressions read each name; a condition is read by the element that its flow leaves."""
    found: dict[str, set[Place]] = defaultdict(set)
    for diagram in models.diagrams:
        for process in diagram.processes.values():
            for each in expression_texts(process):
                if is_feel(each.text) and each.element is not None:
                    for name in names_in(parse_expression(each.text.lstrip()[1:])):
                        found[name].add((process.id, each.element.id))
    return {name: frozenset(places) for name, places in found.items()}


def names_in(node: Node) -> Iterator[str]:
    """The names that an expression reads: variables, and entries after a dot."""
    for part, _ in parts_of(node):
        if isinstance(part, nodes.PathExpression | nodes.Name):
            yield part.name


def _expressions(models: PackageModels) -> Iterator[Node]:
    for diagram in models.diagrams:
        for process in diagram.processes.values():
            for each in expression_texts(process):
                if is_feel(each.text):
                    yield parse_expression(each.text.lstrip()[1:])
    elements = Elements(Graph(models.decisions))
    for model in models.decisions:
        elements.compile_all(model)
    for compiler in elements.compilers.values():
        yield from (text.code.node for text in compiler.texts if text.code is not None)
