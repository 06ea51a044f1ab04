"""Reads boxed expressions from XML: one method per element, joined by the table `_READERS` (DMN 1.5, 10.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from lxml import etree

from engine.clauses import read_clauses, without_clauses
from engine.dmn.model import (
    Aggregation,
    Binding,
    BoxedExpression,
    Cell,
    Conditional,
    ContextEntry,
    ContextExpression,
    DecisionTable,
    Filter,
    For,
    FunctionDefinition,
    FunctionKind,
    HitPolicy,
    InputClause,
    Invocation,
    ListExpression,
    LiteralExpression,
    OutputClause,
    Quantified,
    Quantifier,
    Relation,
    Rule,
    Variable,
)
from engine.dmn.xml import ModelXml, line_of
from engine.errors import ErrorCode, Location, did_you_mean

_Choice = TypeVar("_Choice", bound=StrEnum)
_FEEL_LANGUAGES = ("feel", "")


class BoxedReader:
    def __init__(self, xml: ModelXml) -> None:
        self.xml = xml
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

    # ---- leaves -----------------------------------------------------------------------------------------------

    def literal(self, element: etree._Element, place: Location) -> LiteralExpression:
        self._expect_feel(element, place)
        if self.xml.child(element, "importedValues") is not None:
            self.xml.report(
                ErrorCode.DMN_UNSUPPORTED,
                "expected the text of a FEEL expression, but got imported values.",
                place,
                element=element,
                hint="write the values into the model",
            )
        return LiteralExpression(self.xml.child_text(element, "text"), place, _type_ref(element), _id(element))

    def cell(self, element: etree._Element | None, place: Location, part: str) -> Cell | None:
        """The unary tests of *element*; None when it is missing or empty."""
        if element is None:
            return None
        self._expect_feel(element, place)
        text = self.xml.child_text(element, "text")
        shown = f"{place.part} > {part}" if place.part else part
        return Cell(text, replace(place, part=shown, line=line_of(element))) if text else None

    def _expect_feel(self, element: etree._Element, place: Location) -> None:
        language = str(element.get("expressionLanguage") or "")
        name = language.rstrip("/#").rpartition("/")[2].lower()
        if name not in _FEEL_LANGUAGES:
            self.xml.report(
                ErrorCode.DMN_UNSUPPORTED,
                f'expected an expression in FEEL, but got the language "{language}".',
                place,
                element=element,
                hint="write the expression in FEEL and remove the expressionLanguage",
            )

    # ---- decision table ---------------------------------------------------------------------------------------

    def decision_table(self, element: etree._Element, place: Location) -> DecisionTable:
        xml = self.xml
        xml.expect_only(element, frozenset({"input", "output", "annotation", "rule"}), place)
        inputs = tuple(
            self._input_clause(child, number, place) for number, child in enumerate(xml.children(element, "input"), 1)
        )
        outputs = tuple(
            self._output_clause(child, number, place, str(element.get("outputLabel") or ""))
            for number, child in enumerate(xml.children(element, "output"), 1)
        )
        if not outputs:
            xml.report(ErrorCode.DMN_INVALID, "expected a table with an output, but it has none.", place)
        names = [output.name for output in outputs]
        if len(outputs) > 1 and None in names:
            xml.report(
                ErrorCode.DMN_INVALID,
                f"expected a name on each of the {len(outputs)} outputs, but output {names.index(None) + 1} has none.",
                place,
                element=element,
                hint="name each output column; the names are the keys of the result",
            )
        rules = tuple(
            self._rule(child, index, inputs, outputs, place)
            for index, child in enumerate(xml.children(element, "rule"), 1)
        )
        aggregation = self._choice(element, "aggregation", Aggregation, None, place)
        policy = self._choice(element, "hitPolicy", HitPolicy, HitPolicy.UNIQUE, place) or HitPolicy.UNIQUE
        if aggregation is not None and policy is not HitPolicy.COLLECT:
            xml.report(
                ErrorCode.DMN_INVALID,
                f"expected an aggregation only under COLLECT, but {aggregation} stands under {policy}.",
                place,
                element=element,
            )
        return DecisionTable(
            hit_policy=policy,
            aggregation=aggregation,
            inputs=inputs,
            outputs=outputs,
            annotations=tuple(str(child.get("name") or "") for child in xml.children(element, "annotation")),
            rules=rules,
            place=place,
            type_ref=_type_ref(element),
            id=_id(element),
            label=str(element.get("outputLabel") or element.get("label") or ""),
        )

    def _input_clause(self, element: etree._Element, number: int, place: Location) -> InputClause:
        xml = self.xml
        xml.expect_only(element, frozenset({"inputExpression", "inputValues"}), place)
        found = xml.child(element, "inputExpression")
        text = "" if found is None else xml.child_text(found, "text")
        label = str(element.get("label") or text or f"column {number}")
        own = replace(place, part=_below(place, f'input "{label}"'), line=line_of(element))
        if found is None:
            xml.report(ErrorCode.DMN_INVALID, "expected an inputExpression, but it is missing.", own, element=element)
            expression = LiteralExpression("", own)
        else:
            expression = self.literal(found, own)
        return InputClause(_id(element), label, expression, self.cell(xml.child(element, "inputValues"), own, "values"))

    def _output_clause(self, element: etree._Element, number: int, place: Location, of_table: str) -> OutputClause:
        xml = self.xml
        xml.expect_only(element, frozenset({"outputValues", "defaultOutputEntry"}), place)
        name = " ".join(str(element.get("name") or "").split()) or None
        label = str(element.get("label") or name or of_table or f"column {number}")
        own = replace(place, part=_below(place, f'output "{label}"'), line=line_of(element))
        default = xml.child(element, "defaultOutputEntry")
        return OutputClause(
            id=_id(element),
            label=label,
            name=name,
            type_ref=_type_ref(element),
            allowed=self.cell(xml.child(element, "outputValues"), own, "values"),
            default=None if default is None else self.literal(default, own),
        )

    def _rule(
        self,
        element: etree._Element,
        index: int,
        inputs: tuple[InputClause, ...],
        outputs: tuple[OutputClause, ...],
        place: Location,
    ) -> Rule:
        xml = self.xml
        identifier = str(element.get("id") or f"rule {index}")
        own = replace(place, rule_id=identifier, line=line_of(element))
        xml.expect_only(element, frozenset({"inputEntry", "outputEntry", "annotationEntry"}), own)
        tests = list(xml.children(element, "inputEntry"))
        results = list(xml.children(element, "outputEntry"))
        self._expect_cells(own, element, "input entries", len(tests), len(inputs))
        self._expect_cells(own, element, "output entries", len(results), len(outputs))
        description = xml.child_text(element, "description")
        return Rule(
            id=identifier,
            index=index,
            description=description,
            clauses=read_clauses(description),
            reason=without_clauses(description),
            input_entries=tuple(
                self._input_entry(entry, replace(own, part=_below(place, f'input "{clause.label}"')))
                for entry, clause in zip(tests, inputs, strict=False)
            ),
            output_entries=tuple(
                self.literal(
                    entry,
                    replace(own, part=_below(place, f'output "{clause.label}"'), line=line_of(entry)),
                )
                for entry, clause in zip(results, outputs, strict=False)
            ),
            annotations=tuple(xml.child_text(entry, "text") for entry in xml.children(element, "annotationEntry")),
            place=own,
            has_id=bool(element.get("id")),
        )

    def _input_entry(self, element: etree._Element, place: Location) -> Cell:
        self._expect_feel(element, place)
        return Cell(self.xml.child_text(element, "text"), replace(place, line=line_of(element)))

    def _expect_cells(self, place: Location, element: etree._Element, what: str, got: int, expected: int) -> None:
        if got != expected:
            self.xml.report(
                ErrorCode.DMN_INVALID,
                f"expected {expected} {what}, one for each column, but got {got}.",
                place,
                element=element,
                hint="open the table in a modeler and fill in the row",
            )

    def _choice(
        self,
        element: etree._Element,
        attribute: str,
        kind: type[_Choice],
        default: _Choice | None,
        place: Location,
    ) -> _Choice | None:
        text = element.get(attribute)
        if text is None:
            return default
        values = {str(member.value): member for member in kind}
        if str(text) not in values:
            self.xml.report(
                ErrorCode.DMN_INVALID,
                f"expected one of {', '.join(values)} as {attribute}, "
                f'but got "{text}".{did_you_mean(str(text), values)}',
                place,
                element=element,
            )
            return default
        return values[str(text)]

    # ---- structures -------------------------------------------------------------------------------------------

    def context(self, element: etree._Element, place: Location) -> ContextExpression:
        xml = self.xml
        xml.expect_only(element, frozenset({"contextEntry"}), place)
        entries = []
        children = list(xml.children(element, "contextEntry"))
        for number, child in enumerate(children, 1):
            found = xml.child(child, "variable")
            variable = None if found is None else self._variable(found)
            shown = "result" if variable is None else f'entry "{variable.name}"'
            own = replace(place, part=_below(place, shown), line=line_of(child))
            if variable is None and number < len(children):
                xml.report(
                    ErrorCode.DMN_INVALID,
                    f"expected the entry without a variable to be the last one, but it is number {number}.",
                    own,
                    element=child,
                )
            entries.append(ContextEntry(variable, self.only_expression(child, own)))
        return ContextExpression(tuple(entries), place, _type_ref(element), _id(element))

    def list(self, element: etree._Element, place: Location) -> ListExpression:
        self.xml.expect_only(element, self.names, place)
        own = replace(place, part=_below(place, "list"))
        return ListExpression(tuple(self.expressions(element, own)), place, _type_ref(element), _id(element))

    def relation(self, element: etree._Element, place: Location) -> Relation:
        xml = self.xml
        xml.expect_only(element, frozenset({"column", "row"}), place)
        columns = tuple(self._variable(child) for child in xml.children(element, "column"))
        rows = []
        for number, child in enumerate(xml.children(element, "row"), 1):
            own = replace(place, part=_below(place, f"row {number}"), line=line_of(child))
            cells = tuple(self.expressions(child, own))
            self._expect_cells(own, child, "cells", len(cells), len(columns))
            rows.append(cells)
        return Relation(columns, tuple(rows), place, _type_ref(element), _id(element))

    def function_definition(self, element: etree._Element, place: Location) -> FunctionDefinition:
        xml = self.xml
        xml.expect_only(element, self.names | {"formalParameter"}, place)
        own = replace(place, part=_below(place, "function"), line=line_of(element))
        return FunctionDefinition(
            kind=self._choice(element, "kind", FunctionKind, FunctionKind.FEEL, own) or FunctionKind.FEEL,
            parameters=tuple(self._variable(child) for child in xml.children(element, "formalParameter")),
            body=self.only_expression(element, place),
            place=own,
            type_ref=_type_ref(element),
            id=_id(element),
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
            variable = self._variable(parameter)
            own = replace(place, part=_below(place, f'parameter "{variable.name}"'), line=line_of(child))
            bindings.append(Binding(variable, self.only_expression(child, own)))
        callee = self.only_expression(element, replace(place, part=_below(place, "called function")))
        return Invocation(callee, tuple(bindings), place, _type_ref(element), _id(element))

    # ---- control ----------------------------------------------------------------------------------------------

    def conditional(self, element: etree._Element, place: Location) -> Conditional:
        self.xml.expect_only(element, frozenset({"if", "then", "else"}), place)
        return Conditional(
            condition=self._part(element, "if", place),
            consequent=self._part(element, "then", place),
            alternative=self._part(element, "else", place),
            place=place,
            type_ref=_type_ref(element),
            id=_id(element),
        )

    def for_expression(self, element: etree._Element, place: Location) -> For:
        self.xml.expect_only(element, frozenset({"in", "return"}), place)
        return For(
            variable=self._iterator(element, place),
            domain=self._part(element, "in", place),
            result=self._part(element, "return", place),
            place=place,
            type_ref=_type_ref(element),
            id=_id(element),
        )

    def quantified(self, element: etree._Element, place: Location) -> Quantified:
        self.xml.expect_only(element, frozenset({"in", "satisfies"}), place)
        return Quantified(
            quantifier=Quantifier(str(self.xml.local_name(element))),
            variable=self._iterator(element, place),
            domain=self._part(element, "in", place),
            condition=self._part(element, "satisfies", place),
            place=place,
            type_ref=_type_ref(element),
            id=_id(element),
        )

    def filter(self, element: etree._Element, place: Location) -> Filter:
        self.xml.expect_only(element, frozenset({"in", "match"}), place)
        return Filter(
            domain=self._part(element, "in", place),
            match=self._part(element, "match", place),
            place=place,
            type_ref=_type_ref(element),
            id=_id(element),
        )

    def _part(self, element: etree._Element, name: str, place: Location) -> BoxedExpression:
        own = replace(place, part=_below(place, name))
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
        type_ref = None if domain is None else _type_ref(domain)
        name = self.xml.required(element, "iteratorVariable", place)
        # The type of "in" is that of the list; the iterator takes its items.
        return Variable(" ".join(name.split()), type_ref)

    def _variable(self, element: etree._Element) -> Variable:
        return Variable(" ".join(str(element.get("name") or "").split()), _type_ref(element))


def _below(place: Location, part: str) -> str:
    return f"{place.part} > {part}" if place.part else part


def _type_ref(element: etree._Element) -> str | None:
    return " ".join(str(element.get("typeRef") or "").split()) or None


def _id(element: etree._Element) -> str | None:
    value = element.get("id")
    return str(value) if value else None
