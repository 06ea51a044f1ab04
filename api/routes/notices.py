"""The notice ledger and the outbox page of the embedded default."""

from __future__ import annotations

from html import escape
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import HTMLResponse, Response

from api.context import CurrentEngine, new_router
from api.schemas import NoticeOut
from api.values import plain
from engine.errors import ErrorCode, failure
from engine.runtime import Engine, NoticeView

router = new_router("notices")


def _find(engine: Engine, notice_id: str) -> NoticeView:
    for notice in engine.notices(limit=100_000):
        if notice.id == notice_id:
            return notice
    raise failure(
        ErrorCode.RUN_NOT_FOUND,
        f'expected the id of a notice, but got "{notice_id}".',
        hint="GET /notices lists them",
    )


@router.get("/notices", response_model=list[NoticeOut])
def list_notices(
    engine: CurrentEngine, case_id: str | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> Any:
    """Notices with the exact texts sent, their hashes and deliveries."""
    return plain(engine.notices(case_id, limit=limit))


@router.get("/notices/{notice_id}", response_model=NoticeOut)
def notice(notice_id: str, engine: CurrentEngine) -> Any:
    return plain(_find(engine, notice_id))


@router.get("/notices/{notice_id}/html", response_class=HTMLResponse)
def notice_page(notice_id: str, engine: CurrentEngine) -> HTMLResponse:
    """The notice as its reader sees it."""
    found = _find(engine, notice_id)
    return _page(found.subject, found.texts.get("text/html", f"<pre>{escape(found.texts.get('text/plain', ''))}</pre>"))


@router.get(
    "/notices/{notice_id}/pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "the letter, to the byte as it was sent"}},
)
def notice_letter(notice_id: str, engine: CurrentEngine) -> Response:
    """The letter of a notice that goes out on paper: tagged PDF."""
    return Response(engine.notice_file(notice_id, "application/pdf"), media_type="application/pdf")


@router.get("/outbox", response_class=HTMLResponse)
def outbox(engine: CurrentEngine) -> HTMLResponse:
    """Every notice issued, newest first, for a person to look at."""
    rows = [_row(notice) for notice in reversed(engine.notices(limit=1000))]
    table = "<table><thead><tr><th>Dated</th><th>Notice</th><th>Type</th><th>Deliveries</th></tr></thead>"
    return _page("Outbox", f"<h1>Outbox</h1>{table}<tbody>{''.join(rows)}</tbody></table>")


def _row(notice: NoticeView) -> str:
    link = f"<a href='/notices/{escape(notice.id)}/html'>{escape(notice.subject)}</a>"
    deliveries = ", ".join(f"{delivery.channel}: {delivery.state}" for delivery in notice.deliveries)
    cells = (notice.dated.isoformat(), link, escape(notice.type), escape(deliveries))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _page(title: str, body: str) -> HTMLResponse:
    style = (
        "body{font:16px/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
        "td,th{text-align:left;padding:.3rem 1rem .3rem 0}"
    )
    return HTMLResponse(
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{escape(title)}</title>"
        f"<meta name='viewport' content='width=device-width'><style>{style}</style></head><body>{body}</body></html>",
        headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )
