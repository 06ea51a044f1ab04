"""Reads boxed expressions from XML: one method per element, joined by the table in the constructor (DMN 1.5, 10.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lxml import etree

from engine.dmn.leaf_reader import below, id_of, type_ref_of
from engine.dmn.model import (
    Binding,
    BoxedExpression,
    Conditional,
    ContextEntry,
    ContextExpression,
    Filter,
    For,
    FunctionDefinition,
    FunctionKind,
    Invocation,
    ListExpression,
    LiteralExpression,
    Quantified,
    Quantifier,
    Relation,
    Variable,
)
from engine.dmn.table_reader import TableReader
from engine.dmn.xml import ModelXml, line_of
from engine.errors import ErrorCode, Location


class BoxedReader(TableReader):
    def __init__(self, xml: ModelXml) -> None:
        super().__init__(xml)
        self._readers: dict[str, Callable[[etree._Element, Location], BoxedExpression]] = {
            "literalExpression": self.literal,
            "decisionTable": self.decision_table,
            "context": self.context,
            "list": self.list,
            "relation": self.relation,
            "functionDefinition": self.function_definition,
            "invocation": self.invocation,
            "conditional": self.conditional,
            "for": self.for_expression,
            "some": self.quantified,
            "every": self.quantified,
            "filter": self.filter,
        }

    @property
    def names(self) -> frozenset[str]:
        """The element names of all boxed expressions."""
        return frozenset(self._readers)

    def expressions(self, element: etree._Element, place: Location) -> list[BoxedExpression]:
        found = []
        for child in element.iterchildren():
            name = self.xml.local_name(child)
            if name in self._readers:
                found.append(self._readers[name](child, replace(place, line=line_of(child))))
        return found

    def only_expression(self, element: etree._Element, place: Location) -> BoxedExpression | None:
        """The one expression that *element* may hold."""
        found = self.expressions(element, place)
        if len(found) > 1:
            self.xml.report(
                ErrorCode.DMN_INVALID,
                f'expected at most one expression in "{self.xml.local_name(element)}", but got {len(found)}.',
                place,
                element=element,
                hint="keep one of them",
            )
        return found[0] if found else None

    # ---- structures -------------------------------------------------------------------------------------------

    def context(self, element: etree._Element, place: Location) -> ContextExpression:
        xml = self.xml
        xml.expect_only(element, frozenset({"contextEntry"}), place)
        entries = []
        children = list(xml.children(element, "contextEntry"))
        for number, child in enumerate(children, 1):
            found = xml.child(child, "variable")
            variable = None if found is None else self.variable(found)
            shown = "result" if variable is None else f'entry "{variable.name}"'
            own = replace(place, part=below(place, shown), line=line_of(child))
            if variable is None and number < len(children):
                xml.report(
                    ErrorCode.DMN_INVALID,
                    f"expected the entry without a variable to be the last one, but it is number {number}.",
                    own,
                    element=child,
                )
            entries.append(ContextEntry(variable, self.only_expression(child, own)))
        return ContextExpression(tuple(entries), place, type_ref_of(element), id_of(element))

    def list(self, element: etree._Element, place: Location) -> ListExpression:
        self.xml.expect_only(element, self.names, place)
        own = replace(place, part=below(place, "list"))
        return ListExpression(tuple(self.expressions(element, own)), place, type_ref_of(element), id_of(element))

    def relation(self, element: etree._Element, place: Location) -> Relation:
        xml = self.xml
        xml.expect_only(element, frozenset({"column", "row"}), place)
        columns = tuple(self.variable(child) for child in xml.children(element, "column"))
        rows = []
        for number, child in enumerate(xml.children(element, "row"), 1):
            own = replace(place, part=below(place, f"row {number}"), line=line_of(child))
            cells = tuple(self.expressions(child, own))
            self.expect_cells(own, child, "cells", len(cells), len(columns))
            rows.append(cells)
        return Relation(columns, tuple(rows), place, type_ref_of(element), id_of(element))

    def function_definition(self, element: etree._Element, place: Location) -> FunctionDefinition:
        xml = self.xml
        xml.expect_only(element, self.names | {"formalParameter"}, place)
        own = replace(place, part=below(place, "function"), line=line_of(element))
        return FunctionDefinition(
            kind=self.choice(element, "kind", FunctionKind, FunctionKind.FEEL, own) or FunctionKind.FEEL,
            parameters=tuple(self.variable(child) for child in xml.children(element, "formalParameter")),
            body=self.only_expression(element, place),
            place=own,
            type_ref=type_ref_of(element),
            id=id_of(element),
        )

    def invocation(self, element: etree._Element, place: Location) -> Invocation:
        xml = self.xml
        xml.expect_only(element, self.names | {"binding"}, place)
        bindings = []
        for child in xml.children(element, "binding"):
            parameter = xml.child(child, "parameter")
            if parameter is None:
                xml.report(ErrorCode.DMN_INVALID, "expected a parameter in the binding, but it is missing.", place)
                continue
            variable = self.variable(parameter)
            own = replace(place, part=below(place, f'parameter "{variable.name}"'), line=line_of(child))
            bindings.append(Binding(variable, self.only_expression(child, own)))
        callee = self.only_expression(element, replace(place, part=below(place, "called function")))
        return Invocation(callee, tuple(bindings), place, type_ref_of(element), id_of(element))

    # ---- control ----------------------------------------------------------------------------------------------

    def conditional(self, element: etree._Element, place: Location) -> Conditional:
        self.xml.expect_only(element, frozenset({"if", "then", "else"}), place)
        return Conditional(
            condition=self._part(element, "if", place),
            consequent=self._part(element, "then", place),
            alternative=self._part(element, "else", place),
            place=place,
            type_ref=type_ref_of(element),
            id=id_of(element),
        )

    def for_expression(self, element: etree._Element, place: Location) -> For:
        self.xml.expect_only(element, frozenset({"in", "return"}), place)
        return For(
            variable=self._iterator(element, place),
            domain=self._part(element, "in", place),
            result=self._part(element, "return", place),
            place=place,
            type_ref=type_ref_of(element),
            id=id_of(element),
        )

    def quantified(self, element: etree._Element, place: Location) -> Quantified:
        self.xml.expect_only(element, frozenset({"in", "satisfies"}), place)
        return Quantified(
            quantifier=Quantifier(str(self.xml.local_name(element))),
            variable=self._iterator(element, place),
            domain=self._part(element, "in", place),
            condition=self._part(element, "satisfies", place),
            place=place,
            type_ref=type_ref_of(element),
            id=id_of(element),
        )

    def filter(self, element: etree._Element, place: Location) -> Filter:
        self.xml.expect_only(element, frozenset({"in", "match"}), place)
        return Filter(
            domain=self._part(element, "in", place),
            match=self._part(element, "match", place),
            place=place,
            type_ref=type_ref_of(element),
            id=id_of(element),
        )

    def _part(self, element: etree._Element, name: str, place: Location) -> BoxedExpression:
        own = replace(place, part=below(place, name))
        found = self.xml.child(element, name)
        expression = None if found is None else self.only_expression(found, own)
        if expression is None:
            self.xml.report(
                ErrorCode.DMN_INVALID,
                f'expected an expression under "{name}" of "{self.xml.local_name(element)}", but there is none.',
                own,
                element=element,
            )
            return LiteralExpression("", own)
        return expression

    def _iterator(self, element: etree._Element, place: Location) -> Variable:
        domain = self.xml.child(element, "in")
        type_ref = None if domain is None else type_ref_of(domain)
        name = self.xml.required(element, "iteratorVariable", place)
        # The type of "in" is that of the list; the iterator takes its items.
        return Variable(" ".join(name.split()), type_ref)
