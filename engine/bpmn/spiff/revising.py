"""Values that turned out to be wrong, replaced wherever an instance still holds them; what waits on them waits anew.

Only a value that is still the wrong one is replaced: what a scope has taken since stays. Tokens stay where they are: a
way that was taken on a wrong value is for the diagram to go back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.bpmn.failure import ElementFailure
from engine.bpmn.spiff.variables import set_local
from engine.feel import Value, to_plain

if TYPE_CHECKING:
    from engine.bpmn.spiff.workflow import ProcessWorkflow

Revision = tuple[Sequence[str], Value, Value]
"""A variable, or an entry in a context by its path; what it was, and what it is."""


def holds_any(workflow: ProcessWorkflow, revisions: Iterable[Revision]) -> bool:
    """Whether a scope still holds one of the wrong values."""
    found = list(revisions)
    return any(_changes(task.variables, found) for task in workflow.by_age() if task.variables)


def revise(workflow: ProcessWorkflow, revisions: Iterable[Revision]) -> None:
    """Replace the values, and work out anew when timers and user tasks that rest on them are due."""
    found = list(revisions)
    changed: set[str] = set()
    for task in workflow.by_age():
        changes = _changes(task.variables, found) if task.variables else {}
        set_local(task, changes)
        changed |= changes.keys()
    for task in workflow.by_age() if changed else ():
        try:
            task.task_spec.on_revised(task, changed)
        except ElementFailure as failure:
            workflow.fail(task, failure.problem)
    workflow.run_to_rest()


def _changes(variables: Mapping[str, Value], revisions: Sequence[Revision]) -> dict[str, Value]:
    changes: dict[str, Value] = {}
    for (name, *path), was, now in revisions:
        if name not in variables:
            continue
        before = changes.get(name, variables[name])
        after = _replaced(before, path, was, now)
        if after is not before:
            changes[name] = after
    return changes


def _replaced(value: Value, path: Sequence[str], was: Value, now: Value) -> Value:
    """*value* itself where it does not hold *was* at the end of *path*."""
    if not path:
        return now if to_plain(value) == to_plain(was) else value
    if not isinstance(value, dict) or path[0] not in value:
        return value
    inner = _replaced(value[path[0]], path[1:], was, now)
    return value if inner is value[path[0]] else {**value, path[0]: inner}
