"""Reads decision tables from XML: clauses, rules and their cells (DMN 1.5, 8.3)."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from engine.clauses import for_reader, read_clauses
from engine.dmn.leaf_reader import LeafReader, below, id_of, type_ref_of
from engine.dmn.model import (
    Aggregation,
    Cell,
    DecisionTable,
    HitPolicy,
    InputClause,
    LiteralExpression,
    OutputClause,
    Rule,
)
from engine.dmn.xml import line_of
from engine.errors import ErrorCode, Location


class TableReader(LeafReader):
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
        twice = next((name for name in names if name is not None and names.count(name) > 1), None)
        if twice is not None:
            xml.report(
                ErrorCode.DMN_DUPLICATE,
                f'expected a name of its own on each output, but "{twice}" names {names.count(twice)} of them.',
                place,
                element=element,
                hint="rename one of them; the names are the keys of the result",
            )
        rules = tuple(
            self._rule(child, index, inputs, outputs, place)
            for index, child in enumerate(xml.children(element, "rule"), 1)
        )
        aggregation = self.choice(element, "aggregation", Aggregation, None, place)
        policy = self.choice(element, "hitPolicy", HitPolicy, HitPolicy.UNIQUE, place) or HitPolicy.UNIQUE
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
            type_ref=type_ref_of(element),
            id=id_of(element),
            label=str(element.get("outputLabel") or element.get("label") or ""),
        )

    def _input_clause(self, element: etree._Element, number: int, place: Location) -> InputClause:
        xml = self.xml
        xml.expect_only(element, frozenset({"inputExpression", "inputValues"}), place)
        found = xml.child(element, "inputExpression")
        text = "" if found is None else xml.child_text(found, "text")
        label = str(element.get("label") or text or f"column {number}")
        own = replace(place, part=below(place, f'input "{label}"'), line=line_of(element))
        if found is None:
            expression = LiteralExpression("", own)  # told by check_model
        else:
            expression = self.literal(found, own)
        return InputClause(
            id_of(element), label, expression, self.cell(xml.child(element, "inputValues"), own, "values")
        )

    def _output_clause(self, element: etree._Element, number: int, place: Location, of_table: str) -> OutputClause:
        xml = self.xml
        xml.expect_only(element, frozenset({"outputValues", "defaultOutputEntry"}), place)
        name = " ".join(str(element.get("name") or "").split()) or None
        label = str(element.get("label") or name or of_table or f"column {number}")
        own = replace(place, part=below(place, f'output "{label}"'), line=line_of(element))
        default = xml.child(element, "defaultOutputEntry")
        return OutputClause(
            id=id_of(element),
            label=label,
            name=name,
            type_ref=type_ref_of(element),
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
        self.expect_cells(own, element, "input entries", len(tests), len(inputs))
        self.expect_cells(own, element, "output entries", len(results), len(outputs))
        description = xml.child_text(element, "description")
        return Rule(
            id=identifier,
            index=index,
            description=description,
            clauses=read_clauses(description),
            reason=for_reader(description),
            input_entries=tuple(
                self._input_entry(entry, _entry_place(own, below(place, f'input "{clause.label}"'), entry))
                for entry, clause in zip(tests, inputs, strict=False)
            ),
            output_entries=tuple(
                self.literal(entry, _entry_place(own, below(place, f'output "{clause.label}"'), entry))
                for entry, clause in zip(results, outputs, strict=False)
            ),
            annotations=tuple(xml.child_text(entry, "text") for entry in xml.children(element, "annotationEntry")),
            place=own,
            has_id=bool(element.get("id")),
        )

    def _input_entry(self, element: etree._Element, place: Location) -> Cell:
        self.expect_feel(element, place)
        return Cell(self.text(element, place), place)


def _entry_place(rule: Location, part: str, element: etree._Element) -> Location:
    # Written out, because a table has thousands of these and `replace` takes several times as long.
    return Location(
        file=rule.file, decision_id=rule.decision_id, rule_id=rule.rule_id, part=part, line=line_of(element)
    )
