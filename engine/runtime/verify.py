"""`verify`: the audit chain, the texts of all notices, and every instance rebuilt from the log and compared.

The log of readings is a chain of its own and checked as well.
"""

from __future__ import annotations

from engine.errors import ErrorCode, Location, Problem
from engine.runtime.packages import Packages
from engine.runtime.rebuild import check_rebuild
from engine.runtime.views import VerifyReport
from engine.store import Snapshot, check_access_log, check_chain


def verify(snapshot: Snapshot, packages: Packages) -> VerifyReport:
    """Check everything that can be checked from the store alone."""
    chain = check_chain(snapshot.history.links())
    altered = [
        Problem(
            ErrorCode.STORE_CHAIN,
            f"the {media_type} text of the notice {notice_id} is not the one that was hashed.",
            Location(part=f"notice {notice_id}"),
            hint="somebody changed the store by other means than the engine; compare it with a backup",
        )
        for notice_id, media_type in snapshot.notices.altered_texts()
    ]
    rebuilt, differing = _rebuild_all(snapshot, packages)
    _, broken = check_access_log(snapshot.access_log.all())
    problems = (*chain.problems, *broken, *altered, *differing)
    return VerifyReport(chain.entries, chain.erased, chain.head, rebuilt, problems)


def _rebuild_all(snapshot: Snapshot, packages: Packages) -> tuple[int, list[Problem]]:
    """How many instances were rebuilt, and those whose stored state is another."""
    rebuilt, problems = 0, []
    for row in snapshot.instances.all():
        possible, problem = check_rebuild(snapshot, packages, row)
        rebuilt += possible
        if problem is not None:
            problems.append(problem)
    return rebuilt, problems
