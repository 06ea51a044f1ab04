"""Two people where the law has two: whoever acted in a matter before does not decide on it.

A form says so by its property `not_by`, an element that waits for a message by the zeebe property of that name: the
variable that lists who acted before, or names one person. Whatever door somebody comes by, a task, an event or a
message, they are refused before anything is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import ErrorCode, failure
from engine.feel import Value
from engine.law import Form

if TYPE_CHECKING:
    from engine.runtime.command import Command, LiveInstance
    from engine.runtime.packages import Packages
    from engine.store import JobRow, Snapshot, SubscriptionRow

NOT_BY = "not_by"


def check_task(command: Command, task: JobRow) -> None:
    """Errors: TASK_FOUR_EYES when the actor may not do this user task."""
    form = form_of(command.tx, command.parts.packages, task)
    if form is not None and form.not_by:
        _check(command, form.not_by, task.variables.get(form.not_by), task.element_name, task.element_id)


def check_message(command: Command, live: LiveInstance, waiting: SubscriptionRow) -> None:
    """Errors: TASK_FOUR_EYES when the actor may not send this message to the element that waits for it."""
    element = live.execution.element(waiting.element_instance_id)
    name = element.properties.get(NOT_BY)
    if name:
        earlier = live.execution.visible_variables(waiting.element_instance_id).get(name)
        _check(command, name, earlier, element.label, element.id)


def takes_from_anybody(live: LiveInstance, element_instance_id: str) -> bool:
    """Whether a message that was kept may go to this element: of such a one nobody knows any more who sent it."""
    return not live.execution.element(element_instance_id).properties.get(NOT_BY)


def form_of(snapshot: Snapshot, packages: Packages, task: JobRow) -> Form | None:
    """The form of a user task, of the latest version of its law."""
    instance = snapshot.instances.heading(task.instance_id)
    law = None if instance is None else packages.latest(snapshot, instance.package_id).law
    return None if law is None or task.form_id is None else law.forms.get(task.form_id)


def _check(command: Command, name: str, earlier: Value, what: str, element_id: str) -> None:
    if earlier is None:
        raise failure(
            ErrorCode.TASK_FOUR_EYES,
            f'nobody can tell who acted in this matter before "{what}": the variable "{name}" has no value.',
            hint="set it before the element is reached; an empty list says that nobody did",
            element_id=element_id,
        )
    if command.actor.id in (earlier if isinstance(earlier, list) else [earlier]):
        raise failure(
            ErrorCode.TASK_FOUR_EYES,
            f'{command.actor.id} acted in this matter before: another person does "{what}".',
            hint="leave it to somebody who had no part in the matter",
            element_id=element_id,
        )
