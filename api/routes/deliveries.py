"""What becomes of deliveries: reports of the staff, and call-backs of carriers, which must be signed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from api.auth import CurrentActor
from api.context import CurrentEngine, Wake, new_router, raw_body
from api.permissions import Permission, needs
from api.schemas.cases import ReportTakenOut
from api.schemas.commands import DeliveryReportIn
from engine.handlers.contract import DeliveryReport

router = new_router("deliveries")


async def _raw_body(request: Request) -> bytes:
    """The bytes as they came: a signature is of these."""
    return await request.body()


@router.post(
    "/deliveries/{key}/reports",
    response_model=ReportTakenOut,
    status_code=202,
    openapi_extra=needs(Permission.REPORT_DELIVERIES),
)
def report_delivery(key: str, body: DeliveryReportIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """Say what became of a delivery, as a letter that the mail room got back; a process that waits for it goes on."""
    taken = engine.report_delivery(DeliveryReport(body.id, key, body.outcome, body.at, body.reason), actor)
    wake()
    return {"outcome": "taken" if taken else "duplicate"}


@router.post(
    "/deliveries/callbacks/{channel}",
    response_model=ReportTakenOut,
    status_code=202,
    openapi_extra={
        **needs(Permission.PUBLIC),
        **raw_body("*/*", description="the report as the carrier signed it, to the byte"),
    },
)
def take_callback(
    channel: str, body: Annotated[bytes, Depends(_raw_body)], request: Request, engine: CurrentEngine, wake: Wake
) -> Any:
    """A call-back of the carrier behind a channel, signed with the secret that both share."""
    taken = engine.take_callback(channel, body, dict(request.headers))
    wake()
    return {"outcome": "taken" if taken else "duplicate"}
