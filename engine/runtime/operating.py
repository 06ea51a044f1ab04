"""What an operator does to running instances, each time with a reason for the log. Part of the facade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from engine.errors import ErrorCode
from engine.feel import Value
from engine.handlers.contract import Actor
from engine.runtime import intervention, migration, repair
from engine.runtime.command import Command
from engine.runtime.erasure import Erasing
from engine.runtime.told import refuse_numbers
from engine.runtime.values import checked_reason, checked_text, checked_variables
from engine.runtime.views import IncidentView, InstanceView, MigrationPlan


class Operating(Erasing):
    """The part of the facade that repairs: incidents, suspension, moved tokens, migration."""

    if TYPE_CHECKING:

        def _command(self, actor: Actor) -> AbstractContextManager[Command]: ...

    def resolve_incident(
        self,
        incident_id: str,
        actor: Actor,
        *,
        variables: Mapping[str, Value] | None = None,
        reason: str = "",
    ) -> IncidentView:
        """Run again what had stopped, with *variables* changed where given.

        Errors: RUN_NOT_FOUND, RUN_STATE when it is not open, JOB_INPUT.
        """
        given = self._variables(variables or {}, "the variables of the repair")
        checked_text(reason, code=ErrorCode.JOB_INPUT, whose="the reason")
        with self._command(actor) as command:
            refuse_numbers(command, {**given, "reason": reason})
            repair.resolve_incident(command, incident_id, given, reason)
        return self.incident(incident_id)

    def cancel_instance(self, instance_id: str, actor: Actor, *, reason: str = "") -> InstanceView:
        """End an active instance. Errors: RUN_NOT_FOUND, RUN_STATE."""
        checked_text(reason, code=ErrorCode.JOB_INPUT, whose="the reason")
        with self._command(actor) as command:
            refuse_numbers(command, {"reason": reason})
            repair.cancel_instance(command, instance_id, reason)
        return self.instance(instance_id)

    def suspend_instance(self, instance_id: str, actor: Actor, *, reason: str) -> InstanceView:
        """Let an instance lie still: it takes no timers, messages, jobs and tasks. Errors: RUN_NOT_FOUND, RUN_STATE."""
        with self._command(actor) as command:
            intervention.suspend_instance(command, instance_id, _reason(command, reason))
        return self.instance(instance_id)

    def resume_instance(
        self, instance_id: str, actor: Actor, *, reason: str, credit_timers: bool = False
    ) -> InstanceView:
        """Let a suspended instance go on; with *credit_timers* each timer is due later by the time it lay still.

        Errors: RUN_NOT_FOUND, RUN_STATE when it is not suspended.
        """
        with self._command(actor) as command:
            intervention.resume_instance(command, instance_id, _reason(command, reason), credit_timers=credit_timers)
        return self.instance(instance_id)

    def move_token(
        self, instance_id: str, element_instance_id: str, element_id: str, actor: Actor, *, reason: str
    ) -> InstanceView:
        """Cancel an element instance and put its token on *element_id*, in the same scope.

        Errors: RUN_NOT_FOUND, RUN_STATE; RUN_MOVE with the reason where it cannot stand there.
        """
        with self._command(actor) as command:
            intervention.move_token(command, instance_id, element_instance_id, element_id, _reason(command, reason))
        return self.instance(instance_id)

    def migrate(
        self,
        process_id: str,
        actor: Actor,
        *,
        reason: str,
        version: int | None = None,
        mapping: Mapping[str, str] | None = None,
        instance_ids: Sequence[str] | None = None,
        limit: int = 10_000,
    ) -> MigrationPlan:
        """Carry out what `plan_migration` shows, in one transaction. Errors: as there; JOB_INPUT without a reason."""
        with self._command(actor) as command:
            return migration.apply_migration(
                command,
                process_id,
                version=version,
                mapping=mapping or {},
                instance_ids=instance_ids,
                limit=limit,
                reason=_reason(command, reason),
            )

    def _variables(self, given: object, whose: str) -> dict[str, Value]:
        allowed = self._parts.settings.result_bytes
        return checked_variables(given, code=ErrorCode.JOB_INPUT, whose=whose, bytes_allowed=allowed)


def _reason(command: Command, given: object) -> str:
    """Errors: JOB_INPUT without a reason, LAW_HIDDEN_NUMBER for one that holds the number of a person."""
    reason = checked_reason(given)
    refuse_numbers(command, {"reason": reason})
    return reason
