"""One file per resource; `ROUTERS` is the list that the app includes."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import (
    audit,
    cases,
    clock,
    consent,
    deliveries,
    deployments,
    events,
    health,
    incidents,
    instances,
    login,
    messages,
    notices,
    payments,
    prospects,
    questions,
    reference,
    tasks,
    trace,
)

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    login.router,
    deployments.router,
    questions.router,
    events.router,
    messages.router,
    instances.router,
    tasks.router,
    cases.router,
    notices.router,
    deliveries.router,
    payments.router,
    incidents.router,
    clock.router,
    audit.router,
    trace.router,
    consent.router,
    prospects.router,
    reference.router,
)
