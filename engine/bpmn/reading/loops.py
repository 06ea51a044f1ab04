"""The loop marker of an activity: standard loop or multi-instance."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.expressions import is_feel
from engine.bpmn.model import MultiInstance, StandardLoop
from engine.bpmn.reading.extensions import check_variable, zeebe_child
from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.xml import child, is_true, text_of


def read_loop(node: etree._Element, findings: Findings) -> StandardLoop | MultiInstance | None:
    standard = child(node, "standardLoopCharacteristics")
    multiple = child(node, "multiInstanceLoopCharacteristics")
    if standard is not None and multiple is not None:
        findings.invalid(node, "the activity has both loop markers.", "remove one of them")
        return None
    if standard is not None:
        return _standard(node, standard, findings)
    return None if multiple is None else _multiple(node, multiple, findings)


def _standard(node: etree._Element, loop: etree._Element, findings: Findings) -> StandardLoop:
    condition_node = child(loop, "loopCondition")
    condition = text_of(condition_node) if condition_node is not None else None
    maximum = loop.get("loopMaximum")
    if condition is None and maximum is None:
        findings.invalid(node, "the loop has neither condition nor maximum and would never end.", "give one")
    if condition is not None:
        _want_feel(node, condition, "the loop condition", findings)
    if maximum is not None and not (maximum.strip().isdecimal() and int(maximum) > 0):
        findings.invalid(
            node,
            f'expected a whole number of at least 1 as loopMaximum, but got "{maximum}".',
            "write how often the activity runs at most",
        )
    return StandardLoop(condition, is_true(loop.get("testBefore"), False), maximum)


def _multiple(node: etree._Element, loop: etree._Element, findings: Findings) -> MultiInstance | None:
    zeebe = zeebe_child(loop, "loopCharacteristics")
    collection = zeebe.get("inputCollection") if zeebe is not None else None
    if zeebe is None or not collection:
        findings.invalid(
            node,
            "the multi-instance does not say for which items it runs.",
            "give it zeebe:loopCharacteristics with an inputCollection",
        )
        return None
    _want_feel(node, collection, "the input collection", findings)
    completion_node = child(loop, "completionCondition")
    completion = text_of(completion_node) if completion_node is not None else None
    if completion is not None:
        _want_feel(node, completion, "the completion condition", findings)
    check_variable(zeebe, "inputElement", findings)
    check_variable(zeebe, "outputCollection", findings)
    output, element = zeebe.get("outputCollection") or None, zeebe.get("outputElement") or None
    if (output is None) != (element is None):
        findings.invalid(
            node, "outputCollection and outputElement belong together, but one is missing.", "give both or none"
        )
    if element is not None:
        _want_feel(node, element, "the output element", findings)
    return MultiInstance(
        sequential=is_true(loop.get("isSequential"), False),
        input_collection=collection,
        input_element=zeebe.get("inputElement") or None,
        output_collection=output,
        output_element=element,
        completion_condition=completion,
    )


def _want_feel(node: etree._Element, text: str, what: str, findings: Findings) -> None:
    if not is_feel(text):
        findings.invalid(
            node, f'expected a FEEL expression that begins with "=" as {what}, but got "{text}".', "write it as FEEL"
        )
