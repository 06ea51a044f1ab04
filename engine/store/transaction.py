"""What a snapshot and a transaction offer: one repository per aggregate, one instant, one source of ids."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

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


class Snapshot:
    """A consistent view of the store at the instant `now`. Its repositories must only be read.

    Each repository is made when it is first asked for: a command needs a few of them, and there is one of these a
    command.
    """

    def __init__(self, database: sqlite_utils.Database, now: datetime) -> None:
        self.database = database
        self.connection: sqlite3.Connection = database.conn
        self.now = now

    @cached_property
    def meta(self) -> Meta:
        return Meta(self.connection)

    @cached_property
    def deployments(self) -> Deployments:
        return Deployments(self.connection)

    @cached_property
    def instances(self) -> Instances:
        return Instances(self.connection)

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self.connection)

    @cached_property
    def timers(self) -> Timers:
        return Timers(self.connection)

    @cached_property
    def subscriptions(self) -> Subscriptions:
        return Subscriptions(self.connection)

    @cached_property
    def messages(self) -> Messages:
        return Messages(self.connection)

    @cached_property
    def receipts(self) -> Receipts:
        return Receipts(self.connection)

    @cached_property
    def incidents(self) -> Incidents:
        return Incidents(self.connection)

    @cached_property
    def cases(self) -> Cases:
        return Cases(self.connection)

    @cached_property
    def deadlines(self) -> Deadlines:
        return Deadlines(self.connection)

    @cached_property
    def notices(self) -> Notices:
        return Notices(self.connection)

    @cached_property
    def deliveries(self) -> Deliveries:
        return Deliveries(self.connection)

    def own_secret(self) -> bytes:
        """A key of this store for signatures, where the installation gives none."""
        return own_secret(self.meta)

    @cached_property
    def associations(self) -> Associations:
        return Associations(self.connection)

    @cached_property
    def search_keys(self) -> SearchKeys:
        return SearchKeys(self.connection)

    @cached_property
    def api_keys(self) -> ApiKeys:
        return ApiKeys(self.connection)

    @cached_property
    def idempotency(self) -> IdempotencyKeys:
        return IdempotencyKeys(self.connection)

    @cached_property
    def access_log(self) -> AccessLog:
        return AccessLog(self.connection)

    @cached_property
    def erasures(self) -> Erasures:
        return Erasures(self.connection)

    @cached_property
    def history(self) -> LogReader:
        return LogReader(self.connection)


class Transaction(Snapshot):
    """One command in the making: a snapshot that may be written, by one actor, at one instant."""

    def __init__(
        self,
        database: sqlite_utils.Database,
        now: datetime,
        *,
        actor: str,
        roles: Iterable[str] = (),
        simulated: bool,
    ) -> None:
        super().__init__(database, now)
        self.actor = actor
        self.simulated = simulated
        self._ids = RandomIdsOfCommand()
        key = self.meta.get(LOG_KEY) if simulated else None
        salt_key = None if key is None else bytes.fromhex(key)
        self.log = LogWriter(self.connection, actor=actor, roles=roles, at=now, salt_key=salt_key)

    @cached_property
    def counters(self) -> Counters:
        return Counters(self.connection)

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
