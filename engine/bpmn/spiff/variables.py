"""Variable scopes as in Zeebe: an element instance sees its own variables and those of the scopes around it.

A result is written to the innermost scope, from the element outwards, that already has the variable, else to the
outermost scope. A called process is a scope of its own that sees nothing of its caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine.bpmn.effects import VariablesChanged
from engine.feel import Function, Value

if TYPE_CHECKING:
    from engine.bpmn.spiff.task import ElementTask


def scopes(task: ElementTask) -> Iterator[ElementTask]:
    """*task*, the scopes around it, up to the process that it belongs to."""
    scope: ElementTask | None = task
    while scope is not None:
        yield scope
        scope = None if scope.task_spec.is_process else scope.parent


def visible_variables(task: ElementTask) -> dict[str, Value]:
    """All variables that *task* sees; inner ones hide outer ones of the same name."""
    scope: ElementTask | None = task
    while scope is not None and not scope.variables and not scope.task_spec.is_process:
        scope = scope.parent
    if scope is not None and scope.task_spec.is_process:
        return scope.variables.copy()  # most often nothing between the element and its process has variables
    seen: dict[str, Value] = {}
    while scope is not None:
        if scope.variables:
            seen = {**scope.variables, **seen}
        scope = None if scope.task_spec.is_process else scope.parent
    return seen


def set_local(task: ElementTask, changes: Mapping[str, Value]) -> None:
    """Set variables in the scope of *task* itself; nobody changes *changes* any more."""
    if not changes:
        return
    task.variables.update(changes)
    workflow, element = task.workflow, task.task_spec.element
    workflow.variables_changed(changes)
    workflow.effects.append(VariablesChanged(element.id, task.id, element.clauses, changes))


def propagate(task: ElementTask, changes: Mapping[str, Value]) -> None:
    """Write results, beginning at *task*: see the module."""
    while not (task.variables or task.task_spec.is_process or task.parent is None):
        task = task.parent  # what holds no variables has none to change
    if task.task_spec.is_process or task.parent is None:
        set_local(task, changes)
        return
    by_scope: dict[str, tuple[ElementTask, dict[str, Value]]] = {}
    for name, value in changes.items():
        holder = task
        for scope in scopes(task):
            holder = scope
            if name in scope.variables:
                break
        by_scope.setdefault(holder.id, (holder, {}))[1][name] = value
    for holder, part in by_scope.values():
        set_local(holder, part)


MAX_DEPTH = 100


def why_not_storable(value: Value, depth: int = 0) -> str | None:
    """Why *value* cannot be kept in a variable: it holds a function, or is nested too deeply; None when it can."""
    if depth > MAX_DEPTH:
        return f"it is nested more than {MAX_DEPTH} levels deep"
    if isinstance(value, Function):
        return "a function cannot be stored"
    parts = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    for part in parts:
        if isinstance(part, list | dict | Function):
            reason = why_not_storable(part, depth + 1)
            if reason is not None:
                return reason
    return None


def put_at_path(target: str, value: Value, existing: Mapping[str, Value]) -> dict[str, Value]:
    """`{a: ...}` for the mapping target `a.b.c`; entries beside it in an existing context `a` are kept."""
    root, *path = target.split(".")
    return {root: _put(existing.get(root), path, value)}


def _put(old: Value, path: list[str], value: Value) -> Value:
    if not path:
        return value
    entries: dict[str, Value] = dict(old) if isinstance(old, dict) else {}
    entries[path[0]] = _put(entries.get(path[0]), path[1:], value)
    return entries
