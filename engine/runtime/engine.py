"""The facade: every command and every question that the world may put to the engine.

One command is one transaction of the store: state, log, jobs, timers, subscriptions, messages, notices and case
records change together or not at all. Every command carries an `Actor`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.feel import Value
from engine.handlers.contract import Actor
from engine.runtime.views import (
    CaseRecord,
    DeadlineRecord,
    DecisionRecord,
    Deployment,
    EventResult,
    IncidentView,
    InstanceView,
    LedgerRecord,
    MessageResult,
    NoticeView,
    TimelineEntry,
    UserTaskView,
    VerifyReport,
)

if TYPE_CHECKING:
    from engine.law import LawPackage


class Engine:
    """Built by `engine.wiring.open_engine`; safe to share among threads."""

    # ---- deployment ----
    def deploy(self, package: LawPackage, actor: Actor) -> Deployment: ...
    def deploy_files(self, files: Mapping[str, bytes], actor: Actor) -> Deployment: ...
    def packages(self) -> list[Deployment]: ...
    def package(self, package_id: str) -> LawPackage: ...

    # ---- commands ----
    def start_process(self, process_id: str, variables: Mapping[str, Value], actor: Actor) -> InstanceView: ...
    def publish_message(
        self,
        name: str,
        key: str,
        variables: Mapping[str, Value],
        actor: Actor,
        *,
        message_id: str | None = None,
        time_to_live: timedelta | None = None,
    ) -> MessageResult: ...
    def broadcast_signal(self, name: str, variables: Mapping[str, Value], actor: Actor) -> tuple[str, ...]: ...
    def raise_event(
        self,
        package_id: str,
        event_name: str,
        facts: Mapping[str, object],
        actor: Actor,
        *,
        event_id: str | None = None,
    ) -> EventResult: ...
    def complete_user_task(self, task_id: str, variables: Mapping[str, Value], actor: Actor) -> InstanceView: ...
    def resolve_incident(
        self, incident_id: str, actor: Actor, *, variables: Mapping[str, Value] | None = None, reason: str = ""
    ) -> IncidentView: ...
    def cancel_instance(self, instance_id: str, actor: Actor, *, reason: str = "") -> InstanceView: ...

    # ---- time ----
    def now(self) -> datetime: ...
    @property
    def is_simulated(self) -> bool: ...
    def run_due(self, until: datetime | None = None) -> int: ...
    def next_due(self) -> datetime | None: ...
    def advance_clock(self, to: datetime, actor: Actor) -> int: ...

    # ---- questions ----
    def instance(self, instance_id: str) -> InstanceView: ...
    def instances(
        self, *, case_id: str | None = None, process_id: str | None = None, status: str | None = None, limit: int = 1000
    ) -> list[InstanceView]: ...
    def user_tasks(
        self,
        *,
        case_id: str | None = None,
        instance_id: str | None = None,
        element_id: str | None = None,
        state: str | None = "open",
        group: str | None = None,
        limit: int = 1000,
    ) -> list[UserTaskView]: ...
    def user_task(self, task_id: str) -> UserTaskView: ...
    def case(self, case_id: str) -> CaseRecord: ...
    def find_case(self, package_id: str, case_type: str, key: str) -> CaseRecord | None: ...
    def cases(
        self, *, package_id: str | None = None, case_type: str | None = None, limit: int = 1000
    ) -> list[CaseRecord]: ...
    def timeline(
        self, *, case_id: str | None = None, instance_id: str | None = None, after: int = 0, limit: int = 10_000
    ) -> list[TimelineEntry]: ...
    def incidents(
        self,
        *,
        state: str | None = "open",
        instance_id: str | None = None,
        case_id: str | None = None,
        limit: int = 1000,
    ) -> list[IncidentView]: ...
    def deadlines(
        self, *, breached: bool | None = None, case_id: str | None = None, open_only: bool = False, limit: int = 10_000
    ) -> list[DeadlineRecord]: ...
    def notices(self, case_id: str | None = None, *, limit: int = 1000) -> list[NoticeView]: ...
    def ledger(self, case_id: str) -> list[LedgerRecord]: ...
    def decisions(
        self, *, case_id: str | None = None, instance_id: str | None = None, limit: int = 1000
    ) -> list[DecisionRecord]: ...
    def verify(self) -> VerifyReport: ...

    # ---- workers ----
    def work(self, owner: str, *, limit: int = 20) -> int: ...
    def close(self) -> None: ...
