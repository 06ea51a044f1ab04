"""`verify`: the audit chain, the texts of notices, and deployments, instances and case records held against the log.

The log of readings is a chain of its own and checked as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from engine.errors import EngineError, ErrorCode, Location, Problem
from engine.runtime.deployment_check import check_deployments
from engine.runtime.packages import Packages
from engine.runtime.rebuild import check_rebuild
from engine.runtime.record_check import all_cases, check_record
from engine.runtime.views import VerifyReport
from engine.store import CHANGED, InstanceRow, Snapshot, check_access_log, check_chain

UNREADABLE = (ValueError, ArithmeticError, LookupError, TypeError, EngineError)
"""What reading a row raises that no longer holds what its column should."""


def verify(snapshot: Snapshot, packages: Packages) -> VerifyReport:
    """Check everything that can be checked from the store alone."""
    chain = check_chain(snapshot.history.links())
    rebuilt = 0

    def instance(row: InstanceRow) -> Iterator[Problem]:
        nonlocal rebuilt
        possible, differing = check_rebuild(snapshot, packages, row)
        rebuilt += possible
        yield from differing

    def instances() -> Iterator[Problem]:
        for row in snapshot.instances.all():
            yield from _readable(f"instance {row.id}", partial(instance, row))

    def cases() -> Iterator[Problem]:
        for row in all_cases(snapshot):
            yield from _readable(f"case {row.id}", partial(check_record, snapshot, row))

    problems = [
        *chain.problems,
        *_readable("access log", lambda: iter(check_access_log(snapshot.access_log.all())[1])),
        *_readable("notices", lambda: _altered_texts(snapshot)),
        *_readable("deployments", lambda: check_deployments(snapshot, packages)),
        *_readable("instances", instances),
        *_readable("cases", cases),
    ]
    return VerifyReport(chain.entries, chain.erased, chain.head, rebuilt, tuple(problems))


def _altered_texts(snapshot: Snapshot) -> Iterator[Problem]:
    for notice_id, media_type in snapshot.notices.altered_texts():
        yield Problem(
            ErrorCode.STORE_CHAIN,
            f"the {media_type} text of the notice {notice_id} is not the one that was hashed.",
            Location(part=f"notice {notice_id}"),
            hint=CHANGED,
        )


def _readable(what: str, check: Callable[[], Iterator[Problem]]) -> Iterator[Problem]:
    """What *check* finds; a row that cannot even be read ends it and is a problem of its own."""
    try:
        yield from check()
    except UNREADABLE as error:
        yield Problem(
            ErrorCode.STORE_CHAIN,
            f"{what}: a row cannot be read, so that it is not checked to the end ({type(error).__name__}: {error}).",
            Location(part=what),
            hint=CHANGED,
        )
