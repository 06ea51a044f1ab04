"""One command in the making: its transaction, the instances it has woken, and what is still to be done.

A command acts on instances, writes what they answer, and goes on until nothing is left to do inside it: inline jobs,
messages that a job published, buffered messages that an element now waits for. Then the woken instances are saved and
the transaction commits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.bpmn import Effect, Execution, InstanceStatus, ProcessDefinition
from engine.errors import ErrorCode, Problem, failure
from engine.feel import Value
from engine.handlers.contract import Actor, HandlerDefinition
from engine.law import LawPackage
from engine.runtime.attempt import BEGUN, NONE, WRITING
from engine.runtime.log_kinds import LogKind
from engine.runtime.packages import DeployedPackage, Packages, active_process
from engine.runtime.services import InstanceServices
from engine.runtime.settings import Settings
from engine.runtime.values import stored
from engine.store import InstanceRow, Transaction

ACTIVE = InstanceStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class Parts:
    """What every command of an engine shares. Effects that are `only_logged` write no rows but those of the log."""

    packages: Packages
    handlers: Mapping[str, HandlerDefinition]
    settings: Settings
    writers: Mapping[type[Effect], Callable[[Command, LiveInstance, Any], None]]
    only_logged: frozenset[type[Effect]] = frozenset()
    package_checks: Sequence[Callable[[LawPackage], Iterable[Problem]]] = ()


@dataclass(slots=True)
class LiveInstance:
    """A process instance that this command has in memory.

    `saved` is the snapshot that the store holds; one that is `unwritten` has no row there yet. What a suspended
    instance asks for is held until it is resumed.
    `waiting_jobs` are element instances with an inline job that is still to be run.
    """

    id: str
    process_id: str
    package_id: str
    execution: Execution
    case_id: str | None
    definition: ProcessDefinition
    started_at: datetime
    start_key: str | None = None
    saved: str = ""
    suspended: bool = False
    waiting_jobs: set[str] = field(default_factory=set)
    jobs_run: int = 0
    unwritten: bool = False


class Command:
    """See the module. `tx.now` is the one instant of the whole command."""

    def __init__(self, tx: Transaction, actor: Actor, parts: Parts) -> None:
        self.tx = tx
        self.now = tx.now
        self.actor = actor
        self.parts = parts
        self.settings = parts.settings
        self.agenda: deque[Callable[[], object]] = deque()
        self.incidents_raised = 0
        self._live: dict[str, LiveInstance] = {}
        self.entries = tx.log.pending
        self.attempt_state = NONE

    def package(self, package_id: str) -> DeployedPackage:
        return self.parts.packages.latest(self.tx, package_id)

    # ---- instances -------------------------------------------------------------------------------------------

    def begin(
        self,
        process_id: str,
        variables: Mapping[str, Value],
        *,
        start_event_id: str | None = None,
        case_id: str | None = None,
        start_key: str | None = None,
    ) -> LiveInstance:
        """Start an instance of the active version of a process, in the case when one is given."""
        version = active_process(self.tx, process_id)
        definition = self.parts.packages.definition(self.tx, process_id, version.hash)
        instance_id = self.tx.new_id("instance")
        wanted = case_id is not None or start_key is not None
        if wanted:
            row = (instance_id, process_id, version.hash, version.package_id, case_id, start_key)
            self.tx.instances.add(InstanceRow(*row, ACTIVE, "", self.now, None))
        if case_id is not None:
            self.tx.cases.link(case_id, instance_id, self.now)
        self.record(
            LogKind.INSTANCE_STARTED,
            {
                "process_id": process_id,
                "name": version.name,
                "version": version.version,
                "diagram": version.hash,
                "start_event_id": start_event_id,
                "start_key": start_key,
                "variables": stored(variables),
            },
            instance_id=instance_id,
            case_id=case_id,
        )
        services = InstanceServices(self.tx, self.parts.packages, version.package_id)
        execution = Execution.start(
            definition, variables, services, instance_id=instance_id, start_event_id=start_event_id
        )
        live = LiveInstance(instance_id, process_id, version.package_id, execution, case_id, definition, self.now)
        live.start_key, live.unwritten = start_key, not wanted
        self._live[instance_id] = live
        self.take_effects(live)
        return live

    def write_row(self, live: LiveInstance, status: str = ACTIVE, state: str = "") -> None:
        """Give the instance its row, because another row is about to refer to it; an instance that ends in the command
        that began it needs it only at the end."""
        if live.unwritten:
            row = (live.id, live.process_id, live.definition.diagram_hash, live.package_id, live.case_id, None)
            ended_at = None if status == ACTIVE else self.now
            self.tx.instances.add(InstanceRow(*row, status, state, live.started_at, ended_at))
            live.unwritten = False

    def load(self, instance_id: str, *, suspended_too: bool = False) -> LiveInstance:
        """Wake an instance. Errors: RUN_NOT_FOUND; RUN_STATE when it has ended, or is suspended."""
        live = self._live.get(instance_id)
        if live is None:
            row = self.tx.instances.get(instance_id)
            if row is None:
                raise failure(ErrorCode.RUN_NOT_FOUND, f'no process instance "{instance_id}" is stored.')
            if row.status != ACTIVE:
                raise failure(
                    ErrorCode.RUN_STATE,
                    f'the process instance "{instance_id}" of {row.process_id} is {row.status}.',
                    hint="only an active instance takes commands",
                )
            definition = self.parts.packages.definition(self.tx, row.process_id, row.hash)
            services = InstanceServices(self.tx, self.parts.packages, row.package_id)
            execution = Execution.load(definition, row.state, services, instance_id=instance_id)
            live = LiveInstance(
                instance_id,
                row.process_id,
                row.package_id,
                execution,
                row.case_id,
                definition,
                row.started_at,
                row.start_key,
                saved=row.state,
            )
            live.suspended = row.suspended_at is not None
            self._live[instance_id] = live
        if live.suspended and not suspended_too:
            raise failure(
                ErrorCode.RUN_STATE,
                f'the process instance "{instance_id}" of {live.process_id} is suspended.',
                hint="resume it first",
            )
        return live

    def case_of(self, instance_id: str) -> str | None:
        """The case of an instance that this command has woken."""
        return self._live[instance_id].case_id

    def act(self, live: LiveInstance, call: Callable[[Execution], None]) -> None:
        """Let the instance run, and write everything that it answers."""
        call(live.execution)
        self.take_effects(live)

    def take_effects(self, live: LiveInstance) -> None:
        """Write what the instance has answered since the last time."""
        writers, only_logged = self.parts.writers, self.parts.only_logged
        for effect in live.execution.take_effects():
            kind = type(effect)
            if live.unwritten and kind not in only_logged:
                self.write_row(live)
            writers[kind](self, live, effect)

    # ---- the log ---------------------------------------------------------------------------------------------

    def record(
        self,
        kind: LogKind,
        data: Mapping[str, Any],
        *,
        live: LiveInstance | None = None,
        instance_id: str | None = None,
        case_id: str | None = None,
        element_id: str | None = None,
    ) -> int:
        """Append to the audit log, and tell the entry's place among those of this command.

        *data* is plain JSON that nobody changes later; its order is kept.
        """
        if live is not None:
            instance_id, case_id = live.id, case_id or live.case_id
        return self.tx.log.append(kind, data, case_id=case_id, instance_id=instance_id, element_id=element_id)

    # ---- to rest, and to the store ---------------------------------------------------------------------------

    def settle(self) -> None:
        """Do everything that is still to be done inside this command."""
        while self.agenda:
            self.agenda.popleft()()

    def before_writing(self) -> None:
        """Rows are about to be written that an `Attempt` may have to undo."""
        if self.attempt_state is BEGUN:
            for live in self._live.values():
                self.write_row(live)
            self.tx.connection.execute("SAVEPOINT attempt")
            self.attempt_state = WRITING

    def save(self) -> None:
        """Write the snapshot of every instance that was woken."""
        for live in self._live.values():
            status, state = live.execution.status, live.execution.dump()
            if live.unwritten:
                self.write_row(live, status, state)
            elif status != ACTIVE:
                self.tx.instances.end(live.id, status=status, state=state, at=self.now)
            elif state != live.saved:
                self.tx.instances.save(live.id, state)
