"""How often one caller may ask: counted in the memory of this process, by the machine's clock."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

from api.permissions import Limit
from engine.clock import Clock

CALLERS_KEPT = 10_000


class RateLimits:
    """Used by the event loop's thread alone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._taken: OrderedDict[tuple[str, str], deque[datetime]] = OrderedDict()

    def take(self, limit: Limit, caller: str) -> timedelta | None:
        """Count one request; how long to wait when it is one too many, and then it does not count."""
        now = self._clock.now()
        key = (limit.name, caller)
        taken = self._taken.setdefault(key, deque())
        self._taken.move_to_end(key)
        if len(self._taken) > CALLERS_KEPT:
            self._taken.popitem(last=False)
        while taken and taken[0] <= now - limit.per:
            taken.popleft()
        if len(taken) >= limit.count:
            return taken[0] + limit.per - now
        taken.append(now)
        return None
