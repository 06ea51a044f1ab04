"""The audit as a whole: an export that can be verified elsewhere, line by line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import StreamingResponse

from api.context import CurrentEngine, new_router
from api.permissions import Permission, needs
from engine.runtime import Engine
from engine.store import AccessRow, ChainLink, instant_text

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
    return StreamingResponse(_lines(engine, payloads), media_type=LINES)


def _lines(engine: Engine, payloads: bool) -> Iterator[str]:
    for link in engine.audit_links():
        yield _line(_log(link, payloads))
    for row in engine.all_readings():
        yield _line(_reading(row))


def _line(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False) + "\n"


def _log(link: ChainLink, payloads: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "kind": "log",
        "seq": link.seq,
        "at": link.at,
        "actor": link.actor,
        "roles": link.roles,
        "case_id": link.case_id,
        "instance_id": link.instance_id,
        "entries": link.entries,
        "commitment": link.commitment.hex(),
        "prev_hash": link.prev_hash.hex(),
        "hash": link.hash.hex(),
    }
    if payloads and link.salt is not None:
        shown |= {"salt": link.salt.hex(), "payload": link.payload}
    return shown


def _reading(row: AccessRow) -> dict[str, Any]:
    return {
        "kind": "reading",
        "seq": row.seq,
        "at": instant_text(row.at),
        "actor": row.actor,
        "roles": list(row.roles),
        "case_id": row.case_id,
        "what": row.what,
        "prev_hash": row.prev_hash.hex(),
        "hash": row.hash.hex(),
    }
