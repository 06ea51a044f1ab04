"""The audit as a whole: an export that can be verified elsewhere, line by line."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from fastapi.responses import StreamingResponse

from api.context import CurrentEngine, new_router
from api.permissions import Permission, needs
from engine.runtime import export_lines

router = new_router("audit")
LINES = "application/x-ndjson"


@router.get(
    "/audit-export",
    response_class=StreamingResponse,
    responses={200: {"content": {LINES: {"schema": {"type": "string"}}}, "description": "JSON, a line for each row"}},
    openapi_extra=needs(Permission.AUDIT),
)
def export_audit(
    engine: CurrentEngine,
    payloads: Annotated[
        bool, Query(description="with the payloads and their salts; without them nothing personal leaves")
    ] = True,
) -> StreamingResponse:
    """The log and the readings, row by row. `clauseflow verify --export FILE` checks both chains from it.

    Lines of `kind` log hold all that the hash of a row covers; without payloads the chain still verifies, by the
    commitments. Lines of `kind` reading say who has read which case.
    """
    return StreamingResponse(export_lines(engine, payloads=payloads), media_type=LINES)
