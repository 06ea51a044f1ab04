"""User task (BPMN 10.3.4): work for a person, with form, assignment and due date as FEEL or static text."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime

from engine.bpmn.effects import JobCancelled, UserTaskCreated, UserTaskRevised
from engine.bpmn.expressions import Expression, show
from engine.bpmn.instants import as_instant
from engine.bpmn.model import Element
from engine.bpmn.spiff.elements.base import ElementSpec
from engine.bpmn.spiff.process_spec import ProcessSpec
from engine.bpmn.spiff.task import ElementTask
from engine.bpmn.spiff.variables import visible_variables
from engine.feel import Value

USER_TASK = "user_task"


class UserTask(ElementSpec):
    def __init__(self, process_spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(process_spec, element, name)
        self.assignee = self.compile_optional(element.assignee, "assignee")
        self.candidate_groups = self.compile_optional(element.candidate_groups, "candidate groups")
        self.candidate_users = self.compile_optional(element.candidate_users, "candidate users")
        self.due_date = self.compile_optional(element.due_date, "due date")

    def execute(self, task: ElementTask) -> bool:
        variables = visible_variables(task)
        created = {
            "name": self.element.name,
            "form_id": self.element.form_id,
            "assignee": self._person(task, self.assignee, variables),
            "candidate_groups": self._names(task, self.candidate_groups, variables),
            "candidate_users": self._names(task, self.candidate_users, variables),
            "due": self._due(task, variables),
            "variables": variables,
        }
        task.notes[USER_TASK] = True
        task.workflow.report(UserTaskCreated, task, **created)
        return False

    def finish(self, task: ElementTask, result: Mapping[str, Value]) -> None:
        task.notes.pop(USER_TASK, None)
        super().finish(task, result)

    def on_revised(self, task: ElementTask, names: Set[str]) -> None:
        if USER_TASK in task.notes:
            variables = visible_variables(task)
            task.workflow.report(UserTaskRevised, task, due=self._due(task, variables), variables=variables)

    def on_cancel(self, task: ElementTask) -> None:
        if task.notes.pop(USER_TASK, None):
            task.workflow.report(JobCancelled, task)

    def _person(self, task: ElementTask, expression: Expression | None, variables: dict[str, Value]) -> str | None:
        value = None if expression is None else self.evaluate(task, expression, variables)
        if expression is not None and value is not None and not isinstance(value, str):
            raise expression.failure(f"expected the name of a person, but got {show(value)}.", variables)
        return value if isinstance(value, str) else None

    def _names(self, task: ElementTask, expression: Expression | None, variables: dict[str, Value]) -> tuple[str, ...]:
        """A list of strings, or one text with commas."""
        if expression is None:
            return ()
        value = self.wanted(task, expression, "a list of names")
        names = value.split(",") if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise expression.failure(f"expected a list of names, but got {show(value)}.", variables)
        return tuple(name.strip() for name in names if isinstance(name, str) and name.strip())

    def _due(self, task: ElementTask, variables: dict[str, Value]) -> datetime | None:
        if self.due_date is None:
            return None
        value = self.wanted(task, self.due_date, "a date or a date and time")
        due = as_instant(value, task.workflow.services.time_zone)
        if due is None:
            raise self.due_date.failure(f"expected a date or a date and time, but got {show(value)}.", variables)
        return due
