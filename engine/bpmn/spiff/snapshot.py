"""The state of an instance as compact JSON: live element instances with their variables, no definition, no history.

`{"v": 1, "p": process id, "h": diagram hash, "s": status, "n": last number, "f": final variables, "t": tasks}`;
a task is `[number, parent's number, element, state, phase, notes, kept, variables]`, parents before children.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine.bpmn.spiff.instance import Instance
from engine.bpmn.spiff.task import ElementTask, Phase
from engine.errors import EngineError, ErrorCode, failure
from engine.feel import Value, from_wire, to_wire
from engine.json_text import decode_json, encode_json

if TYPE_CHECKING:
    from engine.bpmn.execution import ExecutionServices
    from engine.bpmn.spiff.definition import ProcessDefinition

FORMAT = 1
_PHASES = list(Phase)


def dump_instance(instance: Instance) -> str:
    workflow = instance.workflow
    active = instance.status == "active"
    state = {
        "v": FORMAT,
        "p": workflow.definition.process_id,
        "h": workflow.definition.diagram_hash,
        "s": instance.status,
        "n": workflow.last_number,
        "f": {} if active else _dump_values(workflow.final_variables),
        "t": [_dump_task(task) for task in _parents_first(workflow.task_tree)] if active else [],
    }
    return encode_json(state)


def mark_of_call(process_id: str) -> str:
    """What the state of every instance holds in which this process runs because a call activity has called it."""
    return f'"process":[{encode_json(process_id)},'


def load_instance(definition: ProcessDefinition, state: str, services: ExecutionServices, instance_id: str) -> Instance:
    """Errors: RUN_STATE when *state* is not what `dump_instance` writes for this definition."""
    instance = Instance(definition, services, instance_id)
    try:
        _restore(instance, decode_json(state))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, EngineError) as cause:
        raise failure(
            ErrorCode.RUN_STATE,
            f"the stored state of instance {instance_id} cannot be read: {type(cause).__name__}: {cause}",
            hint="restore the store from a backup; the state is damaged or was written by another version",
            file=definition.file,
        ) from cause
    return instance


def _parents_first(root: ElementTask) -> Iterator[ElementTask]:
    yield root
    for child in root.children:
        yield from _parents_first(child)


def _dump_values(values: dict[str, Value]) -> dict[str, Any]:
    return {name: to_wire(value) for name, value in values.items()}


def _load_values(data: dict[str, Any]) -> dict[str, Value]:
    return {name: from_wire(value) for name, value in data.items()}


def _dump_task(task: ElementTask) -> list[Any]:
    parent = task.parent
    return [
        task.number,
        None if parent is None else parent.number,
        task.task_spec.name,
        task._state,
        _PHASES.index(task.phase),
        task.notes or 0,
        _dump_values(task.kept) or 0,
        _dump_values(task.variables) or 0,
    ]


def _restore(instance: Instance, data: dict[str, Any]) -> None:
    workflow = instance.workflow
    definition = workflow.definition
    expected = [FORMAT, definition.process_id, definition.diagram_hash]
    if [data["v"], data["p"], data["h"]] != expected:
        raise ValueError(
            f"expected format, process and diagram {expected}, but got {[data['v'], data['p'], data['h']]}"
        )
    workflow.last_number = int(data["n"])
    workflow.completed = data["s"] == "completed"
    workflow.terminated = data["s"] == "terminated"
    workflow.final_variables = _load_values(data["f"])
    by_number: dict[int, ElementTask] = {}
    for record in data["t"]:
        _restore_task(instance, record, by_number)
    if (data["s"] == "active") != bool(by_number):
        raise ValueError(f"an instance that is {data['s']} has {len(by_number)} element instances")
    for task in by_number.values():
        task.task_spec.on_loaded(task)


def _restore_task(instance: Instance, record: list[Any], by_number: dict[int, ElementTask]) -> None:
    number, parent_number, name, state, phase, notes, kept, variables = record
    workflow = instance.workflow
    parent = None if parent_number is None else by_number[parent_number]
    if (parent is None) != (number == 0) or number > workflow.last_number or number in by_number:
        raise ValueError(f"element instance {number} has no place in the tree")
    spec = (workflow.spec if parent is None else parent.task_spec._wf_spec).task_specs.get(name)
    if notes and "process" in notes:
        spec = _called(instance, notes["process"]).spec.start
    if spec is None:
        raise ValueError(f"process {workflow.definition.process_id} has no element {name}")
    task = ElementTask(workflow, spec, parent, state, number)
    task.phase = _PHASES[phase]
    task.notes = notes or {}
    task.kept = _load_values(kept or {})
    task.variables = _load_values(variables or {})
    by_number[number] = task
    if parent is None:
        workflow.task_tree = task


def _called(instance: Instance, reference: list[str]) -> ProcessDefinition:
    process_id, diagram_hash = reference
    try:
        return instance.workflow.services.process(process_id, diagram_hash)
    except EngineError as cause:
        raise ValueError(f"the called process {process_id} ({diagram_hash}) is gone: {cause}") from cause
