"""What an execution and a handler may ask of the engine. All of it reads; only counted numbers are written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from engine.bpmn import ProcessDefinition
from engine.calendars import BusinessCalendar
from engine.dmn import DecisionResult
from engine.errors import ErrorCode, failure
from engine.feel import Value, to_wire
from engine.handlers.contract import Association, CaseView
from engine.handlers.steps import Step
from engine.law import LawPackage
from engine.runtime.associations import FOUND_AT_MOST, association_of, sign
from engine.runtime.case_steps import steps_of_case
from engine.runtime.case_view import build_case_view
from engine.runtime.log_kinds import LogKind
from engine.runtime.packages import DeployedPackage, Packages, active_process
from engine.runtime.settings import Settings
from engine.store import InstanceHeading, Snapshot, Store

if TYPE_CHECKING:
    from engine.runtime.command import Command, LiveInstance


class InstanceServices:
    """The `ExecutionServices` of one instance: the latest deployment of its package, at the instant of the snapshot."""

    def __init__(self, snapshot: Snapshot, packages: Packages, package_id: str) -> None:
        self._snapshot = snapshot
        self._packages = packages
        self._package_id = package_id

    @cached_property
    def _package(self) -> DeployedPackage:
        return self._packages.latest(self._snapshot, self._package_id)

    @property
    def time_zone(self) -> ZoneInfo:
        return self._package.time_zone

    def now(self) -> datetime:
        return self._snapshot.now

    def decide(self, decision_id: str, inputs: Mapping[str, Value]) -> DecisionResult:
        package = self._package
        return package.library.evaluate(decision_id, inputs, now=package.local(self._snapshot.now))

    def process(self, process_id: str, definition_hash: str | None) -> ProcessDefinition:
        wanted = definition_hash or active_process(self._snapshot, process_id).hash
        return self._packages.definition(self._snapshot, process_id, wanted)


class RecordLookups(ABC):
    """Look-ups that inline and worker handlers share: search keys, associations, signatures."""

    @property
    @abstractmethod
    def _view(self) -> Snapshot: ...

    @property
    @abstractmethod
    def _law_id(self) -> str: ...

    @property
    @abstractmethod
    def _settings(self) -> Settings: ...

    def cases_by_search_key(self, case_type: str, search_key: str) -> tuple[CaseView, ...]:
        found = self._view.search_keys.find(self._law_id, case_type, search_key, limit=FOUND_AT_MOST)
        return tuple(build_case_view(self._view, case_id) for case_id in found)

    def association(self, case_type: str, key: str, holder: str) -> Association | None:
        case = self._view.cases.with_key(self._law_id, case_type, key)
        row = None if case is None else self._view.associations.in_force(case.id, holder)
        return None if row is None else association_of(row)

    def steps_of_case(self, case_id: str) -> tuple[Step, ...]:
        return steps_of_case(self._view, case_id)

    def sign(self, purpose: str, text: str) -> str:
        return sign(self._settings, self._view, purpose, text)

    @property
    def public_url(self) -> str:
        return self._settings.public_url


class HandlerServices(RecordLookups):
    """The `Services` of an inline handler: it sees the transaction, and its decisions enter the log."""

    def __init__(self, command: Command, live: LiveInstance, element_id: str) -> None:
        self._command = command
        self._live = live
        self._element_id = element_id

    @property
    def _view(self) -> Snapshot:
        return self._command.tx

    @property
    def _law_id(self) -> str:
        return self._live.package_id

    @property
    def _settings(self) -> Settings:
        return self._command.settings

    @property
    def time_zone(self) -> ZoneInfo:
        return self._command.package(self._live.package_id).time_zone

    def law(self) -> LawPackage:
        return self._command.package(self._live.package_id).require_law()

    def calendar(self) -> BusinessCalendar:
        return self.law().calendar

    def case(self) -> CaseView | None:
        return None if self._live.case_id is None else build_case_view(self._command.tx, self._live.case_id)

    def case_by_key(self, case_type: str, key: str) -> CaseView | None:
        row = self._command.tx.cases.with_key(self._live.package_id, case_type, key)
        return None if row is None else build_case_view(self._command.tx, row.id)

    def actors_of_case(self, case_id: str) -> tuple[str, ...]:
        return self._command.tx.log.actors_of_kind(LogKind.TASK_COMPLETED, case_id=case_id)

    def decide(self, decision_id: str, inputs: Mapping[str, Value]) -> DecisionResult:
        package = self._command.package(self._live.package_id)
        result = package.library.evaluate(decision_id, inputs, now=package.local(self._command.now))
        record_decision(self._command, self._live, self._element_id, decision_id, result, asked_by="handler")
        return result

    def next_number(self, queue: str) -> int:
        self._command.before_writing()
        return self._command.tx.next_number(queue)

    def new_id(self, kind: str) -> str:
        self._command.before_writing()
        return self._command.tx.new_id(kind)


class WorkerServices(RecordLookups):
    """The `Services` of a worker handler, which runs outside any transaction: a snapshot, and no numbers.

    The snapshot is opened when it is first asked for; `close` ends it.
    """

    def __init__(
        self, store: Store, packages: Packages, instance: InstanceHeading, key: str, settings: Settings
    ) -> None:
        self._store = store
        self._packages = packages
        self._instance = instance
        self._key = key
        self._ids = 0
        self._open: ExitStack | None = None
        self._opened: Snapshot | None = None
        self._worker_settings = settings

    @property
    def _view(self) -> Snapshot:
        return self._snapshot

    @property
    def _law_id(self) -> str:
        return self._instance.package_id

    @property
    def _settings(self) -> Settings:
        return self._worker_settings

    def close(self) -> None:
        if self._open is not None:
            self._open.close()

    @property
    def _snapshot(self) -> Snapshot:
        if self._opened is None:
            self._open = ExitStack()
            self._opened = self._open.enter_context(self._store.read())
        return self._opened

    @property
    def _package(self) -> DeployedPackage:
        return self._packages.latest(self._snapshot, self._instance.package_id)

    @property
    def time_zone(self) -> ZoneInfo:
        return self._package.time_zone

    def law(self) -> LawPackage:
        return self._package.require_law()

    def calendar(self) -> BusinessCalendar:
        return self.law().calendar

    def case(self) -> CaseView | None:
        case_id = self._instance.case_id
        return None if case_id is None else build_case_view(self._snapshot, case_id)

    def case_by_key(self, case_type: str, key: str) -> CaseView | None:
        row = self._snapshot.cases.with_key(self._instance.package_id, case_type, key)
        return None if row is None else build_case_view(self._snapshot, row.id)

    def actors_of_case(self, case_id: str) -> tuple[str, ...]:
        return self._snapshot.history.actors_of_kind(LogKind.TASK_COMPLETED, case_id=case_id)

    def decide(self, decision_id: str, inputs: Mapping[str, Value]) -> DecisionResult:
        package = self._package
        return package.library.evaluate(decision_id, inputs, now=package.local(self._snapshot.now))

    def next_number(self, queue: str) -> int:
        raise failure(
            ErrorCode.JOB_FAILED,
            f'a worker handler asked for a number of the queue "{queue}".',
            hint="numbers are drawn inside a transaction: use an inline handler",
        )

    def new_id(self, kind: str) -> str:
        """The same ids at every attempt of the job."""
        self._ids += 1
        return f"{kind}-{self._key}-{self._ids}"


def record_decision(
    command: Command,
    live: LiveInstance,
    element_id: str,
    decision_id: str,
    result: DecisionResult,
    *,
    asked_by: str,
) -> None:
    """Keep an evaluation with its audit record: inputs as used, rules that fired, hashes of the models.

    *asked_by* is `element` for a business rule task, `handler` for a handler.
    """
    command.record(
        LogKind.DECISION_EVALUATED,
        {
            "decision_id": decision_id,
            "asked_by": asked_by,
            "value": to_wire(result.value),
            "clauses": list(result.audit.clauses),
            "audit": result.audit.as_data(),
            "exact_inputs": exact_inputs(result.audit.inputs),
            "warnings": [warning.as_data() for warning in result.warnings],
        },
        live=live,
        element_id=element_id,
    )


def exact_inputs(inputs: Mapping[str, Value]) -> dict[str, Any]:
    """The inputs that the words of the audit record leave open (places of a number, whether a text was a date), stored
    exactly, so that the evaluation can be repeated."""
    stored = {name: to_wire(value) for name, value in inputs.items()}
    return {name: wire for name, wire in stored.items() if wire != inputs[name]}
