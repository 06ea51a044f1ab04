"""Law packages in the store, and the diagrams and tables of which they consist."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import Header, Path, Response

from api.auth import CurrentActor
from api.context import CurrentEngine, Wake, new_router
from api.permissions import Permission, needs
from api.schemas.commands import DeploymentIn
from api.schemas.definitions import DefinitionOut, DeploymentOut
from api.values import plain
from engine.law import package_from_files

router = new_router("deployments")

IfNoneMatch = Annotated[str | None, Header(max_length=500, description="the ETag of what the caller has")]
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "the caller has it already"}}


@router.get("/deployments", response_model=list[DeploymentOut], openapi_extra=needs(Permission.READ_DEFINITIONS))
def list_deployments(engine: CurrentEngine) -> Any:
    """The newest deployment of each package."""
    return plain(engine.packages())


@router.post("/deployments", response_model=DeploymentOut, status_code=201, openapi_extra=needs(Permission.DEPLOY))
def deploy(body: DeploymentIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """Check and store a law package. Every problem is answered at once, and then nothing is stored."""
    files = {path: text.encode("utf-8") for path, text in body.files.items()}
    deployment = engine.deploy(package_from_files(files, body.manifest), actor)
    wake()
    return plain(deployment)


@router.get(
    "/definitions",
    response_model=list[DefinitionOut],
    responses=UNCHANGED,
    openapi_extra=needs(Permission.READ_DEFINITIONS),
)
def list_definitions(engine: CurrentEngine, response: Response, if_none_match: IfNoneMatch = None) -> Any:
    """The processes and decisions in force. The ETag changes when any of them does."""
    found = engine.definitions()
    tag = hashlib.sha256(repr([(each.kind, each.id, each.hash) for each in found]).encode()).hexdigest()
    if _has(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": f'"{tag}"'})
    response.headers["ETag"] = f'"{tag}"'
    return plain(found)


@router.get(
    "/definitions/{hash}",
    response_class=Response,
    responses={
        **UNCHANGED,
        200: {"content": {"application/xml": {"schema": {"type": "string"}}}, "description": "the file, to the byte"},
    },
    openapi_extra=needs(Permission.READ_DEFINITIONS),
)
def definition_file(
    hash: Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="the SHA-256 of the file")],
    engine: CurrentEngine,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """A diagram or a file of tables as it was deployed, this version or an earlier one."""
    headers = {"ETag": f'"{hash}"', "Cache-Control": "private, max-age=31536000, immutable"}
    data = engine.definition_file(hash)
    if _has(if_none_match, hash):
        return Response(status_code=304, headers=headers)
    return Response(data, media_type="application/xml", headers=headers)


def _has(given: str | None, tag: str) -> bool:
    """Whether If-None-Match names this ETag (RFC 9110, 13.1.2)."""
    if given is None:
        return False
    names = [name.strip().removeprefix("W/") for name in given.split(",")]
    return "*" in names or f'"{tag}"' in names
