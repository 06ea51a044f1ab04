"""What every route gets: the engine, and a way to tell the worker that there is something to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from api.requests import ExactRoute
from api.schemas import ProblemOut
from engine.runtime import Engine

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemOut, "content": {"application/problem+json": {}}}
    for status in (400, 401, 403, 404, 409, 422, 503)
}


def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


def _wake(request: Request) -> Callable[[], None]:
    wake: Callable[[], None] = request.app.state.wake
    return wake


CurrentEngine = Annotated[Engine, Depends(_engine)]
Wake = Annotated[Callable[[], None], Depends(_wake)]


def new_router(tag: str) -> APIRouter:
    return APIRouter(tags=[tag], route_class=ExactRoute, responses=PROBLEMS)
