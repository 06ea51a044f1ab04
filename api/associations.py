"""Who may see a case: whoever acts only in roles that see associated cases needs an association in force.

The roles are those of the deployed laws (`sees: associated`), the associations are rows of the store; nothing else is
asked, and nothing is remembered: an association that ends, ends with the next request.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends

from api.auth import CurrentActor
from api.context import CurrentEngine
from engine.errors import ErrorCode, failure
from engine.handlers.contract import Actor
from engine.runtime import CaseRecord, Engine


def require_association(engine: Engine, actor: Actor, case_id: str) -> None:
    """Errors: API_FORBIDDEN, the same for a case that does not exist, so that the answer tells nothing."""
    if not engine.sees_only_associated(actor.roles):
        return
    if not engine.has_case(case_id) or not engine.may_see_case(actor.id, case_id):
        raise failure(
            ErrorCode.API_FORBIDDEN,
            "this case is not open to you.",
            hint="ask for access to it; an association that was ended no longer counts",
        )


def only_associated(engine: Engine, actor: Actor, cases: Iterable[CaseRecord]) -> list[CaseRecord]:
    """Those of *cases* that *actor* may see."""
    if not engine.sees_only_associated(actor.roles):
        return list(cases)
    return [case for case in cases if engine.may_see_case(actor.id, case.id)]


def visible_case(case_id: str, engine: CurrentEngine, actor: CurrentActor) -> str:
    """The case id of the path, when the caller may see that case."""
    require_association(engine, actor, case_id)
    return case_id


VisibleCase = Annotated[str, Depends(visible_case)]
