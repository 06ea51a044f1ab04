"""What a snapshot and a transaction offer: one repository per aggregate, one instant, one source of ids."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Hashable
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlite_utils

from engine.ids import RandomIdsOfCommand
from engine.store.access_log import AccessLog
from engine.store.api_keys import ApiKeys
from engine.store.associations import Associations, SearchKeys
from engine.store.cases import Cases
from engine.store.deadlines import Deadlines
from engine.store.deployments import Deployments
from engine.store.erasures import Erasures
from engine.store.idempotency import IdempotencyKeys
from engine.store.incidents import Incidents
from engine.store.instances import Instances
from engine.store.jobs import Jobs
from engine.store.log import LogReader, LogWriter
from engine.store.messages import Messages, Receipts, Subscriptions
from engine.store.meta import LOG_KEY, Counters, Meta, own_secret
from engine.store.notices import Deliveries, Notices
from engine.store.timers import Timers

Made = TypeVar("Made")


class _Repository(Generic[Made]):
    """As `functools.cached_property`, without its lock: a snapshot belongs to one thread."""

    def __init__(self, make: Callable[[sqlite3.Connection], Made]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, snapshot: Snapshot, kind: type) -> Made:
        made = snapshot.__dict__[self._name] = self._make(snapshot.connection)
        return made


class Snapshot:
    """A consistent view of the store at the instant `now`. Its repositories must only be read.

    Each repository is made when it is first asked for: a command needs a few of them, and there is one of these a
    command.
    """

    meta = _Repository(Meta)
    deployments = _Repository(Deployments)
    instances = _Repository(Instances)
    jobs = _Repository(Jobs)
    timers = _Repository(Timers)
    subscriptions = _Repository(Subscriptions)
    messages = _Repository(Messages)
    receipts = _Repository(Receipts)
    incidents = _Repository(Incidents)
    cases = _Repository(Cases)
    deadlines = _Repository(Deadlines)
    notices = _Repository(Notices)
    deliveries = _Repository(Deliveries)
    associations = _Repository(Associations)
    search_keys = _Repository(SearchKeys)
    api_keys = _Repository(ApiKeys)
    idempotency = _Repository(IdempotencyKeys)
    access_log = _Repository(AccessLog)
    erasures = _Repository(Erasures)
    history = _Repository(LogReader)

    def __init__(self, database: sqlite_utils.Database, now: datetime) -> None:
        self.database = database
        self.connection: sqlite3.Connection = database.conn
        self.now = now
        self._kept: dict[Hashable, tuple[int, Any]] = {}

    def until_written(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What *make* reads here: read once under this *key*, and again when a row was written since."""
        changes = self.connection.total_changes
        kept = self._kept.get(key)
        if kept is None or kept[0] != changes:
            kept = self._kept[key] = (changes, make())
        made: Made = kept[1]
        return made

    def forget(self) -> None:
        """Rows are as they were before: SQLite counts what was written, and not that it was undone."""
        self._kept.clear()

    def own_secret(self) -> bytes:
        """A key of this store for signatures, where the installation gives none."""
        return own_secret(self.meta)


class Transaction(Snapshot):
    """One command in the making: a snapshot that may be written, by one actor, at one instant."""

    counters = _Repository(Counters)

    def __init__(
        self,
        database: sqlite_utils.Database,
        now: datetime,
        *,
        actor: str,
        roles: Collection[str] = (),
        simulated: bool,
    ) -> None:
        super().__init__(database, now)
        self.actor = actor
        self.simulated = simulated
        self._ids = RandomIdsOfCommand()
        key = self.meta.get(LOG_KEY) if simulated else None
        salt_key = None if key is None else bytes.fromhex(key)
        self.log = LogWriter(self.connection, actor=actor, roles=roles, at=now, salt_key=salt_key)

    def new_id(self, kind: str) -> str:
        """Random in a store on the system clock; counted in a simulated one, where runs repeat to the byte."""
        if self.simulated:
            return f"{kind}-{self.counters.next(f'id:{kind}')}"
        return self._ids.new_id(kind)

    def next_number(self, queue: str) -> int:
        """The next number of a queue of the law: 1, 2, 3 ... without holes."""
        return self.counters.next(f"queue:{queue}")

    def move_clock(self, instant: datetime) -> None:
        """Set the simulated clock; this transaction goes on at its own instant."""
        self.meta.move_simulated_clock(instant)
