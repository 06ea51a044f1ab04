"""Which cases the caller sees, and the note of what was read.

Whoever acts only in roles that do not see all (`sees` in the manifest) needs an association in force; the answer is
the same for a case that does not exist, so that it tells nothing. Nothing is remembered: an association that ends,
ends with the next request. What was read is noted here and written at the door before the answer leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Protocol, TypeVar

from fastapi import Depends, Request

from api.auth import Caller
from api.permissions import Permission
from engine.errors import EngineError, ErrorCode, failure
from engine.runtime import Engine


class OfACase(Protocol):
    """A view that belongs to a case, or to none."""

    @property
    def case_id(self) -> str | None: ...


Shown = TypeVar("Shown", bound=OfACase)


class Sight:
    """What one request may see."""

    def __init__(self, engine: Engine, caller: Caller) -> None:
        self._engine = engine
        self.caller = caller
        self.seen: dict[str, None] = {}

    @property
    def is_noted(self) -> bool:
        """Whether what is read is written down: a person's look at their own case is not."""
        return self.caller.sees_all or Permission.ANSWER_CONSENT not in self.caller.permissions

    @property
    def case_ids(self) -> list[str] | None:
        """The cases that a restricted caller sees; None for one who sees all."""
        return None if self.caller.sees_all else self._engine.visible_case_ids(self.caller.actor.id)

    def case(self, case_id: str | None) -> None:
        """Errors: API_FORBIDDEN unless the caller sees this case."""
        if not self.may_see(case_id):
            raise _closed()
        if case_id is not None:
            self.note(case_id)

    def found(self, find: Callable[[], Shown]) -> Shown:
        """What *find* gives, when the caller sees its case. One who sees some cases only does not learn what there is.

        Errors: API_FORBIDDEN; those of *find* for one who sees all.
        """
        try:
            thing = find()
        except EngineError:
            if not self.caller.sees_all:
                self.case(None)
            raise
        self.case(thing.case_id)
        return thing

    def may_see(self, case_id: str | None) -> bool:
        if self.caller.sees_all:
            return True
        if case_id is None or not self._engine.has_case(case_id):
            return False
        return self._engine.may_see_case(self.caller.actor.id, case_id)

    def note(self, *case_ids: str | None) -> None:
        """These cases are shown."""
        self.seen.update((case_id, None) for case_id in case_ids if case_id is not None)


def _closed() -> EngineError:
    return failure(
        ErrorCode.API_FORBIDDEN,
        "this case is not open to you.",
        hint="ask for access to it; an association that was ended no longer counts",
    )


async def current_sight(request: Request) -> Sight:
    sight: Sight = request.state.sight
    return sight


CurrentSight = Annotated[Sight, Depends(current_sight)]


def visible_case(case_id: str, sight: CurrentSight) -> str:
    """The case id of the path, when the caller sees that case."""
    sight.case(case_id)
    return case_id


VisibleCase = Annotated[str, Depends(visible_case)]
