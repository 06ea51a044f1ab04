"""Is the engine there, on which clock, with which law."""

from __future__ import annotations

from typing import Any

from api.context import CurrentEngine, new_router
from api.schemas import HealthOut

router = new_router("health")


@router.get("/health", response_model=HealthOut)
def health(engine: CurrentEngine) -> Any:
    """The engine's present instant, its kind of clock and the law packages in force."""
    return {
        "status": "ok",
        "now": engine.now(),
        "clock": "simulated" if engine.is_simulated else "system",
        "packages": sorted({deployment.package_id for deployment in engine.packages()}),
    }
