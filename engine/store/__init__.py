"""The embedded store: SQLite, one transaction per command, append-only hash-chained log.

Entry point: `Store.open(path)`; then `with store.transaction(actor) as tx:` to write and `with store.read() as view:`
to read. Reading order: store.py (opening, clock, transactions), transaction.py (what one offers), log.py (the audit
chain), then one repository per aggregate: deployments, instances, jobs, timers, messages, incidents, cases, deadlines,
notices. SQL stands here and nowhere else; migrations/ holds the schema.
Rows hold plain values; the package knows nothing of BPMN, of decisions or of handlers.
"""

from engine.store.access_log import AccessRow, check_access_log
from engine.store.api_keys import ApiKeyRow
from engine.store.associations import AssociationRow
from engine.store.cases import CaseRow, FactRow, LedgerRow
from engine.store.codec import dump_one, dump_values, encode_json, load_one, load_values
from engine.store.counts import count_waiting
from engine.store.deadlines import MISSED, DeadlineRow
from engine.store.deployments import DeploymentRow, ProcessVersionRow, StartSubscriptionRow
from engine.store.dump import dump_schema, dump_tables
from engine.store.erasures import ErasureRow
from engine.store.idempotency import KeptAnswer, Reservation, reserving
from engine.store.incidents import IncidentRow
from engine.store.instances import SUSPENDED, InstanceHeading, InstanceRow
from engine.store.instants import instant_text, read_instant
from engine.store.job_row import JobRow
from engine.store.log import (
    START_OF_CHAIN,
    ChainLink,
    LogEntry,
    LogReader,
    LogWriter,
    PendingEntry,
    commitment_of,
    entries_of,
    hash_of,
)
from engine.store.messages import MessageRow, SubscriptionRow
from engine.store.notices import DeliveryReportRow, DeliveryRow, NoticeRow, sha256_of
from engine.store.store import Store
from engine.store.timers import HeldTimer, TimerRow
from engine.store.transaction import Snapshot, Transaction
from engine.store.verify import CHANGED, ChainReport, check_chain

__all__ = [
    "CHANGED",
    "MISSED",
    "START_OF_CHAIN",
    "SUSPENDED",
    "AccessRow",
    "ApiKeyRow",
    "AssociationRow",
    "CaseRow",
    "ChainLink",
    "ChainReport",
    "DeadlineRow",
    "DeliveryReportRow",
    "DeliveryRow",
    "DeploymentRow",
    "ErasureRow",
    "FactRow",
    "HeldTimer",
    "IncidentRow",
    "InstanceHeading",
    "InstanceRow",
    "JobRow",
    "KeptAnswer",
    "LedgerRow",
    "LogEntry",
    "LogReader",
    "LogWriter",
    "MessageRow",
    "NoticeRow",
    "PendingEntry",
    "ProcessVersionRow",
    "Reservation",
    "Snapshot",
    "StartSubscriptionRow",
    "Store",
    "SubscriptionRow",
    "TimerRow",
    "Transaction",
    "check_access_log",
    "check_chain",
    "commitment_of",
    "count_waiting",
    "dump_one",
    "dump_schema",
    "dump_tables",
    "dump_values",
    "encode_json",
    "entries_of",
    "hash_of",
    "instant_text",
    "load_one",
    "load_values",
    "read_instant",
    "reserving",
    "sha256_of",
]
