"""The life of an element instance, shared by all elements: enter, begin, execute, output, choose, leave.

Each phase may fail; the instance then stops with an incident and a retry goes on at that phase. What happens before
a phase is never done twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, ClassVar

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.effects import ElementActivated, ElementCompleted, ElementTerminated, SequenceFlowTaken
from engine.bpmn.expressions import Expression, describe_variables, read_expression
from engine.bpmn.failure import ElementFailure
from engine.bpmn.model import Element, ElementType, MappingRule, SequenceFlow
from engine.bpmn.spiff.elements.asking import Asking
from engine.bpmn.spiff.task import BEGIN, CHOOSE, ENTER, EXECUTE, OUTPUT, ElementTask
from engine.bpmn.spiff.variables import (
    propagate,
    put_at_path,
    set_local,
    visible_variables,
)
from engine.errors import ErrorCode, Location, Problem
from engine.feel import Value

if TYPE_CHECKING:
    from engine.bpmn.spiff.elements.boundary_event import BoundaryEvent
    from engine.bpmn.spiff.elements.event_sub_process import EventSubProcess
    from engine.bpmn.spiff.process_spec import ProcessSpec

RESULT = "result"
INITIAL = "initial"  # the variables that an element instance is born with


class ElementSpec(Asking, BpmnTaskSpec):
    """One element of one process. Shared by all instances: nothing here changes after compiling."""

    is_process: ClassVar[bool] = False
    listens: ClassVar[bool] = False  # a waiting task of this element is armed, not a token
    event_sub_processes: tuple[EventSubProcess, ...] = ()  # those of a scope
    holds_alternatives: ClassVar[bool] = False  # tasks below are alternatives of an event-based gateway

    _wf_spec: ProcessSpec

    def __init__(self, process_spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(process_spec, name or element.id, documentation=element.documentation)
        self.bpmn_id, self.bpmn_name = element.id, element.name
        self.element = element
        self.announced_type: ElementType = self.announce(element)
        self.flows: tuple[SequenceFlow, ...] = ()
        self.conditions: dict[str, Expression] = {}
        self.boundary: tuple[BoundaryEvent, ...] = ()
        self.input_rules = self._compile_rules(element.inputs, "input mapping")
        self.output_rules = self._compile_rules(element.outputs, "output mapping")

    # ---- compiling -----------------------------------------------------------------------------------------------

    def compile(self, text: str, part: str) -> Expression:
        file = self._wf_spec.definition.file
        return read_expression(text, Location(file=file, element_id=self.element.id, part=part))

    def compile_optional(self, text: str | None, part: str) -> Expression | None:
        return None if text is None else self.compile(text, part)

    def _compile_rules(self, rules: tuple[MappingRule, ...], part: str) -> list[tuple[Expression, str]]:
        return [(self.compile(rule.source, f"{part} {rule.target}"), rule.target) for rule in rules]

    def connect_flows(self, flows: tuple[SequenceFlow, ...]) -> None:
        """Called once all elements exist: the sequence flows out of this element, in document order."""
        self.flows = flows
        for flow in flows:
            self.connect(self._wf_spec.task_specs[flow.target])
            if flow.condition is not None:
                self.conditions[flow.id] = self.compile(flow.condition, f"condition of {flow.id}")

    def announce(self, element: Element) -> ElementType:
        """The type under which the log knows what tasks of this spec do."""
        return element.type

    def test(self) -> None:
        # spiff: stock demands an input for each spec; the reader has checked the graph already
        return

    # ---- phases ----------------------------------------------------------------------------------------------------

    def _update(self, task: ElementTask) -> None:
        # spiff: stock also builds the possible future of each task; here only what has happened is in the tree
        if self._update_hook(task):
            task.make_ready()

    def _update_hook(self, task: ElementTask) -> bool:
        """A token arrives. True = run it; a join that has to wait answers False."""
        return True

    def _run_hook(self, task: ElementTask) -> bool | None:
        """Take *task* as far as it goes: True when it is complete, None when it waits."""
        if task.phase is ENTER:
            element = self.element
            task.workflow.effects.append(
                ElementActivated(element.id, task.id, element.clauses, self.announced_type, element.name)
            )
            task.phase = BEGIN
        if task.phase is BEGIN:
            if task.kept or self.input_rules or self.boundary:
                self.begin(task)
            task.phase = EXECUTE
        if task.phase is EXECUTE:
            if not self.execute(task) or task._state == CANCELLED:
                return None
            task.phase = OUTPUT
        if task.phase is OUTPUT:
            if self.output_rules or task.kept:
                self.write_outputs(task)
            task.phase = CHOOSE
        task.chosen = self.choose(task)
        return True

    def begin(self, task: ElementTask) -> None:
        """Input mappings, then the boundary events are armed: all of them or none."""
        initial = task.kept.pop(INITIAL, None)
        if isinstance(initial, dict):
            set_local(task, initial)
        if self.input_rules:
            self.read_inputs(task)
        if not self.boundary:
            return
        try:
            for boundary in self.boundary:
                boundary.arm_at(task)
        except ElementFailure:
            task.cancel_children()
            raise

    def execute(self, task: ElementTask) -> bool:
        """The element's own work. False = it goes on when something from outside arrives (`finish`)."""
        return True

    def finish(self, task: ElementTask, result: Mapping[str, Value]) -> None:
        """What a waiting element waited for has come."""
        task.kept[RESULT] = dict(result)
        task.make_ready(OUTPUT)

    def choose(self, task: ElementTask) -> Sequence[SequenceFlow]:
        """The flows out that are taken: the unconditional ones, and those whose condition is true, else the default."""
        if not self.conditions and self.element.default_flow is None:
            return self.flows
        variables = visible_variables(task)
        true_ones = {flow_id for flow_id in self.conditions if self.is_true(task, flow_id, variables)}
        default = self.element.default_flow
        taken = [
            flow
            for flow in self.flows
            if flow.id in true_ones
            or (flow.id == default and not true_ones)
            or (flow.id not in self.conditions and flow.id != default)
        ]
        if not taken:
            raise self.no_flow(variables)
        return taken

    # ---- helpers for phases ------------------------------------------------------------------------------------------

    def read_inputs(self, task: ElementTask) -> None:
        """zeebe:ioMapping inputs become local variables; a later one sees the earlier ones."""
        local: dict[str, Value] = {}
        outer = visible_variables(task)
        for expression, target in self.input_rules:
            value = self.evaluate(task, expression, {**outer, **local})
            local.update(put_at_path(target, value, local))
        set_local(task, local)

    def write_outputs(self, task: ElementTask) -> None:
        """The result reaches the scopes: through the output mappings where there are any, else as it is.

        As with inputs, a later mapping sees the earlier ones.
        """
        result = task.kept.get(RESULT)
        values: dict[str, Value] = result if isinstance(result, dict) else {}
        if self.output_rules:
            visible = {**visible_variables(task), **values}
            mapped: dict[str, Value] = {}
            for expression, target in self.output_rules:
                seen = {**visible, **mapped}
                value = self.evaluate(task, expression, seen)
                mapped.update(put_at_path(target, value, seen))
            propagate(task.parent or task, mapped)
        elif values:
            propagate(task, values)
        task.kept.pop(RESULT, None)

    def is_true(self, task: ElementTask, flow_id: str, variables: dict[str, Value]) -> bool:
        return self.ask(task, self.conditions[flow_id], variables)

    def no_flow(self, variables: dict[str, Value]) -> ElementFailure:
        """No way out: names the element, its conditions and the variables they used."""
        asked = "; ".join(
            f"{flow.name or flow.id}: {self.conditions[flow.id].text.lstrip().removeprefix('=').strip()}"
            for flow in self.flows
            if flow.id in self.conditions
        )
        names = frozenset[str]().union(*(condition.names for condition in self.conditions.values()))
        return ElementFailure(
            Problem(
                ErrorCode.BPMN_NO_FLOW,
                f'no condition out of "{self.element.label}" is true ({asked}) and it has no default flow.'
                f"{describe_variables(names, variables)}",
                hint="correct the variables and retry, or draw a default flow in a new version",
            )
        )

    # ---- leaving -----------------------------------------------------------------------------------------------------

    def _on_complete_hook(self, task: ElementTask) -> None:
        element = self.element
        task.workflow.effects.append(
            ElementCompleted(element.id, task.id, element.clauses, self.announced_type, element.name)
        )
        if task.inside:
            task.cancel_children()
        self.take(task, task.chosen)

    def take(self, task: ElementTask, flows: Sequence[SequenceFlow]) -> None:
        """Put a token on the target of each flow."""
        scope = task.parent
        for flow in flows:
            self.report_flow(task, flow)
            if scope is not None:
                scope.add_token(self._wf_spec.task_specs[flow.target], via=flow.id)

    def report_flow(self, task: ElementTask, flow: SequenceFlow) -> None:
        element = self.element
        task.workflow.effects.append(SequenceFlowTaken(element.id, task.id, element.clauses, flow.id, flow.name))

    def _on_cancel(self, task: ElementTask) -> None:
        self.on_cancel(task)
        if task.phase is not ENTER and not task.notes.get("listener"):
            task.workflow.report(ElementTerminated, task, element_type=self.announced_type, name=self.element.name)

    def on_cancel(self, task: ElementTask) -> None:
        """Withdraw what *task* has asked the outside for."""

    # ---- hooks that most elements do not need ------------------------------------------------------------------------

    def on_child_gone(self, task: ElementTask) -> None:
        """A task inside *task* has completed or was interrupted."""

    def ask_condition(self, task: ElementTask, changed: Set[str] | None) -> None:
        """Variables *changed* (None: just armed) while *task* waits for a condition."""

    def join_at_rest(self, task: ElementTask) -> bool:
        """True when *task* was a waiting join that now goes on."""
        return False

    def on_revised(self, task: ElementTask, names: Set[str]) -> None:
        """Variables of these *names* were put right while *task* is active or armed."""

    def on_loaded(self, task: ElementTask) -> None:
        """*task* was restored from a snapshot."""


WAITING, STARTED, CANCELLED = TaskState.WAITING, TaskState.STARTED, TaskState.CANCELLED
