"""What a file declares beside its processes: messages, signals, errors, escalations and shared event definitions."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.xml import ZEEBE, children, is_bpmn, local_name
from engine.errors import did_you_mean


@dataclass(slots=True)
class Library:
    """Root elements by kind and id; `codes` are the errors and escalations."""

    messages: dict[str, etree._Element] = field(default_factory=dict)
    signals: dict[str, etree._Element] = field(default_factory=dict)
    errors: dict[str, etree._Element] = field(default_factory=dict)
    escalations: dict[str, etree._Element] = field(default_factory=dict)
    event_definitions: dict[str, etree._Element] = field(default_factory=dict)


def read_library(root: etree._Element) -> Library:
    library = Library()
    for tag, shelf in (
        ("message", library.messages),
        ("signal", library.signals),
        ("error", library.errors),
        ("escalation", library.escalations),
    ):
        for node in children(root, tag):
            shelf.setdefault(node.get("id", ""), node)
    for node in root:
        if is_bpmn(node) and local_name(node).endswith("EventDefinition"):
            library.event_definitions.setdefault(node.get("id", ""), node)
    return library


def look_up(
    shelf: dict[str, etree._Element], wanted: str | None, what: str, node: etree._Element, findings: Findings
) -> etree._Element | None:
    """The declared *what* of id *wanted*; a missing or unknown reference is a problem at *node*."""
    if wanted is None:
        findings.invalid(node, f"expected a {what} that the event refers to, but it names none.", f"choose a {what}")
        return None
    if wanted not in shelf:
        findings.unknown(
            node,
            f'the {what} "{wanted}" is not declared in this file.{did_you_mean(wanted, shelf)}',
            f"choose a {what}",
        )
    return shelf.get(wanted)


def correlation_key(message: etree._Element) -> str | None:
    for node in message.iter(f"{{{ZEEBE}}}subscription"):
        return (node.get("correlationKey") or "").strip() or None
    return None
