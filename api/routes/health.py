"""Is the engine there and at work, on which clock, with which law; and its figures for a monitor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from api.context import CurrentEngine, new_router
from api.permissions import Permission, needs
from api.schemas.definitions import HealthOut, ReadinessOut
from api.values import plain
from engine.errors import EngineError

router = new_router("health")

WORKER_LATE_AFTER = timedelta(minutes=3)
"""The worker looks at least once a minute; three missed looks are no accident."""


@router.get("/health", response_model=HealthOut, openapi_extra=needs(Permission.PUBLIC))
def health(engine: CurrentEngine) -> Any:
    """The engine's present instant, its kind of clock and the law packages in force."""
    return {
        "status": "ok",
        "now": engine.now(),
        "clock": "simulated" if engine.is_simulated else "system",
        "packages": sorted({deployment.package_id for deployment in engine.packages()}),
    }


@router.get(
    "/readiness",
    response_model=ReadinessOut,
    responses={503: {"model": ReadinessOut, "description": "not ready"}},
    openapi_extra=needs(Permission.PUBLIC),
)
def readiness(engine: CurrentEngine, request: Request) -> Any:
    """Whether requests should be sent here: the store answers, and the worker has looked for work of late."""
    seen = request.app.state.worker_seen()
    now = request.app.state.clock.now()
    worker = "elsewhere" if seen is None else "ok" if now - seen <= WORKER_LATE_AFTER else "late"
    try:
        engine.next_due()
        store = "ok"
    except EngineError:
        store = "failed"
    ready = store == "ok" and worker != "late"
    told = {"status": "ready" if ready else "not ready", "store": store, "worker": worker, "worker_seen_at": seen}
    return JSONResponse(plain(told), status_code=200 if ready else 503)


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus text"}},
    openapi_extra=needs(Permission.OBSERVE),
)
def metrics(engine: CurrentEngine, request: Request) -> Response:
    """Figures in the text format of Prometheus. Labels name routes, methods and states, never a person or a case."""
    return Response(request.app.state.metrics.text(engine), media_type="text/plain; version=0.0.4; charset=utf-8")
