"""A part of a command that leaves no trace when it raises: neither rows nor entries nor work."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.runtime.command import Command, LiveInstance


class AttemptState(Enum):
    NONE = "none"
    BEGUN = "begun"
    WRITING = "writing"


NONE, BEGUN, WRITING = AttemptState


class Attempt:
    """See the module: `with Attempt(command, live): ...`.

    Whatever writes rows in it says `Command.before_writing` first: most handlers write none, and need no savepoint.
    """

    __slots__ = ("_agenda", "_case_id", "_changes", "_command", "_live", "_mark")

    def __init__(self, command: Command, live: LiveInstance) -> None:
        self._command = command
        self._live = live
        self._mark = command.tx.log.mark()
        self._agenda = len(command.agenda)
        self._case_id = live.case_id
        self._changes = command.tx.connection.total_changes

    def __enter__(self) -> None:
        self._command.attempt_state = BEGUN

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        command, state = self._command, self._command.attempt_state
        command.attempt_state = NONE
        if kind is not None:
            self._undo(state)
        elif state is WRITING:
            command.tx.connection.execute("RELEASE attempt")

    def _undo(self, state: AttemptState) -> None:
        command, connection = self._command, self._command.tx.connection
        if state is WRITING and connection.in_transaction:
            connection.execute("ROLLBACK TO attempt")
            connection.execute("RELEASE attempt")
            command.tx.forget()
        elif connection.total_changes != self._changes and connection.in_transaction:
            raise AssertionError("rows were written in an attempt without a savepoint")
        command.tx.log.go_back_to(self._mark)
        self._live.case_id = self._case_id
        while len(command.agenda) > self._agenda:
            command.agenda.pop()
