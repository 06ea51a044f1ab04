"""Which clause of a deployed law is carried out where: by elements, rules, parameters, notices and the manifest."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from api.context import CurrentEngine, new_router
from api.permissions import Permission, needs
from api.schemas.definitions import TraceRowOut
from engine.errors import ErrorCode, did_you_mean, failure

router = new_router("trace")


@router.get("/trace", response_model=list[TraceRowOut], openapi_extra=needs(Permission.READ_DEFINITIONS))
def trace(
    engine: CurrentEngine,
    package: Annotated[str, Query(max_length=200, description="the law")],
    clause: Annotated[
        str | None, Query(max_length=200, description="a clause as models cite it; those below it too")
    ] = None,
) -> Any:
    """Each clause of a law's registers with what cites it. What scenarios prove, `clauseflow trace` shows."""
    # Loaded here, because a server that is not asked for a trace would start later for it.
    from engine.review import build_trace, read_coverage

    coverage = read_coverage(engine.package(package))
    rows = build_trace(coverage, [], prefixes=() if clause is None else (clause,))
    if not rows:
        known = list(coverage.package.clauses.clauses)
        raise failure(
            ErrorCode.LAW_UNKNOWN_CLAUSE,
            f'no register of this law knows the clause "{clause}".{did_you_mean(clause or "", known)}',
            part="query.clause",
        )
    return [{name: value for name, value in row.as_data().items() if name in TraceRowOut.model_fields} for row in rows]
