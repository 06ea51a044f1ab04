"""What the readers of boxed expressions share: texts in FEEL, cells, variables, attributes with a fixed choice."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from lxml import etree

from engine.dmn.model import Cell, LiteralExpression, Variable
from engine.dmn.xml import ModelXml, line_of
from engine.errors import ErrorCode, Location, did_you_mean

_Choice = TypeVar("_Choice", bound=StrEnum)
_FEEL_LANGUAGES = frozenset({"feel", "s-feel"})


class LeafReader:
    def __init__(self, xml: ModelXml) -> None:
        self.xml = xml
        self._reported_default = False

    def literal(self, element: etree._Element, place: Location) -> LiteralExpression:
        self.expect_feel(element, place)
        if self.xml.child(element, "importedValues") is not None:
            self.xml.report(
                ErrorCode.DMN_UNSUPPORTED,
                "expected the text of a FEEL expression, but got imported values.",
                place,
                element=element,
                hint="write the values into the model",
            )
        return LiteralExpression(self.text(element, place), place, type_ref_of(element), id_of(element))

    def text(self, element: etree._Element, place: Location) -> str:
        """The FEEL text of *element*, which stands in a child of its own; elsewhere it would be passed over unseen."""
        if element.text and not element.text.isspace():
            self.xml.report(
                ErrorCode.DMN_INVALID,
                f'expected the expression in a "text" element, but "{element.text.strip()[:60]}" stands in '
                f'"{self.xml.local_name(element)}" itself.',
                place,
                element=element,
                hint="write <text> around it",
            )
        return self.xml.child_text(element, "text")

    def cell(self, element: etree._Element | None, place: Location, part: str) -> Cell | None:
        """The unary tests of *element*; None when it is missing or empty."""
        if element is None:
            return None
        self.expect_feel(element, place)
        text = self.text(element, place)
        shown = f"{place.part} > {part}" if place.part else part
        return Cell(text, replace(place, part=shown, line=line_of(element))) if text else None

    def expect_feel(self, element: etree._Element, place: Location) -> None:
        """Report an expression in another language, once where the model as a whole names it (DMN 1.5, 6.3.2)."""
        own = element.get("expressionLanguage")
        language = str(self.xml.language if own is None else own)
        if is_feel(language) or (own is None and self._reported_default):
            return
        self._reported_default = self._reported_default or own is None
        of = "" if own is not None else ' as the expressionLanguage of "definitions"'
        self.xml.report(
            ErrorCode.DMN_UNSUPPORTED,
            f'expected an expression in FEEL, but got the language "{language}"{of}.',
            place,
            element=element,
            hint="write the expression in FEEL and remove the expressionLanguage",
        )

    def expect_cells(self, place: Location, element: etree._Element, what: str, got: int, expected: int) -> None:
        if got != expected:
            self.xml.report(
                ErrorCode.DMN_INVALID,
                f"expected {expected} {what}, one for each column, but got {got}.",
                place,
                element=element,
                hint="open the table in a modeler and fill in the row",
            )

    def choice(
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

    def variable(self, element: etree._Element) -> Variable:
        return Variable(" ".join(str(element.get("name") or "").split()), type_ref_of(element))


def is_feel(language: str) -> bool:
    """Whether an expressionLanguage means FEEL: nothing, its short name, or one of the URIs of DMN 1.1 to 1.5."""
    # ".../DMN/20230324/FEEL/" since DMN 1.2, ".../FEEL/20140401" before
    return not language.strip() or not _FEEL_LANGUAGES.isdisjoint(language.strip().lower().split("/"))


def below(place: Location, part: str) -> str:
    return f"{place.part} > {part}" if place.part else part


def type_ref_of(element: etree._Element) -> str | None:
    return local_type_ref(element, element.get("typeRef"))


def local_type_ref(element: etree._Element, text: object) -> str | None:
    """The type that *text*, written in *element*, refers to; in DMN 1.1 it is a QName: `feel:string`, `ns1:tAge`."""
    cleaned = " ".join(str(text or "").split())
    prefix, colon, local = cleaned.partition(":")
    return (local if colon and prefix in element.nsmap else cleaned) or None


def id_of(element: etree._Element) -> str | None:
    value = element.get("id")
    return str(value) if value else None
