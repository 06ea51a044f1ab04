"""The runtime: one command is one transaction over instances, jobs, timers, messages, notices and case records.

Entry point: `Engine` (engine.py), built by `engine.wiring.open_engine`; it answers with the frozen views of views.py.
Reading order: engine.py, operating.py, answers.py and record_answers.py (the facade), command.py and attempt.py (one
command), effects.py (what an execution answers), jobs.py and records.py (what handlers answer), messages.py,
kept_messages.py, signals.py, events.py, tasks.py, deadlines.py, schedule.py (timers), erasure.py,
worker.py and deliveries.py (work outside transactions), access.py and claims.py (who comes in, who has a task),
incidents.py and repair.py, intervention.py and migration.py (operators), deploy.py and packages.py,
log_kinds.py, timeline.py and timeline_words.py (the audit log and its words), verify.py, rebuild.py, awaited.py,
record_check.py, deadline_check.py, notice_check.py and deployment_check.py (the store held against its log). asking/
answers questions without a case.
The package sees handlers only through `engine.handlers.contract` and the steps that it speaks of.
"""

from engine.runtime.access import KEY_PREFIX, NewApiKey
from engine.runtime.deliveries import ChannelAdapter
from engine.runtime.engine import Engine
from engine.runtime.erasure import RetentionView
from engine.runtime.export import export_lines, verify_export
from engine.runtime.log_kinds import LogKind
from engine.runtime.packages import LOOSE_FILES
from engine.runtime.settings import Settings, read_settings
from engine.runtime.views import (
    AssociationView,
    CaseRecord,
    DeadlineRecord,
    DecisionRecord,
    DeliveryView,
    Deployment,
    EventResult,
    IncidentView,
    InstanceMigration,
    InstanceView,
    JobView,
    LedgerRecord,
    MessageResult,
    MigrationPlan,
    NoticeView,
    TimelineEntry,
    UserTaskView,
    VerifyReport,
    WholeLog,
)

__all__ = [
    "KEY_PREFIX",
    "LOOSE_FILES",
    "AssociationView",
    "CaseRecord",
    "ChannelAdapter",
    "DeadlineRecord",
    "DecisionRecord",
    "DeliveryView",
    "Deployment",
    "Engine",
    "EventResult",
    "IncidentView",
    "InstanceMigration",
    "InstanceView",
    "JobView",
    "LedgerRecord",
    "LogKind",
    "MessageResult",
    "MigrationPlan",
    "NewApiKey",
    "NoticeView",
    "RetentionView",
    "Settings",
    "TimelineEntry",
    "UserTaskView",
    "VerifyReport",
    "WholeLog",
    "export_lines",
    "read_settings",
    "verify_export",
]
