"""Figures of this process and its store for Prometheus. No label ever holds a case, a person or a path as sent."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.clock import stopwatch
from engine.runtime import Engine

BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The figures of one application; each has a registry of its own."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("clauseflow_http_requests", "Requests answered", labels, registry=self._registry)
        self.seconds = Histogram(
            "clauseflow_http_request_seconds",
            "Time to the first byte of the answer",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self.counts = Gauge("clauseflow_store_entries", "What waits in the store", ("kind",), registry=self._registry)
        self.overdue = Gauge(
            "clauseflow_overdue_seconds",
            "How long the oldest timer, job or delivery that is due has waited",
            registry=self._registry,
        )

    def text(self, engine: Engine) -> bytes:
        """All figures as they are now."""
        for kind, count in engine.waiting_counts().items():
            self.counts.labels(kind).set(count)
        due = engine.next_due()
        self.overdue.set(0 if due is None else max(0.0, (engine.now() - due).total_seconds()))
        return generate_latest(self._registry)


class MeasuredApp:
    """Counts and times every request; an ASGI layer, so that refusals outside of routes count too."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        elapsed, answered = stopwatch(), False

        def count(status: int) -> None:
            nonlocal answered
            answered = True
            route = getattr(scope.get("route"), "path", "none")
            method = scope["method"] if scope["method"] in METHODS else "other"
            self._metrics.requests.labels(method, route, str(status)).inc()
            self._metrics.seconds.labels(method, route).observe(elapsed())

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                count(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            if not answered:
                count(500)
