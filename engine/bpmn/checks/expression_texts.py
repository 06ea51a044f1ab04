"""Where expressions stand in a diagram, and which variables exist where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.checks.context import DeployContext
from engine.bpmn.model import Element, MultiInstance, Process, StandardLoop

COUNTERS = frozenset(
    {
        "numberOfInstances",
        "numberOfActiveInstances",
        "numberOfCompletedInstances",
        "numberOfTerminatedInstances",
    }
)


@dataclass(frozen=True, slots=True)
class ExpressionText:
    """One text that may be FEEL. `extra` names what exists here only, `outputs` whether a job's results do."""

    part: str
    text: str
    element: Element | None = None
    flow_id: str | None = None
    extra: frozenset[str] = frozenset()


def expression_texts(process: Process) -> Iterator[ExpressionText]:
    """Every text of *process* that may be FEEL."""
    for element in process.elements.values():
        yield from _of_element(element)
    for flow in process.flows.values():
        if flow.condition is not None:
            yield ExpressionText("condition", flow.condition, process.elements.get(flow.source), flow.id)


def _of_element(element: Element) -> Iterator[ExpressionText]:
    texts = (
        ("job type", element.job_type),
        ("retries", element.retries),
        ("decision id", element.called_decision),
        ("called process id", element.called_process),
        ("script", element.script),
        ("assignee", element.assignee),
        ("candidate groups", element.candidate_groups),
        ("candidate users", element.candidate_users),
        ("due date", element.due_date),
        ("event name", element.event.name),
        ("event code", element.event.code),
        ("correlation key", element.event.correlation_key),
        (str(element.event.timer or "condition"), element.event.expression),
    )
    for part, text in texts:
        if text is not None:
            yield ExpressionText(part, text, element)
    for rule in element.inputs:
        yield ExpressionText(f"input mapping {rule.target}", rule.source, element)
    for rule in element.outputs:
        yield ExpressionText(f"output mapping {rule.target}", rule.source, element)
    loop = element.loop
    if isinstance(loop, StandardLoop):
        for part, text in (("loop condition", loop.condition), ("loop maximum", loop.maximum)):
            if text is not None:
                yield ExpressionText(part, text, element)
    elif isinstance(loop, MultiInstance):
        yield ExpressionText("input collection", loop.input_collection, element)
        if loop.output_element is not None:
            yield ExpressionText("output element", loop.output_element, element)
        if loop.completion_condition is not None:
            yield ExpressionText("completion condition", loop.completion_condition, element, extra=COUNTERS)


def written_variables(process: Process, context: DeployContext) -> frozenset[str]:
    """Every variable that the diagram itself may set: results, mappings, loops, and the outputs of its job types."""
    names: set[str] = set()
    for element in process.elements.values():
        if element.result_variable:
            names.add(element.result_variable)
        names.update(rule.target.split(".")[0] for rule in (*element.inputs, *element.outputs))
        if element.loop is not None:
            names.add("loopCounter")
        if isinstance(element.loop, MultiInstance):
            names.update(name for name in (element.loop.input_element, element.loop.output_collection) if name)
        info = context.job_type(element.job_type)
        if info is not None:
            names.update(output.name for output in info.outputs)
    return frozenset(names)
