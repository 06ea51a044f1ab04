"""Attributes and child elements of the standard that would change execution and are not honoured."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.xml import BPMN, child, children, is_true, local_name, text_of

# attribute -> (values without effect, what another value would mean)
HONOURED_ONLY: dict[str, tuple[frozenset[str], str]] = {
    "startQuantity": (frozenset({"1"}), "an activity that needs several tokens to start"),
    "completionQuantity": (frozenset({"1"}), "an activity that gives out several tokens"),
    "isForCompensation": (frozenset({"false", "0"}), "an activity that runs only as compensation"),
    "instantiate": (frozenset({"false", "0"}), "an element that creates a process instance"),
    "eventGatewayType": (frozenset({"Exclusive"}), "an event-based gateway that waits for all events"),
    "parallelMultiple": (frozenset({"false", "0"}), "an event that waits for several event definitions"),
    "isImmediate": (frozenset({"true", "1"}), "a sequence flow that is not followed at once"),
}
BOOLEANS = ("isExecutable", "isInterrupting", "cancelActivity", "triggeredByEvent", "testBefore", "isSequential")
FEEL = "feel"
DIRECTIONS = ("Unspecified", "Converging", "Diverging", "Mixed")
ONE_AT_MOST = {
    f"{{{BPMN}}}{tag}": tag
    for tag in (
        "conditionExpression",
        "condition",
        "loopCondition",
        "completionCondition",
        "timeDate",
        "timeDuration",
        "timeCycle",
        "standardLoopCharacteristics",
        "multiInstanceLoopCharacteristics",
    )
}
LOOP_PARTS_REFUSED = (
    "loopCardinality",
    "loopDataInputRef",
    "loopDataOutputRef",
    "inputDataItem",
    "outputDataItem",
    "complexBehaviorDefinition",
)


def check_attributes(node: etree._Element, findings: Findings) -> None:
    """Problems for attributes of *node* (a flow element or a sequence flow) that cannot be honoured."""
    for name, (harmless, meaning) in HONOURED_ONLY.items():
        value = node.get(name)
        if value is not None and value.strip() not in harmless:
            findings.unsupported(node, f'{meaning} ({name}="{value}") is not executed.', f"remove {name}")
    markers = [*children(node, "multiInstanceLoopCharacteristics"), *children(node, "standardLoopCharacteristics")]
    definitions = [part for part in node if local_name(part).endswith("EventDefinition")]
    for part in (node, *markers):
        check_booleans(node, part, findings)
    for part in (node, *markers, *definitions):
        check_single_parts(node, part, findings)
    for loop in children(node, "multiInstanceLoopCharacteristics"):
        _check_loop(node, loop, findings)
    _check_language(node, node.get("scriptFormat"), findings)
    for association in ("dataInputAssociation", "dataOutputAssociation"):
        for data in children(node, association):
            if child(data, "assignment") is not None or child(data, "transformation") is not None:
                findings.unsupported(
                    node, f"a {association} that computes a value is not executed.", "use zeebe:ioMapping"
                )
    for script in children(node, "script"):
        if text_of(script):
            findings.unsupported(node, "scripts other than zeebe:script (FEEL) are never run.", "use zeebe:script")


def check_single_parts(node: etree._Element, part: etree._Element, findings: Findings) -> None:
    """Expressions and markers directly in *part* of *node*: one of each at most, and in FEEL."""
    seen: set[str] = set()
    for expression in part:
        tag = ONE_AT_MOST.get(expression.tag) if isinstance(expression.tag, str) else None
        if tag is None:
            continue
        if tag in seen:
            findings.invalid(node, f"{tag} stands here more than once; all but one would be lost.", "keep one")
        seen.add(tag)
        _check_language(node, expression.get("language"), findings)


def check_booleans(node: etree._Element, part: etree._Element, findings: Findings) -> None:
    """Attributes of *part*, which belongs to *node*, that are true or false and nothing else."""
    for name in BOOLEANS:
        value = part.get(name)
        if value is not None and value.strip() not in ("true", "false", "1", "0"):
            findings.invalid(node, f'expected true or false as {name}, but got "{value}".', "write true or false")


def _check_language(node: etree._Element, language: str | None, findings: Findings) -> None:
    if language and FEEL not in language.casefold():
        findings.unsupported(
            node, f'the language "{language}" is not executed.', "write it in FEEL, and remove the language"
        )


def check_gateway_direction(node: etree._Element, incoming: int, outgoing: int, findings: Findings) -> None:
    """A gatewayDirection that contradicts the drawing (BPMN 10.6.1)."""
    direction = node.get("gatewayDirection")
    if direction not in (None, *DIRECTIONS):
        findings.invalid(
            node, f'expected one of {", ".join(DIRECTIONS)} as gatewayDirection, but got "{direction}".', "remove it"
        )
    if outgoing == 0 and incoming < 2:
        findings.invalid(node, "the gateway leads nowhere.", "connect it to what follows, or remove it")
    wrong = {
        "Converging": outgoing > 1 or incoming < 2,
        "Diverging": incoming > 1 or outgoing < 2,
        "Mixed": incoming < 2 or outgoing < 2,
    }
    if direction is not None and wrong.get(direction, False):
        findings.invalid(
            node,
            f'the gateway says gatewayDirection="{direction}", but has {incoming} ways in and {outgoing} out.',
            "correct the drawing, or remove gatewayDirection",
        )


def check_flow_lists(
    node: etree._Element, incoming: tuple[str, ...], outgoing: tuple[str, ...], findings: Findings
) -> None:
    """incoming/outgoing entries, where there are any, must say what the sequence flows say."""
    if child(node, "incoming") is None and child(node, "outgoing") is None:
        return
    for tag, drawn in (("incoming", incoming), ("outgoing", outgoing)):
        listed = {text_of(entry).rpartition(":")[2] for entry in children(node, tag)}
        if listed != set(drawn):
            findings.invalid(
                node,
                f"its {tag} list ({', '.join(sorted(listed)) or 'empty'}) contradicts the sequence flows "
                f"({', '.join(sorted(drawn)) or 'none'}).",
                "save the diagram with a modeler, or correct the list",
            )


def _check_loop(node: etree._Element, loop: etree._Element, findings: Findings) -> None:
    behavior = loop.get("behavior")
    if behavior not in (None, "All"):
        findings.unsupported(node, f'events of a multi-instance (behavior="{behavior}") are not thrown.', "use All")
    for part in loop:
        if isinstance(part.tag, str) and etree.QName(part).namespace == BPMN and local_name(part) in LOOP_PARTS_REFUSED:
            findings.unsupported(
                node, f"{local_name(part)} of a multi-instance is not executed.", "use zeebe:loopCharacteristics"
            )


def is_executable(process: etree._Element) -> bool:
    return is_true(process.get("isExecutable"), False)
