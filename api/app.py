"""The application: one engine behind thin routes."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from api.auth import LOOPBACK_HOSTS
from api.problems import install_problem_details
from api.routes import ROUTERS
from engine.runtime import Engine


def create_app(engine: Engine, *, wake: Callable[[], None] | None = None) -> FastAPI:
    """The API on *engine*; *wake* is called after each command so that a worker can look for jobs."""
    app = FastAPI(
        title="Clauseflow",
        summary="Runs law: procedures as diagrams, tests as tables, every step with its clause.",
        version="0.1.0",
        openapi_tags=[{"name": router.tags[0]} for router in ROUTERS],
    )
    app.state.engine = engine
    app.state.wake = wake or (lambda: None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(LOOPBACK_HOSTS))
    install_problem_details(app)
    for router in ROUTERS:
        app.include_router(router)
    return app
