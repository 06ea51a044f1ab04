"""Erasing the record of a case whose time is over. What is kept says that there was a case, and that it was erased.

The manifest gives each type of case a class of retention. A record may be erased when nothing of it runs any more and
the years of its class have gone by since the last thing that happened in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from engine.errors import ErrorCode, failure
from engine.handlers.contract import Actor
from engine.law import Retention
from engine.runtime.access import Access
from engine.runtime.command import Command
from engine.runtime.log_kinds import LogKind
from engine.runtime.packages import Packages
from engine.runtime.questions import require_case
from engine.runtime.told import refuse_numbers
from engine.runtime.values import checked_reason
from engine.store import CaseRow, ErasureRow, Snapshot

_PAGE = 500


@dataclass(frozen=True, slots=True)
class RetentionView:
    """How the record of a case stands: its class ("" for none), when it may be erased, why not yet, when it was.

    `shared` are process instances that belong to another case as well, whose record keeps them until that is erased.
    """

    case_id: str
    case_type: str
    case_key: str
    retention: str
    clauses: tuple[str, ...]
    last_activity: datetime
    ends_at: datetime | None
    hindered_by: str
    erased_at: datetime | None
    shared: tuple[str, ...] = ()

    def is_due(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now and not self.hindered_by and self.erased_at is None


class Erasing(Access):
    """The part of the facade that erases records."""

    if TYPE_CHECKING:

        def _command(self, actor: Actor) -> AbstractContextManager[Command]: ...

    def retention(self, case_id: str) -> RetentionView:
        """Errors: CASE_NOT_FOUND."""
        with self._store.read() as snapshot:
            return _view(snapshot, self._parts.packages, require_case(snapshot, case_id))

    def records_due(self) -> Iterator[RetentionView]:
        """Every case whose record may be erased now, in the order in which they were opened."""
        after: str | None = None
        while True:
            with self._store.read() as snapshot:
                rows = snapshot.cases.find(after=after, limit=_PAGE)
                views = [_view(snapshot, self._parts.packages, row) for row in rows]
                now = snapshot.now
            yield from (view for view in views if view.is_due(now))
            if len(rows) < _PAGE:
                return
            after = rows[-1].id

    def erase_case(self, case_id: str, actor: Actor, *, reason: str) -> RetentionView:
        """Erase facts, words, addresses and payloads of the case for good.

        Errors: CASE_NOT_FOUND; RUN_STATE when its time is not over, something of it runs, or it was erased; JOB_INPUT.
        """
        told = checked_reason(reason)
        with self._command(actor) as command:
            refuse_numbers(command, {"reason": told}, case_id=case_id)
            row = require_case(command.tx, case_id)
            view = _view(command.tx, self._parts.packages, row)
            _require_due(view, command.now)
            shared = set(view.shared)
            ended = [each for each in command.tx.erasures.instances(case_id) if each not in shared]
            command.tx.erasures.erase(ErasureRow(case_id, command.now, actor.id, view.retention, told), ended)
            command.tx.idempotency.forget(command.now)
            command.record(
                LogKind.CASE_ERASED,
                {
                    "reason": told,
                    "retention": view.retention,
                    "clauses": list(view.clauses),
                    "shared": list(view.shared),
                },
                case_id=case_id,
            )
        return self.retention(case_id)

    def compact(self) -> None:
        """Write the store anew, so that nothing that was erased is left in its free pages. Takes a while."""
        self._store.compact()


def _require_due(view: RetentionView, now: datetime) -> None:
    if view.is_due(now):
        return
    if view.erased_at is not None:
        why, hint = f"was erased on {view.erased_at.date()}", "nothing is left to erase"
    elif view.ends_at is None:
        why, hint = "has no class of retention", f"name one at the case type {view.case_type} in the manifest"
    elif view.hindered_by:
        why, hint = f"cannot be erased: {view.hindered_by}", "end what runs, then erase"
    else:
        why, hint = f"is kept until {view.ends_at.date()} ({view.retention})", "erase it when its time is over"
    said = f'the record of the case "{view.case_key}" {why}.'
    raise failure(ErrorCode.RUN_STATE, said, hint=hint, part=f"case {view.case_id}")


def _view(snapshot: Snapshot, packages: Packages, row: CaseRow) -> RetentionView:
    retention = _class_of(snapshot, packages, row)
    last = snapshot.erasures.last_activity(row.id) or row.opened_at
    erased = snapshot.erasures.of_case(row.id)
    shared = snapshot.erasures.shared(row.id)
    return RetentionView(
        case_id=row.id,
        case_type=row.type,
        case_key=row.key,
        retention="" if retention is None else retention.id,
        clauses=() if retention is None else retention.clauses,
        last_activity=last,
        ends_at=None if retention is None else retention.ends(last),
        hindered_by=_hindrance(snapshot, row.id),
        erased_at=None if erased is None else erased.erased_at,
        shared=tuple(dict.fromkeys(instance for instance, _ in shared)),
    )


def _class_of(snapshot: Snapshot, packages: Packages, row: CaseRow) -> Retention | None:
    law = packages.latest(snapshot, row.package_id).law
    kind = None if law is None else law.case_types.get(row.type)
    return None if law is None or kind is None or not kind.retention else law.retentions[kind.retention]


def _hindrance(snapshot: Snapshot, case_id: str) -> str:
    running = snapshot.erasures.running(case_id)
    return f"process instance {running[0]} still runs" if running else ""
