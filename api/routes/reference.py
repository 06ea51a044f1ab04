"""The description of the API for people; for tools it stands at `/openapi.json`."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.context import new_router
from api.pages import html_page, reference_body
from api.permissions import Permission, needs

router = new_router("reference")
OPEN = needs(Permission.PUBLIC)


@router.get("/", include_in_schema=False, openapi_extra=OPEN)
def home() -> RedirectResponse:
    return RedirectResponse("/docs")


@router.get("/docs", include_in_schema=False, openapi_extra=OPEN)
def reference(request: Request) -> HTMLResponse:
    return html_page("Clauseflow", reference_body(request.app.openapi()))
