"""From the bytes of a .dmn file to a `Model`: DMN 1.1 to 1.5, all problems at once (DMN 1.5 chapters 6 and 13).

What a reader of the file could misunderstand is a problem here: a missing name, a rule with too few cells, an unknown
hit policy, an element in a place where the standard has none. Names inside expressions are judged by `check_model`.
"""

from __future__ import annotations

import hashlib

from lxml import etree

from engine.clauses import read_clauses
from engine.dmn.boxed_reader import BoxedReader
from engine.dmn.leaf_reader import local_type_ref, type_ref_of
from engine.dmn.model import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    FunctionItem,
    Import,
    InputData,
    ItemDefinition,
    KnowledgeSource,
    Model,
    Variable,
)
from engine.dmn.requirements import graph_elements
from engine.dmn.xml import ModelXml, line_of, parse_document
from engine.errors import EngineError, ErrorCode, Location

_TOP_LEVEL = frozenset(
    {
        "import",
        "itemDefinition",
        "inputData",
        "decision",
        "businessKnowledgeModel",
        "decisionService",
        "knowledgeSource",
        "elementCollection",
        "performanceIndicator",
        "organizationUnit",
        "textAnnotation",
        "association",
        "group",
        "businessContextElement",
        "artifact",
    }
)
_DECISION_PARTS = frozenset(
    {
        "question",
        "allowedAnswers",
        "variable",
        "informationRequirement",
        "knowledgeRequirement",
        "authorityRequirement",
        "supportedObjective",
        "impactedPerformanceIndicator",
        "decisionMaker",
        "decisionOwner",
        "usingProcess",
        "usingTask",
    }
)
_ITEM_PARTS = frozenset({"typeRef", "allowedValues", "typeConstraint", "itemComponent", "functionItem"})
_SERVICE_PARTS = frozenset({"variable", "outputDecision", "encapsulatedDecision", "inputDecision", "inputData"})


def read_model(data: bytes, file: str) -> Model:
    """Read one decision model.

    Shapes: the bytes of the file, its name for error places -> Model.
    Errors: EngineError with every problem found (DMN_XML, DMN_INVALID, DMN_UNSUPPORTED, DMN_DUPLICATE).
    Source: DMN 1.5, 13 and the schema DMN15.xsd.
    """
    root = parse_document(data, file)
    return _ModelReader(root, data, file).read()


def namespace_of(data: bytes) -> str | None:
    """The namespace under which a model would be imported; None where *data* is no decision model at all."""
    try:
        return str(parse_document(data, "").get("namespace") or "")
    except EngineError:
        return None


