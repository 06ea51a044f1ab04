"""What a snapshot and a transaction offer: one repository per aggregate, one instant, one source of ids."""

from __future__ import annotations

from datetime import datetime

import sqlite_utils

from engine.ids import RandomIds
from engine.store.cases import Cases
from engine.store.deadlines import Deadlines
from engine.store.deployments import Deployments
from engine.store.incidents import Incidents
from engine.store.instances import Instances
from engine.store.jobs import Jobs
from engine.store.log import LogReader, LogWriter
from engine.store.messages import Messages, Receipts, Subscriptions
from engine.store.meta import LOG_KEY, Counters, Meta
from engine.store.notices import Deliveries, Notices
from engine.store.timers import Timers

_RANDOM_IDS = RandomIds()


class Snapshot:
    """A consistent view of the store at the instant `now`. Its repositories must only be read."""

    def __init__(self, database: sqlite_utils.Database, now: datetime) -> None:
        connection = database.conn
        self.database = database
        self.now = now
        self.meta = Meta(connection)
        self.deployments = Deployments(connection)
        self.instances = Instances(connection)
        self.jobs = Jobs(connection)
        self.timers = Timers(connection)
        self.subscriptions = Subscriptions(connection)
        self.messages = Messages(connection)
        self.receipts = Receipts(connection)
        self.incidents = Incidents(connection)
        self.cases = Cases(connection)
        self.deadlines = Deadlines(connection)
        self.notices = Notices(connection)
        self.deliveries = Deliveries(connection)
        self.history = LogReader(connection)


class Transaction(Snapshot):
    """One command in the making: a snapshot that may be written, by one actor, at one instant."""

    def __init__(self, database: sqlite_utils.Database, now: datetime, *, actor: str, simulated: bool) -> None:
        super().__init__(database, now)
        self.actor = actor
        self.simulated = simulated
        self.counters = Counters(database.conn)
        key = self.meta.get(LOG_KEY) if simulated else None
        self.log = LogWriter(database.conn, actor=actor, at=now, salt_key=None if key is None else bytes.fromhex(key))

    def new_id(self, kind: str) -> str:
        """Random in a store on the system clock; counted in a simulated one, where runs repeat to the byte."""
        if self.simulated:
            return f"{kind}-{self.counters.next(f'id:{kind}')}"
        return _RANDOM_IDS.new_id(kind)

    def next_number(self, queue: str) -> int:
        """The next number of a queue of the law: 1, 2, 3 ... without holes."""
        return self.counters.next(f"queue:{queue}")

    def move_clock(self, instant: datetime) -> None:
        """Set the simulated clock; this transaction goes on at its own instant."""
        self.meta.move_simulated_clock(instant)
