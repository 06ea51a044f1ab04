"""What banks say: files of returns and statements. The ledger of a case stands with the case."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Request

from api.auth import CurrentActor
from api.context import CurrentEngine, Wake, new_router, raw_body
from api.permissions import Permission, needs
from api.schemas.access import BankFileOut
from engine.errors import ErrorCode, failure
from engine.handlers.bank import take_bank_file
from engine.runtime import Engine

router = new_router("payments")


async def _bytes(request: Request) -> bytes:
    return await request.body()


@router.post(
    "/bank-files",
    response_model=BankFileOut,
    openapi_extra={
        **needs(Permission.TAKE_BANK_FILES),
        **raw_body("text/plain", "application/octet-stream", description="a NACHA return file or a BAI2 statement"),
    },
)
def take_file(
    data: Annotated[bytes, Depends(_bytes)],
    engine: CurrentEngine,
    actor: CurrentActor,
    wake: Wake,
    package: Annotated[str | None, Query(description="the law that takes it; not needed when only one does")] = None,
) -> Any:
    """Match each entry to a receipt and raise its event; what fits none becomes a user task. Again it does nothing."""
    result = take_bank_file(engine, _law_for(engine, package), data, "the bank's file", actor)
    wake()
    entries = [
        {
            "line": each.entry.line,
            "kind": str(each.entry.kind),
            "code": each.entry.code,
            "amount": str(each.entry.amount),
            "references": list(each.entry.references),
            "outcome": each.outcome,
            "event": each.event or None,
            "case_key": each.case_key or None,
            "reason": each.reason,
        }
        for each in result.entries
    ]
    return {"format": result.format, "sha256": result.sha256, "entries": entries}


def _law_for(engine: Engine, package: str | None) -> str:
    """Errors: LAW_UNKNOWN_PACKAGE."""
    if package is not None:
        return engine.package(package).id
    taking = [law.id for law in engine.laws() if law.bank_documents is not None]
    if len(taking) != 1:
        raise failure(
            ErrorCode.LAW_UNKNOWN_PACKAGE,
            f"expected one deployed law that takes documents of banks, but got {', '.join(taking) or 'none'}.",
            hint="name one with ?package=",
        )
    return taking[0]
