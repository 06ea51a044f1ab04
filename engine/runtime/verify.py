"""`verify`: the audit chain from its first entry to its last, and the texts of all notices against their hashes."""

from __future__ import annotations

from engine.errors import ErrorCode, Location, Problem
from engine.runtime.views import VerifyReport
from engine.store import Snapshot, check_chain


def verify(snapshot: Snapshot) -> VerifyReport:
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
    return VerifyReport(chain.entries, chain.erased, chain.head, (*chain.problems, *altered))
