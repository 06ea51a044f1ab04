"""The zeebe extension elements of one flow element; what would change execution and is not honoured is a problem."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from lxml import etree

from engine.bpmn.expressions import is_feel
from engine.bpmn.instants import as_instant
from engine.bpmn.model import MappingRule
from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.xml import BPMN, ZEEBE, is_true, local_name

REFUSED = {
    "executionListeners": "execution listeners are not run",
    "taskListeners": "task listeners are not run",
    "adHoc": "ad hoc sub-processes are not executed",
    "linkedResources": "linked resources are not handed to jobs",
    "priorityDefinition": "priorities of tasks are not honoured",
}


def zeebe_children(node: etree._Element) -> Iterator[etree._Element]:
    for extension in node.findall(f"{{{BPMN}}}extensionElements"):
        for child in extension:
            if isinstance(child.tag, str) and etree.QName(child).namespace == ZEEBE:
                yield child


def zeebe_child(node: etree._Element, tag: str) -> etree._Element | None:
    return next((child for child in zeebe_children(node) if local_name(child) == tag), None)


def read_extensions(node: etree._Element, findings: Findings) -> dict[str, Any]:
    """Keyword arguments for `Element`, of all extension elements of *node*."""
    found: dict[str, Any] = {}
    seen: set[str] = set()
    for extension in zeebe_children(node):
        name = local_name(extension)
        if name in seen:
            findings.invalid(extension, f"zeebe:{name} stands here twice, and one of them would be lost.", "keep one")
        seen.add(name)
        if name in REFUSED:
            findings.unsupported(extension, f"{REFUSED[name]} (zeebe:{name}).", f"remove zeebe:{name}")
        elif name in READERS:
            found.update(READERS[name](extension, findings))
    return found


def _task_definition(node: etree._Element, findings: Findings) -> dict[str, Any]:
    job_type = (node.get("type") or "").strip()
    if not job_type:
        findings.invalid(node, "expected a job type, but zeebe:taskDefinition has none.", "give the job type")
    retries = (node.get("retries") or "3").strip()
    if not is_feel(retries) and not retries.isdecimal():
        findings.invalid(node, f'expected a whole number of retries, but got "{retries}".', "write 0 or more")
    return {"job_type": job_type or None, "retries": retries}


def _task_headers(node: etree._Element, findings: Findings) -> dict[str, Any]:
    headers: dict[str, str] = {}
    for header in node:
        key = header.get("key") or ""
        if not key or key in headers:
            findings.invalid(header, f'the task header "{key}" has no name or is given twice.', "name each header once")
        headers[key] = header.get("value") or ""
    return {"headers": headers}


def _io_mapping(node: etree._Element, findings: Findings) -> dict[str, Any]:
    rules: dict[str, list[MappingRule]] = {"input": [], "output": []}
    for rule in node:
        kind = local_name(rule)
        check_variable(rule, "target", findings)
        source, target = rule.get("source"), (rule.get("target") or "").strip()
        if kind not in rules:
            findings.unsupported(rule, f"zeebe:{kind} is no mapping.", "use zeebe:input and zeebe:output")
        elif not source or not all(target.split(".")):
            findings.invalid(
                rule, f'the {kind} mapping to "{target}" lacks a source or a target.', "give both, or remove it"
            )
        else:
            rules[kind].append(MappingRule(source, target))
    return {"inputs": tuple(rules["input"]), "outputs": tuple(rules["output"])}


def _called_decision(node: etree._Element, findings: Findings) -> dict[str, Any]:
    if not node.get("decisionId") or not node.get("resultVariable"):
        findings.invalid(
            node,
            "expected decisionId and resultVariable in zeebe:calledDecision.",
            "name the decision and the variable",
        )
    check_variable(node, "resultVariable", findings)
    _only_latest(node, findings, ("latest",))
    return {"called_decision": node.get("decisionId") or None, "result_variable": node.get("resultVariable") or None}


def _called_element(node: etree._Element, findings: Findings) -> dict[str, Any]:
    _only_latest(node, findings, ("latest", "deployment"))
    for name in ("propagateAllParentVariables", "propagateAllChildVariables"):
        if node.get(name, "true") not in ("true", "false"):
            findings.invalid(
                node, f'expected true or false as {name}, but got "{node.get(name)}".', "write one of them"
            )
    return {
        "called_process": (node.get("processId") or "").strip() or None,
        "call_binding": node.get("bindingType") or "latest",
        "propagate_all_parent_variables": is_true(node.get("propagateAllParentVariables"), True),
        "propagate_all_child_variables": is_true(node.get("propagateAllChildVariables"), True),
    }


def check_variable(node: etree._Element, attribute: str, findings: Findings) -> None:
    """The *attribute* names a variable; an expression there would name one that nobody can read."""
    name = node.get(attribute) or ""
    if is_feel(name):
        findings.invalid(node, f'expected the name of a variable as {attribute}, but got "{name}".', "remove the =")


def _only_latest(node: etree._Element, findings: Findings, honoured: tuple[str, ...]) -> None:
    binding = node.get("bindingType") or "latest"
    if binding not in honoured:
        findings.unsupported(
            node, f'the binding "{binding}" is not honoured here.', f"use {' or '.join(honoured)} as bindingType"
        )


def _script(node: etree._Element, findings: Findings) -> dict[str, Any]:
    expression = (node.get("expression") or "").strip()
    if not expression:
        findings.invalid(node, "expected a FEEL expression in zeebe:script.", "write the expression")
    if not node.get("resultVariable"):
        findings.invalid(
            node, "the result of the script goes nowhere: zeebe:script has no resultVariable.", "name the variable"
        )
    check_variable(node, "resultVariable", findings)
    text = expression if expression.startswith("=") else f"={expression}"  # the attribute is FEEL with or without `=`
    return {"script": text, "result_variable": node.get("resultVariable") or None}


def _assignment(node: etree._Element, findings: Findings) -> dict[str, Any]:
    names = {"assignee": "assignee", "candidateGroups": "candidate_groups", "candidateUsers": "candidate_users"}
    return {field: node.get(name) or None for name, field in names.items()}


def _form(node: etree._Element, findings: Findings) -> dict[str, Any]:
    form = node.get("formId") or node.get("externalReference") or node.get("formKey")
    if not form:
        findings.invalid(node, "expected a form id in zeebe:formDefinition.", "choose a form")
    _only_latest(node, findings, ("latest",))
    return {"form_id": form}


def _schedule(node: etree._Element, findings: Findings) -> dict[str, Any]:
    if node.get("followUpDate"):
        findings.unsupported(node, "follow-up dates are not honoured.", "use dueDate, or a timer boundary event")
    due = (node.get("dueDate") or "").strip() or None
    if due is not None and not is_feel(due) and as_instant(due, UTC) is None:
        findings.invalid(node, f'expected a due date, but got "{due}".', "write it as ISO 8601, or as FEEL after a =")
    return {"due_date": due}


def _properties(node: etree._Element, findings: Findings) -> dict[str, Any]:
    return {"properties": {entry.get("name") or "": entry.get("value") or "" for entry in node}}


READERS = {
    "taskDefinition": _task_definition,
    "taskHeaders": _task_headers,
    "ioMapping": _io_mapping,
    "calledDecision": _called_decision,
    "calledElement": _called_element,
    "script": _script,
    "assignmentDefinition": _assignment,
    "formDefinition": _form,
    "taskSchedule": _schedule,
    "properties": _properties,
}
