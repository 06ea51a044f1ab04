"""What every route gets: the engine, and a way to tell the worker that there is something to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from api.requests import ExactRoute
from api.schemas.base import ProblemOut
from engine.runtime import Engine

REFUSALS = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503, 507)
PROBLEM_SCHEMA = {"$ref": f"#/components/schemas/{ProblemOut.__name__}"}
# By reference: a model would be analysed anew for each status of each route, which takes most of a start.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"content": {"application/problem+json": {"schema": PROBLEM_SCHEMA}}} for status in REFUSALS
}


async def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


async def _wake(request: Request) -> Callable[[], None]:
    wake: Callable[[], None] = request.app.state.wake
    return wake


CurrentEngine = Annotated[Engine, Depends(_engine)]
Wake = Annotated[Callable[[], None], Depends(_wake)]


def new_router(tag: str) -> APIRouter:
    """A router whose routes say which permission they need, and go through the door."""
    return APIRouter(
        tags=[tag], route_class=ExactRoute, responses=PROBLEMS, generate_unique_id_function=lambda route: route.name
    )


def raw_body(*media_types: str, description: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    """The part of `openapi_extra` that describes a body which is no JSON of ours, and so which kinds are taken."""
    described = schema or {"type": "string", "minLength": 1, "description": description}
    content = {media_type: {"schema": described} for media_type in media_types}
    return {"requestBody": {"required": True, "content": content}}
