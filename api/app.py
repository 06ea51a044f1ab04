"""The application: one engine behind thin routes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI

from api.auth import LOOPBACK_HOSTS, Gate
from api.hosts import KnownHosts
from api.issuer import open_issuer
from api.limits import RateLimits
from api.metrics import MeasuredApp, Metrics
from api.openapi import install_description
from api.problems import install_problem_details
from api.routes import ROUTERS
from api.sessions import SignedCookies
from api.settings import AccessSettings
from api.tokens import TokenReader
from engine.clock import Clock, SystemClock
from engine.runtime import Engine


def create_app(
    engine: Engine,
    *,
    wake: Callable[[], None] | None = None,
    settings: AccessSettings | None = None,
    clock: Clock | None = None,
    worker_seen: Callable[[], datetime | None] | None = None,
) -> FastAPI:
    """The API on *engine*; *wake* is called after each command so that a worker can look for jobs.

    *settings* says whose tokens count and under which names it answers; *clock* is the machine's, for limits and for
    how long keys of an issuer are kept; *worker_seen* tells when a worker of this process last looked for work.
    """
    given, machine_clock = settings or AccessSettings(), clock or SystemClock()
    app = FastAPI(
        title="Clauseflow",
        summary="Runs law: procedures as diagrams, tests as tables, every step with its clause.",
        version="0.1.0",
        openapi_tags=[{"name": tag} for tag in dict.fromkeys(router.tags[0] for router in ROUTERS)],
        docs_url=None,
        redoc_url=None,
    )
    app.state.engine = engine
    app.state.wake = wake or (lambda: None)
    app.state.clock = machine_clock
    app.state.worker_seen = worker_seen or (lambda: None)
    app.state.issuer = open_issuer(given, machine_clock)
    app.state.cookies = SignedCookies(given.secret, machine_clock)
    tokens = None if given.oidc is None else TokenReader(given.oidc, machine_clock)
    app.state.gate = Gate(engine, tokens, app.state.cookies)
    app.state.limits = RateLimits(machine_clock)
    app.state.metrics = Metrics()
    app.add_middleware(KnownHosts, hosts=frozenset({*LOOPBACK_HOSTS, *given.hosts}))
    app.add_middleware(MeasuredApp, metrics=app.state.metrics)
    install_problem_details(app)
    # Not included router by router: that would analyse every route a second time.
    app.state.routes = [route for router in ROUTERS for route in router.routes]
    app.router.routes.extend(app.state.routes)
    install_description(app)
    return app
