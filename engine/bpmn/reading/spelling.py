"""Attributes and parts that the schema of BPMN, or of zeebe, does not know: misspelt ones would be dropped unseen.

The tables hold what the schema allows, whether it is executed or not; what is not executed is refused elsewhere.
Attributes with a prefix are those of other tools.
"""

from __future__ import annotations

from lxml import etree

from engine.bpmn.reading.attributes import LOOP_PARTS_REFUSED
from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.xml import BPMN, ZEEBE, local_name
from engine.errors import did_you_mean

_ACTIVITY = ("isForCompensation", "startQuantity", "completionQuantity", "default")
_EXPRESSION = ("language", "evaluatesToTypeRef")
BPMN_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "process": ("processType", "isClosed", "isExecutable", "definitionalCollaborationRef"),
    "sequenceFlow": ("sourceRef", "targetRef", "isImmediate"),
    "task": _ACTIVITY,
    "manualTask": _ACTIVITY,
    "serviceTask": (*_ACTIVITY, "implementation", "operationRef"),
    "sendTask": (*_ACTIVITY, "implementation", "operationRef", "messageRef"),
    "receiveTask": (*_ACTIVITY, "implementation", "operationRef", "messageRef", "instantiate"),
    "userTask": (*_ACTIVITY, "implementation"),
    "scriptTask": (*_ACTIVITY, "scriptFormat"),
    "businessRuleTask": (*_ACTIVITY, "implementation"),
    "callActivity": (*_ACTIVITY, "calledElement"),
    "subProcess": (*_ACTIVITY, "triggeredByEvent"),
    "startEvent": ("parallelMultiple", "isInterrupting"),
    "intermediateCatchEvent": ("parallelMultiple",),
    "boundaryEvent": ("parallelMultiple", "cancelActivity", "attachedToRef"),
    "intermediateThrowEvent": (),
    "endEvent": (),
    "exclusiveGateway": ("gatewayDirection", "default"),
    "inclusiveGateway": ("gatewayDirection", "default"),
    "parallelGateway": ("gatewayDirection", "default"),
    "eventBasedGateway": ("gatewayDirection", "default", "instantiate", "eventGatewayType"),
    "messageEventDefinition": ("messageRef", "operationRef"),
    "signalEventDefinition": ("signalRef",),
    "errorEventDefinition": ("errorRef",),
    "escalationEventDefinition": ("escalationRef",),
    "linkEventDefinition": (),
    "timerEventDefinition": (),
    "conditionalEventDefinition": (),
    "terminateEventDefinition": (),
    "multiInstanceLoopCharacteristics": ("isSequential", "behavior", "oneBehaviorEventRef", "noneBehaviorEventRef"),
    "standardLoopCharacteristics": ("testBefore", "loopMaximum"),
    "message": ("itemRef",),
    "signal": ("structureRef",),
    "error": ("errorCode", "structureRef"),
    "escalation": ("escalationCode", "structureRef"),
    "conditionExpression": _EXPRESSION,
    "condition": _EXPRESSION,
    "loopCondition": _EXPRESSION,
    "completionCondition": _EXPRESSION,
    "timeDate": _EXPRESSION,
    "timeDuration": _EXPRESSION,
    "timeCycle": _EXPRESSION,
}
ZEEBE_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "taskDefinition": ("type", "retries"),
    "taskHeaders": (),
    "header": ("key", "value"),
    "ioMapping": (),
    "input": ("source", "target"),
    "output": ("source", "target"),
    "script": ("expression", "resultVariable"),
    "calledDecision": ("decisionId", "resultVariable", "bindingType", "versionTag"),
    "calledElement": (
        "processId",
        "propagateAllParentVariables",
        "propagateAllChildVariables",
        "bindingType",
        "versionTag",
    ),
    "userTask": (),
    "assignmentDefinition": ("assignee", "candidateGroups", "candidateUsers"),
    "formDefinition": ("formId", "formKey", "externalReference", "bindingType", "versionTag"),
    "taskSchedule": ("dueDate", "followUpDate"),
    "subscription": ("correlationKey",),
    "loopCharacteristics": ("inputCollection", "inputElement", "outputCollection", "outputElement"),
    "conditionalFilter": ("variableNames", "variableEvents"),
}
_ANYWHERE = ("documentation", "extensionElements")
CHILDREN: dict[str, tuple[str, ...]] = {
    "sequenceFlow": ("auditing", "monitoring", "categoryValueRef", "conditionExpression"),
    "multiInstanceLoopCharacteristics": (*LOOP_PARTS_REFUSED, "completionCondition"),
    "standardLoopCharacteristics": ("loopCondition",),
    "timerEventDefinition": ("timeDate", "timeDuration", "timeCycle"),
    "conditionalEventDefinition": ("condition",),
    "messageEventDefinition": ("operationRef",),
    "linkEventDefinition": ("source", "target"),
    "signalEventDefinition": (),
    "errorEventDefinition": (),
    "escalationEventDefinition": (),
    "terminateEventDefinition": (),
}


_KNOWN = {
    **{f"{{{BPMN}}}{tag}": (tag, frozenset({"id", "name", *names})) for tag, names in BPMN_ATTRIBUTES.items()},
    **{f"{{{ZEEBE}}}{tag}": (f"zeebe:{tag}", frozenset(names)) for tag, names in ZEEBE_ATTRIBUTES.items()},
}


def check_spelling(root: etree._Element, findings: Findings) -> None:
    """Problems for every attribute and part in the tree of *root* that no schema knows where it stands."""
    for node in root.iter(*_KNOWN):
        tag, known = _KNOWN[str(node.tag)]
        for name in map(str, node.attrib):
            if name not in known and not name.startswith("{"):
                guess = did_you_mean(name, known)
                findings.unsupported(
                    node, f'a {tag} has no attribute "{name}".{guess}', "correct its name, or remove it"
                )
        if tag in CHILDREN:
            _check_parts(node, tag, findings)


def _check_parts(node: etree._Element, tag: str, findings: Findings) -> None:
    known = (*_ANYWHERE, *CHILDREN[tag])
    for part in node:
        if local_name(part) not in known:
            guess = did_you_mean(local_name(part), known)
            findings.unsupported(part, f"<{local_name(part)}> is no part of a {tag}.{guess}", "remove it")
