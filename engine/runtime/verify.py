"""`verify`: the audit chain, the texts of all notices, and every instance and case record held against the log.

The log of readings is a chain of its own and checked as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.errors import EngineError, ErrorCode, Location, Problem
from engine.runtime.packages import Packages
from engine.runtime.rebuild import check_rebuild
from engine.runtime.record_check import check_records
from engine.runtime.views import VerifyReport
from engine.store import Snapshot, check_access_log, check_chain

CHANGED = "somebody changed the store by other means than the engine; compare it with a backup"
UNREADABLE = (ValueError, ArithmeticError, LookupError, TypeError, EngineError)
"""What reading a row raises that no longer holds what its column should."""


def verify(snapshot: Snapshot, packages: Packages) -> VerifyReport:
    """Check everything that can be checked from the store alone."""
    chain = check_chain(snapshot.history.links())
    rebuilt = 0

    def instances() -> Iterator[Problem]:
        nonlocal rebuilt
        for row in snapshot.instances.all():
            possible, differing = check_rebuild(snapshot, packages, row)
            rebuilt += possible
            yield from differing

    problems = [
        *chain.problems,
        *_readable("access log", lambda: iter(check_access_log(snapshot.access_log.all())[1])),
        *_readable("notices", lambda: _altered_texts(snapshot)),
        *_readable("process instances", instances),
        *_readable("case records", lambda: check_records(snapshot)),
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
            f"the {what} could not be checked to the end: a row cannot be read ({type(error).__name__}: {error}).",
            Location(part=what),
            hint=CHANGED,
        )
