"""Hardened access to the XML of a model: one parser setting, the DMN namespaces, and a collector of problems.

No entity is resolved, nothing is fetched, a DOCTYPE is refused. Elements of other namespaces (diagram interchange,
editors' extensions) are passed over; an element of the DMN namespace where the standard has none is a problem.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from lxml import etree

from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean, failure

DMN_NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",  # its tables are those of 1.2, and many are in use
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
_MAX_BYTES = 20_000_000
# tElement of the standard: any element may hold these.
_EVERYWHERE = frozenset({"description", "extensionElements"})


def parse_document(data: bytes, file: str) -> etree._Element:
    """The root of a DMN document. Errors: DMN_XML with the parser's place and reason."""
    if len(data) > _MAX_BYTES:
        raise failure(
            ErrorCode.DMN_XML, f"expected at most {_MAX_BYTES} bytes, but the file has {len(data)}.", file=file
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise failure(
            ErrorCode.DMN_XML,
            f"expected well-formed XML, but got: {error.msg or error}.",
            file=file,
            line=error.lineno or None,
            hint="open the file in a modeler, or compare it with its last version",
        ) from error
    except ValueError as error:  # lxml refuses empty documents and contradicting encodings this way
        raise failure(ErrorCode.DMN_XML, f"expected an XML document, but got: {error}.", file=file) from error
    document = root.getroottree()
    if document.docinfo.internalDTD is not None:
        raise failure(
            ErrorCode.DMN_XML,
            "expected a document without DOCTYPE, but got one.",
            file=file,
            line=1,
            hint="remove the DOCTYPE declaration; decision models need none",
        )
    qualified = etree.QName(root)
    if qualified.localname != "definitions" or qualified.namespace not in DMN_NAMESPACES:
        known = ", ".join(f"{namespace} (DMN {version})" for namespace, version in DMN_NAMESPACES.items())
        raise failure(
            ErrorCode.DMN_XML,
            f'expected the root element "definitions" of DMN 1.1 to 1.5, but got "{root.tag}".',
            file=file,
            line=line_of(root),
            hint=f"save the model in one of the namespaces {known}",
        )
    return root


def line_of(element: etree._Element) -> int | None:
    return cast("int | None", element.sourceline)


class ModelXml:
    """Reads elements of one document and collects what is wrong with them."""

    def __init__(self, root: etree._Element, file: str) -> None:
        self.file = file
        self.namespace: str = str(etree.QName(root).namespace)
        self.language: str = str(root.get("expressionLanguage") or "")
        self.problems: list[Problem] = []

    def local_name(self, element: etree._Element) -> str | None:
        """The DMN name of *element*, or None when it belongs to another namespace."""
        tag = element.tag
        if not isinstance(tag, str):
            return None
        qualified = etree.QName(tag)
        return qualified.localname if qualified.namespace == self.namespace else None

    def children(self, element: etree._Element, name: str) -> Iterator[etree._Element]:
        return element.iterchildren(f"{{{self.namespace}}}{name}")

    def child(self, element: etree._Element, name: str) -> etree._Element | None:
        return element.find(f"{{{self.namespace}}}{name}")

    def child_text(self, element: etree._Element, name: str) -> str:
        """The text of a child, stripped; empty when it is missing."""
        found = self.child(element, name)
        return "" if found is None else "".join(str(part) for part in found.itertext()).strip()

    def expect_only(self, element: etree._Element, allowed: frozenset[str], place: Location) -> None:
        """Report children of the DMN namespace that have no meaning here."""
        for child in element.iterchildren():
            name = self.local_name(child)
            if name is None or name in allowed or name in _EVERYWHERE:
                continue
            self.report(
                ErrorCode.DMN_UNSUPPORTED,
                f'expected one of {", ".join(sorted(allowed))} in "{self.local_name(element)}", '
                f'but got "{name}".{did_you_mean(name, allowed)}',
                place,
                element=child,
                hint="remove the element, or move it to where the standard has it",
            )

    def required(self, element: etree._Element, attribute: str, place: Location) -> str:
        """The value of an attribute that must be there; reported and empty when it is not."""
        value = str(element.get(attribute) or "").strip()
        if not value:
            self.report(
                ErrorCode.DMN_INVALID,
                f'expected the attribute "{attribute}" on "{self.local_name(element)}", but it is missing or empty.',
                place,
                element=element,
                hint=f"give the element a {attribute}",
            )
        return value

    def report(
        self,
        code: ErrorCode,
        message: str,
        place: Location,
        *,
        element: etree._Element | None = None,
        hint: str | None = None,
    ) -> None:
        problem = Problem(code, message, place, hint=hint)
        self.problems.append(problem.at(file=self.file, line=line_of(element) if element is not None else None))

    def finish(self) -> None:
        """Raise everything that was collected, if anything was."""
        if self.problems:
            raise EngineError(*self.problems)