class _ModelReader:
    def __init__(self, root: etree._Element, data: bytes, file: str) -> None:
        self.root = root
        self.file = file
        self.hash = hashlib.sha256(data).hexdigest()
        self.xml = ModelXml(root, file)
        self.boxed = BoxedReader(self.xml)

    def read(self) -> Model:
        xml, root = self.xml, self.root
        top = Location(file=self.file)
        xml.expect_only(root, _TOP_LEVEL, top)
        model = Model(
            file=self.file,
            hash=self.hash,
            id=str(root.get("id") or ""),
            name=xml.required(root, "name", top),
            namespace=xml.required(root, "namespace", top),
            description=xml.child_text(root, "description"),
            imports=tuple(self._import(element) for element in xml.children(root, "import")),
            item_definitions=tuple(self._item(element, "") for element in xml.children(root, "itemDefinition")),
            input_data=tuple(self._input_data(element) for element in xml.children(root, "inputData")),
            decisions=tuple(self._decision(element) for element in xml.children(root, "decision")),
            knowledge_models=tuple(
                self._knowledge_model(element) for element in xml.children(root, "businessKnowledgeModel")
            ),
            services=tuple(self._service(element) for element in xml.children(root, "decisionService")),
            knowledge_sources=tuple(self._source(element) for element in xml.children(root, "knowledgeSource")),
            all_ids=self._ids(),
        )
        self._report_duplicate_ids(model)
        xml.finish()
        return model

    # ---- elements of the requirements graph -------------------------------------------------------------------

    def _place(self, element: etree._Element, kind: str) -> Location:
        shown = element.get("id") or element.get("name") or kind
        return Location(file=self.file, decision_id=str(shown), line=line_of(element))

    def _variable(self, element: etree._Element, name: str, place: Location) -> Variable:
        """The variable of a DRG element; the element's own name when it has none."""
        found = self.xml.child(element, "variable")
        if found is None:
            return Variable(name, None)
        return Variable(normalise_name(str(found.get("name") or name)), type_ref_of(found))

    def _import(self, element: etree._Element) -> Import:
        place = Location(file=self.file, part="import", line=line_of(element))
        return Import(
            name=normalise_name(str(element.get("name") or "")),
            namespace=self.xml.required(element, "namespace", place),
            import_type=str(element.get("importType") or ""),
            place=place,
        )

    def _input_data(self, element: etree._Element) -> InputData:
        xml, place = self.xml, self._place(element, "inputData")
        xml.expect_only(element, frozenset({"variable"}), place)
        name = normalise_name(xml.required(element, "name", place))
        return InputData(
            id=str(element.get("id") or name),
            name=name,
            variable=self._variable(element, name, place),
            description=xml.child_text(element, "description"),
            place=place,
        )

    def _decision(self, element: etree._Element) -> Decision:
        xml, place = self.xml, self._place(element, "decision")
        name = normalise_name(xml.required(element, "name", place))
        xml.expect_only(element, _DECISION_PARTS | self.boxed.names, place)
        description = xml.child_text(element, "description")
        return Decision(
            id=str(element.get("id") or name),
            name=name,
            variable=self._variable(element, name, place),
            label=str(element.get("label") or name),
            question=xml.child_text(element, "question"),
            allowed_answers=xml.child_text(element, "allowedAnswers"),
            description=description,
            clauses=read_clauses(description),
            required_decisions=self._hrefs(element, "informationRequirement", "requiredDecision"),
            required_inputs=self._hrefs(element, "informationRequirement", "requiredInput"),
            required_knowledge=self._hrefs(element, "knowledgeRequirement", "requiredKnowledge"),
            required_authorities=self._hrefs(element, "authorityRequirement", "requiredAuthority"),
            expression=self.boxed.only_expression(element, place),
            place=place,
        )

    def _knowledge_model(self, element: etree._Element) -> BusinessKnowledgeModel:
        xml, place = self.xml, self._place(element, "businessKnowledgeModel")
        xml.expect_only(
            element,
            frozenset({"variable", "encapsulatedLogic", "knowledgeRequirement", "authorityRequirement"}),
            place,
        )
        name = normalise_name(xml.required(element, "name", place))
        logic = xml.child(element, "encapsulatedLogic")
        return BusinessKnowledgeModel(
            id=str(element.get("id") or name),
            name=name,
            variable=self._variable(element, name, place),
            description=xml.child_text(element, "description"),
            function=None if logic is None else self.boxed.function_definition(logic, place),
            required_knowledge=self._hrefs(element, "knowledgeRequirement", "requiredKnowledge"),
            place=place,
        )

    def _service(self, element: etree._Element) -> DecisionService:
        xml, place = self.xml, self._place(element, "decisionService")
        xml.expect_only(element, _SERVICE_PARTS, place)
        name = normalise_name(xml.required(element, "name", place))
        return DecisionService(
            id=str(element.get("id") or name),
            name=name,
            variable=self._variable(element, name, place),
            description=xml.child_text(element, "description"),
            output_decisions=self._references(element, "outputDecision", place),
            encapsulated_decisions=self._references(element, "encapsulatedDecision", place),
            input_decisions=self._references(element, "inputDecision", place),
            input_data=self._references(element, "inputData", place),
            place=place,
        )

    def _source(self, element: etree._Element) -> KnowledgeSource:
        place = self._place(element, "knowledgeSource")
        return KnowledgeSource(
            id=str(element.get("id") or ""),
            name=normalise_name(self.xml.required(element, "name", place)),
            location_uri=str(element.get("locationURI") or ""),
            description=self.xml.child_text(element, "description"),
            place=place,
        )

    def _hrefs(self, element: etree._Element, requirement: str, target: str) -> tuple[str, ...]:
        place = self._place(element, requirement)
        found: list[str] = []
        for child in self.xml.children(element, requirement):
            found.extend(self._references(child, target, place))
        return tuple(found)

    def _references(self, element: etree._Element, target: str, place: Location) -> tuple[str, ...]:
        return tuple(self.xml.required(child, "href", place) for child in self.xml.children(element, target))

    # ---- types ------------------------------------------------------------------------------------------------

    def _item(self, element: etree._Element, inside: str) -> ItemDefinition:
        xml = self.xml
        own_name = normalise_name(str(element.get("name") or ""))
        path = f"{inside}.{own_name}" if inside else own_name
        place = Location(file=self.file, part=f'item definition "{path}"', line=line_of(element))
        xml.required(element, "name", place)
        xml.expect_only(element, _ITEM_PARTS, place)
        function = xml.child(element, "functionItem")
        return ItemDefinition(
            name=own_name,
            is_collection=str(element.get("isCollection") or "false").strip() in ("true", "1"),
            type_ref=local_type_ref(element, xml.child_text(element, "typeRef")),
            allowed=self.boxed.cell(xml.child(element, "allowedValues"), place, "allowed values"),
            constraint=self.boxed.cell(xml.child(element, "typeConstraint"), place, "type constraint"),
            components=tuple(self._item(child, path) for child in xml.children(element, "itemComponent")),
            function=None if function is None else self._function_item(function),
            place=place,
        )

    def _function_item(self, element: etree._Element) -> FunctionItem:
        parameters = tuple(
            Variable(normalise_name(str(child.get("name") or "")), type_ref_of(child))
            for child in self.xml.children(element, "parameters")
        )
        return FunctionItem(parameters, local_type_ref(element, element.get("outputTypeRef")))

    # ---- ids --------------------------------------------------------------------------------------------------

    def _ids(self) -> tuple[tuple[str, Location], ...]:
        """Every id of the model itself, in the order of the file."""
        found = []
        for element in self.root.iter(f"{{{self.xml.namespace}}}*"):
            identifier = element.get("id")
            if identifier:
                part = str(self.xml.local_name(element))
                found.append((str(identifier), Location(file=self.file, part=part, line=line_of(element))))
        return tuple(found)

    def _report_duplicate_ids(self, model: Model) -> None:
        """Two elements of the graph with one id cannot be told apart by a reference."""
        seen: dict[str, Location] = {}
        for element in graph_elements(model):
            if element.id in seen:
                self.xml.report(
                    ErrorCode.DMN_DUPLICATE,
                    f'expected each id once, but "{element.id}" stands on line {seen[element.id].line} '
                    f"and on line {element.place.line}.",
                    element.place,
                    hint="give one of the two another id",
                )
            elif element.id:
                seen[element.id] = element.place


def normalise_name(text: str) -> str:
    """A FEEL name with its white space made single (DMN 1.5, 10.3.1.4)."""
    return " ".join(text.split())
