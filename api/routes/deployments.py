"""Law packages in the store."""

from __future__ import annotations

from typing import Any

from api.auth import CurrentActor
from api.context import CurrentEngine, Wake, new_router
from api.schemas import DeploymentIn, DeploymentOut
from api.values import plain
from engine.law import package_from_files

router = new_router("deployments")


@router.get("/deployments", response_model=list[DeploymentOut])
def list_deployments(engine: CurrentEngine) -> Any:
    return plain(engine.packages())


@router.post("/deployments", response_model=DeploymentOut, status_code=201)
def deploy(body: DeploymentIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """Check and store a law package. Every problem is answered at once, and then nothing is stored."""
    files = {path: text.encode("utf-8") for path, text in body.files.items()}
    deployment = engine.deploy(package_from_files(files, body.manifest), actor)
    wake()
    return plain(deployment)
